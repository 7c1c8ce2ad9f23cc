/** Cuts a conversation to what the server accepts, keeping the newest turns. Pure. */
import type { PageConversation } from "./page.ts";
import type { TurnPart } from "./wire.ts";

const TURN_LETTERS = 20_480;
const TURNS = 300;
const NAME_LETTERS = 300;
const MESSAGE_BYTES = 240_000;

const cut = (text: string, letters: number): string =>
  text.length <= letters ? text : Array.from(text).slice(0, letters).join("");

/** A text of a turn or of a sent reply, as long as the server takes it. */
export const fitText = (text: string): string => cut(text, TURN_LETTERS);

const bytes = (turn: TurnPart): number => new TextEncoder().encode(JSON.stringify(turn)).length;

/** The newest turns that fit into one message, oldest first; a turn that is too long keeps its beginning. */
export function fitTurns(turns: readonly TurnPart[]): TurnPart[] {
  const kept: TurnPart[] = [];
  let room = MESSAGE_BYTES;
  for (const turn of turns.slice(-TURNS).reverse()) {
    const short = { ...turn, text: fitText(turn.text) };
    room -= bytes(short);
    if (room < 0) break;
    kept.unshift(short);
  }
  return kept;
}

export function fitConversation(conversation: PageConversation): PageConversation {
  return { ...conversation, subject: cut(conversation.subject, NAME_LETTERS), turns: fitTurns(conversation.turns) };
}
