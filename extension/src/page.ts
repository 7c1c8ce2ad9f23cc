/** What the panel and a helpdesk page say to each other: over extension messages, or over postMessage in a frame. */
import type { Channel, CustomerPart, OutcomeReport, PageUnread, TurnPart } from "./wire.ts";

/** One helpdesk thread as its page shows it now, oldest turn first. */
export interface PageConversation {
  conversation_id: string;
  helpdesk: string;
  channel: Channel;
  subject: string;
  customer: CustomerPart;
  turns: TurnPart[];
}

/** Where text can go: to the customer or to colleagues. `typed`: text of the agent's is in it. */
export interface ReplyBox {
  kind: "reply" | "note";
  typed: boolean;
}

/**
 * Whose the conversation is in the helpdesk ("" for nobody). `mine`: the agent's who is signed in there; `open`: the
 * form in view can make it theirs; `queue`: what the page calls the queue that it is in, if it says so.
 */
export interface Assigned {
  to: string;
  mine: boolean;
  open: boolean;
  queue: string[];
}

/**
 * What is in view: a conversation, the page where its reply is written (which does not show it), a page of a helpdesk
 * without one, a page whose adapter finds nothing on it any more, a page we have no adapter for, or no page.
 */
export type PageView =
  | { kind: "conversation"; conversation: PageConversation; replyBox: ReplyBox | null; assigned?: Assigned | null }
  | { kind: "reply_page"; conversation_id: string; replyBox: ReplyBox | null; assigned?: Assigned | null }
  | { kind: "no_conversation" }
  | { kind: "unread"; adapter: string }
  | { kind: "unknown_page"; site: string }
  | { kind: "out_of_reach" };

/** `replace`: the agent chose to have their own text replaced. Internal text goes into a note only. */
export interface Insertion {
  conversation_id: string;
  suggestion_id: string | null;
  text: string;
  /** The whole draft of which `text` is a piece: what is sent is judged against it. */
  whole?: string;
  audience: "public" | "internal";
  replace: boolean;
}

/** `message` is written for the agent. */
export type InsertResult = { done: true; box: ReplyBox["kind"] } | { done: false; message: string };

/** `owner`: the form makes the agent the owner once they save it; `queue`: it moves it into the queue that was asked for. */
export type TakenOver = { done: true; box: ReplyBox["kind"]; owner: boolean; queue: boolean } | { done: false; message: string };

/** A piece of a reply that is held back. */
export interface HeldPiece {
  words: string;
  why: string;
}

/** Whether a reply may go to the customer; `advice` is for the agent, beside the Send button. */
export interface SendAnswer {
  held: { advice: string; pieces: HeldPiece[] } | null;
}

/** Panel to page. Each is answered: with a PageView, with an InsertResult, or with what was taken over. */
export type ToPage =
  | { sotto: "view_read" }
  | { sotto: "selection_asked" }
  | { sotto: "insert"; insertion: Insertion }
  /** What is inserted goes to colleagues; the form makes the agent the owner, and moves it into this queue if one is named. */
  | { sotto: "take_over"; insertion: Insertion; queue?: string | null }
  /** The agent answers for these words: they may be sent once. */
  | { sotto: "release"; text: string };

/** Page to panel, unasked. A report is answered once it is in the outbox, a reply about to be sent with a SendAnswer. */
export type FromPage =
  | { sotto: "view_changed"; view: PageView }
  | { sotto: "reply_sent"; report: OutcomeReport }
  | { sotto: "page_unread"; report: PageUnread }
  | { sotto: "reply_leaving"; conversation_id: string; text: string }
  | { sotto: "reply_unchecked"; conversation_id: string };

const FROM_PAGE: ReadonlySet<unknown> = new Set<FromPage["sotto"]>(["view_changed", "reply_sent", "page_unread", "reply_leaving", "reply_unchecked"]);

export const isFromPage = (value: unknown): value is FromPage => FROM_PAGE.has((value as { sotto?: unknown } | null)?.sotto);

const TO_PAGE: ReadonlySet<unknown> = new Set<ToPage["sotto"]>(["view_read", "selection_asked", "insert", "take_over", "release"]);

export function isToPage(value: unknown): value is ToPage {
  return TO_PAGE.has((value as { sotto?: unknown } | null)?.sotto);
}
