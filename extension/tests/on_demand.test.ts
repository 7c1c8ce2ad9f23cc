/** Snippets that might help: the draft is made when the agent opens it, and stays theirs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isHeld, isOpened, isUndrafted, pendingFinding } from "../src/state.ts";
import type { ServerMessage } from "../src/wire.ts";
import { act, after, found, open, ready, run, screen, snapshot, snippet, started, suggested } from "./samples.ts";

const OPENED = act({ type: "fold_toggled" });
const AGAIN = act({ type: "asked_again" });
const offered = (id: string | null, turnId: string): ServerMessage =>
  ({ ...found(turnId), fit: "might_help", draft_offered: id }) as ServerMessage;
const kept = (id: string): ServerMessage => ({ type: "suggestion_kept", conversation_id: "c1", suggestion_id: id, message: "Not now." });

test("What might help comes without a draft; opened it waits for one, and that comes into the open line", () => {
  const before = run(offered("s1", "t1"));
  assert.deepEqual([isUndrafted(screen(before)), isOpened(screen(before)), isHeld(screen(before))], [true, false, false]);
  const waiting = after(before, OPENED);
  assert.deepEqual([isUndrafted(screen(waiting)), isOpened(screen(waiting))], [true, true]);
  const there = screen(after(waiting, started("s1", "t1"), ready("s1")));
  assert.deepEqual([there.suggestion?.status, there.folded, there.snippets], ["ready", false, screen(before).snippets]);
});

const fits = (fit: "answers" | "might_help", turnId: string, more: object = {}): ServerMessage =>
  ({ type: "fit_changed", conversation_id: "c1", turn_id: turnId, fit, confidences: [0.2, 0.1], ...more }) as ServerMessage;

test("Snippets that read like no answer are shown first, and their draft is offered instead of coming", () => {
  const read = screen(run(found("t1"), fits("might_help", "t1", { draft_offered: "s1" })));
  assert.deepEqual([read.fit, read.folded, read.offered], ["might_help", true, "s1"]);
  assert.deepEqual(read.snippets.map(({ confidence }) => confidence), [0.2, 0.1]);
});

test("Snippets that turn out to answer make room for the draft that comes", () => {
  const read = screen(run(offered("s1", "t1"), fits("answers", "t1"), started("s1", "t1"), ready("s1")));
  assert.deepEqual([read.fit, read.folded, read.offered, read.suggestion?.status], ["answers", false, null, "ready"]);
});

test("What was read later changes no other snippets, and none with a draft", () => {
  const question = { question: "Who pays?" };
  for (const late of [fits("might_help", "t2"), fits("might_help", "t1", question)]) {
    assert.equal(screen(run(found("t1"), late)).fit, "answers");
  }
  assert.equal(screen(run(suggested("s1", "t1"), fits("might_help", "t1"))).folded, false);
  const steered = { ...offered("s2", "t1"), hint: "boats" } as ServerMessage;
  const both = run(suggested("s1", "t1"), steered, fits("answers", "t1"));
  assert.deepEqual(open(both).findings.map(({ fit, offered }) => [fit, offered]), [["answers", null], ["might_help", "s2"]]);
});

test("Asked for again with its draft open, what reads like no answer again stays open", () => {
  const opened = [found("t1"), fits("might_help", "t1", { draft_offered: "s1" }), OPENED, started("s1", "t1"), ready("s1")];
  const again = screen(run(...opened, AGAIN, found("t1"), fits("might_help", "t1", { draft_offered: "s2" }), started("s2", "t1")));
  assert.deepEqual([again.folded, again.suggestion?.id], [false, "s2"]);
  assert.equal(screen(run(...opened, found("t2"), act({ type: "updated" }), fits("might_help", "t2", { draft_offered: "s2" }))).folded, true);
});

test("An older server offers none", () => {
  assert.equal(isUndrafted(screen(run({ ...found("t1"), fit: "might_help" } as ServerMessage))), false);
});

test("A draft that was opened stays on the screen when something newer comes, and is completed there", () => {
  const state = run(offered("s1", "t1"), OPENED, offered("s2", "t2"), started("s1", "t1"), ready("s1"));
  assert.deepEqual([screen(state).suggestion?.id, screen(state).suggestion?.status], ["s1", "ready"]);
  assert.equal(pendingFinding(open(state))?.offered, "s2");
});

test("What nobody opened gives way to what is newer", () => {
  assert.equal(screen(run(offered("s1", "t1"), suggested("s2", "t2"))).suggestion?.id, "s2");
});

test("A draft never comes under the snippets of another search", () => {
  const state = run(offered("s1", "t1"), OPENED, { ...offered("s2", "t1"), hint: "boats" } as ServerMessage, started("s1", "t1"), started("s3", "t1"));
  assert.deepEqual(
    open(state).findings.map(({ offered, suggestion }) => [offered, suggestion?.id ?? null]),
    [["s1", "s1"], ["s2", null]],
  );
});

test("What is complete is not written again", () => {
  const state = run(offered("s1", "t1"), OPENED, started("s1", "t1"), ready("s1"), started("s1", "t1"));
  assert.equal(screen(state).suggestion?.status, "ready");
});

test("A draft that does not come closes its line, the agent reads why, and can open it again", () => {
  const state = run(offered("s1", "t1"), OPENED, kept("s1"));
  assert.deepEqual([isOpened(screen(state)), state.notice?.text], [false, "Not now."]);
  assert.equal(isOpened(screen(after(state, OPENED))), true);
  assert.equal(screen(run(offered("s1", "t1"), OPENED, started("s1", "t1"), ready("s1"), kept("s1"))).folded, false);
});

test("After a reconnect the same snippets are offered by their new id, closed where nothing had come", () => {
  const snippets = [snippet(1, { text: "For t1" }), snippet(2)];
  const again = snapshot("t1", { snippets, fit: "might_help", draft_offered: "s9" });
  const state = run(offered("s1", "t1"), OPENED, again);
  assert.deepEqual([screen(state).offered, screen(state).folded, open(state).findings.length], ["s9", true, 1]);
  const there = run(offered("s1", "t1"), OPENED, started("s1", "t1"), ready("s1"), again);
  assert.deepEqual([screen(there).suggestion?.id, screen(there).folded, open(there).findings.length], ["s1", false, 1]);
});

test("Another question's draft is not opened by the one before", () => {
  const other = { ...offered("s2", "q1"), question: "Who pays?" } as ServerMessage;
  const state = run(offered("s1", "t1"), OPENED, started("s1", "t1"), ready("s1"), act({ type: "asked", question: "Who pays?" }), other);
  assert.deepEqual([screen(state).offered, isOpened(screen(state))], ["s2", false]);
});

test("Asked for once more with the draft open, it stays open; a new turn's is closed", () => {
  const drafted = [offered("s1", "t1"), OPENED, started("s1", "t1"), ready("s1")];
  assert.equal(screen(run(...drafted, AGAIN, offered("s2", "t1"))).folded, false);
  assert.equal(screen(run(offered("s1", "t1"), AGAIN, offered("s2", "t1"))).folded, true);
  const hinted = { ...offered("s2", "t1"), hint: "boats" } as ServerMessage;
  assert.equal(screen(run(...drafted, act({ type: "hinted", hint: "boats" }), hinted)).folded, false);
  const newer = run(...drafted, offered("s2", "t2"), act({ type: "updated" }));
  assert.deepEqual([screen(newer).offered, screen(newer).folded], ["s2", true]);
});
