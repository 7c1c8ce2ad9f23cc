/** Whether two readings of a page say the same, without writing either of them out. Pure. */
import type { Assigned, PageConversation, PageView, ReplyBox } from "../page.ts";
import type { TurnPart } from "../wire.ts";

const sameBox = (one: ReplyBox | null, other: ReplyBox | null): boolean =>
  one?.kind === other?.kind && one?.typed === other?.typed;

const sameOwner = (one: Assigned | null | undefined, other: Assigned | null | undefined): boolean =>
  one?.to === other?.to && one?.mine === other?.mine && one?.open === other?.open && one?.queue.join() === other?.queue.join();

const sameList = <Part>(one: readonly Part[], other: readonly Part[], same: (a: Part, b: Part) => boolean): boolean =>
  one.length === other.length && one.every((part, place) => same(part, other[place] as Part));

const sameTurn = (one: TurnPart, other: TurnPart): boolean =>
  one.id === other.id &&
  one.role === other.role &&
  one.text === other.text &&
  one.at === other.at &&
  sameList(one.attachments ?? [], other.attachments ?? [], Object.is);

function sameConversation(one: PageConversation, other: PageConversation): boolean {
  const { turns, ...frame } = one;
  const { turns: otherTurns, ...otherFrame } = other;
  return JSON.stringify(frame) === JSON.stringify(otherFrame) && sameList(turns, otherTurns, sameTurn);
}

export function sameView(one: PageView, other: PageView): boolean {
  if (one.kind === "conversation" && other.kind === "conversation") {
    const sameForm = sameBox(one.replyBox, other.replyBox) && sameOwner(one.assigned, other.assigned);
    return sameForm && sameConversation(one.conversation, other.conversation);
  }
  return JSON.stringify(one) === JSON.stringify(other);
}
