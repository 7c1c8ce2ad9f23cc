import jquery from "jquery";
import { fill, linesOf } from "./plain.js";

export async function summernote(desk, lines) {
  window.jQuery = window.$ = jquery;
  await import("summernote/dist/summernote-lite.js");
  const kept = document.createElement("textarea");
  const start = document.createElement("div");
  fill(start, lines);
  kept.value = start.innerHTML;
  desk.append(kept);
  jquery(kept).summernote({ toolbar: [] });
  const code = () => jquery(kept).summernote("code");
  const parsed = () => new DOMParser().parseFromString(code(), "text/html").body;
  return { lines: () => linesOf(parsed()), raw: code };
}
