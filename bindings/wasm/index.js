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
let u8, u16, u32, input;
view();

function view() {
  u8 = new Uint8Array(memory.buffer);
  u16 = new Uint16Array(memory.buffer, output, 128);
  u32 = new Uint32Array(memory.buffer, output, 64);
  input = u8.subarray(start);
}

/** Puts a text or bytes where the engine can read them, and returns their length there. */
function write(text) {
  const isText = typeof text === "string";
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

const decode = (from, length) => decoder.decode(u8.subarray(from, from + length));
const decodeName = from => (from ? decode(from, u8.indexOf(0, from) - from) : null);

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

const rows = new Map();

/** A row by the number of its table and its place there; undefined if there is no such row. */
function rowAt(table, place) {
  const id = (table << 16) | place;
  if (rows.has(id) || !engine.bounce_codes_row(table, place, output)) return rows.get(id);
  const at = output + 72;
  const [provider, code, name] = [textAt(4), textAt(6), textAt(8)];
  const row = {
    table: TABLE[table],
    key: decodeName(output) || (provider ? `${provider}: ${code}` : name),
    provider,
    name,
    registry_name: textAt(10),
    description: textAt(12),
    advice: textAt(14),
    retry_after: u32[17] || null,
    class: CLASS[u8[at]],
    bounce: BOUNCE[u8[at + 1]],
    category: CATEGORY[u8[at + 2]],
    scope: SCOPE[u8[at + 3]],
    common: u8[at + 4] === 1,
    overlaid: u8[at + 5] === 1,
    references: Array(u32[16]).fill(null),
  };
  row.references.forEach((_, index) => {
    engine.bounce_codes_reference(output, table, place, index);
    row.references[index] = textAt(0);
  });
  rows.set(id, row);
  return row;
}

/** Runs the engine, and returns the length of the input and whether there is a verdict. */
function run(text, command) {
  const number = command ? COMMAND.indexOf(command) : 0;
  if (number < 0) throw new TypeError(`no such command: ${command}`);
  const length = write(text);
  return [length, engine.bounce_codes_classify(start, length, number, output) === 1];
}

/** The verdict that the engine has just reached. */
function verdict(text, length) {
  const enhanced = u16[29] && `${u16[29]}.${u16[30]}.${u16[31]}`;
  const [reply, retryAfter] = [u16[28], u32[13]];
  const [classNumber, bounce, category, scope] = [u8[output + 67], u8[output + 68], u8[output + 69], u8[output + 70]];
  const [retry, contradictory] = [u8[output + 73] === 1, u8[output + 74] === 1];
  const [advice, provider, postmaster] = [textAt(6), textAt(8), textAt(10)];
  const [from, size] = [u32[19], u32[20]];
  // Reading a row overwrites the answer.
  const row = rowAt(u8[output + 66], u16[32]);
  // If each character is a byte, the evidence can be cut out of the text.
  const isCut = length === text.length && typeof text === "string";
  return {
    reply: reply || null,
    enhanced: enhanced || null,
    class: CLASS[classNumber],
    bounce: BOUNCE[bounce],
    category: CATEGORY[category],
    name: row.name,
    registry_name: row.registry_name,
    description: row.description,
    matched: row.table,
    references: row.references,
    retry,
    retry_after: retryAfter || null,
    scope: SCOPE[scope],
    provider,
    contradictory,
    evidence: !size ? null : isCut ? text.slice(from, from + size) : decode(start + from, size),
    evidence_start: !size ? null : isCut || typeof text !== "string" ? from : decode(start, from).length,
    advice,
    postmaster,
    row: row.key,
  };
}

export function classify(reply, command) {
  const [length, found] = run(reply, command);
  return found ? verdict(reply, length) : null;
}

export function delivery(record) {
  const [length, found] = run(record);
  const [outcome, command] = [OUTCOME[u8[output + 71]], COMMAND[u8[output + 72]]];
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
