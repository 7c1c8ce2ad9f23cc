import assert from "node:assert/strict";
import { test } from "node:test";
import { answeredBy, dispositionShown, goingThrough, ignoredByUpdate, isHeld, leading } from "../src/state.ts";
import type { FlagPart, Reason, ServerMessage } from "../src/wire.ts";
import { act, after, draft, flag, found, message, open, raised, ready, run, screen, snapshot, started, suggested } from "./samples.ts";

const decided = (disposition: "routine" | "human"): ServerMessage => ({ type: "disposition_decided", conversation_id: "c1", disposition });
const flagged = (reason: Reason, more: Partial<FlagPart> = {}): ServerMessage => ({
  type: "flag_raised",
  conversation_id: "c1",
  flag: { ...flag("t1"), reason, ...more },
});
const chosen = (disposition: "routine" | "human") => act({ type: "disposition_chosen", disposition });
const mightHelp = (turnId: string): ServerMessage => ({ ...found(turnId), fit: "might_help" }) as ServerMessage;

test("What is found while a person leads folds its draft, also when the flags come after the snippets", () => {
  for (const state of [run(decided("human"), found("t1")), run(found("t1"), decided("human"))]) {
    assert.deepEqual([screen(state).disposition, screen(state).folded], ["human", true]);
    assert.equal(screen(after(state, started("s1", "t1"), ready("s1"))).folded, true);
  }
  assert.equal(screen(run(found("t1"))).folded, false);
});

test("The place is kept for a touched finding too, as long as no draft has begun", () => {
  const touched = run(found("t1"), act({ type: "touched" }), decided("human"));
  assert.equal(screen(touched).disposition, "human");
});

test("Nothing in use is folded or unfolded by the server: only by the agent's choice", () => {
  const reading = run(suggested("s1", "t1"), decided("human"));
  assert.deepEqual([screen(reading).disposition, screen(reading).folded], ["routine", false]);
  assert.equal(open(reading).disposition, "human");
  const folded = after(reading, chosen("human"));
  assert.deepEqual([screen(folded).disposition, screen(folded).folded], ["human", true]);
  const unfolded = after(folded, decided("routine"));
  assert.equal(screen(unfolded).folded, true);
  assert.equal(screen(after(unfolded, chosen("routine"))).folded, false);
});

test("Whoever disagrees with all that led sees the draft open, as if they had chosen routine", () => {
  const disagree = act({ type: "flag_answered", reason: "dispute", turnId: "t1", answer: "disagreed" });
  const led = run(flagged("dispute", { shown: false }), decided("human"), suggested("s1", "t1"));
  const taken = after(led, disagree, decided("routine"));
  assert.deepEqual([screen(taken).disposition, screen(taken).folded], ["routine", false]);
  const withdrawn: ServerMessage = { type: "flag_withdrawn", conversation_id: "c1", reason: "dispute" };
  assert.equal(screen(after(led, withdrawn, decided("routine"))).folded, true);
});

test("A choice holds for what waits unseen too, and so does what the server says", () => {
  const waiting = run(decided("human"), suggested("s1", "t1"), suggested("s2", "t2"));
  const shown = (state: typeof waiting) => { const { disposition, folded } = screen(after(state, act({ type: "updated" }))); return [disposition, folded]; };
  assert.deepEqual(shown(waiting), ["human", true]);
  assert.deepEqual(shown(after(waiting, chosen("routine"))), ["routine", false]);
  assert.deepEqual(shown(after(waiting, decided("routine"))), ["routine", false]);
});

test("What comes late folds no line that the agent opened, and moves no snippets that they read", () => {
  const offered = { ...mightHelp("t1"), draft_offered: "s1" } as ServerMessage;
  const opened = run(offered, act({ type: "fold_toggled" }), decided("human"));
  assert.deepEqual([screen(opened).disposition, screen(opened).folded], ["routine", false]);
  assert.equal(screen(run(offered, act({ type: "touched" }), decided("human"))).disposition, "routine");
  assert.equal(screen(run(offered, decided("human"))).disposition, "human");
});

test("What the agent asked in their own words is not folded for the customer's sake", () => {
  const asked = run(decided("human"), act({ type: "asked", question: "Who pays?" }), found("q1", "Who pays?"));
  assert.deepEqual([screen(asked).disposition, screen(asked).folded], ["human", false]);
});

test("A snapshot says how the conversation is treated, and an older server's says routine", () => {
  assert.equal(dispositionShown(open(run(snapshot("t1", { disposition: "human" })))), "human");
  assert.equal(dispositionShown(open(run(snapshot("t1")))), "routine");
});

test("A choice answers the flags that lead and are shown, no dot, and the opposite choice answers them again", () => {
  const state = run(flagged("frustration"), flagged("upsell"), flagged("low_confidence"), flagged("dispute", { shown: false }));
  assert.deepEqual(answeredBy(open(state).flags).map(({ reason }) => reason), ["frustration"]);
  const answers = (now: typeof state) => open(now).flags.map(({ flag: { reason }, answer }) => [reason, answer]);
  const routine = after(state, chosen("routine"));
  const others = [["upsell", null], ["low_confidence", null], ["dispute", null]];
  assert.deepEqual(answers(routine), [["frustration", "disagreed"], ...others]);
  assert.deepEqual(answers(after(routine, chosen("human"))), [["frustration", "agreed"], ...others]);
});

test("What the agent answered in so many words is not answered again by a choice", () => {
  const disagree = act({ type: "flag_answered", reason: "frustration", turnId: "t1", answer: "disagreed" });
  const state = run(flagged("frustration"), disagree);
  assert.deepEqual(answeredBy(open(after(state, chosen("human"))).flags), []);
  assert.deepEqual(leading(open(state).flags), []);
});

test("An answer is no answer to something graver, and stays one for the rest", () => {
  const answer = act({ type: "flag_answered", reason: "human_requested", turnId: "t1", answer: "not_now" });
  const state = run(raised("t1", "act"), answer);
  assert.equal(open(after(state, raised("t1", "note"))).flags[0]?.answer, "not_now");
  assert.equal(open(after(state, raised("t1", "urgent"))).flags[0]?.answer, null);
});

test("The emotion comes first, then the reasons; the advice is that of the gravest", () => {
  const quoted = (quote: string, advice: string): Partial<FlagPart> => ({ evidence: { turn_id: "t1", quote, start: 0, end: quote.length }, advice });
  const state = run(
    flagged("dispute", quoted("I never ordered it", "Confirm.")),
    flagged("frustration", quoted("Useless!", "Acknowledge.")),
    flagged("public_escalation", { ...quoted("My followers will read this", "Answer as if printed."), severity: "urgent" }),
  );
  const { quote, reasons, advice } = goingThrough(open(state));
  assert.deepEqual([quote, advice], ["Useless!", "Answer as if printed."]);
  assert.deepEqual(reasons, ["public_escalation", "frustration", "dispute"]);
});

test("Without a flag the customer's mood speaks, else their newest words", () => {
  const line = { turn_id: "t1", role: "customer" as const, quote: "I am worried.", start: 0, end: 13 };
  const nobody = { request: null, goal: null, tried: [], promised: [], open_questions: [], facts: [], not_again: [] };
  const told = (mood: string): ServerMessage => ({ type: "story_told", conversation_id: "c1", story: { ...nobody, mood, mood_since: line } });
  assert.deepEqual(goingThrough(open(run(told("worried")))), { quote: "I am worried.", mood: "worried", reasons: [], advice: null, unsure: false });
  assert.equal(goingThrough(open(run(told("pleased")))).quote, "t1");
});

test("What only a dot leads is not named beside the customer's words before the agent agreed", () => {
  const dot = flagged("dispute", { shown: false });
  const unnamed = { quote: "t1", mood: null, reasons: [], advice: null };
  assert.deepEqual(goingThrough(open(run(dot))), { ...unnamed, unsure: true });
  const beside = goingThrough(open(run(dot, flagged("frustration"))));
  assert.deepEqual([beside.reasons, beside.unsure], [["frustration"], false]);
  const agree = act({ type: "flag_answered", reason: "dispute", turnId: "t1", answer: "agreed" });
  const agreed = goingThrough(open(run(dot, agree)));
  assert.deepEqual([agreed.reasons, agreed.unsure], [["dispute"], false]);
});

test("A dot that was silenced is said to be unsure no more", () => {
  const silenced = run(flagged("dispute", { shown: false }), act({ type: "flag_answered", reason: "dispute", turnId: "t1", answer: "not_now" }));
  assert.deepEqual([leading(open(silenced).flags).length, goingThrough(open(silenced)).unsure], [1, false]);
});

test("A draft folded under its snippets is held only once it is touched, and is never ignored unseen", () => {
  const folded = run(mightHelp("t1"), started("s1", "t1"), ready("s1"));
  assert.equal(isHeld(screen(folded)), false);
  assert.equal(draft(after(folded, mightHelp("t2"), started("s2", "t2"))), "s2");
  const touched = after(folded, act({ type: "touched" }), mightHelp("t2"));
  assert.equal(draft(touched), "s1");
  assert.equal(ignoredByUpdate(open(touched)), null);
});

test("Where a person leads the facts are held, and a draft that gave one is not ignored", () => {
  const led = run(decided("human"), suggested("s1", "t1"));
  assert.deepEqual(screen(led).suggestion?.facts, [{ text: "Sure.", numbers: [2] }]);
  assert.equal(isHeld(screen(led)), true);
  const opened = after(led, act({ type: "fold_toggled" }), found("t2"));
  assert.equal(ignoredByUpdate(open(opened))?.id, "s1");
  assert.equal(ignoredByUpdate(open(after(opened, act({ type: "fact_used", text: "Sure." })))), null);
});

test("Facts are the cited sentences, once each, without what no snippet says", () => {
  const text = "Yes. Two days. Maybe three.";
  const cite = (start: number, end: number, number: number) => ({ number, passage_id: "p", start, end, support: 1 });
  const whole = { ...ready("s1", text), citations: [cite(5, 14, 2), cite(5, 14, 1), cite(0, 4, 1), cite(15, 27, 1)], unsupported: [{ start: 15, end: 27 }] };
  const state = run(found("t1"), started("s1", "t1"), message(whole as ServerMessage));
  assert.deepEqual(screen(state).suggestion?.facts, [{ text: "Yes.", numbers: [1] }, { text: "Two days.", numbers: [2, 1] }]);
});
