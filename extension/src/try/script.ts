/** A scripted conversation and how far it was played. Pure. */
import type { PageConversation } from "../page.ts";
import type { Channel, CustomerPart, Role, TurnPart } from "../wire.ts";

export interface Script {
  id: string;
  title: string;
  mood: string;
  channel: Channel;
  subject: string;
  customer: CustomerPart;
  turns: { role: Role; text: string }[];
}

export interface Played {
  script: Script;
  /** Makes this playing of the script a conversation of its own. */
  nonce: string;
  next: number;
  turns: TurnPart[];
}

/** A fresh playing, with the customer's first words on the page. */
export function begin(script: Script, nonce: string, at: string): Played {
  return step({ script, nonce, next: 0, turns: [] }, at);
}

export function said(played: Played, role: Role, text: string, at: string): Played {
  const id = `${played.nonce}-${played.turns.length + 1}`;
  return { ...played, turns: [...played.turns, { id, role, text, at, attachments: [] }] };
}

/** Plays the next scripted turn; the same when there is none left. */
export function step(played: Played, at: string): Played {
  const turn = played.script.turns[played.next];
  return turn ? { ...said(played, turn.role, turn.text, at), next: played.next + 1 } : played;
}

export const finished = (played: Played): boolean => played.next >= played.script.turns.length;

export function conversationOf({ script, nonce, turns }: Played): PageConversation {
  const { channel, subject, customer } = script;
  return { conversation_id: `try:${script.id}:${nonce}`, helpdesk: "try", channel, subject, customer, turns };
}
