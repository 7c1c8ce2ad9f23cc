/**
 * Between the helpdesk's Send and the customer: a public reply waits until the panel had it checked, a third of a second
 * at most, and then goes the way it was going. Whatever fails here, the helpdesk sends as ever.
 */
import type { SendAnswer } from "../page.ts";
import type { Adapter } from "./adapter.ts";
import { SendNote } from "./send_note.ts";

const ANSWER_WITHIN_MS = 300;

/** What a guarded page asks of the panel. */
export interface AskPanel {
  mayGo: (text: string) => Promise<SendAnswer | undefined>;
  /** The answer came too late, or none: the reply is on its way. */
  wentUnchecked: () => void;
}

export class SendGuard {
  private checking = false;
  private passing = false;
  /** What the agent answers for: these words go out once. */
  private released: string | null = null;
  private readonly note: SendNote;

  constructor(
    page: Document,
    private readonly adapter: Adapter,
    private readonly panel: AskPanel,
  ) {
    this.note = new SendNote(page);
    // Before the page's own listeners: they are to hear of one submit, the one that sends.
    page.defaultView?.addEventListener("submit", (event) => this.onSubmit(event), { capture: true });
    page.addEventListener("input", () => this.note.hide(), { capture: true, passive: true });
  }

  /** The agent said why these words are fine to share. */
  release(text: string): void {
    this.released = text;
    this.note.show(null, "Fine to share. Press Send again: it goes out once.", []);
  }

  private onSubmit(event: SubmitEvent): void {
    if (this.passing || event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
    const text = this.textOf(event);
    if (text === null) return;
    this.note.hide();
    const released = this.released === text;
    this.released = null;
    if (released) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.checking) void this.check(event.target, event.submitter, text);
  }

  /** A page that changed under its adapter sends as ever. */
  private textOf(event: SubmitEvent): string | null {
    try {
      return this.adapter.sentText(event);
    } catch {
      return null;
    }
  }

  private async check(form: HTMLFormElement, submitter: HTMLElement | null, text: string): Promise<void> {
    this.checking = true;
    const answer = await this.answered(text);
    this.checking = false;
    if (answer?.held) return this.note.show(submitter ?? form, answer.held.advice, answer.held.pieces);
    if (!answer) this.panel.wentUnchecked();
    this.go(form, submitter);
  }

  /** Nothing when no panel answers in time; an extension that was updated meanwhile throws at once. */
  private answered(text: string): Promise<SendAnswer | undefined> {
    return new Promise((resolve) => {
      const nobody = (): void => resolve(undefined);
      setTimeout(nobody, ANSWER_WITHIN_MS);
      Promise.resolve()
        .then(() => this.panel.mayGo(text))
        .then((answer) => resolve(answer), nobody);
    });
  }

  /** The same submit once more, with the button that was pressed. */
  private go(form: HTMLFormElement, submitter: HTMLElement | null): void {
    this.passing = true;
    try {
      form.requestSubmit(submitter);
    } finally {
      this.passing = false;
    }
  }
}

