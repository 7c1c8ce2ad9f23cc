/** The page's side of the panel: shows what is in view, inserts on request, tells what was sent. */
import { fitText } from "../limits.ts";
import type { FromPage, InsertResult, Insertion, PageConversation, PageView, ReplyBox, ToPage } from "../page.ts";
import { reportId } from "../report_id.ts";
import type { OutcomeReport, PageUnread } from "../wire.ts";
import { sentUnchanged } from "../words.ts";
import type { Adapter, FoundBox } from "./adapter.ts";
import { insertText, typedIn } from "./insertion.ts";
import { lastEditor, pageId, readSelection } from "./selection.ts";

const SETTLE_MS = 150;
const SENT_KEY = "sotto.sent";

/** Resolves once the message has safely arrived where it will be kept. */
export type Tell = (message: FromPage) => Promise<void>;

interface Inserted {
  conversation_id: string;
  suggestion_id: string;
  text: string;
  at: string;
}

export class PageSide {
  private told = "";
  private unreadTold = false;
  private selection: PageConversation | null = null;
  private inserted: Inserted[] = [];
  private usedEditor: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly page: Document,
    private readonly adapter: Adapter | null,
    private readonly tell: Tell,
  ) {}

  start(): void {
    const changed = new MutationObserver(() => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.tellView(), SETTLE_MS);
    });
    changed.observe(this.page, { subtree: true, childList: true, characterData: true });
    this.page.addEventListener("focusin", (event) => {
      if (event.target instanceof HTMLElement) this.usedEditor = event.target;
    });
    // On the window, after the page's own listeners: a submit they prevented sends nothing.
    this.page.defaultView?.addEventListener("submit", (event) => this.onSubmit(event));
    this.tellView();
    void this.tellUnsent();
  }

  async answer(message: ToPage): Promise<PageView | InsertResult> {
    switch (message.sotto) {
      case "view_read":
        return this.view();
      case "selection_asked":
        this.selection = readSelection(this.page) ?? this.selection;
        return this.view();
      case "insert":
        return this.insert(message.insertion);
    }
  }

  view(): PageView {
    const read = this.adapter && this.viewOf(this.adapter);
    if (read && read.kind !== "unread") return read;
    if (this.selection?.conversation_id === pageId(this.page)) {
      const box = lastEditor(this.page, this.usedEditor);
      return { kind: "conversation", conversation: this.selection, replyBox: box && described({ kind: "reply", box }) };
    }
    return read ?? { kind: "unknown_page", site: this.page.location.host };
  }

  private viewOf(adapter: Adapter): PageView {
    const replyBox = described(adapter.findReplyBox(this.page));
    const conversation = adapter.readConversation(this.page);
    if (conversation) return { kind: "conversation", conversation, replyBox };
    const conversationId = adapter.replyPageOf?.(this.page) ?? null;
    if (conversationId !== null) return { kind: "reply_page", conversation_id: conversationId, replyBox };
    const changed = adapter.expectsConversation?.(this.page) ?? false;
    return changed ? { kind: "unread", adapter: adapter.name } : { kind: "no_conversation" };
  }

  /** Tells the panel what is in view if it changed. */
  tellView(): void {
    const view = this.view();
    const now = JSON.stringify(view);
    if (now === this.told) return;
    this.told = now;
    void this.tell({ sotto: "view_changed", view });
    if (view.kind === "unread") this.tellUnread(view.adapter);
  }

  /** Once a page, for the lead to count. */
  private tellUnread(adapter: string): void {
    if (this.unreadTold) return;
    this.unreadTold = true;
    const report: PageUnread = { type: "page_unread", report_id: reportId(), adapter, helpdesk: this.page.location.origin };
    void this.tell({ sotto: "page_unread", report });
  }

  private conversationId(): string | null {
    const view = this.view();
    return view.kind === "conversation" ? view.conversation.conversation_id : null;
  }

  /** The target is checked again after the reply box opened: the page may have moved on meanwhile. */
  private async insert(insertion: Insertion): Promise<InsertResult> {
    const kind = this.adapter?.findReplyBox(this.page)?.kind ?? "reply";
    if (insertion.audience === "internal" && kind === "reply") {
      return refusal("This text is internal, and the box writes to the customer. Nothing was inserted.");
    }
    const changed = refusal("This page shows another conversation now. Nothing was inserted.");
    if (this.conversationId() !== insertion.conversation_id) return changed;
    const used = this.usedEditor;
    const box = this.adapter ? await this.adapter.openReplyBox(this.page) : lastEditor(this.page, used);
    if (this.conversationId() !== insertion.conversation_id) return changed;
    if (!box) return refusal("No reply box is open here. Open it or use Copy. Nothing was inserted.");
    if (!insertText(box, insertion.text, used === box)) {
      return refusal("The reply box did not take the text. Use Copy instead.");
    }
    const { conversation_id, suggestion_id, text } = insertion;
    if (suggestion_id !== null) {
      this.inserted.push({ conversation_id, suggestion_id, text, at: new Date().toISOString() });
    }
    return { done: true, box: kind };
  }

  private onSubmit(event: SubmitEvent): void {
    const text = event.defaultPrevented ? null : (this.adapter?.sentText(event) ?? null);
    if (text !== null) this.sent(text);
  }

  /** The reply went out with `text`: every suggestion inserted into it gets its outcome. */
  sent(text: string): void {
    const conversationId = this.conversationId();
    const reports = this.inserted
      .filter((inserted) => inserted.conversation_id === conversationId)
      .map((inserted) => outcome(inserted, text));
    this.inserted = [];
    keep([...kept(), ...reports]);
    void this.tellUnsent();
  }

  /** Sending a reply reloads the page, so what nobody confirmed is told again by the next page. */
  private async tellUnsent(): Promise<void> {
    for (const report of kept()) {
      await this.tell({ sotto: "reply_sent", report });
      keep(kept().filter((other) => other.report_id !== report.report_id));
    }
  }
}

const described = (found: FoundBox | null): ReplyBox | null =>
  found && { kind: found.kind, typed: found.box !== null && typedIn(found.box) };

const refusal = (message: string): InsertResult => ({ done: false, message });

function outcome(inserted: Inserted, text: string): OutcomeReport {
  return {
    type: "outcome_report",
    conversation_id: inserted.conversation_id,
    report_id: reportId(),
    suggestion_id: inserted.suggestion_id,
    outcome: sentUnchanged(inserted.text, text) ? "inserted" : "edited",
    sent_text: fitText(text.replace(/\r\n?/g, "\n")),
    acted_at: inserted.at,
  };
}

const kept = (): OutcomeReport[] => JSON.parse(sessionStorage.getItem(SENT_KEY) ?? "[]") as OutcomeReport[];

function keep(reports: OutcomeReport[]): void {
  if (reports.length) sessionStorage.setItem(SENT_KEY, JSON.stringify(reports));
  else sessionStorage.removeItem(SENT_KEY);
}
