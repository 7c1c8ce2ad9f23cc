/** Routine or human: what a conversation shows first, and what the agent's choice answers. Pure. */
import type { FlagPart, FlagResponse, SessionSnapshot } from "../wire.ts";
import { customerTurns } from "./views.ts";
import { shownFinding, type ConversationState, type FlagView } from "./conversation.ts";
import { folds, isOpened, type Finding } from "./finding.ts";

export type Disposition = NonNullable<SessionSnapshot["disposition"]>;

/** A sale that could be offered, or an answer that is missing, folds no draft. */
const LEADS_NOT: ReadonlySet<string> = new Set(["upsell", "low_confidence"]);
const EMOTIONS: ReadonlySet<string> = new Set(["vulnerability", "frustration"]);
const MOODS: ReadonlySet<string> = new Set(["angry", "worried", "grieving", "confused", "disappointed"]);
const GRAVITY = { urgent: 0, act: 1, note: 2 } as const;
const OPENING = 240;

const isShown = ({ flag }: FlagView): boolean => flag.shown !== false;
/** A dot's reason is told where the agent opens it, and nowhere else before they agreed. */
const isTold = (view: FlagView): boolean => isShown(view) || view.answer === "agreed";

/** Urgent ones first, then emotions, then by severity; dots last. */
export function ordered(flags: FlagView[]): FlagView[] {
  const rank = (view: FlagView): number => {
    const { severity, reason } = view.flag;
    const emotion = severity !== "urgent" && EMOTIONS.has(reason) ? 1 : GRAVITY[severity] * 2;
    return emotion + (isShown(view) ? 0 : 10);
  };
  return [...flags].sort((one, two) => rank(one) - rank(two));
}

/** The flags for which a person should lead, gravest first, dots last: all that are not disagreed with. */
export const leading = (flags: FlagView[]): FlagView[] =>
  ordered(flags).filter((view) => !LEADS_NOT.has(view.flag.reason) && view.answer !== "disagreed");

/** The shown flags that a choice answers: those that stand unanswered, and those that the opposite choice answered. */
export const answeredBy = (flags: FlagView[]): FlagPart[] =>
  // A dot that nobody opened is no answer: should it be shown one day, it is news.
  flags
    .filter((view) => !LEADS_NOT.has(view.flag.reason) && isShown(view) && (view.answer === null || view.byChoice))
    .map(({ flag }) => flag);

export const answerOf = (disposition: Disposition): FlagResponse["response"] => (disposition === "human" ? "agreed" : "disagreed");

/**
 * What comes from the server changes only what nobody has in use: nothing is folded or unfolded under a hand. Where the
 * agent disagreed with what led, what they look at opens as they said.
 */
export function onDisposition(state: ConversationState, disposition: Disposition): ConversationState {
  const latest = state.findings.at(-1);
  const current = shownFinding(state);
  const agentSaidSo = disposition === "routine" && state.flags.some(({ flag, answer }) => answer === "disagreed" && !LEADS_NOT.has(flag.reason));
  const inUse = (finding: Finding): boolean =>
    finding.suggestion !== null || isOpened(finding) || (finding.touched && finding.fit === "might_help");
  const changes = (finding: Finding): boolean =>
    !finding.seen || (finding === latest && !inUse(finding)) || (finding === current && finding.folded && agentSaidSo);
  const findings = state.findings.map((finding) => (changes(finding) ? treatedAs(finding, disposition) : finding));
  return { ...state, disposition, findings };
}

export const treatedAs = (finding: Finding, disposition: Disposition): Finding => {
  const treated = { ...finding, disposition };
  return { ...treated, folded: !finding.keptOpen && folds(treated) };
};

/** The agent chose: it holds for what is on the screen and what waits to be, and answers the flags. */
export function onChosen(state: ConversationState, disposition: Disposition): ConversationState {
  const answered = new Set(answeredBy(state.flags));
  const answer = answerOf(disposition);
  const flags = state.flags.map((view) => (answered.has(view.flag) ? { ...view, answer, byChoice: true } : view));
  const holds = (finding: Finding, place: number): boolean => place === state.shown || !finding.seen;
  const findings = state.findings.map((finding, place) => (holds(finding, place) ? treatedAs(finding, disposition) : finding));
  return { ...state, disposition, flags, findings };
}

/** What is on the screen follows its own disposition; without anything found, the conversation's. */
export const dispositionShown = (state: ConversationState): Disposition => shownFinding(state)?.disposition ?? state.disposition;

export interface GoingThrough {
  /** The customer's own words. */
  quote: string;
  mood: string | null;
  reasons: FlagPart["reason"][];
  advice: string | null;
  /** Whether only dots lead, which nobody has answered: Sotto is not sure. */
  unsure: boolean;
}

/** What the customer is going through: the emotion first, then the reasons, and the advice for the gravest. */
export function goingThrough(state: ConversationState): GoingThrough {
  const leads = leading(state.flags);
  const flags = leads.filter(isTold).map(({ flag }) => flag);
  const emotion = flags.find(({ reason }) => EMOTIONS.has(reason));
  const { mood, mood_since: since } = state.story ?? {};
  const felt = mood && since && MOODS.has(mood) ? since.quote : null;
  const newest = Array.from(customerTurns(state)[0]?.text.trim() ?? "");
  const opening = newest.length > OPENING ? `${newest.slice(0, OPENING).join("")}…` : newest.join("");
  return {
    quote: emotion?.evidence.quote || felt || flags[0]?.evidence.quote || opening,
    mood: felt === null ? null : (mood ?? null),
    reasons: flags.map(({ reason }) => reason),
    advice: flags[0]?.advice ?? null,
    unsure: flags.length === 0 && leads.some(({ answer }) => answer === null),
  };
}
