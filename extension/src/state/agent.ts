/** What the agent's own acts change in one conversation. Pure. */
import type { FlagResponse, HandoverTo, PassageReport } from "../wire.ts";
import { pendingFinding, shownFinding, type ConversationState } from "./conversation.ts";
import type { Finding, Outcome, SuggestionView } from "./finding.ts";
import { briefEdited, type HandoverForm } from "./handovers.ts";
import { onChosen, type Disposition } from "./triage.ts";

export type AgentAct =
  | { type: "touched" }
  | { type: "acted"; suggestionId: string; outcome: Outcome }
  | { type: "updated" }
  | { type: "stepped"; by: number }
  | { type: "typed"; question: string }
  | { type: "asked"; question: string }
  | { type: "asked_again" }
  | { type: "hinted"; hint: string }
  | { type: "summary_asked" }
  | { type: "holding_asked" }
  | { type: "fold_toggled" }
  | { type: "snippet_toggled"; number: number }
  | { type: "citation_opened"; number: number }
  | { type: "used"; passageId: string }
  | { type: "flag_answered"; reason: string; turnId: string; answer: FlagResponse["response"] }
  | { type: "disposition_chosen"; disposition: Disposition }
  | { type: "fact_used"; text: string }
  | { type: "brief_edited"; brief: string }
  | { type: "receiver_chosen"; to: HandoverTo | null }
  | { type: "handover_sent" }
  | { type: "lead_asked" }
  | { type: "reported"; about: string; problem: PassageReport["problem"] };

export function onAct(state: ConversationState, act: AgentAct): ConversationState {
  switch (act.type) {
    case "touched":
      return shownFinding(state)?.touched === false || state.givenUp ? touched(state) : state;
    case "acted":
      return withOutcome(state, act.suggestionId, act.outcome);
    case "updated":
      return pendingFinding(state) ? turnedTo(withIgnored(state), state.findings.length - 1) : state;
    case "stepped":
      return turnedTo(state, state.shown + act.by);
    case "typed":
      return { ...state, question: act.question };
    case "asked":
      return { ...state, question: "", asking: act.question, givenUp: true };
    case "asked_again":
      return { ...state, asking: "", givenUp: true };
    case "hinted":
      return { ...state, asking: act.hint, givenUp: true };
    case "summary_asked":
      return { ...state, summary: { text: "", source: "", done: false } };
    case "holding_asked":
      return { ...state, holding: null };
    case "fold_toggled":
      // What was opened is in use.
      return inShown(state, (finding) => ({ ...finding, folded: !finding.folded, touched: finding.touched || finding.folded }));
    case "snippet_toggled":
      return inShown(state, (finding) => ({ ...finding, cited: null, openSnippets: toggled(finding.openSnippets, act.number) }));
    case "citation_opened":
      return inShown(state, (finding) => ({ ...finding, cited: act.number, openSnippets: opened(finding.openSnippets, act.number) }));
    case "used":
      return inShown(state, (finding) => ({ ...finding, used: [...finding.used, act.passageId] }));
    case "flag_answered":
      return { ...state, flags: state.flags.map((view) => (asksFor(view.flag, act) ? { flag: view.flag, answer: act.answer } : view)) };
    case "disposition_chosen":
      return onChosen(state, act.disposition);
    case "fact_used":
      return inShown(state, (finding) => ({ ...finding, factsUsed: [...finding.factsUsed, act.text] }));
    case "brief_edited":
      return state.handover ? inForm(state, briefEdited(state.handover, act.brief)) : state;
    case "receiver_chosen":
      return inForm(state, { to: act.to });
    case "lead_asked":
      return { ...state, leadAsked: true };
    case "handover_sent":
      return inForm(state, { sent: true });
    case "reported":
      return { ...state, reported: { ...state.reported, [act.about]: act.problem } };
  }
}

const inForm = (state: ConversationState, change: Partial<HandoverForm>): ConversationState =>
  state.handover ? { ...state, handover: { ...state.handover, ...change } } : state;

const toggled = (numbers: number[], number: number): number[] =>
  numbers.includes(number) ? numbers.filter((other) => other !== number) : [...numbers, number];

const opened = (numbers: number[], number: number): number[] => [...new Set([...numbers, number])];

const asksFor = (
  flag: ConversationState["flags"][number]["flag"],
  act: { reason: string; turnId: string },
): boolean => flag.reason === act.reason && flag.evidence.turn_id === act.turnId;

function inShown(state: ConversationState, change: (finding: Finding) => Finding): ConversationState {
  return { ...state, findings: state.findings.map((finding, place) => (place === state.shown ? change(finding) : finding)) };
}

const touched = (state: ConversationState): ConversationState =>
  inShown({ ...state, givenUp: false }, (finding) => ({ ...finding, touched: true }));

function withOutcome(state: ConversationState, suggestionId: string, outcome: Outcome): ConversationState {
  const findings = state.findings.map((finding) =>
    finding.suggestion?.id === suggestionId ? { ...finding, suggestion: { ...finding.suggestion, outcome } } : finding,
  );
  return { ...state, findings };
}

function turnedTo(state: ConversationState, place: number): ConversationState {
  if (place < 0 || place >= state.findings.length) return state;
  return inShown({ ...state, shown: place }, (finding) => ({ ...finding, seen: true }));
}

/** The suggestion that taking the pending one leaves behind although the agent never acted on it. */
export function ignoredByUpdate(state: ConversationState): SuggestionView | null {
  const pending = pendingFinding(state);
  const left = shownFinding(state);
  if (!pending || left?.suggestion?.status !== "ready" || left.suggestion.outcome !== null) return null;
  // What stayed folded was not turned down, and what gave a fact was used.
  if (left.folded || left.factsUsed.length) return null;
  return left.turnId === pending.turnId ? null : left.suggestion;
}

function withIgnored(state: ConversationState): ConversationState {
  const ignored = ignoredByUpdate(state);
  return ignored ? withOutcome(state, ignored.id, "ignored") : state;
}
