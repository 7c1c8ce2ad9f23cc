import assert from "node:assert/strict";
import { test } from "node:test";
import { reportedKey, saidOf } from "../src/state.ts";
import { act, delta, found, nothing, open, run, snippet, started, suggested } from "./samples.ts";

test("A report of a draft quotes it, and while it streams what came so far", () => {
  const ready = open(run(suggested("s1", "t1", "Sure.")));
  assert.deepEqual(saidOf(ready, { about: "draft" }), {
    ...{ about: "draft", suggestion_id: "s1", turn_id: "t1" },
    quote: "Sure.",
  });
  const streaming = open(run(found("t1"), started("s1", "t1"), delta("s1", 2, "Dear"), delta("s1", 3, " Ana")));
  assert.equal(saidOf(streaming, { about: "draft" })?.quote, "Dear Ana");
});

test("A report of a snippet names its passage and quotes it", () => {
  const said = saidOf(open(run(found("t1"))), { about: "snippet", snippet: snippet(2) });
  assert.deepEqual([said?.passage_id, said?.quote, said?.turn_id], ["p2", "Within 30 days.", "t1"]);
});

test("A gap quotes the agent's question, else the customer's turn, and names the nearest passage", () => {
  const turn = saidOf(open(run(nothing("t1"))), { about: "gap" });
  assert.deepEqual([turn?.quote, turn?.passage_id], ["t1", "p9"]);
  const asked = open(run(act({ type: "asked", question: "Why?" }), nothing("t1", "Why?")));
  assert.equal(saidOf(asked, { about: "gap" })?.quote, "Why?");
  assert.equal(saidOf(open(run(nothing("gone"))), { about: "gap" })?.quote, "About c1");
});

test("Asking the owner of code for a wording is a gap at that passage, in the customer's words", () => {
  const state = open(run(found("t1")));
  const thing = { about: "wording" as const, snippet: snippet(2) };
  const said = saidOf(state, thing);
  assert.deepEqual([said?.about, said?.passage_id, said?.quote], ["gap", "p2", "t1"]);
  assert.notEqual(reportedKey(state, thing), reportedKey(state, { ...thing, about: "snippet" }));
});

test("What is not on the screen can't be reported", () => {
  assert.equal(saidOf(open(run()), { about: "draft" }), null);
  assert.equal(saidOf(open(run(found("t1"))), { about: "draft" }), null);
  assert.equal(reportedKey(open(run(found("t1"))), { about: "gap" }), null);
});

test("What was reported is remembered for that draft only", () => {
  const key = reportedKey(open(run(suggested("s1", "t1"))), { about: "draft" });
  assert.ok(key);
  const state = run(suggested("s1", "t1"), act({ type: "reported", about: key, problem: "tone" }));
  assert.deepEqual(open(state).reported, { [key]: "tone" });
  assert.notEqual(reportedKey(open(run(suggested("s2", "t2"))), { about: "draft" }), key);
});
