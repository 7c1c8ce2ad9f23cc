import assert from "node:assert/strict";
import { test } from "node:test";
import type { Acts } from "../src/panel/acts.ts";
import { dayWords, dockLines } from "../src/panel/dock_lines.ts";
import { newConversation, START, type PanelState } from "../src/state.ts";
import type { ReportAnswered } from "../src/wire.ts";
import { flag, page, turn } from "./samples.ts";

const NOW = new Date(2031, 2, 14, 10);
const done: string[] = [];
const ACTS = new Proxy({} as Acts, { get: (_, name: string) => (...given: unknown[]) => done.push([name, ...given].join(" ")) });

const beside = (more: Partial<PanelState>): PanelState => ({ ...START, connection: "connected", ...more });
const words = (state: PanelState): string[] => dockLines(state, ACTS, NOW).map((line) => line.words);

const answer: ReportAnswered = {
  type: "report_answered",
  conversation_id: "c1",
  report_id: "r1",
  problem: "outdated",
  title: "Returns",
  answer: "kept",
  by: "Maya",
  answered_at: new Date(2031, 2, 11, 9).toISOString(),
  note: "It is right.",
};

test("A quiet panel says nothing", () => assert.deepEqual(words(beside({})), []));

test("What the agent's click came to is said before all else, then that the server is gone", () => {
  const state = beside({ connection: "reconnecting", notice: { text: "Copied.", tone: "good" }, answers: [answer] });
  assert.deepEqual(words(state), ["Copied.", "Disconnected: reconnecting…", "Kept by Maya on Tuesday: Returns"]);
});

test("An urgent flag elsewhere is one line with the way there that its page still has", () => {
  const at = (tab: number | null, address: string | null): PanelState => {
    const other = { ...newConversation(page("desk:4711", turn("t1")), { tab, address, closed: false }), flags: [{ flag: flag("t1", "urgent"), answer: null }] };
    return beside({ conversations: new Map([[other.id, other]]) });
  };
  const ways = (state: PanelState): string[] => dockLines(state, ACTS, NOW).flatMap((line) => line.buttons.map((button) => button.words));
  assert.deepEqual(words(at(7, null)), ["#4711 asks for a person"]);
  assert.deepEqual(ways(at(7, null)), ["Go there"]);
  assert.deepEqual(ways(at(null, "https://desk.example/4711")), ["Open it"]);
  assert.deepEqual(ways(at(null, null)), []);
});

test("A problem says who must act and what was expected, and closes", () => {
  const problem = { type: "problem_reported", code: "malformed_message", who: "admin", message: "Not understood.", expected: "a hello", received: "a wave" } as const;
  const [line] = dockLines(beside({ problems: [problem] }), ACTS, NOW);
  assert.equal(line?.words, "Not understood. Tell your admin.");
  assert.equal(line?.detail, "expected a hello, received a wave");
  line?.buttons[0]?.act();
  assert.equal(done.at(-1), "closeProblem 0");
});

test("A day is told as a person would", () => {
  const told = (year: number, month: number, day: number): string => dayWords(new Date(year, month, day, 9).toISOString(), NOW);
  assert.equal(told(2031, 2, 14), "today");
  assert.equal(told(2031, 2, 9), "on Sunday");
  assert.equal(told(2031, 2, 1), "on 1 March");
  assert.equal(told(2030, 2, 14), "on 14 March 2030");
});
