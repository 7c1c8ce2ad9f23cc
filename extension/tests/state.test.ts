import assert from "node:assert/strict";
import { test } from "node:test";
import type { PageView } from "../src/page.ts";
import { ignoredBy, isEarlier, reduce, START, type Action, type PanelState } from "../src/state.ts";
import type { FlagPart, ServerMessage, SnippetPart } from "../src/wire.ts";

const conversation = (id: string): PageView => ({
  kind: "conversation",
  conversation: { conversation_id: id, helpdesk: "desk", channel: "email", subject: "S", customer: {}, turns: [] },
  replyBox: null,
});

const message = (message: ServerMessage): Action => ({ type: "message", message, now: 1000 });

const run = (...actions: Action[]): PanelState => actions.reduce(reduce, START);

const viewed: Action = { type: "viewed", view: conversation("c1") };
const started = (id: string, turn: string, c = "c1"): ServerMessage => ({
  type: "suggestion_started",
  conversation_id: c,
  suggestion_id: id,
  seq: 1,
  turn_id: turn,
  source: "extractive",
});
const delta = (id: string, seq: number, text: string, c = "c1"): ServerMessage => ({
  type: "suggestion_delta",
  conversation_id: c,
  suggestion_id: id,
  seq,
  pieces: [{ kind: "text", text }],
});
const ready = (id: string): ServerMessage => ({
  type: "suggestion_ready",
  conversation_id: "c1",
  suggestion_id: id,
  seq: 9,
  text: "Sure. Bye.",
  citations: [{ number: 2, passage_id: "p", start: 0, end: 5, support: 0.9 }],
  confidence: 0.9,
});
const snippet: SnippetPart = {
  number: 1,
  passage_id: "p1",
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
};
const flag = (turn: string): FlagPart => ({
  reason: "frustration",
  severity: "act",
  confidence: 0.9,
  evidence: { turn_id: turn, quote: "third time", start: 0, end: 10 },
  advice: "Acknowledge it.",
  rule: "words",
});

test("A suggestion grows by its deltas and ends as its ready text with citations in place", () => {
  const state = run(viewed, message(started("s", "t")), message(delta("s", 2, "Su")), message(delta("s", 3, "re.")));
  assert.deepEqual(
    state.conversation?.suggestion?.pieces.map((piece) => (piece.kind === "text" ? piece.text : piece.number)),
    ["Su", "re."],
  );
  const done = reduce(state, message(ready("s"))).conversation?.suggestion;
  assert.equal(done?.status, "ready");
  assert.equal(done?.shownAt, 1000);
  assert.deepEqual(done?.pieces, [
    { kind: "text", text: "Sure." },
    { kind: "citation", number: 2 },
    { kind: "text", text: " Bye." },
  ]);
});

test("A delta that arrives twice is shown once", () => {
  const state = run(viewed, message(started("s", "t")), message(delta("s", 2, "Hi")), message(delta("s", 2, "Hi")));
  assert.equal(state.conversation?.suggestion?.pieces.length, 1);
});

test("Nothing of another conversation is shown, whatever arrives late", () => {
  const before = run(viewed, message(started("s", "t")), { type: "viewed", view: conversation("c2") });
  const late: ServerMessage[] = [
    delta("s", 2, "secret"),
    ready("s"),
    { type: "snippets_found", conversation_id: "c1", turn_id: "t", snippets: [snippet] },
    { type: "flag_raised", conversation_id: "c1", flag: flag("t") },
  ];
  assert.deepEqual(late.map(message).reduce(reduce, before), before);
});

test("A message type that a newer server may send changes nothing", () => {
  const before = run(viewed);
  const news = { type: "news_told", conversation_id: "c1" } as unknown as ServerMessage;
  assert.deepEqual(reduce(before, message(news)), before);
});

test("The snapshot after a reconnect replaces what was shown, but remembers what the agent did", () => {
  const acted = run(viewed, message(started("s", "t")), message(ready("s")), {
    type: "acted",
    suggestionId: "s",
    outcome: "inserted",
  });
  const snapshot: ServerMessage = {
    type: "session_snapshot",
    conversation_id: "c1",
    turn_id: "t",
    snippets: [snippet],
    suggestion: {
      suggestion_id: "s",
      turn_id: "t",
      source: "extractive",
      status: "ready",
      pieces: [],
      text: "Sure. Bye.",
      citations: [],
      confidence: 0.9,
    },
    flags: [],
    nothing_found: false,
  };
  const { conversation: shown } = reduce(acted, message(snapshot));
  assert.equal(shown?.suggestion?.outcome, "inserted");
  assert.equal(shown?.snippets.length, 1);
  const empty = { ...snapshot, suggestion: null, snippets: [] };
  assert.equal(reduce(acted, message(empty)).conversation?.suggestion, null);
});

test("A flag the agent answered stays answered until it is raised for another turn", () => {
  const raised = (turn: string): Action => message({ type: "flag_raised", conversation_id: "c1", flag: flag(turn) });
  const answered = run(viewed, raised("t1"), {
    type: "flag_answered",
    reason: "frustration",
    turnId: "t1",
    answer: "agreed",
  });
  assert.equal(reduce(answered, raised("t1")).conversation?.flags[0]?.answer, "agreed");
  assert.equal(reduce(answered, raised("t2")).conversation?.flags[0]?.answer, null);
  const gone = message({ type: "flag_withdrawn", conversation_id: "c1", reason: "frustration" });
  assert.deepEqual(reduce(answered, gone).conversation?.flags, []);
});

test("Nothing found names the closest document and takes the old reply away", () => {
  const nothing = message({ type: "nothing_found", conversation_id: "c1", turn_id: "t2", nearest: "Gift cards" });
  const { conversation: shown } = run(viewed, message(started("s", "t1")), message(ready("s")), nothing);
  assert.deepEqual(shown?.nothing, { nearest: "Gift cards", question: null });
  assert.equal(shown?.suggestion, null);
});

test("A ready suggestion that a newer turn replaces untouched was ignored; one acted on was not", () => {
  const shown = run(viewed, message(started("s", "t1")), message(ready("s")));
  assert.equal(ignoredBy(shown, started("s2", "t2"))?.id, "s");
  assert.equal(ignoredBy(shown, started("s2", "t1")), null);
  const acted = reduce(shown, { type: "acted", suggestionId: "s", outcome: "copied" });
  assert.equal(ignoredBy(acted, started("s2", "t2")), null);
  assert.equal(ignoredBy(run(viewed, message(started("s", "t1"))), started("s2", "t2")), null);
});

test("Opening a citation opens its snippet and marks it until another is touched", () => {
  const cited = run(viewed, { type: "citation_opened", number: 2 });
  assert.deepEqual([cited.openSnippets, cited.cited], [[2], 2]);
  const closed = reduce(cited, { type: "snippet_toggled", number: 2 });
  assert.deepEqual([closed.openSnippets, closed.cited], [[], null]);
});

test("A problem that passes by itself goes with the next answer, another stays until it is closed", () => {
  const problem = (code: string): Action => message({ type: "problem_reported", code, who: "admin", message: code });
  const nothing = message({ type: "nothing_found", conversation_id: "c1", turn_id: "t", nearest: null });
  const state = run(viewed, problem("starting"), problem("store_unavailable"), nothing);
  assert.deepEqual(
    state.problems.map((shown) => shown.code),
    ["store_unavailable"],
  );
  assert.deepEqual(reduce(state, { type: "problem_closed", place: 0 }).problems, []);
});

test("A suggestion whose snippets were replaced is an earlier one, since its numbers would open others", () => {
  const found = (turn: string, question: string | null): Action =>
    message({ type: "snippets_found", conversation_id: "c1", turn_id: turn, question, snippets: [snippet] });
  const earlier = ({ conversation: now }: PanelState): boolean | null =>
    now?.suggestion ? isEarlier(now.suggestion, now) : null;
  const shown = run(viewed, found("t1", null), message(started("s", "t1")));
  assert.equal(earlier(shown), false);
  assert.equal(earlier(reduce(shown, found("t2", null))), true);
  assert.equal(earlier(reduce(shown, found("t1", "Own question?"))), true);
  const answered = run(viewed, found("t1", "Own question?"), message(started("s", "t1")));
  assert.equal(earlier(answered), false);
});
