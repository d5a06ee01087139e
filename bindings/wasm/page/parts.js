// What to read in a pasted text: whole, line by line, or the parts of a message that its sender's server wrote.

const KNOWN = /^(content-type|date|delivered-to|from|message-id|mime-version|received|return-path|subject|to):/im;
const FIELD = /^([\w-]+:|[ \t]|$)/;
const RECORD = /^(\d{3}[ -]|[A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-\d\d|<\d+>|[{@])/;
const ORIGINAL =
  /^[^\p{L}\n]*(original message[^\p{L}\n]*$|(a copy of (the original|your) message|begin forwarded message|below this line is|(the )?(content|copy|headers?) of (the original|your) message|forwarded message|here is a copy of|original (message|mail|headers?)|(returned|undelivered|unsent|your) (mail|message) follows|the original message|this is a copy of|message (headers?|text) follows?))/imu;

/** The parts of a pasted text that each get a verdict: their text, and the recipient if a report names one. */
export function parts(pasted) {
  const text = pasted.replace(/\r\n?/g, "\n");
  if (isMessage(text)) return ofMessage(text.replace(/^From .*\n/, ""));
  const lines = text.split("\n");
  if (lines.every(line => FIELD.test(line)) && groups(text).length) return groups(text);
  const filled = lines.filter(line => line.trim());
  return filled.length > 1 && filled.every(line => RECORD.test(line)) ? records(filled) : [{ text }];
}

/** Lines, but those of one reply together: `550-` and what follows it. */
function records(lines) {
  const found = [];
  lines.forEach((line, at) => {
    const isNext = at > 0 && /^\d{3}-/.test(lines[at - 1]) && lines[at - 1].slice(0, 3) === line.slice(0, 3);
    if (isNext) found[found.length - 1].text += `\n${line}`;
    else found.push({ text: line });
  });
  return found;
}

function isMessage(text) {
  const header = text.replace(/^From .*\n/, "").split("\n\n", 1)[0];
  const known = header.split("\n").filter(line => KNOWN.test(line)).length;
  return header.split("\n").every(line => FIELD.test(line)) && known > (text.includes("\n\n") ? 0 : 1);
}

/** The recipients of the delivery report in a message, or else its first text. Attached messages are not read: strangers
 *  wrote them. */
function ofMessage(message) {
  const entities = leaves(message);
  const report = entities.find(({ type }) => /^message\/(global-)?delivery-status/i.test(type));
  const recipients = report ? groups(report.body) : [];
  if (recipients.length) return recipients;
  const text = entities.find(({ type }) => /^text\/(plain|html)/i.test(type));
  if (!text) return [];
  const plain = /^text\/html/i.test(text.type) ? withoutTags(text.body) : text.body;
  const original = plain.search(ORIGINAL);
  return [{ text: (original < 0 ? plain : plain.slice(0, original)).trim() }];
}

/** The groups of fields in a delivery report that are about a recipient. */
function groups(report) {
  const found = report.split(/\n\s*\n/).filter(group => /^(final|original)-recipient:|^(status|diagnostic-code|action):/im.test(group));
  return found.map(group => {
    const address = name => group.match(new RegExp(`^${name}-recipient:[^;\\n]*;[ \\t]*<?([^>\\n]+)`, "im"))?.[1].trim();
    return { text: group.trim(), recipient: address("original") ?? address("final") };
  });
}

/** The parts of a message that have no parts. */
function leaves(entity) {
  const end = entity.startsWith("\n") ? 0 : entity.indexOf("\n\n");
  const header = (end < 0 ? entity : entity.slice(0, end)).replace(/\n[ \t]+/g, " ");
  const body = end < 0 ? "" : entity.slice(end).replace(/^\n+/, "");
  const field = name => header.match(new RegExp(`^${name}:[ \\t]*(.*)$`, "im"))?.[1] ?? "";
  const type = field("content-type") || "text/plain";
  const boundary = /^multipart\//i.test(type) && type.match(/boundary="?([^";]+)/i)?.[1].trim();
  if (!boundary) return [{ type, body: decoded(body, field("content-transfer-encoding"), type) }];
  const pieces = `\n${body}`.split(`\n--${boundary}`).slice(1);
  return pieces.filter(piece => !piece.startsWith("--")).flatMap(piece => leaves(piece.replace(/^[ \t]*\n/, "")));
}

function decoded(body, encoding, type) {
  let text = body;
  if (/base64/i.test(encoding)) {
    try {
      text = atob(body.replace(/\s/g, ""));
    } catch {
      return body;
    }
  } else if (/quoted-printable/i.test(encoding)) {
    text = body.replace(/=\n/g, "").replace(/=([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  } else return body;
  const bytes = Uint8Array.from(text, character => character.charCodeAt(0));
  const charset = type.match(/charset="?([^";\s]+)/i)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes).replace(/\r\n?/g, "\n");
  } catch {
    return new TextDecoder().decode(bytes).replace(/\r\n?/g, "\n");
  }
}

function withoutTags(html) {
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'" };
  return html
    .replace(/<(style|script|head)\b[^]*?<\x2f\1>/gi, "")
    .replace(/<(br|p|div|tr|li|h\d)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#?\w+);/g, (whole, name) => entities[name.toLowerCase()] ?? whole)
    .replace(/[ \t]*\n\s*/g, "\n");
}
