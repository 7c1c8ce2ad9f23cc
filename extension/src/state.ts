/** The panel's state and how it changes: messages and the agent's clicks in, a new state out. Pure. */
import type { PageView } from "./page.ts";
import { pieces, type Piece } from "./words.ts";
import type {
  FlagPart,
  FlagResponse,
  OutcomeReport,
  PersonPart,
  ProblemReported,
  ServerMessage,
  SessionSnapshot,
  SnippetPart,
  SuggestionPart,
} from "./wire.ts";

export type Connection = "unconfigured" | "connecting" | "connected" | "reconnecting" | "refused";
export type Outcome = OutcomeReport["outcome"];

export interface SuggestionView {
  id: string;
  turnId: string;
  /** The agent's own question that it answers, or null for the customer's turn. */
  question: string | null;
  source: string;
  status: "streaming" | "ready" | "failed" | "superseded";
  pieces: Piece[];
  text: string;
  seq: number;
  shownAt: number | null;
  outcome: Outcome | null;
  failure: string | null;
}

export interface FlagView {
  flag: FlagPart;
  answer: FlagResponse["response"] | null;
}

export interface ConversationState {
  id: string;
  turnId: string | null;
  question: string | null;
  snippets: SnippetPart[];
  suggestion: SuggestionView | null;
  flags: FlagView[];
  nothing: { nearest: string | null; question: string | null } | null;
  asking: string | null;
}

export interface PanelState {
  connection: Connection;
  retryAt: number | null;
  person: PersonPart | null;
  view: PageView;
  conversation: ConversationState | null;
  problems: ProblemReported[];
  notice: { text: string; tone: "good" | "bad" } | null;
  openSnippets: number[];
  cited: number | null;
}

export type Action =
  | { type: "message"; message: ServerMessage; now: number }
  | { type: "connection"; connection: Connection; retryAt?: number }
  | { type: "viewed"; view: PageView }
  | { type: "acted"; suggestionId: string; outcome: Outcome }
  | { type: "flag_answered"; reason: string; turnId: string; answer: FlagResponse["response"] }
  | { type: "asked"; question: string }
  | { type: "snippet_toggled"; number: number }
  | { type: "citation_opened"; number: number }
  | { type: "noticed"; text: string; tone: "good" | "bad" }
  | { type: "problem_closed"; place: number };

export const START: PanelState = {
  connection: "connecting",
  retryAt: null,
  person: null,
  view: { kind: "out_of_reach" },
  conversation: null,
  problems: [],
  notice: null,
  openSnippets: [],
  cited: null,
};

const KEPT_PROBLEMS = 3;

/** Problems that pass by themselves: the next answer shows that they have. */
export const PASSING: ReadonlySet<string> = new Set(["starting", "knowledge_missing"]);

export function reduce(state: PanelState, action: Action): PanelState {
  switch (action.type) {
    case "message":
      return onMessage(state, action.message, action.now);
    case "connection":
      return { ...state, connection: action.connection, retryAt: action.retryAt ?? null };
    case "viewed":
      return onView(state, action.view);
    case "acted":
      return inSuggestion({ ...state, notice: null }, action.suggestionId, (suggestion) => ({
        ...suggestion,
        outcome: action.outcome,
      }));
    case "flag_answered":
      return inConversation(state, (conversation) => ({
        ...conversation,
        flags: conversation.flags.map((view) =>
          view.flag.reason === action.reason && view.flag.evidence.turn_id === action.turnId
            ? { ...view, answer: action.answer }
            : view,
        ),
      }));
    case "asked":
      return inConversation(state, (conversation) => ({ ...conversation, asking: action.question }));
    case "snippet_toggled":
      return { ...state, cited: null, openSnippets: toggled(state.openSnippets, action.number) };
    case "citation_opened":
      return { ...state, cited: action.number, openSnippets: [...new Set([...state.openSnippets, action.number])] };
    case "noticed":
      return { ...state, notice: { text: action.text, tone: action.tone } };
    case "problem_closed":
      return { ...state, problems: state.problems.filter((_, place) => place !== action.place) };
  }
}

const toggled = (numbers: number[], number: number): number[] =>
  numbers.includes(number) ? numbers.filter((other) => other !== number) : [...numbers, number];

function onView(state: PanelState, view: PageView): PanelState {
  const id = view.kind === "conversation" ? view.conversation.conversation_id : null;
  if (id !== null && id === state.conversation?.id) return { ...state, view };
  const conversation = id === null ? null : emptyConversation(id);
  return { ...state, view, conversation, notice: null, openSnippets: [], cited: null };
}

function emptyConversation(id: string): ConversationState {
  const nothingYet = { turnId: null, question: null, suggestion: null, nothing: null, asking: null };
  return { id, ...nothingYet, snippets: [], flags: [] };
}

function inConversation(
  state: PanelState,
  change: (conversation: ConversationState) => ConversationState,
): PanelState {
  return state.conversation ? { ...state, conversation: change(state.conversation) } : state;
}

function inSuggestion(
  state: PanelState,
  suggestionId: string,
  change: (suggestion: SuggestionView) => SuggestionView,
): PanelState {
  return inConversation(state, (conversation) =>
    conversation.suggestion?.id === suggestionId
      ? { ...conversation, suggestion: change(conversation.suggestion) }
      : conversation,
  );
}

/** Unknown types are ignored (the server may be newer), and so is everything of a conversation not in view. */
function onMessage(state: PanelState, message: ServerMessage, now: number): PanelState {
  if (message.type === "welcome") {
    return { ...state, connection: "connected", retryAt: null, person: message.person, problems: [] };
  }
  if (message.type === "problem_reported") return onProblem(state, message);
  if (message.type === "knowledge_changed" || message.type === "own_record") return state;
  if (message.conversation_id !== state.conversation?.id) return state;
  switch (message.type) {
    case "session_snapshot":
      return { ...inConversation(state, (conversation) => fromSnapshot(conversation, message, now)), cited: null };
    case "snippets_found":
      return onAnswer(state, message.turn_id, message.question ?? null, { snippets: message.snippets, nothing: null });
    case "nothing_found": {
      const nothing = { nearest: message.nearest, question: message.question ?? null };
      return onAnswer(state, message.turn_id, nothing.question, { snippets: [], nothing });
    }
    case "flag_raised":
      return inConversation(state, (conversation) => ({ ...conversation, flags: withFlag(conversation, message.flag) }));
    case "flag_withdrawn":
      return inConversation(state, (conversation) => ({
        ...conversation,
        flags: conversation.flags.filter((view) => view.flag.reason !== message.reason),
      }));
    default:
      return onSuggestion(state, message, now);
  }
}

type Answer = Pick<ConversationState, "snippets" | "nothing">;

function onAnswer(state: PanelState, turnId: string, question: string | null, answer: Answer): PanelState {
  const open = state.conversation?.turnId === turnId && state.conversation.question === question;
  return {
    ...inConversation(state, (conversation) => ({
      ...conversation,
      ...answer,
      turnId,
      question,
      asking: null,
      suggestion: answer.nothing && question === null ? null : conversation.suggestion,
    })),
    problems: state.problems.filter((problem) => !PASSING.has(problem.code)),
    openSnippets: open ? state.openSnippets : [],
    cited: open ? state.cited : null,
  };
}

function onSuggestion(state: PanelState, message: ServerMessage, now: number): PanelState {
  switch (message.type) {
    case "suggestion_started": {
      const { suggestion_id: id, turn_id: turnId, source, seq } = message;
      const question = state.conversation?.question ?? null;
      const suggestion: SuggestionView = { ...EMPTY_SUGGESTION, id, turnId, question, source, seq };
      return inConversation({ ...state, notice: null }, (conversation) => ({ ...conversation, asking: null, suggestion }));
    }
    case "suggestion_delta":
      return inSuggestion(state, message.suggestion_id, (suggestion) =>
        message.seq <= suggestion.seq
          ? suggestion
          : { ...suggestion, seq: message.seq, pieces: [...suggestion.pieces, ...message.pieces] },
      );
    case "suggestion_ready":
      return inSuggestion(state, message.suggestion_id, (suggestion) => ({
        ...suggestion,
        seq: message.seq,
        status: "ready",
        text: message.text,
        pieces: pieces(message.text, message.citations),
        shownAt: suggestion.shownAt ?? now,
      }));
    case "suggestion_superseded":
      return inSuggestion(state, message.suggestion_id, (suggestion) => ({ ...suggestion, status: "superseded" }));
    case "suggestion_failed":
      return inSuggestion(state, message.suggestion_id, (suggestion) => ({
        ...suggestion,
        status: "failed",
        failure: message.message,
      }));
    default:
      return state;
  }
}

/** Whether the snippets shown are no longer those that the suggestion's citations mean. */
export function isEarlier(suggestion: SuggestionView, { turnId, question }: ConversationState): boolean {
  return turnId !== null && (suggestion.turnId !== turnId || suggestion.question !== question);
}

const EMPTY_SUGGESTION: Omit<SuggestionView, "id" | "turnId" | "question" | "source" | "seq"> = {
  status: "streaming",
  pieces: [],
  text: "",
  shownAt: null,
  outcome: null,
  failure: null,
};

function onProblem(state: PanelState, problem: ProblemReported): PanelState {
  const others = state.problems.filter((known) => known.code !== problem.code || known.message !== problem.message);
  const problems = [...others, problem].slice(-KEPT_PROBLEMS);
  return { ...inConversation(state, (conversation) => ({ ...conversation, asking: null })), problems };
}

function withFlag(conversation: ConversationState, flag: FlagPart): FlagView[] {
  const known = conversation.flags.find((view) => view.flag.reason === flag.reason);
  const answer = known?.flag.evidence.turn_id === flag.evidence.turn_id ? known.answer : null;
  return [...conversation.flags.filter((view) => view !== known), { flag, answer }];
}

function fromSnapshot(before: ConversationState, snapshot: SessionSnapshot, now: number): ConversationState {
  return {
    ...emptyConversation(before.id),
    turnId: snapshot.turn_id,
    snippets: snapshot.snippets,
    suggestion: snapshot.suggestion && shown(snapshot.suggestion, before.suggestion, now),
    flags: snapshot.flags.map((flag) => withFlag(before, flag).at(-1)).filter((view) => view !== undefined),
    nothing: snapshot.nothing_found ? { nearest: before.nothing?.nearest ?? null, question: null } : null,
  };
}

function shown(part: SuggestionPart, before: SuggestionView | null, now: number): SuggestionView {
  const same = before?.id === part.suggestion_id ? before : null;
  return {
    ...EMPTY_SUGGESTION,
    id: part.suggestion_id,
    turnId: part.turn_id,
    question: null,
    source: part.source,
    status: part.status,
    text: part.text,
    pieces: part.status === "ready" ? pieces(part.text, part.citations) : part.pieces,
    seq: -1,
    shownAt: same?.shownAt ?? (part.status === "ready" ? now : null),
    outcome: same?.outcome ?? null,
  };
}

/** The suggestion that `message` replaces although the agent never acted on it: it was ignored. */
export function ignoredBy(state: PanelState, message: ServerMessage): SuggestionView | null {
  const suggestion = state.conversation?.suggestion;
  if (message.type !== "suggestion_started" || message.conversation_id !== state.conversation?.id) return null;
  if (!suggestion || suggestion.status !== "ready" || suggestion.outcome !== null) return null;
  return suggestion.turnId === message.turn_id ? null : suggestion;
}
