/** What to tell the server when the page in view changed. Pure. */
import type { PageConversation } from "./page.ts";
import type { ClientMessage, TurnPart } from "./wire.ts";

const sameTurn = (one: TurnPart, other: TurnPart): boolean =>
  one.text === other.text && one.role === other.role && one.at === other.at;

const frame = (conversation: PageConversation): string => {
  const { helpdesk, channel, subject, customer } = conversation;
  return JSON.stringify([helpdesk, channel, subject, customer]);
};

export function opening(conversation: PageConversation): ClientMessage {
  return { type: "conversation_open", ...conversation };
}

/**
 * The messages that bring the server from `before` to `after`: nothing when they are equal, the changed turns when
 * turns were only added at the end or edited, and the whole conversation again otherwise.
 */
export function changes(before: PageConversation | null, after: PageConversation | null): ClientMessage[] {
  const closing: ClientMessage[] =
    before && before.conversation_id !== after?.conversation_id
      ? [{ type: "conversation_close", conversation_id: before.conversation_id }]
      : [];
  if (!after) return closing;
  if (!before || before.conversation_id !== after.conversation_id) return [...closing, opening(after)];
  const keptOrder = before.turns.every((turn, place) => after.turns[place]?.id === turn.id);
  if (!keptOrder || frame(before) !== frame(after)) return [opening(after)];
  const turns = after.turns.filter((turn, place) => {
    const old = before.turns[place];
    return !old || !sameTurn(old, turn);
  });
  return turns.length ? [{ type: "turns_changed", conversation_id: after.conversation_id, turns }] : [];
}
