// Bundles tests/*.test.ts and runs them with Node's own test runner; says what failed, and else one line.
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { build } from "esbuild";

const out = mkdtempSync(join(tmpdir(), "sotto-panel-tests-"));
const entryPoints = readdirSync("tests").filter((name) => name.endsWith(".test.ts")).map((name) => join("tests", name));
await build({ entryPoints, outdir: out, bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" } });

let passed = 0;
let failed = 0;
const tests = run({ files: readdirSync(out).map((name) => join(out, name)), concurrency: true });
tests.on("test:pass", () => (passed += 1));
tests.on("test:fail", ({ name, details }) => {
  failed += 1;
  process.exitCode = 1;
  console.error(`✖ ${name}\n${inspect(details.error.cause ?? details.error)}\n`);
});
// A file that can't be loaded says why only here.
tests.on("test:stderr", ({ message }) => process.stderr.write(message));
tests.on("end", () => {
  console.log(`panel: ${passed} tests passed${failed ? `, ${failed} failed` : ""}`);
  if (passed === 0) process.exitCode = 1;
});
tests.resume();
