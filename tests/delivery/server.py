"""An SMTP server on the loopback interface that refuses mail in many ways; the local part of an address picks one.

It prints the port that it listens on, and exits after a minute.
"""

import asyncio
import faulthandler

from aiosmtpd.smtp import SMTP

AT_MAIL = {
    "banned": "550 We do not want your mail",
    "busy": "451 4.3.0 Out of database connections",
}
AT_RCPT = {
    "unknown": "550 5.1.1 <unknown@example.com>: User unknown",
    "bare": "550 Not here",
    "moved": "551 5.1.6 User has moved",
    "unauthenticated": "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n"
    "550-5.7.26 Authenticate with either SPF or DKIM.\r\n"
    "550 5.7.26 See https://example.net/550",
    "over-quota": "452 4.2.2 The recipient's inbox is out of storage space",
    "full": "552 5.2.2 Mailbox full",
    "greylisted": "421 4.7.0 Try again later, closing connection",
    "come-back": "450 5.1.1 Come back later",
    "invented": "550 5.7.606 Access denied, banned sending IP",
    "no-such-reply": "571 5.7.1 Delivery not authorized\x1b[2J",
}
AT_DATA = {
    "spam": "554 5.7.1 Message looks like spam",
    "too-large": "552 5.3.4 Message too big for system",
}


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return AT_MAIL.get(local_part(address), "250 2.1.0 Sender ok")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return AT_RCPT.get(local_part(address), "250 2.1.5 Recipient ok")

    async def handle_DATA(self, server, session, envelope):
        return AT_DATA.get(local_part(envelope.rcpt_tos[0]), "250 2.0.0 Queued")


def local_part(address):
    return address.rpartition("@")[0]


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="localhost"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


faulthandler.dump_traceback_later(60, exit=True)
asyncio.run(main())
