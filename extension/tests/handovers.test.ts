import assert from "node:assert/strict";
import { test } from "node:test";
import type { Acts } from "../src/panel/acts.ts";
import { dockLines } from "../src/panel/dock_lines.ts";
import { awaitsCustomer, briefFor, conversationInView, customerWords, reduce, START, takenOver, type PanelState } from "../src/state.ts";
import type { HandoverPart, HandoverReady, HandoverTo, ServerMessage, StoryPart } from "../src/wire.ts";
import type { Assigned } from "../src/page.ts";
import { page, sight, snapshot, suggested, turn } from "./samples.ts";

const done: string[] = [];
const ACTS = new Proxy({} as Acts, { get: (_, name: string) => (...given: unknown[]) => done.push([name, ...given].join(" ")) });

const welcome: ServerMessage = {
  type: "welcome",
  protocol: 1,
  server: "1",
  features: ["handovers"],
  person: { name: "ana", roles: ["agent"], team: "billing" },
  revision: null,
};

const part = (more: Partial<HandoverPart>): HandoverPart => ({
  handover_id: 7,
  conversation_id: "desk:4711",
  sender: "ana",
  to: { kind: "person", name: "ben" },
  state: "offered",
  holder: null,
  offered_at: "2031-03-14T10:00:00Z",
  until: "2031-03-14T10:15:00Z",
  helpdesk: "desk",
  subject: "A lid",
  customer: "Kim",
  brief: "Situation: a lid",
  ...more,
});
const changed = (more: Partial<HandoverPart>): ServerMessage => ({ type: "handover_changed", handover: part(more) });
const offered = (more: Partial<HandoverPart> = {}): ServerMessage => ({ type: "handover_offered", handover: part({ sender: "cleo", ...more }) });
const after = (...messages: ServerMessage[]): PanelState =>
  messages.reduce((state, message) => reduce(state, { type: "message", message, now: 0 }), START);
const lines = (state: PanelState): string[] =>
  dockLines(state, ACTS, new Date()).map(({ words, buttons }) => [words, ...buttons.map((button) => button.words)].join(" | "));

test("An offer can be accepted or declined, and opens its brief", () => {
  const state = after(welcome, offered());
  assert.deepEqual(lines(state), ["cleo hands over #4711 | Accept | Decline"]);
  const [line] = dockLines(state, ACTS, new Date());
  assert.equal(line?.detail, "Situation: a lid");
  line.buttons[0]?.act();
  assert.equal(done.at(-1), "answerHandover 7 accepted");
});

test("An offer that comes twice is one line", () => assert.equal(lines(after(welcome, offered(), offered())).length, 1));

test("The slower of two is told who has it, and the offer goes", () => {
  const state = after(welcome, offered(), changed({ sender: "cleo", state: "accepted", holder: "ben", brief: null }));
  assert.deepEqual(lines(state), ["ben has taken #4711 already."]);
  assert.deepEqual(state.handovers, []);
});

test("Sender and holder are told what to do in the helpdesk until it is done", () => {
  assert.deepEqual(lines(after(welcome, changed({ state: "accepted", holder: "ben" }))), ["Now assign #4711 to ben in the helpdesk | Done"]);
  const held = after(welcome, changed({ sender: "cleo", state: "accepted", holder: "ana" }));
  assert.deepEqual(lines(held), ["Now assign #4711 to yourself in the helpdesk | Done"]);
  assert.deepEqual(lines(reduce(held, { type: "message", message: changed({ sender: "cleo", state: "resolved", holder: "ana" }), now: 0 })), []);
});

const NOBODYS: Assigned = { to: "", mine: false, open: true, queue: [] };
const beside = (state: PanelState, assigned: Assigned | null, note = "", replyBox: { kind: "reply" | "note"; typed: boolean } | null = { kind: "reply", typed: false }): PanelState => {
  const turns = [turn("t1"), { ...turn("t2", note), role: "note" as const }];
  const view = { kind: "conversation" as const, conversation: page("desk:4711", ...turns), replyBox, assigned };
  return reduce(state, { type: "sighted", sight: sight("desk:4711", { view }) });
};
const held = (): PanelState => after(welcome, changed({ sender: "cleo", state: "accepted", holder: "ana" }));

test("Beside the page, its holder fills in note and owner, or the note alone where the form has no owner for them", () => {
  assert.deepEqual(lines(beside(held(), NOBODYS)), ["Now assign #4711 to yourself in the helpdesk | Fill in | Done"]);
  assert.deepEqual(lines(beside(held(), { ...NOBODYS, open: false })), ["Now assign #4711 to yourself in the helpdesk | Add note | Done"]);
  assert.deepEqual(lines(beside(held(), { to: "ana", mine: true, open: true, queue: [] })), ["#4711 is yours; its brief is no note yet | Add note | Done"]);
  dockLines(beside(held(), NOBODYS), ACTS, new Date())[0]?.buttons[0]?.act();
  assert.match(done.at(-1) ?? "", /^takeOver /);
});

test("Where the page has no form, its holder is told where one is", () => {
  const [line] = dockLines(beside(held(), NOBODYS, "", null), ACTS, new Date());
  assert.equal(line?.detail, "Open a comment in the helpdesk: the brief and the owner can be filled in there.\nSituation: a lid");
});

test("It is over by itself once the page shows the holder as the owner, and the brief as a note", () => {
  const mine: Assigned = { to: "ana", mine: true, open: true, queue: [] };
  const ids = (state: PanelState): number[] => takenOver(state).map(({ handover_id }) => handover_id);
  assert.deepEqual(ids(beside(held(), mine, "Situation\n• a lid, and more")), [7]);
  assert.deepEqual(ids(beside(held(), mine, "Another note")), []);
  assert.deepEqual(ids(beside(held(), { to: "ben", mine: false, open: true, queue: [] }, "Situation: a lid")), []);
  assert.deepEqual(ids(beside(after(welcome, changed({ state: "accepted", holder: "ben" })), mine, "Situation: a lid")), [], "the sender ticks nothing off");
});

test("Its sender sees when the page shows the other as the owner", () => {
  const passedOn = after(welcome, changed({ state: "accepted", holder: "ben" }));
  assert.deepEqual(lines(beside(passedOn, { to: "Ben", mine: false, open: true, queue: [] })), ["#4711 is ben’s in the helpdesk now | Done"]);
  assert.deepEqual(lines(beside(passedOn, NOBODYS)), ["Now assign #4711 to ben in the helpdesk | Done"]);
});

test("What nobody took comes back to its sender, who can keep it", () => {
  assert.deepEqual(lines(after(welcome, changed({ state: "timed_out" }))), ["Nobody took #4711 in time; your lead knows | Keep it"]);
  assert.deepEqual(lines(after(welcome, changed({ state: "declined" }))), ["ben declined #4711 | Keep it"]);
});

const EVA = { kind: "expert" as const, name: "eva" };
const UNTIL = new Date("2031-03-14T10:15:00Z").toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const opened = (state: PanelState): string[] => (dockLines(state, ACTS, new Date())[0]?.further ?? []).map(({ words }) => words);

test("The customer may decline an expert, who is nobody to assign to in the helpdesk", () => {
  assert.deepEqual(lines(after(welcome, changed({ to: EVA }))), ["#4711: eva is asked | Customer says no"]);
  const helping = after(welcome, changed({ to: EVA, state: "accepted", holder: "eva" }));
  assert.deepEqual(lines(helping), ["#4711: eva helps | Customer says no"]);
  dockLines(helping, ACTS, new Date())[0]?.buttons[0]?.act();
  assert.equal(done.at(-1), "answerHandover 7 customer_declined");
});

test("Which expert is asked next is said, and so that the customer hears of them", () => {
  const customer_words = "I would like to ask finn.";
  const next = after(welcome, changed({ to: EVA }), changed({ to: { kind: "expert", name: "finn" }, asked_before: 1, customer_words }));
  assert.deepEqual(lines(next), ["#4711: now finn is asked | Keep it"], "beside another page nothing can be inserted");
  assert.deepEqual(opened(next), ["Customer says no"]);
  assert.deepEqual(lines(beside(next, null)), ["#4711: now finn is asked | Tell the customer"]);
  assert.deepEqual(opened(beside(next, null)), ["Customer says no", "Keep it"]);
  const [line] = dockLines(beside(next, null), ACTS, new Date());
  assert.match(line?.detail ?? "", new RegExp(`^Open until ${UNTIL}, .*\\nTo the customer: “I would like to ask finn.”$`));
  line?.buttons[0]?.act();
  assert.equal(done.at(-1), "insertWords I would like to ask finn.");
});

test("Once it is taken the customer can still be told of the expert", () => {
  const more = { to: EVA, customer_words: "I would like to ask eva." };
  assert.deepEqual(opened(beside(after(welcome, changed(more)), null)), ["Tell the customer", "Keep it"]);
  assert.deepEqual(opened(beside(after(welcome, changed({ ...more, state: "accepted", holder: "eva" })), null)), ["Tell the customer", "Done"]);
});

test("What no expert took comes back to its sender, and to the lead, who is one of the own people", () => {
  const to = { ...EVA, name: "an expert" };
  assert.deepEqual(lines(after(welcome, changed({ to, state: "timed_out" }))), ["No expert took #4711; your lead knows | Keep it"]);
  assert.deepEqual(lines(after(welcome, changed({ to, state: "accepted", holder: "lea" }))), ["Now assign #4711 to lea in the helpdesk | Done"]);
});

test("What an expert answers is read, inserted beside its conversation, and done; the customer may still say no", () => {
  const reply = "Press it down.";
  const state = after(welcome, changed({ to: EVA, state: "accepted", holder: "eva", reply }));
  const [line] = dockLines(state, ACTS, new Date());
  assert.equal(line?.detail, reply);
  assert.deepEqual(lines(state), ["#4711: eva answered | Done"]);
  assert.deepEqual(lines(beside(state, null)), ["#4711: eva answered | Insert | Done"]);
  assert.deepEqual(lines(beside(state, null, "", { kind: "note", typed: false })), ["#4711: eva answered | Done"]);
  dockLines(beside(state, null), ACTS, new Date())[0]?.buttons[0]?.act();
  assert.equal(done.at(-1), "insertWords Press it down.");
  line.further?.[0]?.act();
  assert.equal(done.at(-1), "answerHandover 7 customer_declined");
});

test("An expert's help that ended without an answer is told to who asked", () => {
  const helping = after(welcome, changed({ to: EVA, state: "accepted", holder: "eva" }));
  const over = (more: Partial<HandoverPart>): string[] => lines(tell(helping, changed({ to: EVA, state: "resolved", ...more })));
  assert.deepEqual(over({ holder: "eva" }), ["#4711 is yours again: eva’s help ended without an answer."]);
  assert.deepEqual(over({ holder: "eva", reply: "Press it." }), []);
  assert.deepEqual(over({ holder: "ana" }), [], "the customer said no");
});

test("Where the holder is of another team, both are told to move it until the page shows that queue", () => {
  const more = { to: { kind: "team" as const, name: "Billing" }, state: "accepted" as const, move_to: "Billing" };
  const mine = after(welcome, changed({ ...more, sender: "cleo", holder: "ana" }));
  const passedOn = after(welcome, changed({ ...more, holder: "ben" }));
  assert.deepEqual(lines(mine), ["Now move #4711 to Billing and assign it to yourself in the helpdesk | Done"]);
  assert.deepEqual(lines(passedOn), ["Now move #4711 to Billing and assign it to ben in the helpdesk | Done"]);
  const note = "Situation: a lid";
  const owned = (to: string, ...queue: string[]): Assigned => ({ to, mine: to === "ana", open: true, queue });
  assert.deepEqual(lines(beside(mine, owned("ana", "sup", "Support"), note)), ["Now move #4711 to Billing in the helpdesk | Done"]);
  assert.deepEqual(lines(beside(mine, owned("", "billing"), note)), ["Now assign #4711 to yourself in the helpdesk | Done"]);
  assert.deepEqual(lines(beside(passedOn, owned("ben"))), ["Now move #4711 to Billing in the helpdesk | Done"]);
  assert.deepEqual(lines(beside(passedOn, owned("ben", "bil", "Billing"))), ["#4711 is ben’s in the helpdesk now | Done"]);
  assert.deepEqual(takenOver(beside(mine, owned("ana", "Support"), note)), [], "it is not over before it is moved");
  assert.equal(takenOver(beside(mine, owned("ana", "bil", "billing"), note)).length, 1);
});

test("Somebody else's handover is not shown", () => {
  assert.deepEqual(lines(after(welcome, changed({ sender: "cleo", state: "accepted", holder: "ben" }))), []);
});

test("After a reconnect only what the server tells again is shown", () => {
  assert.deepEqual(lines(after(welcome, offered(), welcome)), []);
});

// ---- the form ----------------------------------------------------------------------------------------------

const ready: HandoverReady = {
  type: "handover_ready",
  conversation_id: "c1",
  brief: "Situation: a lid",
  receivers: [{ kind: "person", name: "ben" }],
  customer_words: { person: "p", lead: "l", team: "t" },
};
const tell = (state: PanelState, message: ServerMessage): PanelState => reduce(state, { type: "message", message, now: 0 });
const viewing = (): PanelState => tell(reduce(START, { type: "sighted", sight: sight("c1") }), welcome);

test("What the agent edited in a brief is never written over, and goes once the offer stands", () => {
  let state = tell(viewing(), ready);
  state = reduce(state, { type: "agent", conversationId: "c1", act: { type: "brief_edited", brief: "Mine" } });
  state = tell(state, ready);
  assert.equal(conversationInView(state)?.handover?.brief, "Mine");
  const before = tell(state, changed({ conversation_id: "c1", state: "timed_out" }));
  assert.equal(conversationInView(before)?.handover?.brief, "Mine", "an older handover takes nothing away");
  state = reduce(state, { type: "agent", conversationId: "c1", act: { type: "handover_sent" } });
  assert.equal(conversationInView(tell(state, changed({ conversation_id: "c1" })))?.handover, null);
});

test("An expert gets a brief of their own; each keeps what the agent edited", () => {
  const expert = { name: "eva", why: "knows lids, online all day", words: "I would like to ask eva." };
  const choose = (state: PanelState, to: HandoverTo): PanelState => reduce(state, { type: "agent", conversationId: "c1", act: { type: "receiver_chosen", to } });
  const edit = (state: PanelState, brief: string): PanelState => reduce(state, { type: "agent", conversationId: "c1", act: { type: "brief_edited", brief } });
  const shown = (state: PanelState, to: HandoverTo): string[] => {
    const form = conversationInView(state)?.handover;
    assert.ok(form);
    return [briefFor(form, to), customerWords(form, to)];
  };
  const ben: HandoverTo = { kind: "person", name: "ben" };
  const eva: HandoverTo = { kind: "expert", name: "eva" };
  let state = tell(viewing(), { ...ready, experts: [expert], expert_brief: "A lid" });
  assert.deepEqual(shown(state, eva), ["A lid", "I would like to ask eva."]);
  state = edit(choose(state, eva), "Her lid");
  state = edit(choose(state, ben), "His lid");
  assert.deepEqual(shown(state, eva), ["Her lid", "I would like to ask eva."]);
  assert.deepEqual(shown(state, ben), ["His lid", "p"]);
});

test("A refused handover leaves the brief to be sent to somebody else", () => {
  let state = tell(viewing(), ready);
  state = reduce(state, { type: "agent", conversationId: "c1", act: { type: "handover_sent" } });
  state = tell(state, { type: "problem_reported", code: "report_refused", who: "developer", message: "No.", conversation_id: "c1", report_id: "r" });
  assert.equal(conversationInView(state)?.handover?.sent, false);
});

// ---- stories -----------------------------------------------------------------------------------------------

const story: StoryPart = {
  request: null, goal: null, mood: "calm", mood_since: null, tried: [], promised: [], open_questions: [], facts: [], not_again: [],
};

test("Who arrives after our last word is shown the story only, until there is a draft or a question", () => {
  const shown = page("c1", turn("t1"), { ...turn("t2"), role: "assistant" });
  const beside = sight("c1", { view: { kind: "conversation", conversation: shown, replyBox: null } });
  let state = reduce(viewing(), { type: "sighted", sight: beside });
  state = tell(tell(state, snapshot("t1", { catch_up: true })), { type: "story_told", conversation_id: "c1", story });
  const seen = conversationInView(state);
  assert.ok(seen && awaitsCustomer(seen) && seen.arrived && seen.story === story);
  const drafted = conversationInView(suggested("s1", "t1").reduce(tell, state));
  assert.ok(drafted && !awaitsCustomer(drafted));
  const later = conversationInView(tell(state, snapshot("t1")));
  assert.ok(later?.arrived, "a reconnect doesn't take it away");
});
