/** Pages we have no adapter for: the agent selects the customer's words and asks about them. */
import type { PageConversation } from "../page.ts";
import { turnId } from "../words.ts";

export function pageId(page: Document): string {
  const { origin, pathname, search } = page.location;
  return `page:${turnId("page", null, `${origin}${pathname}${search}`, 0)}`;
}

/** The selection as a conversation of one customer turn; null when nothing is selected. */
export function readSelection(page: Document): PageConversation | null {
  const selected = page.getSelection()?.toString().trim() ?? "";
  if (!selected) return null;
  return {
    conversation_id: pageId(page),
    helpdesk: "selection",
    channel: "email",
    subject: page.title,
    customer: {},
    turns: [{ id: turnId("customer", null, selected, 0), role: "customer", text: selected, at: null, attachments: [] }],
  };
}
