import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const SINKS = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|document\.write|\beval\(|DOMParser/;

test("No source file can turn a text into HTML", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  assert.ok(files.length > 20);
  for (const name of files) assert.doesNotMatch(readFileSync(`src/${name}`, "utf8"), SINKS, name);
});
