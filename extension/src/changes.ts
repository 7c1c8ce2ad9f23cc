/** What to tell the server when the pages changed. Pure. */
import type { PageConversation } from "./page.ts";
import type { ClientMessage, TurnPart } from "./wire.ts";

/** The conversations that the server has open for this panel, least recently viewed first. */
export type Opened = ReadonlyMap<string, PageConversation>;

/** Below the server's own limit of 50, so that it never refuses one. */
export const MOST_OPENED = 40;

const sameTurn = (one: TurnPart, other: TurnPart): boolean =>
  one.text === other.text && one.role === other.role && one.at === other.at;

const frame = (conversation: PageConversation): string => {
  const { helpdesk, channel, subject, customer } = conversation;
  return JSON.stringify([helpdesk, channel, subject, customer]);
};

export function opening(conversation: PageConversation): ClientMessage {
  return { type: "conversation_open", ...conversation };
}

const closing = (id: string): ClientMessage => ({ type: "conversation_close", conversation_id: id });

/**
 * The messages that bring the server from `before` to `after`: nothing when they are equal, the changed turns when
 * turns were only added at the end or edited, and the whole conversation otherwise.
 */
export function changes(before: PageConversation | undefined, after: PageConversation): ClientMessage[] {
  if (!before) return [opening(after)];
  const keptOrder = before.turns.every((turn, place) => after.turns[place]?.id === turn.id);
  if (!keptOrder || frame(before) !== frame(after)) return [opening(after)];
  const turns = after.turns.filter((turn, place) => {
    const old = before.turns[place];
    return !old || !sameTurn(old, turn);
  });
  return turns.length ? [{ type: "turns_changed", conversation_id: after.conversation_id, turns }] : [];
}

export interface Told {
  opened: Opened;
  messages: ClientMessage[];
}

/** A page shows `conversation`; `viewed` when the agent looks at it. Too many: the least recently viewed closes. */
export function shown(before: Opened, conversation: PageConversation, viewed: boolean): Told {
  const id = conversation.conversation_id;
  const opened = new Map(before);
  if (viewed) opened.delete(id);
  opened.set(id, conversation);
  const excess = [...opened.keys()].slice(0, Math.max(0, opened.size - MOST_OPENED));
  excess.forEach((least) => opened.delete(least));
  return { opened, messages: [...excess.map(closing), ...changes(before.get(id), conversation)] };
}

/** Only the conversations with these ids are still wanted. */
export function keptOnly(before: Opened, ids: ReadonlySet<string>): Told {
  const going = [...before.keys()].filter((id) => !ids.has(id));
  return { opened: new Map([...before].filter(([id]) => ids.has(id))), messages: going.map(closing) };
}
