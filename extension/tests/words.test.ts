import assert from "node:assert/strict";
import { test } from "node:test";
import { reconnectDelay } from "../src/client.ts";
import { hostPattern } from "../src/hosts.ts";
import { socketAddress } from "../src/host.ts";
import { fitTurns } from "../src/limits.ts";
import { serverAddress, settingsOf } from "../src/settings.ts";
import { age, pieces, sentUnchanged, turnId } from "../src/words.ts";
import type { TurnPart } from "../src/wire.ts";

const NOW = new Date(2026, 10, 22, 9, 0);

for (const [date, words] of [
  ["2026-11-22", "updated today"],
  ["2026-11-23", "updated today"],
  ["2026-11-21", "updated yesterday"],
  ["2026-11-12", "updated 10 days ago"],
  ["2026-11-01", "updated 3 weeks ago"],
  ["2026-05-20", "updated 6 months ago"],
  ["2024-01-10", "updated 3 years ago"],
  ["soon", null],
  [null, null],
] as const) {
  test(`A document of ${date} reads "${words}"`, () => assert.equal(age(date, NOW), words));
}

test("Citations count code points, not UTF-16 units", () => {
  const citation = { number: 1, passage_id: "p", start: 0, end: 3, support: 1 };
  assert.deepEqual(pieces("👍🏽 ok", [citation]), [
    { kind: "text", text: "👍🏽 " },
    { kind: "citation", number: 1 },
    { kind: "text", text: "ok" },
  ]);
});

test("A sentence that nothing supports is a piece of its own, with its citation behind it", () => {
  const citation = { number: 2, passage_id: "p", start: 4, end: 13, support: 0.1 };
  assert.deepEqual(pieces("Hi! It flies. Bye", [citation], [{ start: 4, end: 13 }]), [
    { kind: "text", text: "Hi! " },
    { kind: "text", text: "It flies.", unsupported: true },
    { kind: "citation", number: 2 },
    { kind: "text", text: " Bye" },
  ]);
});

test("A reply is unchanged when only line ends and outer blanks differ", () => {
  assert.ok(sentUnchanged("One\n\nTwo", " One\r\n\r\nTwo\n"));
  assert.ok(!sentUnchanged("One", "Dear Ana, one"));
});

const turn = (id: string, text = id): TurnPart => ({ id, role: "customer", text, at: null, attachments: [] });

test("Turns beyond the server's limits are cut, oldest first", () => {
  const long = fitTurns([turn("1", "x".repeat(30_000)), turn("2")]);
  assert.deepEqual([long[0]?.text.length, long.length], [20_480, 2]);
  assert.equal(fitTurns(Array.from({ length: 400 }, (_, number) => turn(`${number}`))).length, 300);
  const heavy = fitTurns(Array.from({ length: 40 }, (_, number) => turn(`${number}`, "x".repeat(20_000))));
  assert.equal(heavy.at(-1)?.id, "39");
  assert.ok(JSON.stringify(heavy).length < 250_000);
});

test("Equal turns have equal ids, their repetition another", () => {
  assert.equal(turnId("customer", null, "Hi", 0), turnId("customer", null, "Hi", 0));
  assert.notEqual(turnId("customer", null, "Hi", 0), turnId("customer", null, "Hi", 1));
  assert.notEqual(turnId("customer", null, "Hi", 0), turnId("agent", null, "Hi", 0));
});

test("Attempts to reconnect wait longer each time, never beyond 15 seconds, never all at once", () => {
  assert.ok(reconnectDelay(0, 0) >= 200 && reconnectDelay(0, 1) <= 400);
  assert.ok(reconnectDelay(3, 0.5) > reconnectDelay(1, 0.5));
  assert.ok(reconnectDelay(50, 1) <= 15_000);
  assert.notEqual(reconnectDelay(5, 0.1), reconnectDelay(5, 0.9));
});

for (const [typed, pattern] of [
  ["desk.example.com", "https://desk.example.com/*"],
  ["http://127.0.0.1:8000/tickets", "http://127.0.0.1/*"],
  ["*", null],
  ["https://*.com", null],
  ["not an address", null],
  ["https://desk%20.example.com", null],
  ["", null],
] as const) {
  test(`The helpdesk "${typed}" is ${pattern}`, () => assert.equal(hostPattern(typed), pattern));
}

for (const [typed, address] of [
  ["https://sotto.example.com/x", "https://sotto.example.com"],
  ["http://127.0.0.1:8140", "http://127.0.0.1:8140"],
  ["http://sotto.example.com", null],
  ["sotto", null],
] as const) {
  test(`The server "${typed}" is ${address}`, () => assert.equal(serverAddress(typed), address));
}

const MINE = { server: "https://sotto.example.com", token: "mine" };

test("Who has a server and a token is signed in", () => {
  assert.deepEqual(settingsOf({}, MINE), MINE);
  assert.equal(settingsOf({}, { server: MINE.server }), null);
  assert.equal(settingsOf({}, {}), null);
});

test("A token goes to no other server than the one it was given for, whatever the admin sets", () => {
  assert.deepEqual(settingsOf({ server: "https://sotto.example.com/" }, MINE), MINE);
  assert.equal(settingsOf({ server: "https://other.example.com" }, MINE), null);
  assert.equal(settingsOf({ server: "http://sotto.example.com" }, MINE), null);
  assert.equal(settingsOf({ server: "nonsense" }, MINE), null);
});

test("The socket is as secure as the server's address", () => {
  assert.equal(socketAddress("https://sotto.example.com"), "wss://sotto.example.com/ws");
  assert.equal(socketAddress("http://127.0.0.1:8140"), "ws://127.0.0.1:8140/ws");
});
