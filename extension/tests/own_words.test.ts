/** What counts as the agent's own text of a reply. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownWords } from "../src/helpdesk/own_words.ts";

test("quoted mail goes with the line that announces it, before or after the agent's words", () => {
  assert.equal(ownWords("On Friday, Rosa wrote:\n> Can I?\n>\n> Rosa\n\nYou can.\n\nUntil Monday."), "You can.\n\nUntil Monday.");
  assert.equal(ownWords("You can.\n\nOn Friday, Rosa wrote:\n\n> Can I?\n> > Hello"), "You can.");
});

test("the signature goes, below the words or between them and the quoted mail", () => {
  assert.equal(ownWords("You can.\r\n\r\n-- \r\nAna Ruiz\r\nQuillbrook"), "You can.");
  assert.equal(ownWords("You can.\n\n--\nAna Ruiz\n\n> Can I?\n\nP.S. Until Monday."), "You can.\n\nP.S. Until Monday.");
});

test("an ordinary colon, dash or list is the agent's", () => {
  const text = "These are free:\n- chairs -- all of them\n- sofas: most\n\nSee you";
  assert.equal(ownWords(text), text);
});

test("nothing of one's own is nothing", () => {
  assert.equal(ownWords("\n\n-- \nAna Ruiz"), "");
});
