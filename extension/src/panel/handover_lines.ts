/** What the dock says of handovers: offers, what became of one's own, what is left to do in the helpdesk. Pure. */
import { numberOf, type HandoverView, type PanelState } from "../state.ts";
import type { Acts } from "./acts.ts";
import type { Line } from "./dock_lines.ts";

export function handoverLines(state: PanelState, acts: Acts): Line[] {
  const me = state.person?.name ?? null;
  return state.handovers.map((view) => handoverLine(view, me, state.inView, acts));
}

function handoverLine(view: HandoverView, me: string | null, inView: string | null, acts: Acts): Line {
  const { handover, offered } = view;
  const { handover_id: id, state, sender, holder, brief } = handover;
  const line = {
    key: `handover ${id} ${state} ${holder ?? ""}`,
    tone: offered ? ("wait" as const) : ("plain" as const),
    ...(brief && sender !== me ? { detail: brief } : {}),
    marks: { "data-handover": state } as Line["marks"],
  };
  const number = numberOf(handover);
  const button = (words: string, answer: "accepted" | "declined" | "kept" | "done"): Line["buttons"][number] => ({
    words,
    act: () => acts.answerHandover(id, answer),
  });
  if (offered) {
    const late = state === "timed_out" ? ", and nobody took it" : "";
    return { ...line, words: `${sender} hands over ${number}${late}`, buttons: [button("Accept", "accepted"), button("Decline", "declined")] };
  }
  if (state === "accepted" && holder === me) {
    const here = handover.conversation_id === inView && brief !== null;
    const note = here ? [{ words: "Brief as note", act: () => acts.insertBrief(handover) }] : [];
    return { ...line, words: `Now assign ${number} to yourself in the helpdesk`, buttons: [...note, button("Done", "done")] };
  }
  if (state === "accepted") {
    return { ...line, words: `Now assign ${number} to ${holder} in the helpdesk`, buttons: [button("Done", "done")] };
  }
  const keep = [button("Keep it", "kept")];
  if (state === "declined") return { ...line, tone: "wait", words: `${handover.to.name} declined ${number}`, buttons: keep };
  if (state === "timed_out") return { ...line, tone: "wait", words: `Nobody took ${number} in time; your lead knows`, buttons: keep };
  return { ...line, words: `${number} is offered to ${handover.to.name}`, buttons: keep };
}
