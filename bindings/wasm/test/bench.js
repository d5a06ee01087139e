// How many vectors are classified in a second.
import { readdirSync, readFileSync } from "node:fs";
import { classify } from "../index.js";

const directory = new URL("../../../tests/vectors/", import.meta.url);
const files = readdirSync(directory).filter(file => file.endsWith(".jsonl"));
const inputs = files.flatMap(file =>
  readFileSync(new URL(file, directory), "utf8").trimEnd().split("\n").map(line => JSON.parse(line).input),
);
const replies = inputs.filter(input => /^[245]\d\d[ -]/.test(input));
for (const [name, texts] of [["replies", replies], ["all vectors", inputs]]) {
  let best = Infinity;
  // The best of many short rounds, because other programs run too.
  for (let round = 0; round < 500; round++) {
    const before = performance.now();
    for (const text of texts) classify(text);
    best = Math.min(best, (performance.now() - before) / texts.length);
  }
  console.log(`${name}: ${Math.round(1000 / best).toLocaleString("en")} a second`);
}
