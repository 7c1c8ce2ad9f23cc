/** What the panel's parts read out of the state. Pure. */
import type { DraftForm } from "../host.ts";
import type { ReplyBox } from "../page.ts";
import type { FlagPart, TurnPart } from "../wire.ts";
import type { PanelState } from "../state.ts";
import { shownFinding, type ConversationState, type FlagView, type Place } from "./conversation.ts";
import type { HandoverView } from "./handovers.ts";

export function conversationInView({ conversations, inView }: PanelState): ConversationState | null {
  return inView === null ? null : (conversations.get(inView) ?? null);
}

/** Where text can go on the page in view; null where Sotto found no reply box. */
export function replyBoxInView({ view }: PanelState): ReplyBox | null {
  return view.kind === "conversation" || view.kind === "reply_page" ? view.replyBox : null;
}

/** An older server writes whole replies only. */
export const takesForms = ({ features }: PanelState): boolean => features.includes("forms");

export const formWanted = (state: PanelState): DraftForm => (takesForms(state) ? state.form : "reply");

/** How drafts can be changed here: not at all by an older server, in voice and language by a language model only. */
export type Changes = "none" | "lengths" | "voices";

export const changesOf = ({ features }: PanelState): Changes =>
  !features.includes("changes") ? "none" : features.includes("model_changes") ? "voices" : "lengths";

/** Whether the server writes summaries and is there. */
export const sumsUp = ({ features, connection }: PanelState): boolean => connection === "connected" && features.includes("summaries");

/** Whether the agent may open a holding reply for what is on the screen: a turn of the customer's that nothing answers. */
export function mayHold(state: PanelState, conversation: ConversationState): boolean {
  const finding = shownFinding(conversation);
  const unanswered = finding?.nothing !== null && finding?.question === null && finding.suggestion === null;
  return unanswered && state.features.includes("holding") && crisisOf(conversation) === null;
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

/** Who arrives after our last word has nothing to answer yet, unless they asked something or have a draft. */
export function awaitsCustomer(conversation: ConversationState): boolean {
  const last = conversation.page.turns.filter(({ role }) => role !== "note" && role !== "system").at(-1);
  const shown = shownFinding(conversation);
  const busy = conversation.asking !== null || (shown !== null && (shown.question !== null || shown.suggestion !== null));
  return conversation.arrived && (last?.role === "agent" || last?.role === "assistant") && !busy;
}

/** The handover of this conversation that this agent passed on and nobody has yet. */
export const offerOf = ({ handovers }: PanelState, id: string): HandoverView | null =>
  handovers.find(({ handover, offered }) => handover.conversation_id === id && !offered && handover.state === "offered") ?? null;

/** The handover of this conversation that this agent passed on, whoever has it. */
export const handedOver = ({ handovers }: PanelState, id: string): HandoverView | null =>
  handovers.find(({ handover, offered }) => handover.conversation_id === id && !offered) ?? null;

/** Somebody may be in danger, and the agent has not said otherwise: then nothing else is shown or inserted. */
export const crisisOf = ({ flags }: ConversationState): FlagPart | null =>
  flags.find(({ flag, answer }) => flag.crisis && answer !== "disagreed")?.flag ?? null;

export interface UrgentElsewhere {
  id: string;
  name: ConversationName;
  flag: FlagPart;
  place: Place;
}

/** Somebody must look there soon: an urgent flag, or the customer asks for a person. */
const calls = ({ flag, answer }: FlagView): boolean =>
  answer === null && flag.shown !== false && (flag.severity === "urgent" || flag.reason === "human_requested");

/** The flags that call for the agent in conversations that are not in view, one each, last viewed first. */
export function urgentElsewhere({ conversations, inView }: PanelState): UrgentElsewhere[] {
  const elsewhere = [...conversations.values()].filter(({ id }) => id !== inView).reverse();
  return elsewhere.flatMap((conversation) => {
    const { id, place, flags } = conversation;
    const calling = flags.find(calls);
    return calling ? [{ id, name: nameOf(conversation), flag: calling.flag, place }] : [];
  });
}
