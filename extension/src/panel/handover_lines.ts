/** What the dock says of handovers: offers, what became of one's own, what is left to do in the helpdesk. Pure. */
import { numberOf, replyBoxInView, takenSoFar, type HandoverView, type PanelState } from "../state.ts";
import type { HandoverAnswer, HandoverPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import type { Line } from "./dock_lines.ts";

export function handoverLines(state: PanelState, acts: Acts): Line[] {
  return state.handovers.map((view) => handoverLine(view, state, acts));
}

function handoverLine({ handover, offered }: HandoverView, panel: PanelState, acts: Acts): Line {
  const { handover_id: id, state, sender, holder, brief } = handover;
  const me = panel.person?.name ?? null;
  const line = {
    key: `handover ${id} ${state} ${holder ?? ""} ${handover.reply ?? ""}`,
    tone: offered ? ("wait" as const) : ("plain" as const),
    ...(brief && sender !== me ? { detail: brief } : {}),
    marks: { "data-handover": state } as Line["marks"],
  };
  const number = numberOf(handover);
  const button = (words: string, answer: HandoverAnswer["answer"]): Line["buttons"][number] => ({
    words,
    act: () => acts.answerHandover(id, answer),
  });
  if (offered) {
    const late = state === "timed_out" ? ", and nobody took it" : "";
    return { ...line, words: `${sender} hands over ${number}${late}`, buttons: [button("Accept", "accepted"), button("Decline", "declined")] };
  }
  // Whoever helps from outside, the customer may decline them.
  const refusable = handover.to.kind === "expert" && sender === me && state !== "timed_out";
  const customersNo = refusable ? [button("Customer says no", "customer_declined")] : [];
  if (state === "accepted" && sender === me && handover.reply) return answered({ ...line, detail: handover.reply }, handover, panel, acts);
  if (state === "accepted") {
    const { words, detail, fill } = holder === me ? leftToHolder(handover, panel) : leftToSender(handover, panel);
    const more = detail ? { detail: [detail, line.detail ?? ""].join("\n").trim() } : {};
    const filling = fill ? [{ words: fill, act: () => acts.takeOver(handover) }] : [];
    return { ...line, ...more, words, buttons: [...filling, ...customersNo, button("Done", "done")] };
  }
  const keep = [...customersNo, button("Keep it", "kept")];
  if (state === "declined") return { ...line, tone: "wait", words: `${handover.to.name} declined ${number}`, buttons: keep };
  if (state === "timed_out" && handover.to.kind === "expert") return { ...line, tone: "wait", words: `No expert took ${number}; your lead knows`, buttons: keep };
  if (state === "timed_out") return { ...line, tone: "wait", words: `Nobody took ${number} in time; your lead knows`, buttons: keep };
  const asked = handover.to.kind === "expert" ? `${number}: asked ${handover.to.name}` : `${number} is offered to ${handover.to.name}`;
  return { ...line, words: asked, buttons: keep };
}

/** An expert has answered: the agent reads it, puts it into the reply and sends it. */
function answered(line: Omit<Line, "words" | "buttons">, handover: HandoverPart, panel: PanelState, acts: Acts): Line {
  const { handover_id: id, holder, reply } = handover;
  const fits = takenSoFar(panel, handover).here && replyBoxInView(panel)?.kind === "reply";
  const insert = fits ? [{ words: "Insert", act: () => acts.insertWords(reply ?? "") }] : [];
  const over = { words: "Done", act: () => acts.answerHandover(id, "done") };
  return { ...line, tone: "wait", words: `${numberOf(handover)}: ${holder} answered`, buttons: [...insert, over] };
}

/** What is left to do in the helpdesk; `fill`: what Sotto can fill in there. */
interface Left {
  words: string;
  detail?: string;
  fill?: string;
}

const ELSEWHERE = "Open a comment in the helpdesk: the brief and the owner can be filled in there.";

function leftToHolder(handover: HandoverPart, panel: PanelState): Left {
  const { here, assigned, noted } = takenSoFar(panel, handover);
  const number = numberOf(handover);
  const fillable = here && handover.brief !== null && replyBoxInView(panel) !== null;
  const fill = assigned?.open && !assigned.mine ? "Fill in" : "Add note";
  if (assigned?.mine && noted) return { words: `${number} is yours in the helpdesk now` };
  const words = assigned?.mine ? `${number} is yours; its brief is no note yet` : `Now assign ${number} to yourself in the helpdesk`;
  if (fillable && !noted) return { words, fill };
  return here && !fillable && assigned && !noted ? { words, detail: ELSEWHERE } : { words };
}

function leftToSender(handover: HandoverPart, panel: PanelState): Left {
  const { holder } = handover;
  if (handover.to.kind === "expert") return { words: `${numberOf(handover)}: ${holder} helps` };
  const number = numberOf(handover);
  const theirs = takenSoFar(panel, handover).assigned?.to.toLowerCase() === holder?.toLowerCase();
  return { words: theirs ? `${number} is ${holder}’s in the helpdesk now` : `Now assign ${number} to ${holder} in the helpdesk` };
}
