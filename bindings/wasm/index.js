// What an SMTP reply means, and what to do about it. The engine is WebAssembly; this file passes text to it and makes
// objects of its answers. ../c/include/bounce_codes.h describes what it exports.
import compressed from "./wasm.js";

const bytes = Uint8Array.from(atob(compressed), character => character.charCodeAt(0));
const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const { instance } = await WebAssembly.instantiate(await new Response(inflated).arrayBuffer());
const { memory, ...engine } = instance.exports;

// The engine allocates nothing, so all memory from here on is ours: a page for its answers, and then the input.
const PAGE = 65536;
const output = memory.grow(2) * PAGE;
const start = output + PAGE;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
// Rows are written beside verdicts, at this place in the page.
const ROW = 128;
let all, u8, u16, u32, input;
view();

function view() {
  all = new Uint8Array(memory.buffer);
  u8 = new Uint8Array(memory.buffer, output, 256);
  u16 = new Uint16Array(memory.buffer, output, 128);
  u32 = new Uint32Array(memory.buffer, output, 64);
  input = all.subarray(start);
}

/** Puts a text or bytes where the engine can read them, and returns their length there. */
function write(text) {
  const isText = typeof text === "string";
  if (!isText && !ArrayBuffer.isView(text)) throw new TypeError("neither a string nor a Uint8Array");
  // A code unit takes at most three bytes.
  const missing = (isText ? text.length * 3 : text.length) - input.length;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / PAGE));
    view();
  }
  if (isText) return encoder.encodeInto(text, input).written;
  input.set(text);
  return text.length;
}

const decode = (from, length) => decoder.decode(all.subarray(from, from + length));
const decodeName = from => (from ? decode(from, all.indexOf(0, from) - from) : null);

// Static text by its address, so that each is decoded once.
const texts = new Map();

/** The text whose address and length are in the answer at this place. */
function textAt(place) {
  const from = u32[place];
  if (!from) return null;
  let text = texts.get(from);
  if (text === undefined) texts.set(from, (text = decode(from, u32[place + 1])));
  return text;
}

/** The names of an enumeration. Their numbers start at 1; 0 means that there is no value. */
function names(name) {
  const found = [null];
  for (let text; (text = decodeName(name(found.length))); ) found.push(text);
  return found;
}

const CLASS = names(engine.bounce_codes_class_name);
const BOUNCE = names(engine.bounce_codes_bounce_name);
const CATEGORY = names(engine.bounce_codes_category_name);
const SCOPE = names(engine.bounce_codes_scope_name);
const COMMAND = names(engine.bounce_codes_command_name);
const OUTCOME = names(engine.bounce_codes_outcome_name);
const TABLE = names(engine.bounce_codes_table_name);

// Rows by the number of their table and their place there, so that each is read once.
const rows = TABLE.map(() => []);

/** A row by the number of its table and its place there; undefined if there is no such row. */
function rowAt(table, place) {
  return rows[table][place] ?? readRow(table, place);
}

function readRow(table, place) {
  if (!engine.bounce_codes_row(table, place, output + ROW)) return undefined;
  const at = ROW / 4;
  const [provider, code, name] = [textAt(at + 4), textAt(at + 6), textAt(at + 8)];
  const row = {
    table: TABLE[table],
    key: decodeName(output + ROW) || (provider ? `${provider}: ${code}` : name),
    provider,
    name,
    registry_name: textAt(at + 10),
    description: textAt(at + 12),
    advice: textAt(at + 14),
    retry_after: u32[at + 17] || null,
    class: CLASS[u8[ROW + 72]],
    bounce: BOUNCE[u8[ROW + 73]],
    category: CATEGORY[u8[ROW + 74]],
    scope: SCOPE[u8[ROW + 75]],
    common: u8[ROW + 76] === 1,
    overlaid: u8[ROW + 77] === 1,
    references: Array(u32[at + 16]).fill(null),
  };
  row.references.forEach((_, index) => {
    engine.bounce_codes_reference(output + ROW, table, place, index);
    row.references[index] = textAt(at);
  });
  return (rows[table][place] = row);
}

/** Runs the engine, and returns the length of the input and whether there is a verdict. */
function run(text, command) {
  const number = command ? COMMAND.indexOf(command) : 0;
  if (number < 0) throw new TypeError(`no such command: ${command}`);
  const length = write(text);
  return [length, engine.bounce_codes_classify(start, length, number, output) === 1];
}

/** How many UTF-16 code units these bytes of the input are. */
function units(from, to) {
  let count = 0;
  for (let at = from; at < to; at++) count += (input[at] & 0xc0) === 0x80 ? 0 : input[at] < 0xf0 ? 1 : 2;
  return count;
}

/** What these bytes of the input say, and where that starts in the text. */
function part(text, length, from, size) {
  if (!size) return [null, null];
  if (typeof text !== "string") return [decode(start + from, size), from];
  if (length === text.length) return [text.slice(from, from + size), from];
  const at = units(0, from);
  return [text.slice(at, at + units(from, from + size)), at];
}

/** The verdict that the engine has just reached. */
function verdict(text, length) {
  const row = rowAt(u8[66], u16[32]);
  const [evidence, evidenceStart] = part(text, length, u32[19], u32[20]);
  return {
    reply: u16[28] || null,
    enhanced: u16[29] ? `${u16[29]}.${u16[30]}.${u16[31]}` : null,
    class: CLASS[u8[67]],
    bounce: BOUNCE[u8[68]],
    category: CATEGORY[u8[69]],
    name: row.name,
    registry_name: row.registry_name,
    description: row.description,
    matched: row.table,
    references: row.references,
    retry: u8[73] === 1,
    retry_after: u32[13] || null,
    scope: SCOPE[u8[70]],
    provider: textAt(8),
    contradictory: u8[74] === 1,
    evidence,
    evidence_start: evidenceStart,
    advice: textAt(6),
    postmaster: textAt(10),
    row: row.key,
  };
}

export function classify(reply, command) {
  const [length, found] = run(reply, command);
  return found ? verdict(reply, length) : null;
}

export function delivery(record) {
  const [length, found] = run(record);
  const [outcome, command] = [OUTCOME[u8[71]], COMMAND[u8[72]]];
  const recipient = u32[22] ? decode(start + u32[21], u32[22]) : null;
  return { outcome, command, recipient, verdict: found ? verdict(record, length) : null };
}

function* rowsOf(number) {
  for (let place = 0, row; (row = rowAt(number, place)); place++) yield row;
}

export function table(name) {
  return TABLE.flatMap((label, number) => (label && label === (name ?? label) ? [...rowsOf(number)] : []));
}

export const labels = Object.freeze({
  class: CLASS.slice(1),
  bounce: BOUNCE.slice(1),
  category: CATEGORY.slice(1),
  scope: SCOPE.slice(1),
  command: COMMAND.slice(1),
  outcome: OUTCOME.slice(1),
  table: TABLE.slice(1),
});

export const version = decodeName(engine.bounce_codes_version());
export const overlay = decodeName(engine.bounce_codes_overlay());
