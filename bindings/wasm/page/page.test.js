// The page in a real browser: what is pasted is explained, in any size and in both color schemes. Needs Chromium and
// ../bounce-codes.html.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const page = readFileSync(new URL("../bounce-codes.html", import.meta.url), "utf8");

/** Runs in the page: pastes each text, and puts what is then visible in place of the page. */
async function probe(texts) {
  const settled = () => new Promise(done => setTimeout(done, 100));
  const shown = selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility());
  const box = document.getElementById("pasted");
  while (document.getElementById("bounce").hidden) await settled();
  const seen = [];
  for (const text of texts) {
    box.value = text;
    box.dispatchEvent(new Event("input"));
    await settled();
    const facts = name => shown("#verdicts dt").filter(dt => dt.textContent === name).map(dt => dt.nextSibling.textContent);
    const link = document.querySelector("#verdicts dd a[href^='#']");
    link?.click();
    await settled();
    const target = document.querySelector(":target")?.closest("tr");
    const look = element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor];
    seen.push({
      summary: document.getElementById("summary").value,
      titles: shown("#verdicts h3").map(title => title.textContent),
      happened: facts("What happened"),
      toDo: facts("What to do"),
      actors: facts("Who has to act"),
      recipients: facts("Recipient"),
      providers: facts("Said by"),
      pages: shown("#verdicts a[target]").map(link => link.href),
      marks: shown("#verdicts mark").map(mark => mark.textContent),
      read: shown("#verdicts pre").map(pre => pre.textContent),
      target: link && target ? `${target.closest("section").id} ${target.querySelector("th").textContent}` : null,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      mark: shown("#verdicts mark").map(look)[0],
      title: shown("#verdicts h3 b").map(look)[0],
      back: getComputedStyle(document.body).backgroundColor,
    });
    location.hash = "";
  }
  const names = [...document.querySelectorAll("#bounce textarea, #bounce output, #bounce pre")];
  document.documentElement.textContent = `SEEN${JSON.stringify({
    seen,
    label: document.querySelector("label[for=pasted]").textContent,
    focusable: names.filter(element => element.tabIndex >= 0).map(element => element.localName),
    loaded: performance.getEntriesByType("resource").length,
    first: document.querySelector("#bounce").compareDocumentPosition(document.querySelector("main")) === 4,
  })}NEES`;
}

/**
 * Opens an address, and returns the match of the pattern in the document that is then shown. On a busy machine, the browser
 * may write the document before the module has been compiled: its clock runs ahead meanwhile. So it gets much time and a few
 * tries.
 */
async function chromium(address, pattern, ...options) {
  const quiet = ["background-networking", "sync", "component-update", "gpu"].map(feature => `--disable-${feature}`);
  const fixed = ["--headless", "--no-sandbox", "--no-first-run", "--virtual-time-budget=600000"];
  let dump;
  for (let tries = 0; tries < 5; tries++) {
    const profile = mkdtempSync(join(tmpdir(), "bounce-profile-"));
    try {
      const all = [...fixed, `--user-data-dir=${profile}`, ...quiet, ...options, "--dump-dom", address];
      ({ stdout: dump } = await promisify(execFile)("chromium", all, { maxBuffer: 1 << 26 }));
    } finally {
      rmSync(profile, { recursive: true });
    }
    const match = dump.match(pattern);
    if (match) return match;
  }
  assert.fail(`no ${pattern} in:\n${dump.slice(0, 2000)}`);
}

/** Pastes each text into the page, and returns what is then visible. */
async function browse(texts, ...options) {
  const directory = mkdtempSync(join(tmpdir(), "bounce-page-"));
  try {
    const file = join(directory, "page.html");
    const script = `(${probe})(${JSON.stringify(texts).replaceAll("<", "\\u003c")})`;
    writeFileSync(file, page.replace("</body>", () => `<script type="module">${script}</script></body>`));
    const [, json] = await chromium(`file://${file}`, /<html[^>]*>SEEN(.*)NEES<\/html>/s, ...options);
    return JSON.parse(json.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&nbsp;", "\u00a0").replaceAll("&amp;", "&"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const report = `From MAILER-DAEMON@mx.example.net Tue Nov 24 10:00:00 2026
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you: 421 4.4.2 is a lie.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.com>: User unknown

Final-Recipient: rfc822; bob@example.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Over quota

--b1
Content-Type: message/rfc822

Subject: hello

Final-Recipient: rfc822; eve@example.com
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b1--
`;

const encoded = `From: postmaster@example.net
Subject: failure
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Die Nachricht konnte nicht zugestellt werden. Das Postfach ist =C3=BCber=
f=C3=BCllt.

----- Original message -----
550 5.1.1 user unknown
`;

const log = [
  "Nov 24 10:15:01 mx1 postfix/smtp[4242]: 4XyZ1q: to=<ada@example.com>, relay=mx.example.com[192.0.2.10]:25, delay=1.2, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command))",
  "Nov 24 10:15:02 mx1 postfix/qmgr[4243]: 4XyZ1q: removed",
  "Nov 24 10:15:03 mx1 postfix/smtp[4242]: 4XyZ2q: to=<bob@example.com>, relay=mx.example.com[192.0.2.10]:25, delay=1.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 12345)",
].join("\n");

test("what is pasted is explained", async () => {
  const { seen, label, focusable, loaded, first } = await browse([
    "550 5.1.1 <ada@example.com>: User unknown",
    "451 4.7.1 Grüße 📬, greylisted, please try again in 5 minutes",
    "550-5.7.26 Unauthenticated mail\r\n550 5.7.26 is refused",
    report,
    encoded,
    log,
    'hello <img src=x onerror="document.title=1">',
    "250 2.0.0 <b>Ok</b>",
    "",
  ]);
  const [hard, soft, block, message, text, lines, nothing, delivered, empty] = seen;
  assert.equal(label, "Paste a bounce");
  assert.deepEqual(focusable, ["textarea"]);
  assert.equal(loaded, 0, "nothing is loaded");
  assert.ok(first, "the box comes before the tables");

  assert.equal(hard.summary, "Hard bounce: User unknown. Stop mailing this address.");
  assert.deepEqual(hard.marks, ["User unknown"]);
  assert.deepEqual(hard.happened, ["The recipient's domain has no such mailbox."]);
  assert.equal(hard.target, "phrase User unknown");
  assert.deepEqual(soft.toDo, ["Keep the address, and retry this message later. Wait 5 minutes."]);
  assert.deepEqual(soft.actors, ["Nobody yet: the sending server tries again by itself."]);
  assert.match(soft.marks[0], /^greylisted/);
  assert.deepEqual(block.marks, ["5.7.26"]);
  assert.equal(block.target, "enhanced X.7.26");
  assert.deepEqual(block.actors, ["Whoever runs the sender's domain or account."]);

  assert.deepEqual(message.recipients, ["ada@example.com", "bob@example.com"], "none from the original");
  assert.deepEqual(message.titles, ["Hard bounce: User unknown", "Soft bounce: Mailbox full"]);
  assert.equal(message.summary, "2 answers: 1 hard, 1 soft.");
  assert.deepEqual(text.titles, ["Soft bounce: Mailbox full"], "decoded, and without the original");
  assert.ok(text.read[0].endsWith("überfüllt."));
  assert.deepEqual(lines.titles, ["Hard bounce: User unknown", "Delivered"]);
  assert.deepEqual(lines.recipients, ["ada@example.com", "bob@example.com"]);

  assert.equal(nothing.summary, "There is no code in this, and no words that say why mail was refused.");
  assert.deepEqual(nothing.titles, []);
  assert.deepEqual(delivered.actors, ["Nobody."]);
  assert.deepEqual(delivered.read, ["250 2.0.0 <b>Ok</b>"]);
  assert.deepEqual([empty.summary, empty.titles], ["", []]);
});

test("who answered and who has to act, with a link to the row of a provider or a block list", async () => {
  const { seen } = await browse([
    "550 5.4.1 Recipient address rejected: Access denied [DM6NAM12FT011.eop-nam12.prod.protection.outlook.com]",
    "550 5.7.620 Access denied, banned sending IP [192.0.2.1]",
    "550 5.1.1 Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address",
    "554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org",
  ]);
  const [code, range, words, listed] = seen;
  assert.deepEqual([code.providers, code.target], [["Exchange Online"], "provider-exchange-online 5.4.1"]);
  assert.deepEqual([code.pages, listed.pages], [["https://sender.office.com/"], []]);
  assert.deepEqual(code.actors, ["You: take the address off your lists, or correct it."]);
  assert.deepEqual([range.providers, range.target], [["Exchange Online"], "provider-exchange-online 5.7.606-5.7.649"]);
  assert.deepEqual(range.actors, ["Whoever runs the sending server."]);
  assert.match(range.toDo[0], /^Ask for removal at /);
  assert.deepEqual([words.providers, words.target], [["Amazon SES"], "provider-amazon-ses words"]);
  assert.deepEqual([listed.providers, listed.target], [[], "blocklist Spamhaus ZEN"]);
  assert.deepEqual(listed.actors, ["Whoever runs the sending server."]);
});

test("the module works in a page that imports it", async () => {
  const types = { js: "text/javascript", html: "text/html" };
  const script = 'import { classify } from "./index.js"; document.body.textContent = classify("550 5.1.1 No").bounce';
  const server = createServer(({ url }, response) => {
    response.setHeader("Content-Type", types[url.split(".").pop()] ?? types.html);
    const isModule = ["/index.js", "/wasm.js"].includes(url);
    response.end(isModule ? readFileSync(new URL(`..${url}`, import.meta.url)) : `<script type="module">${script}</script>`);
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  try {
    // Not synchronously: the server has to answer meanwhile.
    await chromium(`http://127.0.0.1:${server.address().port}/`, /<body>hard<\/body>/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

/** The WCAG contrast of two `rgb(…)` colors. */
function contrast(...colors) {
  const [one, other] = colors.map(color => {
    const linear = color.match(/\d+/g).slice(0, 3).map(value => value / 255).map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  });
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

for (const size of ["1280,900", "360,800"]) {
  for (const scheme of [[], ["--blink-settings=preferredColorScheme=0"]]) {
    test(`${size} ${scheme.length ? "dark" : "light"}`, async () => {
      for (const text of ["550 5.1.1 User unknown", "554 5.7.1 spam", "452 4.2.2 over quota", `550 5.7.26 ${"x".repeat(3000)}`]) {
        const { mark, title, back, overflow } = (await browse([text], `--window-size=${size}`, ...scheme)).seen[0];
        assert.equal(back === "rgb(255, 255, 255)", scheme.length === 0);
        assert.ok(contrast(...mark) >= 4.5 && contrast(title[0], back) >= 4.5);
        assert.equal(overflow, 0);
      }
    });
  }
}
