/** Asks the leak guard before a text leaves for the customer, and lets it out or holds it back. */
import { reportId } from "../report_id.ts";
import { besideSend, sharedReports, type Action, type ConversationState, type Held, type Leaving, type PanelState } from "../state.ts";
import type { Report } from "../host.ts";
import type { SendAnswer } from "../page.ts";
import type { ClientMessage, InsertChecked } from "../wire.ts";

export interface LeavingParts {
  state: () => PanelState;
  dispatch: (action: Action) => void;
  report: (report: Report) => void;
  send: (message: ClientMessage) => void;
  /** Lets the page send these words once. */
  release: (text: string) => void;
}

const ANSWER_WITHIN_MS = 300;
const DONE = { insert: "Inserted", copy: "Copied", send: "Sent" };
const unchecked = ({ door }: Leaving): string => `${DONE[door]} unchecked: the leak check did not answer. Every passage in it is public.`;
const SENT_UNCHECKED = "Sent unchecked: the leak check did not answer.";
const RELEASED = "Noted. Press Send again: it goes out once.";
const GOES: SendAnswer = { held: null };
const NOT_CHECKED = "The leak check did not answer, and not all of this is public. Nothing was done: try again.";

export class LeakCheck {
  private waiting: { id: string; answer: (checked: InsertChecked | null) => void } | null = null;
  /** What to do once the agent says that what is held is fine to share. */
  private go: (() => Promise<void>) | null = null;

  constructor(private readonly parts: LeavingParts) {}

  /** Does `go` if the text may leave; else says why not, or shows what is held. One text at a time. */
  async pass(open: ConversationState, leaving: Leaving, go: () => Promise<void>): Promise<void> {
    if (this.waiting) return;
    this.letGo();
    const checked = await this.ask(open, leaving);
    if (checked === null) return this.unanswered(leaving, go);
    if (checked.verdict === "allow") return go();
    const { verdict, leaks } = checked;
    this.go = verdict === "warn" ? go : null;
    const { door, text } = leaving;
    this.parts.dispatch({ type: "held", held: { conversationId: open.id, door, text, verdict, leaks } });
  }

  /** The helpdesk is about to send `text`, and waits: what is not answered in time is sent. */
  async sending(open: ConversationState | null, text: string): Promise<SendAnswer> {
    const checked = open && !this.waiting ? await this.ask(open, { door: "send", text, isPublic: false }) : null;
    if (!open || !checked) {
      this.wentUnchecked();
      return GOES;
    }
    this.letGo();
    if (checked.verdict === "allow") return GOES;
    const { verdict, leaks } = checked;
    const held: Held = { conversationId: open.id, door: "send", text, verdict, leaks };
    this.go = verdict === "warn" ? () => this.release(text) : null;
    this.parts.dispatch({ type: "held", held });
    return { held: besideSend(held) };
  }

  /** The page did not wait any longer. */
  wentUnchecked(): void {
    this.letGo();
    if (this.guards()) this.say(SENT_UNCHECKED);
  }

  /** Sotto never sends: the agent presses the helpdesk's own button again. */
  private release(text: string): Promise<void> {
    this.parts.release(text);
    this.parts.dispatch({ type: "noticed", text: RELEASED, tone: "good" });
    return Promise.resolve();
  }

  onChecked(checked: InsertChecked): void {
    if (this.waiting?.id === checked.check_id) this.waiting.answer(checked);
  }

  /** The agent answers for it: the owners of what it comes near are told why. */
  async share(held: Held, reason: string): Promise<void> {
    const { go } = this;
    if (!go) return;
    for (const shared of sharedReports(held)) {
      const which = { conversation_id: held.conversationId, report_id: reportId() };
      this.parts.report({ type: "passage_report", ...which, ...shared, note: reason });
    }
    this.letGo();
    await go();
  }

  /** What is held stays inside. */
  letGo(): void {
    this.go = null;
    if (this.parts.state().held) this.parts.dispatch({ type: "held", held: null });
  }

  private ask(open: ConversationState, { door, text }: Leaving): Promise<InsertChecked | null> {
    const { connection } = this.parts.state();
    if (connection !== "connected" || !this.guards()) return Promise.resolve(null);
    return new Promise((resolve) => {
      const id = reportId();
      const answer = (checked: InsertChecked | null): void => {
        clearTimeout(timer);
        this.waiting = null;
        resolve(checked);
      };
      const timer = setTimeout(() => answer(null), ANSWER_WITHIN_MS);
      this.waiting = { id, answer };
      this.parts.send({ type: "insert_check", conversation_id: open.id, check_id: id, door, text });
    });
  }

  /** A server older than this panel has no guard. */
  private guards(): boolean {
    return this.parts.state().features.includes("guard");
  }

  private async unanswered(leaving: Leaving, go: () => Promise<void>): Promise<void> {
    if (!leaving.isPublic) return this.say(NOT_CHECKED);
    await go();
    if (this.guards()) this.say(unchecked(leaving));
  }
  private say(text: string): void {
    this.parts.dispatch({ type: "noticed", text, tone: "bad" });
  }
}
