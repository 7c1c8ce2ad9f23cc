/** The made-up shop whose conversations the gallery shows: its passages, drafts and customers. */
import { pieces, type Fact } from "../words.ts";
import type { CitationPart, FlagPart, HandoverPart, HoldingTold, IntentRead, LeakPart, NeedTold, SnippetPart, StoryLine, StoryPart, TurnPart } from "../wire.ts";
import type { PageConversation } from "../page.ts";
import type { Place } from "../panel/place.tsx";
import {
  newConversation,
  START,
  type ConversationState,
  type Finding,
  type FlagView,
  type HandoverForm,
  type HandoverView,
  type Held,
  type PanelState,
  type SuggestionView,
} from "../state.ts";

/** A browser that gave Sotto three of its keys. */
export const PLACE: Place = {
  shortcuts: [
    { command: "insert", keys: "Alt+Shift+V" },
    { command: "next", keys: "Alt+Shift+N" },
    { command: "ask", keys: "Alt+Shift+K" },
    { command: "dismiss", keys: "" },
  ],
  server: "https://sotto.shop.example",
  helpdesks: ["https://desk.shop.example"],
};

export const NOW = new Date("2031-03-14T10:00:00Z");

export function snippet(number: number, more: Partial<SnippetPart> = {}): SnippetPart {
  return {
    number,
    passage_id: `p${number}`,
    document_id: "policies/returns.md",
    kind: "policy",
    audience: "public",
    title_path: ["Returns policy", "Sending a kayak back"],
    question: null,
    text: "An unused kayak can be sent back within 30 days of delivery. We collect it at no cost; keep the hull wrap.",
    url: "https://shop.example/returns",
    first_line: null,
    last_line: null,
    owner: "Maya",
    updated_on: "2031-02-20",
    confidence: 0.82,
    ...more,
  };
}

export const SNIPPETS: SnippetPart[] = [
  snippet(1),
  snippet(2, {
    audience: "internal",
    kind: "macro",
    title_path: ["Goodwill", "Late returns"],
    text: "Up to day 45 a lead may accept a return as goodwill. Never promise it before the lead has agreed.",
    url: null,
    owner: "Tomas",
    updated_on: "2031-03-13",
  }),
  snippet(3, {
    audience: "expert",
    kind: "product",
    title_path: ["Fjord 420", "Hull"],
    text: "The hull wrap protects the gel coat; without it the carrier refuses liability for scratches.",
  }),
  snippet(4, {
    kind: "faq",
    title_path: ["Questions", "Refunds"],
    question: "When do I get my money back?",
    text: "Within five working days after the kayak has reached us.",
  }),
  snippet(5, {
    kind: "code",
    audience: "internal",
    title_path: ["returns/window.py", "ReturnWindow.open_until"],
    text: "def open_until(self, delivered: date) -> date:\n    return delivered + timedelta(days=30)",
    document_id: "returns/window.py",
    first_line: 41,
    last_line: 58,
    url: null,
    rule: {
      function: "returns/window.py:ReturnWindow.open_until",
      says: "The last day on which an unused kayak may be sent back.\n\nThe day of delivery does not count. Over Christmas the window is longer.",
      takes: ["delivered (date)"],
      uses: ["window: 30 days", "christmas window: 45 days"],
      signature: "def open_until(self, delivered: date) -> date",
      wording: null,
    },
  }),
];

/** A macro that the agent keeps themselves. */
export const OWN_MACRO: SnippetPart = snippet(1, {
  document_id: "own-macro:agent:7",
  kind: "macro",
  title_path: ["Your macro: Sending a kayak back"],
  text: "Hello {{customer_name}},\n\nYou can send the kayak back within 30 days of delivery. Shall I book the van for you?\n\nBest wishes\n{{agent_name}}",
  url: null,
  owner: "ana",
  own: "agent",
});

const CODE = SNIPPETS[4] ?? snippet(5);
const WORDING = { text: "You can send an unused kayak back within 30 days of the day it reached you.", by: "Tomas", on: "2031-02-01" };

/** Code whose rule is worked out, with a wording; and the same where a value is missing. */
export const WORKED_OUT: SnippetPart = {
  ...CODE,
  rule: CODE.rule ? { ...CODE.rule, wording: WORDING } : null,
  example: {
    inputs: ["delivered: 3 March 2031"],
    steps: ["last day: 3 March 2031 + 30 days = 2 April 2031"],
    result: "2 April 2031",
    missing: [],
  },
};
export const MISSING: SnippetPart = {
  ...CODE,
  example: { inputs: [], steps: [], result: null, missing: ["delivered: not said yet"] },
};

export const REPLY =
  "Hello Ilse,\n\nthank you for writing. You can send the unused Fjord 420 back within 30 days of delivery, so until 2 April. We collect it at your door at no cost: please keep the hull wrap on, the carrier asks for it.\n\nYour money is back within five working days after the kayak has reached us. Tell me which day next week suits you for the collection and I will book it.\n\nKind regards";

const cite = (text: string, after: string, number: number): CitationPart => {
  const end = text.indexOf(after) + after.length;
  return { number, passage_id: `p${number}`, start: Math.max(0, end - 40), end, support: 0.9 };
};

export const FACTS: Fact[] = [
  { text: "You can send the unused Fjord 420 back within 30 days of delivery, so until 2 April.", numbers: [1] },
  { text: "We collect it at your door at no cost: please keep the hull wrap on, the carrier asks for it.", numbers: [1] },
  { text: "Your money is back within five working days after the kayak has reached us.", numbers: [4] },
];

export function suggestion(more: Partial<SuggestionView> = {}): SuggestionView {
  const citations = [cite(REPLY, "until 2 April.", 1), cite(REPLY, "has reached us.", 4)];
  return {
    id: "s1",
    source: "extractive",
    status: "ready",
    pieces: pieces(REPLY, citations),
    text: REPLY,
    facts: FACTS,
    seq: 9,
    shownAt: NOW.getTime(),
    outcome: null,
    failure: null,
    ...more,
  };
}

/** A model's draft whose last sentence no snippet says. */
export function partlyUnsupported(): SuggestionView {
  const text = `${REPLY} We will also send you a voucher over £20 within two days.`;
  const citations = [cite(text, "until 2 April.", 1), cite(text, "has reached us.", 4)];
  const unsupported = [{ start: REPLY.length + 1, end: text.length }];
  return suggestion({ text, source: "tiny at model.quillbrook.example", pieces: pieces(text, citations, unsupported) });
}

const CAREFUL = "Hello Ilse,\n\nof course. Between us: from day 36 to day 45 we offer a gift card for the value, and calc_collection_fee says 19 euros.";
const leak = (words: string, reason: LeakPart["reason"], title: string | null): LeakPart => {
  const start = CAREFUL.indexOf(words);
  return { start, end: start + words.length, reason, passage_id: "p7", title, owner: title && "Maya" };
};
const HELD = { conversationId: "django-helpdesk:desk.example:4702", door: "insert" as const, text: CAREFUL };
export const REFUSED: Held = {
  ...HELD,
  verdict: "refuse",
  leaks: [
    leak("from day 36 to day 45 we offer a gift card", "internal_text", "Judging returns › Late returns"),
    leak("calc_collection_fee", "identifier", "fees.py › calc_collection_fee"),
  ],
};
export const WARNED: Held = {
  ...HELD,
  verdict: "warn",
  leaks: [leak("offer a gift card for the value", "similar", "Judging returns › Late returns")],
};

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    turnId: "t1",
    turnText: null,
    question: null,
    hint: null,
    snippets: SNIPPETS,
    fit: "answers",
    nothing: null,
    suggestion: suggestion(),
    offered: null,
    seen: true,
    touched: false,
    disposition: "routine",
    folded: false,
    keptOpen: false,
    openSnippets: [],
    cited: null,
    used: [],
    factsUsed: [],
    ...more,
  };
}

export function flag(reason: string, severity: FlagPart["severity"], quote: string): FlagView {
  const evidence = { turn_id: "t1", quote, start: 0, end: quote.length };
  const advice = "Read the whole conversation before you answer, and say what you will do and when.";
  return {
    flag: { reason: reason as FlagPart["reason"], severity, confidence: 0.8, evidence, advice, rule: "made up" },
    answer: null,
  };
}

/** Somebody may be in danger; the team's own protocol, or none. */
export function crisis(protocol: FlagPart["protocol"]): FlagView {
  const view = flag("vulnerability", "urgent", "he's got the spare key and he says he'll be here before it's light, please hide my address");
  return { ...view, flag: { ...view.flag, crisis: true, protocol: protocol ?? null } };
}

export const PROTOCOL: FlagPart["protocol"] = {
  title: "When somebody may be in danger",
  text: [
    "Stay. Do not close the conversation and sell nothing.",
    '1. Press "Get a lead now".\n2. Write one sentence of your own: "I am here, and I am getting somebody to help you."\n3. Ask one question only: "Are you safe right now?"',
    "Life in danger: tell them to ring 112.\nThoughts of ending their life: the Listening Line, 0800 555 0155, day and night.\nHurt or watched by somebody at home: Harbour Refuge, 0800 555 0177. Change nothing that the other person would see.",
    "Your lead decides who calls the emergency services: duty lead, ext. 4401, at night 020 5550 0100.",
  ].join("\n\n"),
  owner: "Maya",
};

export const turn = (id: string, text: string, more: Partial<TurnPart> = {}): TurnPart => ({
  id,
  role: "customer",
  text,
  at: null,
  ...more,
});

export function page(more: Partial<PageConversation> = {}): PageConversation {
  return {
    conversation_id: "django-helpdesk:desk.example:4702",
    helpdesk: "django-helpdesk",
    channel: "email",
    subject: "Can I return the Fjord 420?",
    customer: { name: "Ilse Brandt", email: "ilse@example.org" },
    turns: [
      turn("t0", "I bought a kayak from you three weeks ago."),
      turn("t1", "It is too long for my garage. Can I send it back, and who pays for that?"),
    ],
    ...more,
  };
}

const STORY_TURNS: TurnPart[] = [
  turn("t0", "Hello, I am the assistant of Fjord Boats. What is your order number?", { role: "assistant" }),
  turn("t1", "FB-20418. The hatch of my Fjord 420 leaks. I need it dry by 3 May, we are moving to the coast."),
  turn("t2", "Please try pressing the seal into its groove. I will ask the workshop and write to you by tomorrow noon.", { role: "agent" }),
  turn("t3", "I tried that twice. Nobody wrote to me. This is ridiculous, when do I get a new hatch?"),
];

function line(place: number, quote: string, label: string | null = null): StoryLine {
  const { id, role, text } = STORY_TURNS[place] ?? turn("t0", "");
  const start = text.indexOf(quote);
  return { turn_id: id, role, quote, start, end: start + quote.length, label };
}

const STORY: StoryPart = {
  request: line(1, "The hatch of my Fjord 420 leaks."),
  goal: line(1, "I need it dry by 3 May, we are moving to the coast."),
  mood: "angry",
  mood_since: line(3, "This is ridiculous, when do I get a new hatch?"),
  tried: [line(2, "Please try pressing the seal into its groove."), line(3, "I tried that twice.")],
  promised: [line(2, "I will ask the workshop and write to you by tomorrow noon.", "by tomorrow noon")],
  open_questions: [line(3, "This is ridiculous, when do I get a new hatch?")],
  facts: [line(1, "FB-20418", "Order or reference"), line(1, "3 May", "Date")],
  not_again: [line(1, "FB-20418", "Order or reference")],
};

/** A conversation that others led; `turns` of its four have been written. */
const NEED: NeedTold = {
  type: "need_told",
  conversation_id: "django-helpdesk:desk.example:4702",
  need: "human",
  why: "a person should lead: frustration, public escalation; a valued customer",
  since: "2031-03-12T09:40:00Z",
};

export function ledByOthers(turns: number, more: Partial<ConversationState> = {}): ConversationState {
  const shown = { subject: "Leaking hatch", turns: STORY_TURNS.slice(0, turns) };
  return conversation({ story: STORY, need: NEED, arrived: true, ...more }, shown);
}

/** A return that lacks its order number; with a number nothing is missing. */
export function toActOn(given: string | null): IntentRead {
  const line = (quote: string): StoryLine => ({ turn_id: "t1", role: "customer", quote, start: 0, end: quote.length, label: null });
  const order = { name: "order_number", label: "Order number", known: given !== null, given: given === null ? null : line(given) };
  const reason = { name: "reason", label: "Reason", known: true, given: line("too short") };
  const question = given === null ? "Could you tell me your order number, please?" : null;
  return { type: "intent_read", conversation_id: "c", intent: "refund_standard", confidence: 0.91, facts: [order, reason], question };
}

export const BRIEF = [
  "Situation: “The hatch of my Fjord 420 leaks.”",
  "Goal: “I need it dry by 3 May, we are moving to the coast.”",
  "Mood: angry, since “This is ridiculous, when do I get a new hatch?”",
  "Tried:",
  "- “I tried that twice.” (customer)",
  "Promised:",
  "- “I will ask the workshop and write to you by tomorrow noon.” (agent, by tomorrow noon)",
  "Known: Order or reference FB-20418",
  "Next step: answer “when do I get a new hatch?”",
].join("\n");

const WORDS =
  "Thank you for your patience. I am passing this on to a colleague who can help you with it. They have everything you told us, so you don't need to explain it again, and they will write to you next.";

const EXPERT_BRIEF = BRIEF.split("\n").filter((line) => !line.startsWith("Mood")).join("\n");

export const EXPERTS: HandoverForm["experts"] = [
  {
    name: "eva",
    why: "3 of 4 topics (hatches, seals, resin), online until 18:00",
    words:
      "I would like to ask eva, who knows hatches, seals and resin well and helps us part-time, from outside. eva would see your question and what was tried, but not how to reach you. If you would rather stay with our own team, just tell me, and I will look after it myself.",
  },
  { name: "finn", why: "knows hatches, online all day, has 1 already", words: "I would like to ask finn." },
];

export function form(more: Partial<HandoverForm> = {}): HandoverForm {
  const receivers: HandoverForm["receivers"] = [
    { kind: "lead", name: "workshop" },
    { kind: "person", name: "ben" },
    { kind: "team", name: "billing" },
  ];
  return { brief: BRIEF, expertBrief: EXPERT_BRIEF, experts: [], noExpert: null, receivers, to: null, words: { person: WORDS, lead: WORDS, team: WORDS }, sent: false, ...more };
}

export function handover(state: HandoverPart["state"], more: Partial<HandoverPart> = {}): HandoverView {
  const offered_at = "2031-03-14T09:50:00Z";
  const what = { helpdesk: "django-helpdesk", subject: "Leaking hatch", customer: "Ilse Brandt", brief: BRIEF };
  const who = { sender: "ana", to: { kind: "person" as const, name: "ben" }, holder: state === "accepted" ? "ben" : null };
  const id = { handover_id: 7, conversation_id: "django-helpdesk:desk.example:4702" };
  return { handover: { ...id, ...who, ...what, state, offered_at, until: "2031-03-14T10:05:00Z", ...more }, offered: false };
}

export function withExpert(state: HandoverPart["state"], more: Partial<HandoverPart> = {}): HandoverView {
  const to = { kind: "expert" as const, name: "eva" };
  const holder = state === "accepted" ? "eva" : null;
  const customer_words = state === "timed_out" ? null : (EXPERTS[0]?.words ?? null);
  return handover(state, { to, holder, customer_words, ...more });
}

export const HOLDING: HoldingTold = {
  type: "holding_told",
  conversation_id: "django-helpdesk:desk.example:4702",
  turn_id: "t1",
  text: "Hello Ilse,\n\nI do not want to guess, so I am asking those who know this. I will write to you again by 11:00 tomorrow, even if it is not settled by then.\n\nKind regards",
  why: null,
};

export const ALL_HELD = "Your holding replies were all sent here: say in your own words what happens next and by when.";

export const SUMMARY = {
  text: "Asked: “Can I send the kayak back?”\nWe said:\n- “An unused kayak can be sent back within 30 days.” (agent)\nPromised:\n- “We will collect it on Friday.” (agent, on Friday)",
  source: "extractive",
  done: true,
};

const TAB = { tab: 1, address: null, closed: false };

export function conversation(more: Partial<ConversationState> = {}, shown: Partial<PageConversation> = {}): ConversationState {
  return { ...newConversation(page(shown), TAB), findings: [finding()], shown: 0, ...more };
}

/** A connected panel beside this conversation, with a reply box the agent has not written in. */
export function panel(inView: ConversationState | null, more: Partial<PanelState> = {}): PanelState {
  const connected: PanelState = {
    ...START,
    connection: "connected",
    features: ["reports", "forms", "changes", "model_changes", "summaries", "dispositions"],
    person: { name: "lea", roles: ["agent"], team: "boats" },
  };
  if (!inView) return { ...connected, view: { kind: "no_conversation" }, ...more };
  return {
    ...connected,
    view: { kind: "conversation", conversation: inView.page, replyBox: { kind: "reply", typed: false } },
    conversations: new Map([[inView.id, inView]]),
    inView: inView.id,
    ...more,
  };
}
