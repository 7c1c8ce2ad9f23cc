// Builds dist/chrome/ (load unpacked), dist/firefox/ and dist/web/ (served by the server at /panel/ and /try).
// --host PATTERN pre-grants a helpdesk; --out DIR builds elsewhere (both for managed deployments and tests).
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromeManifest, firefoxManifest } from "./manifest.mjs";

const { values } = parseArgs({
  options: { host: { type: "string", multiple: true, default: [] }, out: { type: "string", default: "dist" } },
});
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const common = { bundle: true, target: ["chrome120", "firefox140"], minify: true, legalComments: "none", logLevel: "warning" };
const jsx = { jsx: "automatic", jsxImportSource: "preact" };

function fresh(name, files) {
  const folder = join(values.out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [from, to] of files) cpSync(from, join(folder, to), { recursive: true });
  return folder;
}

const EXTENSION = {
  panel: "src/panel/main_chrome.tsx",
  options: "src/options/main.tsx",
  background: "src/background.ts",
  content: "src/content.ts",
  style: "src/panel/panel.css",
  "options-style": "src/options/options.css",
};

async function extension(name, manifest, files = []) {
  const outdir = fresh(name, [
    ["src/panel/panel.html", "panel.html"],
    ["src/options/options.html", "options.html"],
    ["icons", "."],
    ["node_modules/preact/LICENSE", "preact-LICENSE.txt"],
    ...files,
  ]);
  const define = { IN_FIREFOX: String(name === "firefox") };
  await build({ ...common, ...jsx, define, outdir, format: "iife", entryPoints: EXTENSION });
  writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

await extension("chrome", chromeManifest(version, values.host), [["src/managed.json", "managed.json"]]);
await extension("firefox", firefoxManifest(version, values.host));

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
