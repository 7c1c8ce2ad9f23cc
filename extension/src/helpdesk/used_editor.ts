/** Which editor the agent works in, and where their caret was in it when they left it. */
import { canTakeText, isTextBox } from "./editor.ts";
import { isElement } from "./rich_text.ts";

const TEXT_BOX = "textarea, input:not([type]), input[type=text], input[type=email], input[type=url]";
const SEARCHES = "[role=search] *, [role=searchbox]";
const USES = ["pointerdown", "keydown", "keyup", "input"] as const;

/** The whole editor around a place in it; null where nothing can be typed, or only searched. */
export function editorAround(target: EventTarget | null): HTMLElement | null {
  if (!isElement(target as Node | null)) return null;
  const element = target as HTMLElement;
  if (element.matches(SEARCHES)) return null;
  if (element.matches(TEXT_BOX)) return element;
  if (!element.isContentEditable) return null;
  let root = element;
  while (root.parentElement?.isContentEditable) root = root.parentElement;
  return root;
}

function editorsOf(page: Document): HTMLElement[] {
  const places = [...page.querySelectorAll<HTMLElement>("textarea, [contenteditable], iframe")];
  const found = places.map((place) => frameBody(place) ?? editorAround(place));
  return [...new Set(found)].filter((box) => box !== null && canTakeText(box)) as HTMLElement[];
}

const frameBody = (element: Element | null): HTMLElement | null =>
  element?.tagName === "IFRAME" ? editorAround((element as HTMLIFrameElement).contentDocument?.body ?? null) : null;

export class UsedEditor {
  private last: HTMLElement | null = null;
  private typedAt = -Infinity;
  private readonly used = new WeakSet<HTMLElement>();
  private readonly carets = new WeakMap<HTMLElement, Range>();
  private readonly watched = new WeakSet<Document>();

  constructor(private readonly page: Document) {}

  /** `onInput` hears of every change in an editor. */
  start(onInput: () => void): void {
    this.watch(this.page, onInput);
    // A frame keeps its events to itself: the page only sees that its own window lost the focus.
    this.page.defaultView?.addEventListener("blur", () => {
      const body = frameBody(this.page.activeElement);
      if (!body) return;
      this.watch(body.ownerDocument, onInput);
      this.note(body);
    });
  }

  private watch(page: Document, onInput: () => void): void {
    if (this.watched.has(page)) return;
    this.watched.add(page);
    for (const kind of USES) page.addEventListener(kind, (event) => this.note(event.composedPath()[0] ?? null), true);
    page.addEventListener("input", () => onInput(), true);
    page.addEventListener("input", () => (this.typedAt = performance.now()), true);
    page.addEventListener("selectionchange", () => this.keepCaret(page));
  }

  private note(target: EventTarget | null): void {
    const box = editorAround(target);
    if (!box) return;
    this.last = box;
    this.used.add(box);
  }

  private keepCaret(page: Document): void {
    const selection = page.getSelection();
    if (!selection?.rangeCount) return;
    const range = selection.getRangeAt(0);
    // The whole selection: one of the customer's paragraph may end at the first letter of the editor after it.
    const holder = range.commonAncestorContainer;
    const box = editorAround(isElement(holder) ? holder : holder.parentElement);
    if (box && !isTextBox(box)) this.carets.set(box, range.cloneRange());
  }

  /** How long ago the agent typed anywhere, in milliseconds. */
  sinceTyping(): number {
    return performance.now() - this.typedAt;
  }

  /** Counts as typing: what was just inserted must be undone by itself as well. */
  noteTyping(): void {
    this.typedAt = performance.now();
  }

  /** The agent's caret in this box; false when they were not in it. */
  caretIn(box: HTMLElement): Range | boolean {
    if (!this.used.has(box)) return false;
    return isTextBox(box) || (this.carets.get(box) ?? false);
  }

  /** The editor that the agent used last, else the only one on the page. */
  box(): HTMLElement | null {
    if (this.last && canTakeText(this.last)) return this.last;
    const active = editorAround(this.page.activeElement) ?? frameBody(this.page.activeElement);
    if (active && canTakeText(active)) return active;
    const [only, ...others] = editorsOf(this.page);
    return only && !others.length ? only : null;
  }
}
