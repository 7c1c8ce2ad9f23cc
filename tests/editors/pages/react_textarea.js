// A controlled textarea: React puts back whatever its own state does not know of.
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";

export function textarea(desk, lines) {
  let known = lines.join("\n");
  function Reply() {
    const [text, setText] = useState(known);
    known = text;
    return createElement("textarea", { value: text, onChange: (event) => setText(event.target.value) });
  }
  createRoot(desk).render(createElement(Reply));
  const fixture = { lines: () => known.split("\n"), raw: () => known };
  return new Promise((resolve) => {
    const look = () => (desk.firstChild ? resolve(fixture) : requestAnimationFrame(look));
    look();
  });
}
