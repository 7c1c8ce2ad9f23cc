/** One box that text can go into, whatever it is made of: a plain text box or a rich editor. */
import { findSignature, typedRange } from "./rich_text.ts";
import { compact, typedText } from "./spacing.ts";

export type TextBox = HTMLTextAreaElement | HTMLInputElement;

/** By name: an editor may live in a frame, whose classes are not ours. */
export const isTextBox = (box: Element): box is TextBox => box.tagName === "TEXTAREA" || box.tagName === "INPUT";

export const textOf = (box: HTMLElement): string => (isTextBox(box) ? box.value : (box.textContent ?? ""));

/** Whether text of the agent's is in it; a signature is none. */
export function typedIn(box: HTMLElement, signature?: string): boolean {
  if (isTextBox(box)) return typedText(box.value).trim() !== "";
  return compact(typedRange(box, findSignature(box, signature))?.toString() ?? "") !== "";
}

/** Connected, drawn and not locked, its frame too. */
export function canTakeText(box: HTMLElement): boolean {
  const { defaultView } = box.ownerDocument;
  if (!box.isConnected || !defaultView || box.getClientRects().length === 0) return false;
  const frame = defaultView.frameElement;
  if (frame && !(frame.isConnected && frame.getClientRects().length > 0)) return false;
  return isTextBox(box) ? !box.disabled && !box.readOnly : box.isContentEditable;
}

/** Whether the page shows a second one of it: then nobody knows which of them is sent. */
export function hasTwin(box: HTMLElement): boolean {
  const name = box.getAttribute("name");
  const same = box.id ? `#${CSS.escape(box.id)}` : name ? `${box.tagName}[name="${CSS.escape(name)}"]` : null;
  if (same === null) return false;
  return [...box.ownerDocument.querySelectorAll<HTMLElement>(same)].filter(canTakeText).length > 1;
}
