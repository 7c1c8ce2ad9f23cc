import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationInView, formWanted, KEPT_CONVERSATIONS, nameOf, urgentElsewhere } from "../src/state.ts";
import type { ReportAnswered, ServerMessage } from "../src/wire.ts";
import {
  act,
  after,
  delta,
  draft,
  flag,
  found,
  message,
  nothing,
  open,
  page,
  raised,
  run,
  screen,
  sighted,
  snapshot,
  started,
  suggested,
  turn,
} from "./samples.ts";

// ---- several conversations ---------------------------------------------------------------------------------

test("Each conversation is exactly as the agent left it", () => {
  const left = run(suggested("s1", "t1"), act({ type: "typed", question: "How lo" }), act({ type: "snippet_toggled", number: 2 }));
  const back = after(left, sighted("c2"), sighted("c1"));
  assert.deepEqual(open(back), open(left));
  assert.equal(conversationInView(after(left, sighted("c2")))?.findings.length, 0);
});

test("What arrives for another conversation waits there and shows nothing here", () => {
  const there = run(found("t1"), started("s1", "t1"), sighted("c2"));
  const late = after(there, delta("s1", 2, "secret"), raised("t1"));
  assert.deepEqual(open(late), open(there));
  assert.equal(draft(after(late, sighted("c1"))), "s1");
  const stranger = after(late, found("t1", null, "never-seen"));
  assert.equal(stranger.conversations.size, 2);
});

test("A page behind another tab changes its own conversation, if the agent has seen that, and not the view", () => {
  const changed = { kind: "conversation", conversation: page("c1", turn("t1"), turn("t2")), replyBox: null } as const;
  const state = run(sighted("c2", { tab: 2 }), sighted("c1", { tab: 1, inFront: false, view: changed }));
  assert.equal(state.inView, "c2");
  assert.equal(state.conversations.get("c1")?.page.turns.length, 2);
  assert.equal(after(state, sighted("c3", { tab: 3, inFront: false })).conversations.has("c3"), false);
});

test("The page where the reply is written keeps its conversation; an unknown one says so", () => {
  const reply = (id: string) => ({ kind: "reply_page", conversation_id: id, replyBox: null }) as const;
  const state = run(suggested("s1", "t1"), sighted("c1", { view: reply("c1") }));
  assert.deepEqual([state.inView, draft(state)], ["c1", "s1"]);
  assert.deepEqual(open(state).place, { tab: 1, address: "https://desk.example/c1", closed: false });
  assert.equal(after(state, { type: "tab_closed", tab: 1 }, sighted("c2", { tab: 2 })).conversations.has("c1"), false);
  assert.equal(run(sighted("c9", { view: reply("c9") })).inView, null);
});

test("A conversation whose tab was closed goes once it has left the view", () => {
  const closed = run({ type: "tab_closed", tab: 1 });
  assert.equal(closed.inView, "c1");
  assert.deepEqual([...after(closed, sighted("c2", { tab: 2 })).conversations.keys()], ["c2"]);
  const behind = run(sighted("c2", { tab: 2 }), { type: "tab_closed", tab: 1 });
  assert.deepEqual([...behind.conversations.keys()], ["c2"]);
});

test("Of too many conversations the least recently viewed is forgotten, whatever their ids look like", () => {
  const ids = Array.from({ length: KEPT_CONVERSATIONS }, (_, place) => String(900 - place));
  const state = run(...ids.map((id) => sighted(id)), sighted("900"), sighted("1"));
  assert.equal(state.conversations.size, KEPT_CONVERSATIONS);
  assert.deepEqual([state.conversations.has("c1"), state.conversations.has("899")], [false, false]);
  assert.deepEqual([...state.conversations.keys()].slice(-2), ["900", "1"]);
});

test("An urgent flag elsewhere is told with its name and place until it is answered or in view", () => {
  const state = run(sighted("desk:4711", { tab: 7 }), sighted("c1"), raised("t1", "urgent", "desk:4711"));
  const [elsewhere, ...others] = urgentElsewhere(state);
  assert.equal(others.length, 0);
  assert.deepEqual(
    [elsewhere?.name.number, elsewhere?.flag.reason, elsewhere?.place],
    ["#4711", "human_requested", { tab: 7, address: "https://desk.example/desk:4711", closed: false }],
  );
  assert.equal(urgentElsewhere(after(state, sighted("desk:4711", { tab: 7 }))).length, 0);
  const answered = { type: "flag_answered", reason: "human_requested", turnId: "t1", answer: "agreed" } as const;
  assert.equal(urgentElsewhere(after(state, act(answered, "desk:4711"))).length, 0);
  const calm: ServerMessage = { type: "flag_raised", conversation_id: "c1", flag: { ...flag("t1"), reason: "frustration" } };
  assert.equal(urgentElsewhere(after(state, sighted("c2"), calm)).length, 1);
  assert.equal(urgentElsewhere(after(state, sighted("c2"), raised("t1", "act", "c1")))[0]?.id, "c1");
  const moved = after(state, sighted("c3", { tab: 7 }));
  assert.equal(urgentElsewhere(moved)[0]?.place.tab, null);
});

test("The panel names the conversation by number, customer and subject", () => {
  assert.deepEqual(nameOf(open(run(sighted("rt:desk:12")))), {
    number: "#12",
    customer: "Customer of rt:desk:12",
    subject: "About rt:desk:12",
  });
  assert.equal(nameOf(open(run())).number, null);
});

// ---- the rest ----------------------------------------------------------------------------------------------

test("A message type that a newer server may send changes nothing", () => {
  const before = run();
  const news = { type: "news_told", conversation_id: "c1" } as unknown as ServerMessage;
  assert.equal(after(before, message(news)), before);
});

test("A flag the agent answered stays answered until it is raised for another turn", () => {
  const answer = act({ type: "flag_answered", reason: "human_requested", turnId: "t1", answer: "agreed" });
  const answered = run(raised("t1"), answer);
  assert.equal(open(after(answered, raised("t1"))).flags[0]?.answer, "agreed");
  assert.equal(open(after(answered, raised("t2"))).flags[0]?.answer, null);
  const gone: ServerMessage = { type: "flag_withdrawn", conversation_id: "c1", reason: "human_requested" };
  assert.deepEqual(open(after(answered, gone)).flags, []);
  assert.deepEqual(open(after(answered, snapshot("t1"))).flags, []);
});

test("Opening a citation opens its snippet and marks it until another is touched", () => {
  const cited = run(found("t1"), act({ type: "citation_opened", number: 2 }));
  assert.deepEqual([screen(cited).openSnippets, screen(cited).cited], [[2], 2]);
  const closed = after(cited, act({ type: "snippet_toggled", number: 2 }));
  assert.deepEqual([screen(closed).openSnippets, screen(closed).cited], [[], null]);
});

test("A problem that passes by itself goes with the next answer, another stays until it is closed", () => {
  const problem = (code: string): ServerMessage => ({ type: "problem_reported", code, who: "admin", message: code });
  const state = run(problem("starting"), problem("store_unavailable"), nothing("t"));
  assert.deepEqual(
    state.problems.map((shown) => shown.code),
    ["store_unavailable"],
  );
  assert.deepEqual(after(state, { type: "problem_closed", place: 0 }).problems, []);
});

test("A question that met a problem is no longer under way, and gives nothing up", () => {
  const asked = run(suggested("s1", "t1"), act({ type: "asked", question: "Why?" }));
  const problem: ServerMessage = { type: "problem_reported", code: "x", who: "agent", message: "x", conversation_id: "c1" };
  const state = after(asked, problem, suggested("s2", "t2"));
  assert.deepEqual([open(state).asking, draft(state)], [null, "s1"]);
});

test("A language that Sotto is not tested for is named until another turn is searched", () => {
  const noticed: ServerMessage = {
    type: "language_noticed",
    conversation_id: "c1",
    turn_id: "t1",
    language: "Polish",
    off: ["drafts"],
  };
  assert.equal(open(run(noticed, found("t1"))).language?.language, "Polish");
  assert.equal(open(run(noticed, found("t1"), found("t2"))).language, null);
  assert.equal(open(run(noticed, found("t2", "Own question?"))).language?.language, "Polish");
});

test("An owner's answer is shown once until the agent has seen it", () => {
  const answered: ReportAnswered = {
    type: "report_answered",
    conversation_id: "c1",
    report_id: "r",
    answer: "fixed",
    by: "maya",
    answered_at: "2026-11-22T09:00:00Z",
    problem: "outdated",
    title: "Returns",
  };
  const state = run(answered, answered);
  assert.equal(state.answers.length, 1);
  assert.deepEqual(after(state, { type: "answer_seen", reportId: "r" }).answers, []);
});

// ---- the form of drafts ------------------------------------------------------------------------------------

const welcome = (features: string[]): ServerMessage => ({
  type: "welcome",
  protocol: 1,
  server: "0.1.0",
  features,
  person: { name: "ana", roles: ["agent"], team: "care" },
  revision: null,
});

test("A form is wanted only of a server that knows forms", () => {
  const chosen = after(run(), { type: "form_chosen", form: "facts" });
  assert.equal(formWanted(after(chosen, message(welcome(["reports"])))), "reply");
  assert.equal(formWanted(after(chosen, message(welcome(["reports", "forms"])))), "facts");
});

test("The same turn in the other form takes the screen; the draft before stays a step away, and the question too", () => {
  const replied = run(suggested("s1", "t1"), act({ type: "typed", question: "How lo" }));
  const asked = after(replied, act({ type: "asked_again" }), found("t1"), started("s2", "t1"));
  assert.equal(draft(asked), "s2");
  assert.equal(open(asked).question, "How lo");
  assert.equal(draft(after(asked, act({ type: "stepped", by: -1 }))), "s1");
});
