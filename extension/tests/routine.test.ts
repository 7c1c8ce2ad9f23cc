/** What is needed to act on a routine wish reaches its conversation and no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerMessage } from "../src/wire.ts";
import { open, run } from "./samples.ts";

const read = (conversation: string): ServerMessage => ({
  type: "intent_read",
  conversation_id: conversation,
  intent: "order_status",
  confidence: 0.8,
  facts: [{ name: "order_number", label: "Order number", known: false, given: null }],
  question: "Which order is it?",
});

test("What is needed is kept with its conversation until it is read again", () => {
  const first = read("c1");
  assert.equal(open(run(first)).routine, first);
  assert.equal(open(run(first, read("another"))).routine, first);
  const again = { ...read("c1"), question: null } as ServerMessage;
  assert.equal(open(run(first, again)).routine, again);
  assert.equal(open(run()).routine, null);
});
