import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, keptOnly, MOST_OPENED, shown, type Opened } from "../src/changes.ts";
import { page, turn } from "./samples.ts";

for (const [name, before, after, types] of [
  ["an unchanged page says nothing", page("a", turn("1")), page("a", turn("1")), []],
  ["a new turn is told alone", page("a", turn("1")), page("a", turn("1"), turn("2")), ["turns_changed"]],
  ["an edited turn is told alone", page("a", turn("1")), page("a", turn("1", "new")), ["turns_changed"]],
  ["a turn that vanished opens again", page("a", turn("1"), turn("2")), page("a", turn("2")), ["conversation_open"]],
  ["arriving opens", undefined, page("a"), ["conversation_open"]],
] as const) {
  test(`On the wire, ${name}`, () =>
    assert.deepEqual(
      changes(before, after).map((message) => message.type),
      types,
    ));
}

const said = (messages: readonly { type: string; conversation_id?: string }[]): string[] =>
  messages.map(({ type, conversation_id: id }) => `${type} ${id}`);

const view = (opened: Opened, ...ids: string[]): Opened => ids.reduce((now, id) => shown(now, page(id), true).opened, opened);

test("Conversations that were seen stay open on the server when another comes into view", () => {
  const { opened, messages } = shown(view(new Map(), "a"), page("b"), true);
  assert.deepEqual(said(messages), ["conversation_open b"]);
  assert.deepEqual([...opened.keys()], ["a", "b"]);
});

test("Of too many, the least recently viewed closes; a page that changed behind another tab is not viewed by that", () => {
  const ids = Array.from({ length: MOST_OPENED }, (_, place) => `c${place}`);
  const full = shown(view(new Map(), ...ids, "c0"), page("c1", turn("new")), false).opened;
  const { opened, messages } = shown(full, page("late"), true);
  assert.deepEqual(said(messages), ["conversation_close c1", "conversation_open late"]);
  assert.equal(opened.size, MOST_OPENED);
  assert.ok(opened.has("c0"));
  assert.deepEqual(said(shown(opened, page("c1"), true).messages), ["conversation_close c2", "conversation_open c1"]);
});

test("What the panel no longer keeps is closed, once", () => {
  const { opened, messages } = keptOnly(view(new Map(), "a", "b"), new Set(["b"]));
  assert.deepEqual(said(messages), ["conversation_close a"]);
  assert.deepEqual(keptOnly(opened, new Set(["b"])).messages, []);
});
