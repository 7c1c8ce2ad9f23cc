/** What Sotto needs to know of a helpdesk; an adapter is the only code that knows its pages. */
import type { Assigned, PageConversation, ReplyBox } from "../page.ts";

/** `box` is null while the helpdesk shows it only once it is opened. */
export interface FoundBox {
  kind: ReplyBox["kind"];
  box: HTMLElement | null;
}

/** How an agent makes a conversation theirs on a helpdesk's own form. Nothing here saves or sends it. */
export interface TakingOver {
  /** Whose it is, and in which queue; null where the page does not say. */
  assigned(page: Document): Assigned | null;
  /** Has the form write to colleagues, and returns what undoes that; null where it cannot. */
  writeNote(page: Document): (() => void) | null;
  /** Chooses the agent who is signed in as the owner; false where the form cannot. */
  chooseMe(page: Document): boolean;
  /** Chooses the queue that is called so; missing where the agent does it alone, false where the form has none. */
  chooseQueue?(page: Document, name: string): boolean;
}

export interface Adapter {
  readonly name: string;
  /** Whether these pages are this helpdesk's. */
  matches(page: Document): boolean;
  /** The conversation that the page shows now, or null. */
  readConversation(page: Document): PageConversation | null;
  /** The conversation whose reply is written on this page though the page does not show it. */
  replyPageOf?(page: Document): string | null;
  /** Whether a page with this address shows a conversation; if none is read from it, the page has changed. */
  expectsConversation?(page: Document): boolean;
  /** The reply box without opening it, and who would read its text now; null when the page has none. */
  findReplyBox(page: Document): FoundBox | null;
  /** What in a rich editor is the agent's signature (a CSS selector), beside the usual ones. */
  readonly signature?: string;
  /** Brings the reply box into sight and returns it; null when the page has none. */
  openReplyBox(page: Document): Promise<HTMLElement | null>;
  /** Missing where the agent does it alone. */
  readonly takingOver?: TakingOver;
  /** The text the customer gets if this `submit` event sends a reply to them; null for any other form. */
  sentText(event: SubmitEvent): string | null;
}
