/** The handovers that concern this agent: offered to them, passed on by them, held by them. Pure. */
import type { ExpertPart, HandoverChanged, HandoverOffered, HandoverPart, HandoverReady, HandoverTo } from "../wire.ts";

/** `offered`: this agent may take it. */
export interface HandoverView {
  handover: HandoverPart;
  offered: boolean;
}

/** What the agent writes before handing over; `sent`: the server has not said yet that it stands. */
export interface HandoverForm {
  brief: string;
  /** The brief for somebody from outside. */
  expertBrief: string;
  experts: ExpertPart[];
  /** Why there are none, where the team has some. */
  noExpert: string | null;
  receivers: HandoverTo[];
  to: HandoverTo | null;
  words: HandoverReady["customer_words"];
  sent: boolean;
}

/** The views after a message, and what to say unasked: who was faster, or that an expert's help ended without an answer. */
export function afterHandover(
  views: HandoverView[],
  message: HandoverOffered | HandoverChanged,
  me: string | null,
): { views: HandoverView[]; notice: string | null } {
  const { handover } = message;
  const before = views.find((view) => view.handover.handover_id === handover.handover_id);
  const others = views.filter((view) => view !== before);
  const offered = message.type === "handover_offered";
  const mine = handover.sender === me || handover.holder === me;
  const over = handover.state === "resolved";
  const number = numberOf(handover);
  const fromExpert = handover.to.kind === "expert" && handover.sender === me && handover.holder === handover.to.name;
  const ended = before !== undefined && over && fromExpert && !handover.reply;
  const faster = before?.offered && handover.state === "accepted" && handover.holder !== me;
  return {
    views: over || !(offered || mine) ? others : [...others, { handover, offered }],
    notice: faster ? `${handover.holder} has taken ${number} already.` : ended ? `${number} is yours again: ${handover.holder}’s help ended without an answer.` : null,
  };
}

export const formOf = (ready: HandoverReady): HandoverForm => ({
  brief: ready.brief,
  expertBrief: ready.expert_brief ?? "",
  experts: ready.experts ?? [],
  noExpert: ready.no_expert ?? null,
  receivers: ready.receivers,
  to: null,
  words: ready.customer_words,
  sent: false,
});

/** The brief for whom it goes to: an expert reads nothing that is our own. */
export const briefFor = ({ brief, expertBrief }: HandoverForm, to: HandoverTo | null): string => (to?.kind === "expert" ? expertBrief : brief);

export const briefEdited = ({ to }: HandoverForm, text: string): Partial<HandoverForm> => (to?.kind === "expert" ? { expertBrief: text } : { brief: text });

export const expertOf = ({ experts }: HandoverForm, to: HandoverTo | null): ExpertPart | null =>
  to?.kind === "expert" ? (experts.find(({ name }) => name === to.name) ?? null) : null;

/** What the customer is told before. */
export const customerWords = (form: HandoverForm, to: HandoverTo): string => (to.kind === "expert" ? (expertOf(form, to)?.words ?? "") : form.words[to.kind]);

/** "#4711" where the helpdesk numbers its conversations. */
export function numberOf({ conversation_id: id, customer }: HandoverPart): string {
  const number = /:(\d+)$/.exec(id)?.[1];
  return number === undefined ? customer || "the conversation" : `#${number}`;
}

/** As a name in a list of choices. */
export function receiverWords({ kind, name }: HandoverTo): string {
  if (kind === "lead") return `Lead of ${name}`;
  if (kind === "expert") return `${name}, from outside`;
  return kind === "team" ? `Anyone in ${name}` : name;
}
