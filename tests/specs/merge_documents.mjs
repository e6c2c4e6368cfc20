// SPDX-License-Identifier: BSL-1.0
// Usage: node merge_documents.mjs NODE_FOLDER [--without-security] DOCUMENT... - prints OpenAPI documents, in JSON or YAML, as
// one in JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, ...options] = process.argv.slice(2);
const files = options.filter((each) => !each.startsWith("--"));
const yaml = createRequire(join(folder, "package.json"))("js-yaml");
const merge = (into, from) => {
  for (const [key, value] of Object.entries(from)) {
    const both = into[key] && typeof into[key] === "object" && !Array.isArray(into[key]);
    if (both && typeof value === "object") merge(into[key], value);
    else if (!(key in into)) into[key] = value;
  }
  return into;
};
const whole = {};
for (const file of files) merge(whole, yaml.load(readFileSync(file, "utf8")));
delete whole.servers; // which of them is meant, our base URLs say
if (options.includes("--without-security")) {
  delete whole.security;
  for (const path of Object.values(whole.paths)) for (const operation of Object.values(path)) delete operation.security;
}
console.log(JSON.stringify(whole));
