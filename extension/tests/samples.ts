/** Messages, pages and clicks that several tests tell their stories with. */
import type { PageConversation } from "../src/page.ts";
import {
  conversationInView,
  reduce,
  shownFinding,
  START,
  type Action,
  type AgentAct,
  type ConversationState,
  type Finding,
  type PanelState,
  type Sight,
} from "../src/state.ts";
import type { FlagPart, ServerMessage, SessionSnapshot, SnippetPart, TurnPart } from "../src/wire.ts";

export const turn = (id: string, text = id): TurnPart => ({ id, role: "customer", text, at: null, attachments: [] });

export const page = (id: string, ...turns: TurnPart[]): PageConversation => ({
  conversation_id: id,
  helpdesk: "desk",
  channel: "email",
  subject: `About ${id}`,
  customer: { name: `Customer of ${id}` },
  turns,
});

export const snippet = (number: number, more: Partial<SnippetPart> = {}): SnippetPart => ({
  number,
  passage_id: `p${number}`,
  document_id: "d1",
  kind: "policy",
  audience: "public",
  title_path: ["Returns"],
  question: null,
  text: "Within 30 days.",
  url: null,
  first_line: null,
  last_line: null,
  owner: "returns",
  updated_on: null,
  confidence: 0.9,
  ...more,
});

export const flag = (turnId: string, severity: FlagPart["severity"] = "act"): FlagPart => ({
  reason: "human_requested",
  severity,
  confidence: 0.9,
  evidence: { turn_id: turnId, quote: "third time", start: 0, end: 10 },
  advice: "Acknowledge it.",
  rule: "words",
});

// ---- what the server says ----------------------------------------------------------------------------------

export const found = (turnId: string, question: string | null = null, c = "c1"): ServerMessage => ({
  type: "snippets_found",
  conversation_id: c,
  turn_id: turnId,
  question,
  snippets: [snippet(1, { text: `For ${turnId}` }), snippet(2)],
  fit: "answers",
});
export const nothing = (turnId: string, question: string | null = null): ServerMessage => ({
  type: "nothing_found",
  conversation_id: "c1",
  turn_id: turnId,
  question,
  nearest: "Gift cards",
  nearest_passage_id: "p9",
  nearest_owner: "maya",
});
export const started = (id: string, turnId: string, c = "c1"): ServerMessage => ({
  type: "suggestion_started",
  conversation_id: c,
  suggestion_id: id,
  seq: 1,
  turn_id: turnId,
  source: "extractive",
});
export const delta = (id: string, seq: number, text: string, c = "c1"): ServerMessage => ({
  type: "suggestion_delta",
  conversation_id: c,
  suggestion_id: id,
  seq,
  pieces: [{ kind: "text", text }],
});
export const ready = (id: string, text = `Sure. Bye from ${id}.`, c = "c1"): ServerMessage => ({
  type: "suggestion_ready",
  conversation_id: c,
  suggestion_id: id,
  seq: 9,
  text,
  citations: [{ number: 2, passage_id: "p", start: 0, end: 5, support: 0.9 }],
  confidence: 0.9,
});
export const superseded = (id: string): ServerMessage => ({
  type: "suggestion_superseded",
  conversation_id: "c1",
  suggestion_id: id,
  seq: 8,
});
export const failed = (id: string): ServerMessage => ({
  type: "suggestion_failed",
  conversation_id: "c1",
  suggestion_id: id,
  seq: 8,
  message: "The model is too slow.",
});
export const raised = (turnId: string, severity: FlagPart["severity"] = "act", c = "c1"): ServerMessage => ({
  type: "flag_raised",
  conversation_id: c,
  flag: flag(turnId, severity),
});
export const snapshot = (turnId: string, more: Partial<SessionSnapshot> = {}): ServerMessage => ({
  type: "session_snapshot",
  conversation_id: "c1",
  turn_id: turnId,
  snippets: [],
  suggestion: null,
  flags: [],
  nothing_found: false,
  ...more,
});

/** A whole suggestion for a turn. */
export const suggested = (id: string, turnId: string, text?: string): ServerMessage[] => [
  found(turnId),
  started(id, turnId),
  ready(id, text),
];

// ---- what happens in the panel -----------------------------------------------------------------------------

export const sight = (id: string, more: Partial<Sight> = {}): Sight => ({
  view: { kind: "conversation", conversation: page(id, turn("t1")), replyBox: null },
  tab: 1,
  address: `https://desk.example/${id}`,
  inFront: true,
  ...more,
});
export const sighted = (id: string, more: Partial<Sight> = {}): Action => ({ type: "sighted", sight: sight(id, more) });
export const message = (message: ServerMessage): Action => ({ type: "message", message, now: 1000 });
export const act = (act: AgentAct, conversationId = "c1"): Action => ({ type: "agent", conversationId, act });

type Step = Action | ServerMessage | ServerMessage[];

const ACTIONS: ReadonlySet<string> = new Set<Action["type"]>([
  ...(["message", "connection", "sighted", "tab_closed", "agent", "form_chosen", "noticed", "held", "answer_seen", "problem_closed"] as const),
]);
const isAction = (step: Action | ServerMessage): step is Action => ACTIONS.has(step.type);

export const after = (state: PanelState, ...steps: Step[]): PanelState =>
  steps.flat().reduce((now, step) => reduce(now, isAction(step) ? step : message(step)), state);

/** The panel with conversation c1 in view, after these steps. */
export const run = (...steps: Step[]): PanelState => after(START, sighted("c1"), ...steps);

export function open(state: PanelState): ConversationState {
  const conversation = conversationInView(state);
  if (!conversation) throw new Error("no conversation is in view");
  return conversation;
}

export function screen(state: PanelState): Finding {
  const finding = shownFinding(open(state));
  if (!finding) throw new Error("nothing is on the screen");
  return finding;
}

export const draft = (state: PanelState): string | undefined => screen(state).suggestion?.id;
