/** What of a handover that somebody took is done already, as far as the page in view shows it. Pure. */
import type { Assigned } from "../page.ts";
import type { HandoverPart, TurnPart } from "../wire.ts";
import type { PanelState } from "../state.ts";

export interface TakenSoFar {
  /** Its conversation is in view. */
  here: boolean;
  /** Whose it is in the helpdesk, where the page says so. */
  assigned: Assigned | null;
  /** Its brief is a note there. */
  noted: boolean;
  /** The team into whose queue it is still to be moved, as far as the page shows. */
  moveTo: string | null;
}

export function takenSoFar({ view, inView }: PanelState, { conversation_id: id, brief, move_to: team = null }: HandoverPart): TakenSoFar {
  const here = id === inView;
  if (!here || !("replyBox" in view)) return { here, assigned: null, noted: false, moveTo: team };
  const turns = view.kind === "conversation" ? view.conversation.turns : [];
  const moved = view.assigned?.queue.some((name) => name.toLowerCase() === team?.toLowerCase());
  return { here, assigned: view.assigned ?? null, noted: isNoted(brief ?? "", turns), moveTo: moved ? null : team };
}

/** Those that this agent holds and has nothing left to do for: the page shows them as the owner, the note and the queue. */
export function takenOver(state: PanelState): HandoverPart[] {
  const held = state.handovers.map((view) => view.handover).filter(({ state: stands, holder }) => stands === "accepted" && holder === state.person?.name);
  return held.filter((handover) => {
    const { assigned, noted, moveTo } = takenSoFar(state, handover);
    return noted && moveTo === null && assigned?.mine === true;
  });
}

/** By its letters alone: helpdesks draw lists and line breaks in their own way. */
const letters = (text: string): string => text.toLowerCase().replace(/\P{L}+/gu, "");

function isNoted(brief: string, turns: readonly TurnPart[]): boolean {
  const sought = letters(brief);
  return sought !== "" && turns.some(({ role, text }) => role === "note" && letters(text).includes(sought));
}
