// Builds dist/chrome/ (load unpacked) and dist/web/ (served by the server at /panel/ and /try).
// --host PATTERN pre-grants a helpdesk; --out DIR builds elsewhere (both for managed deployments and tests).
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromeManifest } from "./manifest.mjs";

const { values } = parseArgs({
  options: { host: { type: "string", multiple: true, default: [] }, out: { type: "string", default: "dist" } },
});
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const common = { bundle: true, target: "chrome120", minify: true, legalComments: "none", logLevel: "warning" };
const jsx = { jsx: "automatic", jsxImportSource: "preact" };

function fresh(name, files) {
  const folder = join(values.out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [from, to] of files) cpSync(from, join(folder, to), { recursive: true });
  return folder;
}

const chrome = fresh("chrome", [
  ["src/panel/panel.html", "panel.html"],
  ["src/options/options.html", "options.html"],
  ["src/managed.json", "managed.json"],
  ["icons", "."],
  ["node_modules/preact/LICENSE", "preact-LICENSE.txt"],
]);
await build({
  ...common,
  ...jsx,
  outdir: chrome,
  format: "iife",
  entryPoints: {
    panel: "src/panel/main_chrome.tsx",
    options: "src/options/main.tsx",
    background: "src/background.ts",
    content: "src/content.ts",
    style: "src/panel/panel.css",
    "options-style": "src/options/options.css",
  },
});
const manifest = chromeManifest(version, values.host);
writeFileSync(join(chrome, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

const web = fresh("web", [
  ["src/panel/panel.html", "index.html"],
  ["icons/icon48.png", "icon48.png"],
  ["node_modules/preact/LICENSE", "preact-LICENSE.txt"],
]);
await build({
  ...common,
  ...jsx,
  outdir: web,
  format: "iife",
  entryPoints: {
    panel: "src/panel/main_web.tsx",
    style: "src/panel/panel.css",
    try: "src/try/main.tsx",
    "try-style": "src/try/try.css",
  },
});
