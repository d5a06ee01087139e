// Builds ../bounce-codes.html: the reference page of the command, with a box on top to paste a bounce into. The engine is
// inside, so the page works offline and from a disk.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const read = name => readFileSync(new URL(name, import.meta.url), "utf8");
// One script: without the imports that tie the modules together, and the exports.
const script = ["../wasm.js", "../index.js", "parts.js", "page.js"]
  .map(name => read(name).replace("export default", "const compressed =").replace(/^import .*$/gm, "").replace(/^export /gm, ""))
  .join("\n");
if (script.includes("</")) throw new Error("the script would end the script element");

// Nothing may be loaded or sent.
const policy = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; base-uri 'none'";
const replace = (page, mark, text) => {
  if (page.split(mark).length !== 2) throw new Error(`the page has not exactly one ${mark}`);
  return page.replace(mark, () => text);
};
const command = ["run", "--quiet", "--locked", "--features", "cli", "--", "table", "all", "--format", "html"];
let page = execFileSync("cargo", command, { cwd: new URL("../../../", import.meta.url), encoding: "utf8", maxBuffer: 1 << 24 });
page = replace(page, "<title>", `<meta http-equiv="Content-Security-Policy" content="${policy}"><title>`);
page = replace(page, "</style>", `${read("page.css")}</style>`);
page = replace(page, "</h1>", `</h1>${read("box.html")}`);
page = replace(page, "</body>", `<script type="module">${script}</script></body>`);
writeFileSync(new URL("../bounce-codes.html", import.meta.url), page);
