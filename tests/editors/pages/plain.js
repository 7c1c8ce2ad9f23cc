// What browsers bring along. A fixture: box (what the agent clicks), lines() of its model, raw() for exact comparison.
function textBox(desk, tag, lines) {
  const box = document.createElement(tag);
  box.value = lines.join("\n");
  desk.append(box);
  return { lines: () => box.value.split("\n"), raw: () => box.value };
}

export const textarea = (desk, lines) => textBox(desk, "textarea", lines);
export const input = (desk, lines) => textBox(desk, "input", lines);

/** Two boxes, of which nobody can tell which the agent means. */
export function two(desk, lines) {
  const [one, other] = [textBox(desk, "textarea", lines), textBox(desk, "textarea", lines)];
  return { lines: () => [...one.lines(), ...other.lines()], raw: () => one.raw() + other.raw() };
}

/** A line that is no text is a signature as helpdesks mark it. */
export function fill(holder, lines) {
  const page = holder.ownerDocument;
  for (const line of lines) {
    if (line.signature) {
      const signature = page.createElement("div");
      signature.className = "signature";
      signature.append(line.signature);
      holder.append(signature);
      continue;
    }
    const paragraph = page.createElement("p");
    paragraph.append(line === "" ? page.createElement("br") : line);
    holder.append(paragraph);
  }
}

export function contenteditable(desk, lines) {
  const box = document.createElement("div");
  box.contentEditable = "true";
  fill(box, lines);
  desk.append(box);
  return { lines: () => linesOf(box), raw: () => box.innerHTML };
}

/** As CKEditor 4 and TinyMCE do: the body of a frame without an address of its own, over a hidden textarea. */
export async function frame(desk, lines) {
  const kept = document.createElement("textarea");
  kept.hidden = true;
  const holder = document.createElement("iframe");
  desk.append(kept, holder);
  const { body } = holder.contentDocument;
  body.contentEditable = "true";
  fill(body, lines);
  body.addEventListener("input", () => (kept.value = body.innerHTML));
  return { lines: () => linesOf(body), raw: () => body.innerHTML, kept: () => kept.value };
}

const BLOCKS = new Set(["P", "DIV", "LI", "H1", "H2", "PRE", "BLOCKQUOTE"]);

/** The lines as a mail made of this HTML would show them. */
export function linesOf(holder) {
  const lines = [];
  let open = false;
  const write = (text) => {
    if (!open) lines.push("");
    open = true;
    lines[lines.length - 1] += text;
  };
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      node.data.split("\n").forEach((part, place) => {
        if (place > 0) open = false;
        if (part || place > 0) write(part);
      });
      return;
    }
    if (node.tagName === "BR") {
      if (!open) lines.push("");
      open = false;
      return;
    }
    const block = BLOCKS.has(node.tagName);
    if (block) open = false;
    node.childNodes.forEach(read);
    if (block) open = false;
  };
  holder.childNodes.forEach(read);
  return lines;
}
