/** What a waiting conversation needs is kept with it until the server says otherwise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerMessage } from "../src/wire.ts";
import { open, run } from "./samples.ts";

const told = (need: "human" | null, conversation = "c1"): ServerMessage => ({
  type: "need_told",
  conversation_id: conversation,
  need,
  why: need && "a person should lead: frustration",
  since: need && "2031-03-14T09:40:00Z",
});

test("The newest telling of its own conversation counts", () => {
  assert.equal(open(run()).need, null);
  assert.equal(open(run(told("human"), told(null, "another"))).need?.need, "human");
  assert.equal(open(run(told("human"), told(null))).need?.need, null);
});
