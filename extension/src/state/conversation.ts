/**
 * What the panel holds of one conversation, and what a server message changes in it. Pure.
 *
 * Its law: what is complete or touched stays on the screen until the agent moves on.
 */
import type { PageConversation } from "../page.ts";
import type { FlagPart, FlagResponse, FitChanged, HoldingTold, IntentRead, NeedTold, LanguageNoticed, PassageReport, ServerMessage, SessionSnapshot, StoryPart, SuggestionStarted } from "../wire.ts";
import {
  foundAgain,
  findingIn,
  findingOf,
  grown,
  isFor,
  isHeld,
  isOpened,
  isUndrafted,
  startedSuggestion,
  withExample,
  withFit,
  withSuggestion,
  type Finding,
  type SuggestionView,
} from "./finding.ts";

import { formOf, type HandoverForm } from "./handovers.ts";
import { onDisposition, treatedAs, type Disposition } from "./triage.ts";

export interface FlagView {
  flag: FlagPart;
  answer: FlagResponse["response"] | null;
  /** Answered by treating the conversation as routine or human. */
  byChoice?: boolean;
}

/** Where its page is: in a tab, or at an address that can be opened again. `closed`: its tab was closed. */
export interface Place {
  tab: number | null;
  address: string | null;
  closed: boolean;
}

export interface ConversationState {
  id: string;
  /** As its page showed it last. */
  page: PageConversation;
  place: Place;
  /** The last three, newest last; the agent walks among them. */
  findings: Finding[];
  /** Which of them is on the screen; -1 for none. */
  shown: number;
  /** The agent's own question under way ("" for the newest turn once more), or null. */
  asking: string | null;
  /** The agent asked for something else: what is on the screen may go. */
  givenUp: boolean;
  /** What stands in the ask box. */
  question: string;
  flags: FlagView[];
  /** Routine, or a person leads: as the server decided or the agent chose. */
  disposition: Disposition;
  language: LanguageNoticed | null;
  /** What the agent reported as wrong, by what it is about (see `reportedKey`). */
  reported: Record<string, PassageReport["problem"]>;
  /** What happened so far; `arrived`: others led it before, so it is shown unasked. */
  story: StoryPart | null;
  arrived: boolean;
  /** What the customer wants, where it is routine, and what is needed to act on it. */
  routine: IntentRead | null;
  /** The conversation in a few lines, as far as they are written; null until the agent wants them. */
  summary: SummaryView | null;
  /** What it needs while the customer waits, as the server said last. */
  need: NeedTold | null;
  /** The reply for a turn that nothing answers; null until the agent wants it. */
  holding: HoldingTold | null;
  /** What the agent writes to hand it over, or null. */
  handover: HandoverForm | null;
  /** In a crisis: a lead was asked for, and the server has not said yet that the offer stands. */
  leadAsked: boolean;
}

export interface SummaryView {
  /** "" while nothing is written yet. */
  text: string;
  source: string;
  done: boolean;
}

export const KEPT_FINDINGS = 3;

export function newConversation(page: PageConversation, place: Place): ConversationState {
  const nothingYet = { shown: -1, asking: null, givenUp: false, question: "", language: null };
  const nothingTold = { story: null, arrived: false, routine: null, summary: null, need: null, holding: null, handover: null, leadAsked: false, disposition: "routine" as const };
  return { id: page.conversation_id, page, place, ...nothingYet, ...nothingTold, findings: [], flags: [], reported: {} };
}

/** What is on the screen. */
export const shownFinding = ({ findings, shown }: ConversationState): Finding | null => findings[shown] ?? null;

/** What waits for the agent's key: newer than what is on the screen, and never seen. */
export function pendingFinding({ findings, shown }: ConversationState): Finding | null {
  const newest = findings.at(-1);
  return newest && !newest.seen && findings.length - 1 !== shown ? newest : null;
}

/** Whether something newer was found than what is on the screen: no draft comes for that by itself any more. */
export const isOvertaken = ({ findings, shown }: ConversationState): boolean => shown < findings.length - 1;

/** Unknown types change nothing: the server may be newer. */
export function onMessage(state: ConversationState, message: ServerMessage, now: number): ConversationState {
  switch (message.type) {
    case "session_snapshot":
      return onSnapshot(state, message, now);
    case "snippets_found":
    case "nothing_found":
      return arrived({ ...state, asking: null }, findingOf(message), state.asking);
    case "fit_changed":
      return onFitChanged(state, message);
    case "flag_raised":
      return { ...state, flags: withFlag(state.flags, message.flag) };
    case "flag_withdrawn":
      return { ...state, flags: state.flags.filter((view) => view.flag.reason !== message.reason) };
    case "disposition_decided":
      return onDisposition(state, message.disposition);
    case "example_ready":
      return { ...state, findings: state.findings.map((finding) => withExample(finding, message)) };
    case "story_told":
      return { ...state, story: message.story };
    case "intent_read":
      return { ...state, routine: message };
    case "handover_ready":
      return state.handover ? state : { ...state, handover: formOf(message) };
    case "need_told":
      return { ...state, need: message };
    case "holding_told":
      return { ...state, holding: message };
    case "language_noticed":
      return { ...state, language: message };
    case "suggestion_started":
      return onStarted(state, message, startedSuggestion(message.suggestion_id, message.source, message.seq));
    case "suggestion_kept":
      return withLineClosed({ ...state, asking: null, givenUp: false }, message.suggestion_id);
    case "summary_told":
      return { ...state, summary: { text: message.text, source: message.source, done: message.done } };
    case "suggestion_delta":
    case "suggestion_superseded":
    case "suggestion_failed":
    case "suggestion_ready":
      return withoutUnseen(inSuggestion(state, message.suggestion_id, (suggestion) => grown(suggestion, message, now)));
    default:
      return state;
  }
}

/** A finding came. After a reconnect the server finds again what is on the screen: that is no news. */
function arrived(before: ConversationState, found: Finding, asking: string | null = null): ConversationState {
  const turn = before.page.turns.find(({ id }) => id === found.turnId);
  const finding = openedAgain(before, treatedAs({ ...found, turnText: turn?.text ?? null }, before.disposition), asking);
  const language = finding.question === null && before.language?.turn_id !== finding.turnId ? null : before.language;
  const state = { ...before, language };
  const known = state.findings.find((other) => isHeld(other) && foundAgain(other, finding));
  // The search that the agent steered takes the screen wherever the pointer went meanwhile.
  const steered = finding.hint !== null && finding.hint === asking;
  if (known && !state.givenUp) return isUndrafted(known) ? inFinding(state, known, (one) => offeredAs(one, finding)) : state;
  return placed({ ...state, givenUp: state.givenUp || steered }, finding);
}

/** Asked for again or steered by a hint with its draft open, that is made again too and not closed; another question's is. */
function openedAgain(state: ConversationState, finding: Finding, asking: string | null): Finding {
  const current = shownFinding(state);
  const again = asking === "" || (asking !== null && asking === finding.hint);
  if (!again || current === null || !isOpened(current)) return finding;
  return { ...finding, keptOpen: true, folded: false };
}

/** The first passages were read: the newest finding of that search, if no draft has begun, fits otherwise. */
function onFitChanged(state: ConversationState, message: FitChanged): ConversationState {
  const found = state.findings.filter((finding) => isFor(finding, message)).at(-1);
  return found ? inFinding(state, found, (finding) => withFit(finding, message)) : state;
}

/** A server that came back holds the same snippets by another id, and nothing that was on its way. */
const offeredAs = (finding: Finding, { offered, folded }: Finding): Finding => ({ ...finding, offered, folded });

/** The draft that was to be opened does not come. */
function withLineClosed(state: ConversationState, id: string): ConversationState {
  const closed = state.findings.find((finding) => finding.offered === id && isUndrafted(finding));
  return closed ? inFinding(state, closed, (finding) => ({ ...finding, folded: true })) : state;
}

/** It takes the screen if nothing there is held; else it waits for the agent's key. */
function placed(state: ConversationState, finding: Finding): ConversationState {
  const current = shownFinding(state);
  const takes = current === null || state.givenUp || !isHeld(current);
  const stays = (other: Finding): boolean => isHeld(other) || (other === current && !takes);
  const kept = [...state.findings.filter(stays), { ...finding, seen: takes }];
  const findings = trimmed(kept, takes ? null : current);
  const shown = takes || !current ? findings.length - 1 : findings.indexOf(current);
  return { ...state, givenUp: false, findings, shown };
}

/** The newest that are kept; never without what is on the screen. */
function trimmed(findings: Finding[], current: Finding | null): Finding[] {
  const excess = findings.length - KEPT_FINDINGS;
  if (excess <= 0) return findings;
  const going = new Set(findings.filter((finding) => finding !== current).slice(0, excess));
  return findings.filter((finding) => !going.has(finding));
}

type Change<Thing> = (thing: Thing) => Thing;

function inFinding(state: ConversationState, found: Finding, change: Change<Finding>): ConversationState {
  return { ...state, findings: state.findings.map((finding) => (finding === found ? change(finding) : finding)) };
}

function inSuggestion(
  state: ConversationState,
  id: string,
  change: Change<SuggestionView>,
): ConversationState {
  const holds = (finding: Finding): boolean => finding.suggestion?.id === id;
  const found = state.findings.filter(holds).at(-1);
  if (!found) return state;
  return inFinding(state, found, (finding) => ({ ...finding, suggestion: finding.suggestion && change(finding.suggestion) }));
}

/** A draft begins for the latest finding of its turn; one that is held is never written over. */
function onStarted(before: ConversationState, started: SuggestionStarted, suggestion: SuggestionView): ConversationState {
  const state = { ...before, asking: null };
  const changed = started.changes && state.findings.find((finding) => finding.suggestion?.id === started.changes);
  if (changed) return onChanged(state, changed, suggestion);
  const opened = state.findings.find((finding) => finding.offered === suggestion.id);
  if (opened) return opened.suggestion && isHeld(opened) ? state : inFinding(state, opened, (finding) => ({ ...finding, suggestion }));
  const latest = state.findings.at(-1);
  if (latest?.turnId !== started.turn_id || latest.offered !== null) return state;
  if (!latest.suggestion || !isHeld(latest)) return inFinding(state, latest, (finding) => ({ ...finding, suggestion }));
  if (latest.suggestion.id !== suggestion.id || latest.suggestion.status !== "streaming") return state;
  // The model gave way in the middle of a draft that the agent is reading: what came so far stays, stopped.
  return placed(inFinding(state, latest, cutOff), withSuggestion(latest, suggestion));
}

/** Beside the draft that it changes, and in its place on the screen; a model that gave way writes there again. */
function onChanged(state: ConversationState, from: Finding, suggestion: SuggestionView): ConversationState {
  const begun = state.findings.find((finding) => finding.suggestion?.id === suggestion.id);
  if (begun) return inFinding(state, begun, (finding) => ({ ...finding, suggestion }));
  const current = shownFinding(state);
  const finding = { ...withSuggestion(from, suggestion), folded: from.folded, seen: true };
  const beside = state.findings.flatMap((one) => (one === from ? [one, finding] : [one]));
  const findings = trimmed(beside, finding);
  const shown = current === from || !current ? findings.indexOf(finding) : findings.indexOf(current);
  return { ...state, givenUp: false, findings, shown };
}

function cutOff(finding: Finding): Finding {
  const { suggestion } = finding;
  return suggestion?.status === "streaming"
    ? { ...finding, suggestion: { ...suggestion, status: "superseded" } }
    : finding;
}

/** What was superseded before anybody saw it leaves nothing to wait for. */
function withoutUnseen(state: ConversationState): ConversationState {
  const over = (finding: Finding): boolean => finding.suggestion?.status === "superseded";
  const current = shownFinding(state);
  const findings = state.findings.filter((finding) => finding.seen || !over(finding));
  return { ...state, findings, shown: current ? findings.indexOf(current) : -1 };
}

/** Takes nothing away: a server that came back knows less than the screen. */
function onSnapshot(before: ConversationState, snapshot: SessionSnapshot, now: number): ConversationState {
  const flags = snapshot.flags.map((flag) => viewOf(before.flags, flag));
  const catchUp = before.arrived || (snapshot.catch_up ?? false);
  const disposition = snapshot.disposition ?? "routine";
  const state = onDisposition({ ...before, flags, arrived: catchUp, asking: null, givenUp: false }, disposition);
  const found = findingIn(snapshot, now);
  const live = found?.suggestion ?? null;
  const isLive = (finding: Finding): boolean => live !== null && finding.suggestion?.id === live.id;
  const findings = state.findings.map((finding) => (isLive(finding) ? finding : cutOff(finding)));
  const stopped = { ...state, findings };
  if (!found) return stopped;
  if (!live || !findings.some(isLive)) return arrived(stopped, found);
  return inSuggestion(stopped, live.id, ({ shownAt, outcome }) => ({ ...live, shownAt: shownAt ?? live.shownAt, outcome }));
}

function viewOf(known: FlagView[], flag: FlagPart): FlagView {
  const { reason, evidence, severity } = flag;
  const of = (view: FlagView): boolean => view.flag.reason === reason && view.flag.evidence.turn_id === evidence.turn_id;
  const same = known.find((view) => of(view) && !isGraver(severity, view.flag.severity));
  return same?.byChoice ? { flag, answer: same.answer, byChoice: true } : { flag, answer: same?.answer ?? null };
}

const GRAVITY = ["note", "act", "urgent"];

/** What was answered is no answer to something graver. */
const isGraver = (now: FlagPart["severity"], before: FlagPart["severity"]): boolean => GRAVITY.indexOf(now) > GRAVITY.indexOf(before);

function withFlag(known: FlagView[], flag: FlagPart): FlagView[] {
  return [...known.filter((view) => view.flag.reason !== flag.reason), viewOf(known, flag)];
}
