/** What Sotto needs to know of a helpdesk; an adapter is the only code that knows its pages. */
import type { PageConversation } from "../page.ts";

export interface Adapter {
  readonly name: string;
  /** Whether these pages are this helpdesk's. */
  matches(page: Document): boolean;
  /** The conversation that the page shows now, or null. */
  readConversation(page: Document): PageConversation | null;
  /** Brings the reply box into sight and returns it; null when the page has none. */
  openReplyBox(page: Document): Promise<HTMLElement | null>;
  /** The text the customer gets if this `submit` event sends a reply to them; null for any other form. */
  sentText(event: SubmitEvent): string | null;
}
