/** Places in a rich editor: where the signature starts, where the agent's text ends, what stands around a caret. */
import { isSignatureLine } from "./spacing.ts";

const SIGNATURES = ".gmail_signature, .moz-signature, [data-signature], .signature, .email-signature";
const BLOCK = /^(block|list-item|flex|grid|table|table-cell|flow-root)$/;
/** In a copy outside the page, where no style says what is a block. */
const BREAKS_LINE = /^(BR|P|DIV|LI|PRE|BLOCKQUOTE|H[1-6])$/;

export const isElement = (node: Node | null): node is HTMLElement => node?.nodeType === Node.ELEMENT_NODE;
const isText = (node: Node | null): node is Text => node?.nodeType === Node.TEXT_NODE;
const isBreak = (node: Node | null): boolean => isElement(node) && node.tagName === "BR";

function isBlock(node: Node | null): node is HTMLElement {
  const view = node?.ownerDocument?.defaultView;
  return isElement(node) && BLOCK.test(view?.getComputedStyle(node).display ?? "");
}

/** The blanks between two blocks in a page's source are no text. */
const isSourceBlank = (node: Node): boolean =>
  isText(node) && !node.data.trim() && (isBlock(node.previousSibling) || isBlock(node.nextSibling));

function walk(root: Node): Node[] {
  const walker = root.ownerDocument?.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const nodes: Node[] = [];
  while (walker?.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/** A line of its own: nothing but line breaks beside it in its block. */
function fillsLine(node: Text): boolean {
  const ends = (next: "previousSibling" | "nextSibling"): boolean => {
    let place: Node = node;
    while (!place[next] && place.parentNode && !isBlock(place.parentNode)) place = place.parentNode;
    return !place[next] || isBreak(place[next]) || isBlock(place[next]);
  };
  return ends("previousSibling") && ends("nextSibling");
}

/** Where the signature begins: an element that the helpdesk marks, or the text of a line "--"; null without one. */
export function findSignature(box: HTMLElement, selector = ""): Node | null {
  const marked = box.querySelector(selector ? `${SIGNATURES}, ${selector}` : SIGNATURES);
  const line = walk(box).find((node) => isText(node) && isSignatureLine(node.data) && fillsLine(node));
  if (!marked || !line) return marked ?? line ?? null;
  return marked.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_PRECEDING ? line : marked;
}

export function isBefore(range: Range, node: Node): boolean {
  const start = range.cloneRange();
  start.setStartBefore(node);
  start.collapse(true);
  return range.compareBoundaryPoints(Range.END_TO_END, start) <= 0;
}

const at = (box: HTMLElement, node: Node, offset: number): Range => {
  const range = box.ownerDocument.createRange();
  range.setStart(node, offset);
  return range;
};

/** The caret's place in or beside a leaf. */
function beside(box: HTMLElement, leaf: Node, side: "start" | "end"): Range {
  if (isText(leaf)) return at(box, leaf, side === "start" ? 0 : leaf.data.length);
  const holder = leaf.parentNode;
  if (!holder || leaf === box) return at(box, box, 0);
  if (isBlock(leaf)) return at(box, leaf, 0);
  const place = [...holder.childNodes].indexOf(leaf as ChildNode);
  return at(box, holder, side === "end" && !isBreak(leaf) ? place + 1 : place);
}

const isLeaf = (node: Node): boolean =>
  !node.firstChild && !isSourceBlank(node) && (isText(node) || (isElement(node) && !node.closest("[contenteditable=false]")));

/** All that is typed, from its first place to its last; null when nothing stands before the signature. */
export function typedRange(box: HTMLElement, signature: Node | null): Range | null {
  const leaves = walk(box).filter(isLeaf);
  const end = signature ? leaves.findIndex((leaf) => isAtOrAfter(leaf, signature)) : -1;
  const typed = end < 0 ? leaves : leaves.slice(0, end);
  const [first, last] = [typed[0], typed.at(-1)];
  if (!first || !last) return signature ? null : at(box, box, 0);
  const range = beside(box, first, "start");
  const { startContainer, startOffset } = beside(box, last, "end");
  range.setEnd(startContainer, startOffset);
  return range;
}

const isAtOrAfter = (node: Node, mark: Node): boolean =>
  node === mark || mark.contains(node) || (mark.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;

/** The place before the signature's first letter. */
export const startOf = (box: HTMLElement, node: Node): Range => beside(box, walk(node).find(isLeaf) ?? node, "start");

/** The caret's paragraph before and after it and the neighbouring ones, line breaks as such. */
export function around(box: HTMLElement, range: Range): { before: string; after: string } {
  let block: Node = range.endContainer;
  while (block !== box && !isBlock(block)) block = block.parentNode ?? box;
  const before = range.cloneRange();
  before.selectNodeContents(block);
  const after = before.cloneRange();
  before.setEnd(range.startContainer, range.startOffset);
  after.setStart(range.endContainer, range.endOffset);
  const [above, below] = block === box ? ["", ""] : [neighbour(block, "previous"), neighbour(block, "next")];
  // The last break of a paragraph only keeps it open.
  return { before: above + lines(before), after: lines(after).replace(/\n$/, "") + below };
}

/** Paragraphs that a style keeps apart have an empty line between them already. */
function neighbour(block: Node, side: "previous" | "next"): string {
  const other = (block as Element)[`${side}ElementSibling`];
  if (!isBlock(other)) return "";
  const [upper, lower] = side === "previous" ? [other, block] : [block, other];
  const margin = (element: Node, edge: "marginBottom" | "marginTop"): number =>
    parseFloat(element.ownerDocument?.defaultView?.getComputedStyle(element as Element)[edge] ?? "") || 0;
  const apart = Math.max(margin(upper, "marginBottom"), margin(lower, "marginTop")) > 0 ? "\n\n" : "\n";
  const text = other.textContent ?? "";
  return side === "previous" ? text + apart : apart + text;
}

function lines(range: Range): string {
  const part = range.cloneContents();
  return walk(part)
    .filter((node) => !isSourceBlank(node))
    .map((node) => (isText(node) ? node.data : isElement(node) && BREAKS_LINE.test(node.tagName) ? "\n" : ""))
    .join("");
}

/** The place right after so many letters (blanks do not count); null when there are not so many. */
export function afterLetters(box: HTMLElement, letters: number, count: (text: string) => number): Range | null {
  let left = letters;
  for (const node of walk(box)) {
    if (!isText(node)) continue;
    const here = count(node.data);
    if (here >= left) {
      let offset = 0;
      while (count(node.data.slice(0, offset)) < left) offset += 1;
      return at(box, node, offset);
    }
    left -= here;
  }
  return null;
}
