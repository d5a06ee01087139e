// Builds the C interface for WebAssembly, and writes it, compressed, as a JavaScript module: no bundler has to be told about
// it, and no server has to serve it. Needs Rust and its target wasm32-unknown-unknown.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const crate = new URL("../c/", import.meta.url);
execFileSync(
  "cargo",
  ["build", "--quiet", "--locked", "--profile", "wasm", "--target", "wasm32-unknown-unknown", "--target-dir", "target"],
  // The search for wordings looks at many bytes at once.
  { cwd: crate, stdio: "inherit", env: { ...process.env, RUSTFLAGS: "-C target-feature=+simd128" } },
);
const wasm = readFileSync(new URL("target/wasm32-unknown-unknown/wasm/bounce_codes.wasm", crate));
// Smaller blocks than usual suit what has so many kinds of data in it.
const base64 = gzipSync(wasm, { level: 9, memLevel: 7 }).toString("base64");
writeFileSync(new URL("wasm.js", import.meta.url), `export default "${base64}";\n`);
