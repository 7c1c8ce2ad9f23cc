/** What the agent does to hand over, and to take over. */
import { reportId } from "../report_id.ts";
import { conversationInView, replyBoxInView, takenOver, takenSoFar, type ConversationState } from "../state.ts";
import type { FlagPart, HandoverAnswer, HandoverPart, HandoverTo, ServerMessage } from "../wire.ts";
import type { ActParts } from "./agent_acts.ts";

const TOO_OLD = "The server is older than this panel and takes no handovers yet. Tell your admin.";

const inTheForm = (what: string): string => `${what} are in the form: now save it in the helpdesk.`;
/** Whoever accepted waits so long for the form to be filled in; later than that it would surprise them. */
const FILLED_WITHIN_MS = 5_000;

export class HandoverActs {
  /** When the agent accepted which handover, last. */
  private accepted: { id: number; at: number } | null = null;
  private readonly settled = new Set<number>();

  constructor(private readonly parts: ActParts) {}

  /** The brief is written once: what the agent edited stays. */
  start(): void {
    const open = this.open();
    if (!open || open.handover) return;
    if (!this.parts.state().features.includes("handovers")) return this.say(TOO_OLD, "bad");
    this.parts.send({ type: "brief_request", conversation_id: open.id });
  }

  edit(brief: string): void {
    const open = this.open();
    if (open) this.parts.dispatch({ type: "agent", conversationId: open.id, act: { type: "brief_edited", brief } });
  }

  choose(to: HandoverTo | null): void {
    const open = this.open();
    if (open) this.parts.dispatch({ type: "agent", conversationId: open.id, act: { type: "receiver_chosen", to } });
  }

  handOver(to: HandoverTo, brief: string): void {
    const open = this.open();
    if (!open) return;
    this.parts.report({ type: "handover_request", conversation_id: open.id, report_id: reportId(), to, brief });
    this.parts.dispatch({ type: "agent", conversationId: open.id, act: { type: "handover_sent" } });
  }

  /** In a crisis nobody edits a brief first. */
  getLead({ evidence }: FlagPart): void {
    const open = this.open();
    const team = this.parts.state().person?.team;
    if (!open || team === undefined) return;
    const brief = `Somebody may be in danger.\nIn their words: “${evidence.quote}”\nNext step: follow the protocol together.`;
    const to: HandoverTo = { kind: "lead", name: team };
    this.parts.report({ type: "handover_request", conversation_id: open.id, report_id: reportId(), to, brief });
    this.parts.dispatch({ type: "agent", conversationId: open.id, act: { type: "lead_asked" } });
  }

  answer(handoverId: number, answer: HandoverAnswer["answer"]): void {
    if (answer === "accepted") this.accepted = { id: handoverId, at: performance.now() };
    this.parts.report({ type: "handover_answer", report_id: reportId(), handover_id: handoverId, answer });
  }

  /** What the agent accepted a moment ago, beside its page, is filled in there once it is surely theirs. */
  onMessage(message: ServerMessage): void {
    if (message.type !== "handover_changed" || message.handover.handover_id !== this.accepted?.id) return;
    const { at } = this.accepted;
    this.accepted = null;
    const { handover } = message;
    const state = this.parts.state();
    const mine = handover.state === "accepted" && handover.holder === state.person?.name;
    const { here, assigned } = takenSoFar(state, handover);
    const ready = here && replyBoxInView(state) !== null && assigned !== null;
    if (mine && ready && performance.now() - at < FILLED_WITHIN_MS) void this.takeOver(handover);
  }

  /** What the page shows as done is done, without a click. */
  settle(): void {
    for (const { handover_id: id } of takenOver(this.parts.state())) {
      if (this.settled.has(id)) continue;
      this.settled.add(id);
      this.answer(id, "done");
    }
  }

  insertWords(text: string): void {
    const open = this.open();
    if (open) void this.insert(open.id, text);
  }

  async takeOver(handover: HandoverPart): Promise<void> {
    const text = handover.brief ?? "";
    const insertion = { conversation_id: handover.conversation_id, suggestion_id: null, text, audience: "internal" as const, replace: false };
    const { moveTo } = takenSoFar(this.parts.state(), handover);
    const taken = await this.parts.host.takeOver(insertion, moveTo);
    if (!taken.done) return this.say(taken.message, "bad");
    const filled = inTheForm(taken.queue ? "The brief, you as the owner and the queue" : "The brief and you as the owner");
    this.say(taken.owner ? filled : `Inserted in the ${taken.box}. Choose the owner yourself.`, "good");
  }

  private async insert(conversationId: string, text: string): Promise<void> {
    const insertion = { conversation_id: conversationId, suggestion_id: null, text, audience: "public" as const, replace: false };
    const result = await this.parts.host.insert(insertion);
    this.say(result.done ? `Inserted in the ${result.box}.` : result.message, result.done ? "good" : "bad");
  }

  private open(): ConversationState | null {
    return conversationInView(this.parts.state());
  }

  private say(text: string, tone: "good" | "bad"): void {
    this.parts.dispatch({ type: "noticed", text, tone });
  }
}
