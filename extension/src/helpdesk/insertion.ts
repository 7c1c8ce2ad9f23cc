/** Puts text into a reply box without losing what is there, so that the page's own undo takes it out again. */
import { isTextBox, textOf, type TextBox } from "./editor.ts";
import { afterLetters, around, findSignature, isBefore, startOf, typedRange } from "./rich_text.ts";
import { compact, placeIn, spacing } from "./spacing.ts";

const FRAME_MS = 50;
const SHOWN_WITHIN_MS = 300;
/** Summernote keeps an undo of its own, whose last step is from before the agent's last words, until they click. */
const SNAPSHOT_ON_CLICK = ".note-editable";

export interface Addition {
  text: string;
  /** What the agent typed goes out for it; a signature stays. */
  replace: boolean;
  /** Where the agent's caret is or last was in a rich editor; `true` in a plain text box that they were in. */
  caret: Range | boolean;
  /** What this helpdesk marks as the signature, as a selector. */
  signature?: string | undefined;
  /** Asked at the last moment: whether this is still the right box of the right conversation. */
  stillRight: () => boolean;
}

/** `moved`: it was the wrong box by then; `partly`: the box shows neither the text nor what it had before. */
export type Inserted = "done" | "refused" | "moved" | "partly" | { tooLong: number };

export async function insertText(box: HTMLElement, addition: Addition): Promise<Inserted> {
  box.scrollIntoView({ block: "nearest" });
  window.focus();
  box.ownerDocument.defaultView?.focus();
  box.focus({ preventScroll: true });
  await drawn();
  return isTextBox(box) ? intoTextBox(box, addition) : intoEditable(box, addition);
}

// ---- plain text boxes --------------------------------------------------------------------------------------

async function intoTextBox(box: TextBox, addition: Addition): Promise<Inserted> {
  if (!addition.stillRight()) return "moved";
  const before = box.value;
  const caret = addition.caret === false ? null : box.selectionEnd;
  const { start, end } = placeIn(before, caret, addition.replace);
  const { head, tail } = spacing(before.slice(0, start), addition.text, before.slice(end));
  const added = fitting(box, head + addition.text + tail);
  const expected = before.slice(0, start) + added + before.slice(end);
  if (box.maxLength >= 0 && expected.length > box.maxLength) return { tooLong: box.maxLength };
  box.setSelectionRange(start, end);
  if (!box.ownerDocument.execCommand("insertText", false, added)) setValue(box, expected);
  const done = await shown(() => compact(box.value) === compact(expected));
  if (!done) return box.value === before ? "refused" : takenBack(box, before);
  const after = start + added.length - fitting(box, tail).length;
  if (box.value === expected) box.setSelectionRange(after, after);
  return "done";
}

/** A box of one line takes no line breaks. */
const fitting = (box: TextBox, text: string): string => (box.tagName === "INPUT" ? text.replace(/\s*\n\s*/g, " ") : text);

/** What a page's own script sees as typing; the page's undo does not know it. */
function setValue(box: TextBox, value: string): void {
  // The prototype's own setter: React watches the one that it put on the box itself.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value")?.set?.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// ---- rich editors ------------------------------------------------------------------------------------------

async function intoEditable(box: HTMLElement, addition: Addition): Promise<Inserted> {
  const place = placeInEditor(box, addition);
  const { before, after } = around(box, place);
  const { head, tail } = spacing(before, addition.text, after);
  const letters = compact(textBefore(box, place) + addition.text).length;
  const expected = compact(textBefore(box, place) + addition.text + textAfter(box, place));
  await select(box, place);
  // Not bubbling: it is for the editor alone.
  if (box.matches(SNAPSHOT_ON_CLICK)) box.dispatchEvent(new MouseEvent("mouseup"));
  if (!addition.stillRight()) return "moved";
  const earlier = textOf(box);
  paste(box, head + addition.text + tail);
  if (!(await shown(() => compact(textOf(box)) === expected))) {
    return compact(textOf(box)) === compact(earlier) ? "refused" : takenBack(box, earlier);
  }
  const end = afterLetters(box, letters, (text) => compact(text).length);
  if (tail && end) await select(box, end);
  return "done";
}

function placeInEditor(box: HTMLElement, { caret, replace, signature }: Addition): Range {
  const mark = findSignature(box, signature);
  const typed = typedRange(box, mark);
  if (replace && typed) return typed;
  // Not "instanceof": a frame's ranges are of the frame's own class.
  if (typeof caret === "object" && box.contains(caret.endContainer) && !(mark && !isBefore(caret, mark))) {
    const place = caret.cloneRange();
    place.collapse(false);
    return place;
  }
  if (!typed && mark) return startOf(box, mark);
  const place = typed ?? box.ownerDocument.createRange();
  if (!typed) place.selectNodeContents(box);
  place.collapse(false);
  return place;
}

const textBefore = (box: HTMLElement, place: Range): string => {
  const range = box.ownerDocument.createRange();
  range.selectNodeContents(box);
  range.setEnd(place.startContainer, place.startOffset);
  return range.toString();
};

const textAfter = (box: HTMLElement, place: Range): string => {
  const range = box.ownerDocument.createRange();
  range.selectNodeContents(box);
  range.setStart(place.endContainer, place.endOffset);
  return range.toString();
};

/** Editors learn of a selection by the browser's event, which comes later; before it they would use their old one. */
async function select(box: HTMLElement, place: Range): Promise<void> {
  const page = box.ownerDocument;
  const noticed = new Promise<void>((resolve) => {
    page.addEventListener("selectionchange", () => resolve(), { once: true });
    setTimeout(resolve, FRAME_MS);
  });
  const { startContainer, startOffset, endContainer, endOffset } = place;
  page.getSelection()?.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
  await noticed;
  await drawn();
}

/** A rich editor handles the paste itself (and prevents the default); a plain one takes the command. */
function paste(box: HTMLElement, text: string): void {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  if (box.dispatchEvent(event)) box.ownerDocument.execCommand("insertText", false, text);
}

// ---- afterwards --------------------------------------------------------------------------------------------

/** The page's own undo, so that nothing half done is left. */
async function takenBack(box: HTMLElement, before: string): Promise<Inserted> {
  const undo = new KeyboardEvent("keydown", { key: "z", code: "KeyZ", ctrlKey: true, bubbles: true, cancelable: true });
  if (box.dispatchEvent(undo)) box.ownerDocument.execCommand("undo");
  return (await shown(() => compact(textOf(box)) === compact(before))) ? "refused" : "partly";
}

/** A page may show a change only with its next frame; a hidden one draws none. */
const drawn = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, FRAME_MS);
  });

async function shown(look: () => boolean): Promise<boolean> {
  const until = performance.now() + SHOWN_WITHIN_MS;
  do {
    await drawn();
    if (look()) return true;
  } while (performance.now() < until);
  return false;
}
