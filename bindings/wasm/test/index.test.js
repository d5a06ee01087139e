import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { classify, delivery, labels, overlay, table, version } from "../index.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const vectors = readdirSync(join(root, "tests/vectors"))
  .filter(file => file.endsWith(".jsonl"))
  .flatMap(file => readFileSync(join(root, "tests/vectors", file), "utf8").trimEnd().split("\n"))
  .map(line => JSON.parse(line));

const encode = text => new TextEncoder().encode(text);

test("every vector, as text and as bytes", () => {
  assert.ok(vectors.length > 1000);
  for (const expected of vectors) {
    for (const input of [expected.input, encode(expected.input)]) {
      const { outcome, command, recipient, verdict } = delivery(input);
      assert.deepEqual(classify(input), verdict);
      const answer = { ...verdict, outcome, command, recipient };
      for (const [key, value] of Object.entries(expected)) {
        // The other keys are for people.
        if (!["input", "about", "source", "hostile"].includes(key)) assert.equal(answer[key] ?? null, value, `${key} of ${expected.input}`);
      }
    }
  }
});

test("the keys are those of the command, in its order", () => {
  const [json] = readFileSync(join(root, "README.md"), "utf8").match(/\{"input":"550 5\.1\.1[^}]*\}/);
  const { input, recipient, ...expected } = JSON.parse(json);
  const { evidence_start, advice, postmaster, row, ...verdict } = classify(input);
  assert.equal(JSON.stringify(verdict), JSON.stringify(expected));
  assert.equal(evidence_start, input.indexOf("User unknown"));
  assert.equal(advice, "Stop mailing this address.");
  assert.equal(postmaster, null);
  assert.equal(row, "User unknown");
});

test("evidence is found in text with any characters", () => {
  for (const input of vectors.map(vector => vector.input)) {
    for (const text of [input, `${input} Größe 📬`, `550 5.7.1 📬📬 größer: ${input}`, `\ud800 ${input}`]) {
      const verdict = classify(text);
      assert.notEqual(verdict?.evidence, "", text);
      if (!verdict?.evidence) continue;
      const { evidence, evidence_start: start } = verdict;
      // Of bytes it is decoded, not cut out of the text.
      assert.equal(evidence, classify(encode(text)).evidence, text);
      assert.equal(text.slice(start, start + evidence.length), evidence, text);
    }
  }
});

test("the command counts", () => {
  assert.equal(classify("550 No").bounce, "hard");
  assert.equal(classify("550 No", "mail-from").bounce, "block");
  assert.equal(classify("550 No", undefined).bounce, "hard");
  assert.throws(() => classify("550 No", "helo"), /no such command: helo/);
});

test("the page of the provider", () => {
  const { provider, postmaster } = classify("550 5.7.606 Access denied, banned sending IP");
  assert.deepEqual([provider, postmaster], ["Exchange Online", "https://sender.office.com/"]);
});

test("wait", () => {
  assert.equal(classify("451 4.7.1 Greylisted, please try again in 5 minutes").retry_after, 300);
});

test("anything else is an error", () => {
  for (const other of [undefined, null, 550, new Error("550 5.1.1 No")]) assert.throws(() => classify(other), TypeError);
});

test("any length", () => {
  assert.equal(classify(""), null);
  assert.equal(classify(new Uint8Array()), null);
  assert.equal(classify(`550 5.2.2 ${"é".repeat(1_000_000)}`).reply, 550);
  assert.equal(classify(encode(`550 5.2.2 ${"é".repeat(1_500_000)}`)).enhanced, "5.2.2");
  assert.equal(classify("550 5.1.1 No").category, "mailbox-unknown");
});

test("a line that says nothing but the outcome", () => {
  const line = "4F1A: to=<ada@example.com>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)";
  const { outcome, recipient } = delivery(line);
  assert.deepEqual([outcome, recipient], ["delivered", "ada@example.com"]);
  assert.deepEqual(delivery("hello"), { outcome: null, command: null, recipient: null, verdict: null });
});

test("the tables", () => {
  assert.equal(table("class").length, 3);
  assert.equal(table().length, labels.table.reduce((sum, name) => sum + table(name).length, 0));
  const row = table("enhanced").find(row => row.key === "X.1.1");
  assert.deepEqual(row, {
    table: "enhanced",
    key: "X.1.1",
    provider: null,
    name: "Bad destination mailbox address",
    registry_name: null,
    description: "The recipient's domain has no such mailbox.",
    advice: null,
    retry_after: null,
    class: null,
    bounce: "hard",
    category: "mailbox-unknown",
    scope: "recipient",
    common: true,
    overlaid: false,
    references: ["RFC 3463"],
  });
  const range = table("provider").find(row => row.key === "Exchange Online: 5.7.606-5.7.649");
  assert.deepEqual([range.provider, range.name], ["Exchange Online", "IP banned, delist page"]);
  assert.equal(range.advice, "Ask for removal at https://sender.office.com/ with the IP that the reply names.");
  assert.equal(table("provider").find(({ name }) => name === "Greylisted for five minutes").retry_after, 300);
  const list = table("blocklist")[0];
  assert.deepEqual([list.key, list.provider], [list.name, null]);
  const group = table("group").at(-1);
  assert.deepEqual([group.class, group.registry_name], ["permanent-failure", "Permanent Negative Completion reply"]);
  assert.deepEqual(table("no such table"), []);
});

test("version and overlay", () => {
  const { version: expected } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(version, expected);
  assert.equal(overlay, null);
});

test("the engine cannot panic", () => {
  const wasm = readFileSync(join(root, "bindings/c/target/wasm32-unknown-unknown/wasm/bounce_codes.wasm"));
  // A panic would have to be imported.
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasm)), []);
});

test("the types have the labels of the engine", () => {
  const types = readFileSync(new URL("../index.d.ts", import.meta.url), "utf8");
  for (const [name, values] of Object.entries(labels)) {
    const type = name[0].toUpperCase() + name.slice(1);
    const [, union] = types.match(new RegExp(`export type ${type} =([^;]*);`));
    assert.deepEqual([...union.matchAll(/"([^"]*)"/g)].map(match => match[1]), values, type);
  }
});

test("the package works where it is installed", () => {
  const directory = mkdtempSync(join(tmpdir(), "bounce-codes-"));
  try {
    const npm = (...args) => execFileSync("npm", args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    npm("pack", "--ignore-scripts", "--silent", join(root, "bindings/wasm"));
    writeFileSync(join(directory, "package.json"), "{}");
    npm("install", "--offline", "--no-audit", `./bounce-codes-${version}.tgz`);
    const script = 'import { classify } from "bounce-codes"; console.log(classify("550 5.1.1 No").bounce)';
    const run = execFileSync("node", ["--input-type=module", "--eval", script], { cwd: directory, encoding: "utf8" });
    assert.equal(run, "hard\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
