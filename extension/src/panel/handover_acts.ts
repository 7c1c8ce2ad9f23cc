/** What the agent does to hand over, and to take over. */
import { reportId } from "../report_id.ts";
import { conversationInView, type ConversationState } from "../state.ts";
import type { HandoverAnswer, HandoverPart, HandoverTo } from "../wire.ts";
import type { ActParts } from "./agent_acts.ts";

const TOO_OLD = "The server is older than this panel and takes no handovers yet. Tell your admin.";

export class HandoverActs {
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

  answer(handoverId: number, answer: HandoverAnswer["answer"]): void {
    this.parts.report({ type: "handover_answer", report_id: reportId(), handover_id: handoverId, answer });
  }

  insertWords(text: string): void {
    const open = this.open();
    if (open) void this.insert(open.id, text, "public");
  }

  insertBrief(handover: HandoverPart): void {
    void this.insert(handover.conversation_id, handover.brief ?? "", "internal");
  }

  private async insert(conversationId: string, text: string, audience: "public" | "internal"): Promise<void> {
    const insertion = { conversation_id: conversationId, suggestion_id: null, text, audience, replace: false };
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
