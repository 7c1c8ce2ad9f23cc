/** The text of a message as it was written: line breaks kept, quoted mail marked with "> ", hidden text left out. */

const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE DIV DL DT DD FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI OL P PRE SECTION TABLE TR UL".split(" "),
);
/** Stand apart by an empty line. */
const PARAGRAPHS = new Set("BLOCKQUOTE DL H1 H2 H3 H4 H5 H6 OL P PRE TABLE UL".split(" "));
const UNWRITTEN = new Set("AUDIO BUTTON CANVAS IFRAME NOSCRIPT OBJECT SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO".split(" "));

/** What an adapter knows of its own pages. */
export interface Reading {
  /** The page's own words inside a message, which nobody wrote. */
  skip?: string;
  /** Written text that the page folds away. */
  keep?: string;
}

/** The text of these neighbouring nodes. */
export function written(nodes: Iterable<Node>, reading: Reading = {}): string {
  const lines = new Lines();
  for (const node of nodes) read(node, lines, reading);
  return lines.text();
}

/** A message may lie behind a closed tab, so only what it hides itself counts, never what hides it. */
function hidden(element: Element, { skip, keep }: Reading): boolean {
  if (UNWRITTEN.has(element.nodeName.toUpperCase()) || (skip && element.matches(skip))) return true;
  if (keep && element.matches(keep)) return false;
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  return !style || style.display === "none" || style.visibility === "hidden" || style.opacity === "0" || style.fontSize === "0px";
}

function read(node: Node, lines: Lines, reading: Reading): void {
  if (node.nodeType === Node.TEXT_NODE) return lines.add(node.textContent ?? "", keepsBlanks(node.parentElement));
  if (node.nodeName === "BR") return lines.end();
  if (node.nodeType !== Node.ELEMENT_NODE || hidden(node as Element, reading)) return;
  const name = node.nodeName;
  if (!BLOCKS.has(name)) return readInside(node, lines, reading);
  if (PARAGRAPHS.has(name)) lines.gap();
  else lines.close();
  if (name === "BLOCKQUOTE") lines.quoted(() => readInside(node, lines, reading));
  else readInside(node, lines, reading);
  if (PARAGRAPHS.has(name)) lines.gap();
  else lines.close();
}

function readInside(element: Node, lines: Lines, reading: Reading): void {
  for (const child of element.childNodes) read(child, lines, reading);
}

function keepsBlanks(parent: Element | null): boolean {
  const style = parent?.ownerDocument.defaultView?.getComputedStyle(parent);
  return style?.whiteSpace.startsWith("pre") ?? false;
}

class Lines {
  private readonly done: string[] = [];
  private line = "";
  private depth = 0;

  add(shown: string, keepsBlanks: boolean): void {
    const text = shown.replaceAll("\u00a0", " ");
    if (!keepsBlanks) {
      const folded = text.replace(/[ \t\n\r\f]+/g, " ");
      this.line += this.line === "" || this.line.endsWith(" ") ? folded.trimStart() : folded;
      return;
    }
    const [first = "", ...rest] = text.replace(/\r\n?/g, "\n").split("\n");
    this.line += first;
    for (const line of rest) {
      this.end();
      this.line = line;
    }
  }

  /** Ends the line, be it empty. */
  end(): void {
    const marks = "> ".repeat(this.depth);
    this.done.push(`${marks}${this.line}`.trimEnd());
    this.line = "";
  }

  /** Ends the line if there is one. */
  close(): void {
    if (this.line.trim()) this.end();
    else this.line = "";
  }

  gap(): void {
    this.close();
    const last = this.done.at(-1);
    if (last !== undefined && last.replace(/[> ]/g, "")) this.end();
  }

  quoted(inside: () => void): void {
    this.depth += 1;
    inside();
    this.close();
    while (this.done.length && /^(> )*>$/.test(this.done.at(-1) ?? "")) this.done.pop();
    this.depth -= 1;
  }

  text(): string {
    this.close();
    return this.done.join("\n").replace(/\n{3,}/g, "\n\n").trim();
  }
}
