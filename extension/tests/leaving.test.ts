import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../src/host.ts";
import { LeakCheck } from "../src/panel/leaving.ts";
import { excerpt, isAllPublic, reduce, sharedReports, type Leaving, type PanelState } from "../src/state.ts";
import type { ClientMessage, InsertCheck, InsertChecked, LeakPart, SnippetPart } from "../src/wire.ts";
import { found, open, run, screen, snippet, suggested } from "./samples.ts";

const PUBLIC: Leaving = { door: "insert", text: "Within 30 days.", isPublic: true };
const MIXED: Leaving = { ...PUBLIC, isPublic: false };
const LEAK: LeakPart = { start: 0, end: 6, reason: "similar", passage_id: "p7", title: "Guide", owner: "maya" };

class Agent {
  state: PanelState = { ...run(found("t1")), connection: "connected", features: ["reports", "guard"] };
  sent: ClientMessage[] = [];
  reports: Report[] = [];
  released: string[] = [];
  done = 0;
  check = new LeakCheck({
    state: () => this.state,
    dispatch: (action) => (this.state = reduce(this.state, action)),
    report: (report) => void this.reports.push(report),
    send: (message) => void this.sent.push(message),
    release: (text) => void this.released.push(text),
  });

  pass(leaving: Leaving): Promise<void> {
    return this.check.pass(open(this.state), leaving, () => {
      this.done += 1;
      return Promise.resolve();
    });
  }

  answer(verdict: InsertChecked["verdict"], leaks: LeakPart[] = []): void {
    const asked = this.sent.at(-1) as InsertCheck;
    const { conversation_id, check_id } = asked;
    this.check.onChecked({ type: "insert_checked", conversation_id, check_id, verdict, leaks });
  }
}

test("A text that may go is asked about once and goes", async () => {
  const agent = new Agent();
  const passing = agent.pass(MIXED);
  assert.equal(agent.done, 0);
  agent.answer("allow");
  await passing;
  assert.deepEqual([agent.done, agent.sent.length, agent.state.notice, agent.state.held], [1, 1, null, null]);
  const { type, door, text } = agent.sent[0] as InsertCheck;
  assert.deepEqual([type, door, text], ["insert_check", "insert", "Within 30 days."]);
});

test("A refused text is shown with its leaks and can't be shared", async () => {
  const agent = new Agent();
  const passing = agent.pass(PUBLIC);
  agent.answer("refuse", [LEAK]);
  await passing;
  const { held } = agent.state;
  assert.ok(held);
  assert.deepEqual([held.verdict, held.leaks, held.conversationId], ["refuse", [LEAK], "c1"]);
  await agent.check.share(held, "because");
  assert.deepEqual([agent.done, agent.reports], [0, []]);
});

test("What was warned of goes with a reason, and the passage's owner is told it", async () => {
  const agent = new Agent();
  const passing = agent.pass(PUBLIC);
  agent.answer("warn", [LEAK]);
  await passing;
  assert.equal(agent.done, 0);
  const { held } = agent.state;
  assert.ok(held);
  await agent.check.share(held, "My lead agreed.");
  assert.equal(agent.done, 1);
  assert.equal(agent.state.held, null);
  const [report] = agent.reports;
  assert.ok(report?.type === "passage_report");
  const { about, passage_id, problem, quote, note } = report;
  assert.deepEqual([about, passage_id, problem, quote, note], ["snippet", "p7", "fine_to_share", "Within", "My lead agreed."]);
});

test("What the agent lets go of stays inside, also when they say later that it is fine", async () => {
  const agent = new Agent();
  const passing = agent.pass(PUBLIC);
  agent.answer("warn", [LEAK]);
  await passing;
  const { held } = agent.state;
  assert.ok(held);
  agent.check.letGo();
  await agent.check.share(held, "because");
  assert.deepEqual([agent.done, agent.reports, agent.state.held], [0, [], null]);
});

test("Without an answer in time what is public goes and says so; a late answer changes nothing", async () => {
  const agent = new Agent();
  await agent.pass(PUBLIC);
  assert.equal(agent.done, 1);
  assert.match(agent.state.notice?.text ?? "", /^Inserted unchecked/);
  agent.answer("refuse", [LEAK]);
  assert.equal(agent.state.held, null);
});

test("Without an answer in time what is not all public stays, and says so", async () => {
  const agent = new Agent();
  await agent.pass(MIXED);
  assert.equal(agent.done, 0);
  assert.match(agent.state.notice?.text ?? "", /Nothing was done/);
});

test("While the server is away only what is public goes, at once and saying so", async () => {
  const agent = new Agent();
  agent.state = { ...agent.state, connection: "reconnecting" };
  await agent.pass({ ...PUBLIC, door: "copy" });
  await agent.pass(MIXED);
  assert.deepEqual([agent.done, agent.sent], [1, []]);
});

test("A server without a guard is not asked, and what is public goes without a word", async () => {
  const agent = new Agent();
  agent.state = { ...agent.state, features: ["reports"] };
  await agent.pass(PUBLIC);
  assert.deepEqual([agent.done, agent.sent, agent.state.notice], [1, [], null]);
});

test("A second press while the check is under way does nothing", async () => {
  const agent = new Agent();
  const passing = agent.pass(PUBLIC);
  await agent.pass(PUBLIC);
  agent.answer("allow");
  await passing;
  assert.deepEqual([agent.done, agent.sent.length], [1, 1]);
});

test("A draft is all public when everything it cites is, or stands for code whose wording was approved", () => {
  const finding = screen(run(suggested("s1", "t1", "Sure.")));
  const cites = (...numbers: number[]) => {
    const draft = finding.suggestion;
    assert.ok(draft);
    return { ...draft, pieces: numbers.map((number) => ({ kind: "citation" as const, number })) };
  };
  const rule = { wording: { text: "Sure.", by: "olga", on: "2026-01-01" } } as NonNullable<SnippetPart["rule"]>;
  const worded = snippet(2, { audience: "internal", rule });
  const shelf = { ...finding, snippets: [snippet(1), worded, snippet(3, { audience: "internal" })] };
  assert.equal(isAllPublic(shelf, cites(1, 2)), true);
  assert.equal(isAllPublic(shelf, cites(1, 3)), false);
  assert.equal(isAllPublic(shelf, cites(9)), false);
  assert.equal(isAllPublic(shelf, cites()), false);
});

const HELD = { conversationId: "c1", door: "copy" as const, text: "👋🏽 a gift card now", verdict: "warn" as const };

test("Each passage is reported once with all its words, counted as the server counts", () => {
  const leaks = [
    { ...LEAK, start: 5, end: 9 },
    { ...LEAK, start: 10, end: 14 },
    { ...LEAK, start: 15, end: 18, passage_id: "p8" },
    { ...LEAK, passage_id: null },
  ];
  const told = sharedReports({ ...HELD, leaks }).map(({ passage_id, quote }) => [passage_id, quote]);
  assert.deepEqual(told, [["p7", "gift … card"], ["p8", "now"]]);
});

test("An excerpt shows what is held in its surroundings, cut where it is long", () => {
  assert.deepEqual(excerpt(HELD.text, { start: 5, end: 9 }), { before: "👋🏽 a ", words: "gift", after: " card now" });
  const long = excerpt("x".repeat(1000), { start: 100, end: 900 });
  assert.deepEqual([long.before, long.words.length, long.after], [`…${"x".repeat(30)}`, 221, `${"x".repeat(30)}…`]);
});

// ---- the helpdesk's own Send -------------------------------------------------------------------------------

const REPLY = "Within 30 days.";

test("A reply that may go to the customer goes, and nothing is shown", async () => {
  const agent = new Agent();
  const answer = agent.check.sending(open(agent.state), REPLY);
  agent.answer("allow");
  assert.deepEqual(await answer, { held: null });
  assert.deepEqual([agent.state.held, agent.state.notice], [null, null]);
  assert.equal((agent.sent[0] as InsertCheck).door, "send");
});

test("A reply that must not go is held, with the same words in the panel and beside the Send button", async () => {
  const agent = new Agent();
  const answer = agent.check.sending(open(agent.state), REPLY);
  agent.answer("refuse", [{ ...LEAK, reason: "internal_text" }]);
  const { held } = await answer;
  assert.deepEqual(held?.pieces, [{ words: "Within", why: "Copied from an internal passage" }]);
  assert.match(held?.advice ?? "", /^Not sent: /);
  assert.deepEqual([agent.state.held?.door, agent.state.held?.verdict], ["send", "refuse"]);
  if (agent.state.held) await agent.check.share(agent.state.held, "I want to.");
  assert.deepEqual([agent.released, agent.reports], [[], []]);
});

test("What is fine to share is released once, with the reason for its owner", async () => {
  const agent = new Agent();
  const answer = agent.check.sending(open(agent.state), REPLY);
  agent.answer("warn", [LEAK]);
  assert.ok((await answer).held);
  assert.ok(agent.state.held);
  await agent.check.share(agent.state.held, "Everybody knows.");
  assert.deepEqual(agent.released, [REPLY]);
  assert.equal(agent.reports.length, 1);
  assert.equal(agent.state.held, null);
  assert.match(agent.state.notice?.text ?? "", /Press Send again/);
});

test("Where nobody answers the reply goes, and the panel says that it was not checked", async () => {
  const lost = new Agent();
  lost.state = { ...lost.state, connection: "reconnecting" };
  assert.deepEqual(await lost.check.sending(open(lost.state), REPLY), { held: null });
  assert.match(lost.state.notice?.text ?? "", /^Sent unchecked/);
  const unknown = new Agent();
  assert.deepEqual(await unknown.check.sending(null, REPLY), { held: null });
  assert.match(unknown.state.notice?.text ?? "", /^Sent unchecked/);
});
