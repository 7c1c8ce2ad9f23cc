/** What was found for one turn or question: its snippets, and the suggestion whose citations mean exactly those. Pure. */
import { factsIn, pieces, type Fact, type Piece } from "../words.ts";
import type {
  ExampleReady,
  FitChanged,
  NothingFound,
  OutcomeReport,
  ServerMessage,
  SessionSnapshot,
  SnippetPart,
  SnippetsFound,
  SuggestionPart,
} from "../wire.ts";
import type { Disposition } from "./triage.ts";

export type { Fact } from "../words.ts";

export type Outcome = OutcomeReport["outcome"];

/** How well the snippets fit: they answer, or they might help; null when the server did not say. */
export type Fit = "answers" | "might_help" | null;

export interface SuggestionView {
  id: string;
  source: string;
  status: "streaming" | "ready" | "failed" | "superseded";
  pieces: Piece[];
  text: string;
  /** Its cited sentences, once it is ready. */
  facts: Fact[];
  seq: number;
  shownAt: number | null;
  outcome: Outcome | null;
  failure: string | null;
}

/** Nothing good enough was found; `passageId` and `owner` are the nearest document's. */
export interface Nothing {
  nearest: string | null;
  passageId: string | null;
  owner: string | null;
}

export interface Finding {
  turnId: string;
  /** The turn as it was then; null where no page shows it. */
  turnText: string | null;
  /** The agent's own question that was searched, or null for the customer's turn. */
  question: string | null;
  /** What the agent said the answer is to be about, which was searched too. */
  hint: string | null;
  snippets: SnippetPart[];
  fit: Fit;
  nothing: Nothing | null;
  suggestion: SuggestionView | null;
  /** No draft comes by itself, but the agent can open one by this id. */
  offered: string | null;
  /** It has been on the screen. */
  seen: boolean;
  /** Pointer, focus or scroll have been in it. */
  touched: boolean;
  /** What its conversation was when it came, or was chosen to be since: routine, or a person leads. */
  disposition: Disposition;
  folded: boolean;
  /** Its draft was open when it was asked for again: that stays open, whether it comes by itself or not. */
  keptOpen: boolean;
  openSnippets: number[];
  cited: number | null;
  /** Passages the agent used although another came first. */
  used: string[];
  /** Facts that the agent put into the reply, by their words. */
  factsUsed: string[];
}

const UNTOUCHED = { seen: false, touched: false, openSnippets: [], cited: null, used: [], factsUsed: [] };
const NEW = { ...UNTOUCHED, turnText: null, suggestion: null, offered: null, hint: null, folded: false, keptOpen: false, disposition: "routine" as const };

/** Whether its draft is folded until somebody opens it; what the agent asked for in their own words is only for might-help's sake. */
export const folds = ({ disposition, fit, question }: Pick<Finding, "disposition" | "fit" | "question">): boolean =>
  fit === "might_help" || (disposition === "human" && question === null);

export function findingOf(message: SnippetsFound | NothingFound): Finding {
  const { turn_id: turnId } = message;
  const question = message.question ?? null;
  const hint = message.hint ?? null;
  if (message.type === "snippets_found") {
    const fit = message.fit ?? null;
    const found = { ...NEW, turnId, question, hint, snippets: message.snippets, fit, nothing: null };
    return { ...found, folded: folds(found), offered: message.draft_offered ?? null };
  }
  return { ...NEW, turnId, question, hint, snippets: [], fit: null, nothing: nothingOf(message) };
}

/** What a snapshot holds, or null when it holds nothing yet. */
export function findingIn(snapshot: SessionSnapshot, now: number): Finding | null {
  const { turn_id: turnId, snippets, suggestion } = snapshot;
  if (turnId === null || (!snippets.length && !suggestion && !snapshot.nothing_found)) return null;
  const fit = snapshot.fit ?? null;
  const nothing = snapshot.nothing_found ? nothingOf(snapshot) : null;
  const found = { ...NEW, turnId, question: null, snippets, fit, nothing };
  return { ...found, folded: folds(found), offered: snapshot.draft_offered ?? null, suggestion: suggestion && suggestionOf(suggestion, now) };
}

function nothingOf(message: Pick<SessionSnapshot, "nearest" | "nearest_passage_id" | "nearest_owner">): Nothing {
  const { nearest, nearest_passage_id: passageId, nearest_owner: owner } = message;
  return { nearest: nearest ?? null, passageId: passageId ?? null, owner: owner ?? null };
}

export function startedSuggestion(id: string, source: string, seq: number): SuggestionView {
  return { ...NOT_DONE, id, source, seq, status: "streaming", pieces: [], text: "", facts: [] };
}

const NOT_DONE = { shownAt: null, outcome: null, failure: null };

function suggestionOf(part: SuggestionPart, now: number): SuggestionView {
  const ready = part.status === "ready";
  return {
    ...NOT_DONE,
    id: part.suggestion_id,
    source: part.source,
    status: part.status,
    text: part.text,
    pieces: ready ? pieces(part.text, part.citations, part.unsupported) : part.pieces,
    facts: ready ? factsIn(part.text, part.citations, part.unsupported) : [],
    seq: -1,
    shownAt: ready ? now : null,
  };
}

type Grows = Extract<
  ServerMessage,
  { type: "suggestion_delta" | "suggestion_ready" | "suggestion_superseded" | "suggestion_failed" }
>;

export function grown(suggestion: SuggestionView, message: Grows, now: number): SuggestionView {
  if (suggestion.status !== "streaming" || message.seq <= suggestion.seq) return suggestion;
  const { seq } = message;
  switch (message.type) {
    case "suggestion_delta":
      return { ...suggestion, seq, pieces: [...suggestion.pieces, ...message.pieces] };
    case "suggestion_ready": {
      const { text, citations, unsupported } = message;
      const parts = { pieces: pieces(text, citations, unsupported), facts: factsIn(text, citations, unsupported) };
      return { ...suggestion, ...parts, seq, status: "ready", text, shownAt: now };
    }
    case "suggestion_superseded":
      return { ...suggestion, seq, status: "superseded" };
    case "suggestion_failed":
      return { ...suggestion, seq, status: "failed", failure: message.message };
  }
}

/** A draft that is only folded away under its snippets is nothing that an agent has in hand. */
export const isFoldedAway = ({ folded, disposition }: Finding): boolean => folded && disposition === "routine";

/** Whether the agent opened a draft that did not come by itself. */
export const isOpened = ({ offered, folded }: Finding): boolean => offered !== null && !folded;

/** An offered draft of which nothing is there yet. */
export const isUndrafted = ({ offered, suggestion }: Finding): boolean => offered !== null && suggestion === null;

/** Whether it stays until the agent gives it up: touched, or its draft is complete (and not dismissed). */
export function isHeld(finding: Finding): boolean {
  const { suggestion, touched } = finding;
  if (touched) return true;
  if (isFoldedAway(finding)) return false;
  if (!suggestion || suggestion.outcome === "dismissed") return false;
  return suggestion.status === "ready" || (suggestion.status === "failed" && suggestion.pieces.length > 0);
}

/** Whether `later` is what `known` already holds whole: the same turn, in the same words, with its draft or passages. */
export function foundAgain(known: Finding, later: Finding): boolean {
  const { turnId, turnText, question, hint } = later;
  if (known.turnId !== turnId || known.turnText !== turnText) return false;
  if (known.question !== question || known.hint !== hint) return false;
  return known.suggestion ? known.suggestion.status === "ready" : passages(known) === passages(later);
}

const passages = ({ snippets }: Finding): string => snippets.map((snippet) => snippet.passage_id).join("\n");

/** The finding with the example worked out for one of its snippets, if it is the one meant. */
export function withExample(finding: Finding, { turn_id, passage_id, example }: ExampleReady): Finding {
  if (finding.turnId !== turn_id) return finding;
  const told = (snippet: SnippetPart): SnippetPart =>
    snippet.passage_id === passage_id ? { ...snippet, example } : snippet;
  return { ...finding, snippets: finding.snippets.map(told) };
}

/** Whether it tells of this finding's snippets, and no draft of them has begun. */
export const isFor = (finding: Finding, { turn_id, question, hint }: FitChanged): boolean =>
  finding.turnId === turn_id && finding.question === (question ?? null) && finding.hint === (hint ?? null) && finding.suggestion === null;

/** The finding once its passages were read closely: it fits otherwise than it seemed to. */
export function withFit(finding: Finding, { fit, confidences, draft_offered }: FitChanged): Finding {
  const snippets = finding.snippets.map((snippet, place) => ({ ...snippet, confidence: confidences[place] ?? snippet.confidence }));
  const open = finding.keptOpen || isOpened(finding);
  const changed = { ...finding, snippets, fit, offered: draft_offered ?? null };
  return { ...changed, folded: !open && folds(changed) };
}

/** The same snippets under another suggestion, which nobody has touched yet. */
export const withSuggestion = (finding: Finding, suggestion: SuggestionView): Finding => ({
  ...finding,
  ...UNTOUCHED,
  folded: folds(finding),
  suggestion,
});
