/** Puts text into a reply box without losing what is there, so that the page's own undo takes it out again. */

type TextBox = HTMLTextAreaElement | HTMLInputElement;

const isTextBox = (box: HTMLElement): box is TextBox =>
  box instanceof HTMLTextAreaElement || box instanceof HTMLInputElement;

/** Whether there is text in it. */
export function typedIn(box: HTMLElement): boolean {
  return /\S/.test(isTextBox(box) ? box.value : (box.textContent ?? ""));
}

/** The suggestion with an empty line to the text around it, unless there is a blank already. Pure. */
export function spaced(before: string, text: string, after: string): string {
  const head = before && !/\s$/.test(before) ? "\n\n" : "";
  const tail = after && !/^\s/.test(after) ? "\n\n" : "";
  return head + text + tail;
}

/** Inserts at the caret, or after what is typed when the agent has not been in the box; false when the page refused. */
export function insertText(box: HTMLElement, text: string, caretKnown: boolean): boolean {
  box.scrollIntoView({ block: "nearest" });
  window.focus();
  box.focus();
  return isTextBox(box) ? intoTextBox(box, text, caretKnown) : intoEditable(box, text, caretKnown);
}

function intoTextBox(box: TextBox, text: string, caretKnown: boolean): boolean {
  const caret = caretKnown ? (box.selectionEnd ?? box.value.length) : box.value.length;
  const before = box.value.slice(0, caret);
  const after = box.value.slice(caret);
  const addition = spaced(before, text, after);
  box.setSelectionRange(caret, caret);
  const expected = before + addition + after;
  if (!document.execCommand("insertText", false, addition) || box.value !== expected) {
    const prototype = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(box, expected);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  box.setSelectionRange(caret + addition.length, caret + addition.length);
  return box.value === expected;
}

function intoEditable(box: HTMLElement, text: string, caretKnown: boolean): boolean {
  const selection = box.ownerDocument.getSelection();
  if (!selection) return false;
  if (caretKnown && selection.rangeCount && box.contains(selection.anchorNode)) selection.collapseToEnd();
  else {
    selection.selectAllChildren(box);
    selection.collapseToEnd();
  }
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  // A rich editor handles the paste itself (and prevents the default); a plain one takes the command.
  return !box.dispatchEvent(paste) || document.execCommand("insertText", false, text);
}
