import assert from "node:assert/strict";
import { test } from "node:test";
import { sameView } from "../src/helpdesk/same_view.ts";
import { placeIn, signatureStart, spacing, typedText } from "../src/helpdesk/spacing.ts";
import type { PageView } from "../src/page.ts";

/** The text with the suggestion in it; "|" is the agent's caret. */
function inserted(box: string, text: string, replace = false): string {
  const caret = box.indexOf("|");
  const typed = box.replace("|", "");
  const { start, end } = placeIn(typed, caret < 0 ? null : caret, replace);
  const before = typed.slice(0, start);
  const after = typed.slice(end);
  const { head, tail } = spacing(before, text, after);
  return before + head + text + tail + after;
}

const TEXT = "Two words.";

for (const [box, expected] of [
  ["", TEXT],
  ["Hello Ana,", `Hello Ana,\n\n${TEXT}`],
  ["Hello Ana,\n", `Hello Ana,\n\n${TEXT}`],
  ["Hello Ana,\n\n", `Hello Ana,\n\n${TEXT}`],
  ["Hello Ana, \n  \n", `Hello Ana, \n  \n${TEXT}`],
  ["Hello |Ana", `Hello \n\n${TEXT}\n\nAna`],
  ["Hello\n|\nBye", `Hello\n\n${TEXT}\n\nBye`],
  ["|Kind regards", `${TEXT}\n\nKind regards`],
  ["Hello\n\n-- \nAna", `Hello\n\n${TEXT}\n\n-- \nAna`],
  ["Hello\n-- \nAna", `Hello\n\n${TEXT}\n\n-- \nAna`],
  ["-- \nAna", `${TEXT}\n\n-- \nAna`],
  ["\n\n--\nAna", `${TEXT}\n\n--\nAna`],
  ["Hello\n\n-- \nAna|", `Hello\n\n${TEXT}\n\n-- \nAna`],
  ["One|two\n\n-- \nAna", `One\n\n${TEXT}\n\ntwo\n\n-- \nAna`],
] as const) {
  test(`Into ${JSON.stringify(box)} the text goes with a blank line around it and before the signature`, () =>
    assert.equal(inserted(box, TEXT), expected));
}

test("An address stands in the line of the agent", () => {
  assert.equal(inserted("See |, please", "https://shop.example/returns"), "See https://shop.example/returns, please");
  assert.equal(inserted("See|", "https://shop.example/returns"), "See https://shop.example/returns");
  assert.equal(inserted("|or ask", "https://shop.example/returns"), "https://shop.example/returns or ask");
});

test("Replacing takes what is typed and leaves the signature", () => {
  assert.equal(inserted("Old\n\nwords\n\n-- \nAna", TEXT, true), `${TEXT}\n\n-- \nAna`);
  assert.equal(inserted("Old words", TEXT, true), TEXT);
  assert.equal(inserted("-- \nAna", TEXT, true), `${TEXT}\n\n-- \nAna`);
});

test("Two dashes in a sentence, in a quoted mail or in a rule are no signature", () => {
  for (const text of ["One -- two", "> -- \n> Ana", "---", "-- dash"]) assert.equal(signatureStart(text), text.length);
  assert.equal(typedText("Hello \n\n-- \nAna"), "Hello");
  assert.equal(typedText("-- \nAna"), "");
});

const view = (text: string, typed = false): PageView => ({
  kind: "conversation",
  conversation: {
    conversation_id: "c1",
    helpdesk: "desk",
    channel: "email",
    subject: "S",
    customer: { email: "a@example.org" },
    turns: [{ id: "t1", role: "customer", text, at: null, attachments: ["a.png"] }],
  },
  replyBox: { kind: "reply", typed },
});

test("Two readings of a page are the same when every turn and the reply box are", () => {
  assert.ok(sameView(view("one"), view("one")));
  assert.ok(!sameView(view("one"), view("two")));
  assert.ok(!sameView(view("one"), view("one", true)));
  assert.ok(!sameView(view("one"), { kind: "no_conversation" }));
  assert.ok(!sameView({ kind: "unread", adapter: "a" }, { kind: "unread", adapter: "b" }));
});
