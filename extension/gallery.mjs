// Builds the gallery, which is for tests and pictures only, into the folder that --out names.
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { out: { type: "string" } } });
if (!values.out) throw new Error("name the folder to build into: --out FOLDER");
mkdirSync(values.out, { recursive: true });
cpSync("src/panel/panel.html", join(values.out, "index.html"));
await build({
  bundle: true,
  target: "chrome120",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: values.out,
  format: "iife",
  entryPoints: { panel: "src/gallery/main.tsx", style: "src/panel/panel.css" },
});
