/** What the panel's parts read out of the state. Pure. */
import type { ReplyBox } from "../page.ts";
import type { FlagPart, TurnPart } from "../wire.ts";
import type { PanelState } from "../state.ts";
import type { ConversationState, Place } from "./conversation.ts";

export function conversationInView({ conversations, inView }: PanelState): ConversationState | null {
  return inView === null ? null : (conversations.get(inView) ?? null);
}

/** Where text can go on the page in view; null where Sotto found no reply box. */
export function replyBoxInView({ view }: PanelState): ReplyBox | null {
  return view.kind === "conversation" || view.kind === "reply_page" ? view.replyBox : null;
}

export interface ConversationName {
  /** "#4711" where the helpdesk numbers its conversations. */
  number: string | null;
  customer: string;
  subject: string;
}

export function nameOf({ id, page }: ConversationState): ConversationName {
  const number = /:(\d+)$/.exec(id)?.[1];
  const { name, email } = page.customer;
  return { number: number === undefined ? null : `#${number}`, customer: name || email || "", subject: page.subject };
}

/** The customer's turns, newest first. */
export const customerTurns = ({ page }: ConversationState): TurnPart[] =>
  page.turns.filter((turn) => turn.role === "customer").reverse();

const IMAGE = /\.(png|jpe?g|gif|webp|heic|bmp|tiff?|svg)\b/i;

/** Whether the newest customer turn brings an image, which Sotto can't see. */
export const hasUnseenImage = (conversation: ConversationState): boolean =>
  customerTurns(conversation)[0]?.attachments?.some((name) => IMAGE.test(name)) ?? false;

export interface UrgentElsewhere {
  id: string;
  name: ConversationName;
  flag: FlagPart;
  place: Place;
}

/** Urgent flags of conversations that are not in view, unanswered, last raised first. */
export function urgentElsewhere({ conversations, inView }: PanelState): UrgentElsewhere[] {
  const elsewhere = [...conversations.values()].filter(({ id }) => id !== inView);
  const urgent = elsewhere.flatMap((conversation) => {
    const flags = conversation.flags.filter(({ flag, answer }) => flag.severity === "urgent" && answer === null);
    const { id, place } = conversation;
    return flags.map(({ flag }) => ({ id, name: nameOf(conversation), flag, place }));
  });
  return urgent.reverse();
}
