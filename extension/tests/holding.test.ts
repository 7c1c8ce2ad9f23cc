/** The holding reply is offered where nothing answers the customer, and nowhere else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationInView, mayHold, type PanelState } from "../src/state.ts";
import type { ServerMessage } from "../src/wire.ts";
import { act, flag, found, message, nothing, run, sighted, started } from "./samples.ts";

const welcome: ServerMessage = {
  type: "welcome",
  protocol: 1,
  server: "1",
  features: ["holding"],
  person: { name: "ana", roles: ["agent"], team: "billing" },
  revision: null,
};
const told: ServerMessage = { type: "holding_told", conversation_id: "c1", turn_id: "t1", text: "Soon.", why: null };
const raised = (severity: "act" | "urgent"): ServerMessage => ({
  type: "flag_raised",
  conversation_id: "c1",
  flag: { ...flag("t1", severity), reason: "vulnerability", crisis: severity === "urgent" },
});
const held = (state: PanelState): boolean => {
  const open = conversationInView(state);
  return open !== null && mayHold(state, open);
};

test("Where nothing answers the customer, and only there", () => {
  assert.equal(held(run(welcome, sighted("c1"), nothing("t1"))), true);
  assert.equal(held(run(welcome, sighted("c1"), found("t1"))), false);
  assert.equal(held(run(welcome, sighted("c1"))), false, "nothing is found yet");
  assert.equal(held(run(welcome, sighted("c1"), nothing("t1", "the agent's own question"))), false);
  assert.equal(held(run(welcome, sighted("c1"), nothing("t1"), started("s1", "t1"))), false, "a draft comes");
  assert.equal(held(run({ ...welcome, features: [] }, sighted("c1"), nothing("t1"))), false, "an older server");
});

test("Never for somebody in danger", () => {
  assert.equal(held(run(welcome, sighted("c1"), nothing("t1"), raised("act"))), true);
  assert.equal(held(run(welcome, sighted("c1"), nothing("t1"), raised("urgent"))), false);
});

test("Asked for anew, what was told before is gone until the new one comes", () => {
  const before = run(welcome, sighted("c1"), nothing("t1"), message(told));
  assert.equal(conversationInView(before)?.holding?.text, "Soon.");
  const asked = run(welcome, sighted("c1"), nothing("t1"), message(told), act({ type: "holding_asked" }));
  assert.equal(conversationInView(asked)?.holding, null);
});
