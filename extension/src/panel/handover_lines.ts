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
    key: `handover ${id} ${state} ${handover.to.name} ${holder ?? ""} ${handover.reply ?? ""}`,
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
  const keep = button("Keep it", "kept");
  if (sender === me && isWithExpert(handover)) return expertLine(line, handover, panel, acts);
  if (state === "accepted") {
    const { words, detail, fill } = holder === me ? leftToHolder(handover, panel) : leftToSender(handover, panel);
    const more = detail ? { detail: [detail, line.detail ?? ""].join("\n").trim() } : {};
    const filling = fill ? [{ words: fill, act: () => acts.takeOver(handover) }] : [];
    return { ...line, ...more, words, buttons: [...filling, button("Done", "done")] };
  }
  if (state === "declined") return { ...line, tone: "wait", words: `${handover.to.name} declined ${number}`, buttons: [keep] };
  if (state === "offered") return { ...line, words: `${number} is offered to ${handover.to.name}`, buttons: [keep] };
  const whoever = handover.to.kind === "expert" ? `No expert took ${number}` : `Nobody took ${number} in time`;
  return { ...line, tone: "wait", words: `${whoever}; your lead knows`, buttons: [keep] };
}

/** Once no expert took it, a lead of the own people may. */
const isWithExpert = ({ to, state, holder }: HandoverPart): boolean =>
  to.kind === "expert" && (state === "offered" || (state === "accepted" && holder === to.name));

/** Who helps from outside: the customer is told of them, and may decline them until it is over. */
function expertLine(line: Omit<Line, "words" | "buttons">, handover: HandoverPart, panel: PanelState, acts: Acts): Line {
  const { to, state, holder, reply, customer_words: toCustomer, asked_before: before = 0 } = handover;
  const number = numberOf(handover);
  const button = (words: string, answer: HandoverAnswer["answer"]) => ({ words, act: () => acts.answerHandover(handover.handover_id, answer) });
  const fits = takenSoFar(panel, handover).here && replyBoxInView(panel)?.kind === "reply";
  const insert = (words: string, text: string | null | undefined) => (fits && text ? [{ words, act: () => acts.insertWords(text) }] : []);
  const tell = insert("Tell the customer", toCustomer);
  const no = button("Customer says no", "customer_declined");
  const done = button("Done", "done");
  if (state === "accepted" && reply) {
    const buttons = [...insert("Insert", reply), done];
    return { ...line, tone: "wait", detail: reply, words: `${number}: ${holder} answered`, buttons, further: [no] };
  }
  const told = toCustomer ? [`To the customer: “${toCustomer}”`] : [];
  if (state === "accepted") return { ...line, ...detailed(told), words: `${number}: ${holder} helps`, buttons: [no], further: [...tell, done] };
  const keep = button("Keep it", "kept");
  const until = `Open until ${clock(handover.until)}, then the next expert who matches is asked, if there is one.`;
  const detail = detailed([until, ...told]);
  if (!before) return { ...line, ...detail, words: `${number}: ${to.name} is asked`, buttons: [no], further: [...tell, keep] };
  // The customer was told of somebody else.
  const [first = keep, ...later] = [...tell, keep];
  return { ...line, ...detail, tone: "wait", words: `${number}: now ${to.name} is asked`, buttons: [first], further: [no, ...later] };
}

const detailed = (texts: string[]): { detail?: string } => (texts.length ? { detail: texts.join("\n") } : {});

const clock = (at: string): string => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** What is left to do in the helpdesk; `fill`: what Sotto can fill in there. */
interface Left {
  words: string;
  detail?: string;
  fill?: string;
}

const ELSEWHERE = "Open a comment in the helpdesk: the brief and the owner can be filled in there.";

function leftToHolder(handover: HandoverPart, panel: PanelState): Left {
  const { here, assigned, noted, moveTo } = takenSoFar(panel, handover);
  const number = numberOf(handover);
  const fillable = here && handover.brief !== null && replyBoxInView(panel) !== null;
  const fill = assigned?.open && !assigned.mine ? "Fill in" : "Add note";
  const left = leftInHelpdesk(handover, moveTo, assigned?.mine === true ? null : "yourself");
  if (!left && noted) return { words: `${number} is yours in the helpdesk now` };
  const words = left ?? `${number} is yours; its brief is no note yet`;
  if (fillable && !noted) return { words, fill };
  return here && !fillable && assigned && !noted ? { words, detail: ELSEWHERE } : { words };
}

function leftToSender(handover: HandoverPart, panel: PanelState): Left {
  const { holder } = handover;
  const { assigned, moveTo } = takenSoFar(panel, handover);
  const theirs = assigned?.to.toLowerCase() === holder?.toLowerCase();
  const left = leftInHelpdesk(handover, moveTo, theirs ? null : holder);
  return { words: left ?? `${numberOf(handover)} is ${holder}’s in the helpdesk now` };
}

/** What the page does not show as done yet. */
function leftInHelpdesk(handover: HandoverPart, moveTo: string | null, owner: string | null): string | null {
  const number = numberOf(handover);
  if (moveTo !== null && owner !== null) return `Now move ${number} to ${moveTo} and assign it to ${owner} in the helpdesk`;
  if (moveTo !== null) return `Now move ${number} to ${moveTo} in the helpdesk`;
  return owner === null ? null : `Now assign ${number} to ${owner} in the helpdesk`;
}
