/** The page's side of the panel: shows what is in view, inserts on request, tells what was sent. */
import type { FromPage, InsertResult, Insertion, PageConversation, PageView, ReplyBox, SendAnswer, TakenOver, ToPage } from "../page.ts";
import { reportId } from "../report_id.ts";
import type { PageUnread } from "../wire.ts";
import type { Adapter, FoundBox } from "./adapter.ts";
import { canTakeText, hasTwin, isTextBox, typedIn } from "./editor.ts";
import { insertText, type Inserted } from "./insertion.ts";
import { PageWatch } from "./page_watch.ts";
import { sameView } from "./same_view.ts";
import { pageId, readSelection } from "./selection.ts";
import { SendGuard } from "./send_guard.ts";
import { SentReplies, type Tell } from "./sent_replies.ts";
import { UsedEditor } from "./used_editor.ts";

/** Rich editors undo what is typed within a second as one: an insertion waits until the agent's own step is closed. */
const UNDO_STEP_MS = 1_000;

const MOVED = "This page shows another conversation now. Nothing was inserted.";
const NO_BOX = "No reply box is open here. Open it or use Copy. Nothing was inserted.";
const TWO_BOXES = "This page shows its reply box twice, so Sotto cannot tell which is sent. Nothing was inserted.";
const FOR_COLLEAGUES = "This text is internal, and the box writes to the customer. Nothing was inserted.";
const HALF_WRITTEN = "A reply is begun in this box. Send it or clear it first, or make it a private note. Nothing was inserted.";
const BUSY = "Sotto is inserting already.";

export class PageSide {
  private told: PageView | null = null;
  private unreadTold = false;
  private selection: PageConversation | null = null;
  private inserting = false;
  private readonly editor: UsedEditor;
  private readonly watch: PageWatch;
  private readonly replies: SentReplies;
  private readonly sending: SendGuard | null;

  constructor(
    private readonly page: Document,
    private readonly adapter: Adapter | null,
    private readonly tell: Tell,
    ask: ((message: FromPage) => Promise<SendAnswer | undefined>) | null = null,
  ) {
    this.editor = new UsedEditor(page);
    this.watch = new PageWatch(page, () => this.tellView(), () => adapter?.findReplyBox(page)?.box ?? null);
    this.replies = new SentReplies(tell);
    this.sending = ask && adapter && new SendGuard(page, adapter, {
      mayGo: (text) => this.mayGo(ask, text),
      wentUnchecked: () => this.wentUnchecked(),
    });
  }

  start(): void {
    this.watch.start();
    this.editor.start(() => this.onInput());
    // On the window, after the page's own listeners: a submit they prevented sends nothing.
    this.page.defaultView?.addEventListener("submit", (event) => this.onSubmit(event));
    this.tellView();
    void this.replies.tellUnsent();
  }

  async answer(message: ToPage): Promise<PageView | InsertResult | TakenOver> {
    switch (message.sotto) {
      case "view_read":
        return this.tellView();
      case "selection_asked":
        this.selection = readSelection(this.page) ?? this.selection;
        return this.tellView();
      case "insert":
        return this.once(() => this.insert(message.insertion));
      case "take_over":
        return this.once(() => this.takeOver(message.insertion, message.queue ?? null));
      case "release":
        this.sending?.release(message.text);
        return this.view();
    }
  }

  // ---- what is in view -------------------------------------------------------------------------------------

  view(): PageView {
    return this.look().view;
  }

  /** Where no adapter reads the page, the agent selects what it is about, and their own editor is the reply box. */
  private look(): Look {
    const known = this.adapter && lookWith(this.adapter, this.page);
    if (known && known.view.kind !== "unread") return known;
    if (this.selection?.conversation_id !== pageId(this.page)) {
      return known ?? { view: { kind: "unknown_page", site: this.page.location.host }, found: null };
    }
    const box = this.editor.box();
    const found: FoundBox | null = box && { kind: "reply", box };
    return { view: { kind: "conversation", conversation: this.selection, replyBox: described(found) }, found };
  }

  /** Tells the panel what is in view if it changed; an answer alone is not told, for it may come late and be dropped. */
  tellView(): PageView {
    const view = this.view();
    if (this.told && sameView(this.told, view)) return view;
    this.told = view;
    void this.tell({ sotto: "view_changed", view });
    if (view.kind === "unread") this.tellUnread(view.adapter);
    return view;
  }

  /** Once a page, for the lead to count. */
  private tellUnread(adapter: string): void {
    if (this.unreadTold) return;
    this.unreadTold = true;
    const report: PageUnread = { type: "page_unread", report_id: reportId(), adapter, helpdesk: this.page.location.origin };
    void this.tell({ sotto: "page_unread", report });
  }

  /** Typing in the reply box changes nothing but whether something is typed. */
  private onInput(): void {
    const told = this.told && "replyBox" in this.told ? this.told.replyBox : null;
    const box = this.adapter?.findReplyBox(this.page)?.box ?? this.editor.box();
    if (box && typedIn(box, this.adapter?.signature) !== told?.typed) this.watch.changed();
  }

  // ---- inserting -------------------------------------------------------------------------------------------

  private async once<Result>(act: () => Promise<Result>): Promise<Result | Refusal> {
    if (this.inserting) return refusal(BUSY);
    this.inserting = true;
    try {
      return await act();
    } finally {
      this.inserting = false;
      this.watch.changed();
    }
  }

  /** The target is checked again after the reply box opened: the page may have moved on meanwhile. */
  private async insert(insertion: Insertion): Promise<InsertResult> {
    const early = this.objection(insertion);
    if (early !== null) return refusal(early);
    const box = await this.openBox();
    const late = this.objection(insertion, box);
    if (late !== null) return refusal(late);
    if (!box) return refusal(NO_BOX);
    if (!isTextBox(box)) await this.undoStepClosed();
    const inserted = await insertText(box, {
      text: insertion.text.replace(/\r\n?/g, "\n"),
      replace: insertion.replace,
      caret: this.editor.caretIn(box),
      signature: this.adapter?.signature,
      stillRight: () => this.objection(insertion, box) === null,
    });
    if (inserted !== "done") return refusal(this.objection(insertion, box) ?? because(inserted));
    const { conversation_id, suggestion_id, text, whole = text } = insertion;
    const at = new Date().toISOString();
    if (suggestion_id !== null) this.replies.add({ conversation_id, suggestion_id, text: whole, at });
    this.editor.noteTyping();
    return { done: true, box: this.look().found?.kind ?? "reply" };
  }

  /** The helpdesk's own form is filled in for the agent to save: the text for colleagues, the agent as the owner, the queue. */
  private async takeOver(insertion: Insertion, queue: string | null): Promise<TakenOver> {
    const taking = this.adapter?.takingOver;
    const early = this.objection({ ...insertion, audience: "public" });
    if (early !== null) return refusal(early);
    await this.openBox();
    const { found } = this.look();
    const begun = taking && found?.kind === "reply" && found.box !== null && typedIn(found.box, this.adapter?.signature);
    if (begun) return refusal(HALF_WRITTEN);
    const undo = taking?.writeNote(this.page);
    const result = await this.insert(insertion);
    if (!result.done) {
      undo?.();
      return result;
    }
    const here = conversationOf(this.view()) === insertion.conversation_id;
    const moved = here && queue !== null && taking?.chooseQueue?.(this.page, queue) === true;
    return { ...result, owner: here && taking?.chooseMe(this.page) === true, queue: moved };
  }

  /** Why the text must not go into the box (or, before it is opened, onto this page); null when it may. */
  private objection(insertion: Insertion, box?: HTMLElement | null): string | null {
    const { view, found } = this.look();
    if (conversationOf(view) !== insertion.conversation_id) return MOVED;
    if (!found) return NO_BOX;
    if (insertion.audience === "internal" && found.kind === "reply") return FOR_COLLEAGUES;
    if (box === undefined) return null;
    if (!box || !canTakeText(box) || (found.box !== null && found.box !== box)) return NO_BOX;
    return hasTwin(box) ? TWO_BOXES : null;
  }

  private async openBox(): Promise<HTMLElement | null> {
    const { view, found } = this.look();
    const selected = view.kind === "conversation" && view.conversation === this.selection;
    return selected || !this.adapter ? (found?.box ?? null) : this.adapter.openReplyBox(this.page);
  }

  private async undoStepClosed(): Promise<void> {
    const rest = UNDO_STEP_MS - this.editor.sinceTyping();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }

  // ---- sending ---------------------------------------------------------------------------------------------

  private onSubmit(event: SubmitEvent): void {
    const text = event.defaultPrevented ? null : (this.adapter?.sentText(event) ?? null);
    if (text !== null) this.sent(text);
  }

  private async mayGo(ask: (message: FromPage) => Promise<SendAnswer | undefined>, text: string): Promise<SendAnswer | undefined> {
    const conversation_id = conversationOf(this.view());
    return conversation_id === null ? undefined : ask({ sotto: "reply_leaving", conversation_id, text });
  }

  private wentUnchecked(): void {
    const conversation_id = conversationOf(this.view());
    if (conversation_id !== null) void this.tell({ sotto: "reply_unchecked", conversation_id });
  }

  /** The helpdesk sent `text` to the customer. */
  sent(text: string): void {
    this.replies.sent(conversationOf(this.view()), text);
  }
}

/** What is in view, and the box that text would go into. */
interface Look {
  view: PageView;
  found: FoundBox | null;
}

function lookWith(adapter: Adapter, page: Document): Look {
  const found = adapter.findReplyBox(page);
  const replyBox = described(found, adapter.signature);
  const assigned = adapter.takingOver?.assigned(page) ?? null;
  const conversation = adapter.readConversation(page);
  if (conversation) return { view: { kind: "conversation", conversation, replyBox, assigned }, found };
  const conversationId = adapter.replyPageOf?.(page) ?? null;
  if (conversationId !== null) return { view: { kind: "reply_page", conversation_id: conversationId, replyBox, assigned }, found };
  const changed = adapter.expectsConversation?.(page) ?? false;
  return { view: changed ? { kind: "unread", adapter: adapter.name } : { kind: "no_conversation" }, found: null };
}

function described(found: FoundBox | null, signature?: string): ReplyBox | null {
  return found && { kind: found.kind, typed: found.box !== null && typedIn(found.box, signature) };
}

function conversationOf(view: PageView): string | null {
  if (view.kind === "reply_page") return view.conversation_id;
  return view.kind === "conversation" ? view.conversation.conversation_id : null;
}

type Refusal = InsertResult & { done: false };

const refusal = (message: string): Refusal => ({ done: false, message });

function because(inserted: Exclude<Inserted, "done">): string {
  if (typeof inserted === "object") {
    return `The reply box takes ${inserted.tooLong} characters, and the text would be longer. Nothing was inserted.`;
  }
  switch (inserted) {
    case "moved":
      return MOVED;
    case "refused":
      return "The reply box did not take the text. Use Copy instead. Nothing was inserted.";
    case "partly":
      return "The reply box changed the text: read it before you send, or undo.";
  }
}
