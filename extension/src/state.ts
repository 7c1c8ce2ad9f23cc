/** The panel's state and how it changes: messages, pages and the agent's clicks in, a new state out. Pure. */
import type { DraftForm } from "./host.ts";
import type { PageConversation, PageView } from "./page.ts";
import { onAct, type AgentAct } from "./state/agent.ts";
import { afterHandover, type HandoverView } from "./state/handovers.ts";
import { newConversation, onMessage, type ConversationState, type Place } from "./state/conversation.ts";
import type { Held } from "./state/held.ts";
import { conversationInView } from "./state/views.ts";
import type { HandoverChanged, HandoverOffered, OwnRecord, PersonPart, ProblemReported, ReportAnswered, ServerMessage, Welcome } from "./wire.ts";

export * from "./state/agent.ts";
export * from "./state/conversation.ts";
export * from "./state/finding.ts";
export * from "./state/handovers.ts";
export * from "./state/held.ts";
export * from "./state/reported.ts";
export * from "./state/taking_over.ts";
export * from "./state/triage.ts";
export * from "./state/views.ts";

export type Connection = "unconfigured" | "connecting" | "connected" | "reconnecting" | "refused";

/** A page as its tab shows it now; `inFront`: it is the one beside the panel. A frame's page has no tab. */
export interface Sight {
  view: PageView;
  tab: number | null;
  address: string | null;
  inFront: boolean;
}

export interface PanelState {
  connection: Connection;
  retryAt: number | null;
  person: PersonPart | null;
  /** What this server can do beyond the protocol's beginnings. */
  features: string[];
  /** How this agent wants drafts: a whole reply, or facts to write from. */
  form: DraftForm;
  view: PageView;
  /** Those seen, least recently viewed first. */
  conversations: ReadonlyMap<string, ConversationState>;
  inView: string | null;
  problems: ProblemReported[];
  notice: { text: string; tone: "good" | "bad" } | null;
  /** What the leak guard held back last, until the agent decided. */
  held: Held | null;
  /** Owners' answers to this agent's reports that the agent has not put away. */
  answers: ReportAnswered[];
  handovers: HandoverView[];
  ownRecord: OwnRecord | null;
}

export type Action =
  | { type: "message"; message: ServerMessage; now: number }
  | { type: "connection"; connection: Connection; retryAt?: number }
  | { type: "sighted"; sight: Sight }
  | { type: "tab_closed"; tab: number }
  /** `conversationId`: where the agent acted, which may have left the view meanwhile. */
  | { type: "agent"; conversationId: string; act: AgentAct }
  | { type: "form_chosen"; form: DraftForm }
  | { type: "held"; held: Held | null }
  | { type: "noticed"; text: string; tone: "good" | "bad" }
  | { type: "answer_seen"; reportId: string }
  | { type: "problem_closed"; place: number };

export const START: PanelState = {
  connection: "connecting",
  retryAt: null,
  person: null,
  features: [],
  form: "reply",
  view: { kind: "out_of_reach" },
  conversations: new Map(),
  inView: null,
  problems: [],
  notice: null,
  held: null,
  answers: [],
  handovers: [],
  ownRecord: null,
};

const KEPT_PROBLEMS = 3;
export const KEPT_CONVERSATIONS = 50;

/** Problems that pass by themselves: the next answer shows that they have. */
export const PASSING: ReadonlySet<string> = new Set(["starting", "knowledge_missing"]);

export function reduce(state: PanelState, action: Action): PanelState {
  switch (action.type) {
    case "message":
      return onServer(state, action.message, action.now);
    case "connection":
      return { ...state, connection: action.connection, retryAt: action.retryAt ?? null };
    case "sighted":
      return onSight(state, action.sight);
    case "tab_closed":
      return withoutClosed(movedFrom(state, action.tab, true));
    case "agent":
      return onAgent(state, action.conversationId, action.act);
    case "form_chosen":
      return { ...state, form: action.form };
    case "held":
      return { ...state, held: action.held, notice: null };
    case "noticed":
      return { ...state, notice: { text: action.text, tone: action.tone } };
    case "answer_seen":
      return { ...state, answers: state.answers.filter((answer) => answer.report_id !== action.reportId) };
    case "problem_closed":
      return { ...state, problems: state.problems.filter((_, place) => place !== action.place) };
  }
}

function inConversation(
  state: PanelState,
  id: string,
  change: (conversation: ConversationState) => ConversationState,
): PanelState {
  const before = state.conversations.get(id);
  const after = before && change(before);
  return before === after || !after ? state : withConversation(state, after);
}

const withConversation = (state: PanelState, conversation: ConversationState): PanelState => ({
  ...state,
  conversations: new Map(state.conversations).set(conversation.id, conversation),
});

function onAgent(state: PanelState, id: string, act: AgentAct): PanelState {
  const changed = inConversation(state, id, (conversation) => onAct(conversation, act));
  return act.type === "acted" && state.notice ? { ...changed, notice: null } : changed;
}

// ---- pages -------------------------------------------------------------------------------------------------

/** A page behind another tab changes its own conversation only, and only one that was seen. */
function onSight(state: PanelState, sight: Sight): PanelState {
  const { view, inFront } = sight;
  const conversation = view.kind === "conversation" ? view.conversation : null;
  if (!inFront) {
    const known = conversation && state.conversations.has(conversation.conversation_id) ? conversation : null;
    const left = sight.tab === null ? state : movedFrom(state, sight.tab, false);
    return known ? withPage(left, known, sight) : left;
  }
  const moved = sight.tab === null ? state : movedFrom(state, sight.tab, false);
  const paged = conversation ? withPage(moved, conversation, sight) : onReplyPage(moved, sight);
  const inView = idInView(paged, view);
  const same = inView === state.inView && view.kind === state.view.kind;
  const viewed = { ...paged, view, inView, notice: same ? state.notice : null };
  return withoutClosed(withoutOldest(lastViewed(viewed, state.inView)));
}

function idInView(state: PanelState, view: PageView): string | null {
  if (view.kind === "conversation") return view.conversation.conversation_id;
  return view.kind === "reply_page" && state.conversations.has(view.conversation_id) ? view.conversation_id : null;
}

function withPage(state: PanelState, page: PageConversation, { tab, address }: Sight): PanelState {
  const place: Place = { tab, address, closed: false };
  const before = state.conversations.get(page.conversation_id);
  return withConversation(state, before ? { ...before, page, place } : newConversation(page, place));
}

/** The page where a reply is written stands for its conversation in that tab. */
function onReplyPage(state: PanelState, { view, tab }: Sight): PanelState {
  if (view.kind !== "reply_page") return state;
  return inConversation(state, view.conversation_id, (was) => ({ ...was, place: { ...was.place, tab, closed: false } }));
}

/** What this tab showed is no longer there. */
function movedFrom(state: PanelState, tab: number, closed: boolean): PanelState {
  const showed = [...state.conversations.values()].filter(({ place }) => place.tab === tab);
  return showed.reduce(
    (left, { id }) => inConversation(left, id, (was) => ({ ...was, place: { ...was.place, tab: null, closed } })),
    state,
  );
}

/** Puts the conversation that came into view last. */
function lastViewed(state: PanelState, before: string | null): PanelState {
  const current = conversationInView(state);
  if (!current || current.id === before) return state;
  const conversations = new Map(state.conversations);
  conversations.delete(current.id);
  return { ...state, conversations: conversations.set(current.id, current) };
}

function withoutOldest(state: PanelState): PanelState {
  const excess = state.conversations.size - KEPT_CONVERSATIONS;
  return excess > 0 ? { ...state, conversations: new Map([...state.conversations].slice(excess)) } : state;
}

/** A conversation whose tab was closed goes once it has left the view. */
function withoutClosed(state: PanelState): PanelState {
  const kept = [...state.conversations].filter(([id, { place }]) => id === state.inView || !place.closed);
  return kept.length < state.conversations.size ? { ...state, conversations: new Map(kept) } : state;
}

// ---- the server --------------------------------------------------------------------------------------------

function onServer(state: PanelState, message: ServerMessage, now: number): PanelState {
  switch (message.type) {
    case "welcome":
      return { ...state, connection: "connected", retryAt: null, ...known(message), problems: [], handovers: [] };
    case "problem_reported":
      return onProblem(state, message);
    case "report_answered":
      return { ...state, answers: [...withoutAnswer(state.answers, message), message] };
    case "handover_offered":
    case "handover_changed":
      return onHandover(state, message);
    case "own_record":
      return { ...state, ownRecord: message };
    case "knowledge_changed":
    case "report_recorded":
      return state;
    default: {
      const changed = withReason(inConversation(state, message.conversation_id, (conversation) => onMessage(conversation, message, now)), message);
      return ANSWERS.has(message.type) ? { ...changed, problems: withoutPassing(state.problems) } : changed;
    }
  }
}

/** Why a draft stays as it is. */
const withReason = (state: PanelState, message: ServerMessage): PanelState =>
  message.type === "suggestion_kept" ? { ...state, notice: { text: message.message, tone: "good" } } : state;

function onHandover(state: PanelState, message: HandoverOffered | HandoverChanged): PanelState {
  const { views, notice } = afterHandover(state.handovers, message, state.person?.name ?? null);
  const told: PanelState = { ...state, handovers: views, ...(notice ? { notice: { text: notice, tone: "good" } } : {}) };
  const stands = message.handover.sender === state.person?.name;
  return stands ? inConversation(told, message.handover.conversation_id, withoutSent) : told;
}

/** Once the offer stands, what was written for it is done with. */
const withoutSent = (was: ConversationState): ConversationState => {
  const handover = was.handover?.sent ? null : was.handover;
  return handover === was.handover && !was.leadAsked ? was : { ...was, handover, leadAsked: false };
};

const known = ({ person, features }: Welcome): Pick<PanelState, "person" | "features"> => ({ person, features });

const ANSWERS: ReadonlySet<ServerMessage["type"]> = new Set(["snippets_found", "nothing_found"]);

const withoutPassing = (problems: ProblemReported[]): ProblemReported[] =>
  problems.some(({ code }) => PASSING.has(code)) ? problems.filter(({ code }) => !PASSING.has(code)) : problems;

const withoutAnswer = (answers: ReportAnswered[], { report_id: id }: ReportAnswered): ReportAnswered[] =>
  answers.filter((answer) => answer.report_id !== id);

function onProblem(state: PanelState, problem: ProblemReported): PanelState {
  const others = state.problems.filter((known) => known.code !== problem.code || known.message !== problem.message);
  const problems = [...others, problem].slice(-KEPT_PROBLEMS);
  const id = problem.conversation_id ?? state.inView;
  const stopped = id === null ? state : inConversation(state, id, (was) => ({ ...was, asking: null, givenUp: false, leadAsked: false, handover: was.handover && { ...was.handover, sent: false } }));
  return { ...stopped, problems };
}
