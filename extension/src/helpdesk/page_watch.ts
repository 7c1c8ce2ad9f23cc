/** Says when a page is worth reading again: soon after a change, and never so often that the page is slowed. */

/** A page draws in bursts: it is read once it has been quiet so long … */
const QUIET_MS = 50;
/** … or, when it never is, so long after its first change. */
const AT_LATEST_MS = 120;
/** Reading takes at most one part in so many of the page's time … */
const SHARE = 30;
/** … but after one slow read the page is not left unread for longer than this. */
const LONGEST_REST_MS = 1_000;

export interface Clock {
  /** Milliseconds since some beginning. */
  now(): number;
  /** Calls once, after so many milliseconds. */
  after(ms: number, call: () => void): void;
}

const BROWSERS_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, call) => void setTimeout(call, ms),
};

interface Navigation extends EventTarget {
  readonly currentEntry: unknown;
}

export class PageWatch {
  private firstChange: number | null = null;
  private lastChange = 0;
  private restUntil = 0;
  private waiting = false;

  /** `read` looks at the page; what happens inside an `ignored` part changes nothing that it would see. */
  constructor(
    private readonly page: Document,
    private readonly read: () => void,
    private readonly ignored: () => HTMLElement | null,
    private readonly clock: Clock = BROWSERS_CLOCK,
  ) {}

  start(): void {
    const observer = new MutationObserver((records) => {
      if (!this.waiting && this.isIgnored(records)) return;
      this.changed();
    });
    observer.observe(this.page, { subtree: true, childList: true, characterData: true });
    // A page of one address and many conversations: neither event comes with a new document.
    const { navigation } = this.page.defaultView as unknown as { navigation?: Navigation };
    navigation?.addEventListener("currententrychange", () => this.changed());
    this.page.defaultView?.addEventListener("popstate", () => this.changed());
    this.page.addEventListener("change", () => this.changed(), true);
  }

  /** To be told also of changes that no observer sees. */
  changed(): void {
    this.lastChange = this.clock.now();
    this.firstChange ??= this.lastChange;
    if (!this.waiting) this.wait();
  }

  private isIgnored(records: MutationRecord[]): boolean {
    const ignored = this.ignored();
    return ignored !== null && records.every(({ target }) => ignored.contains(target));
  }

  private wait(): void {
    const due = Math.min(this.lastChange + QUIET_MS, (this.firstChange ?? 0) + AT_LATEST_MS);
    const delay = Math.max(due, this.restUntil) - this.clock.now();
    this.waiting = true;
    this.clock.after(Math.max(0, delay), () => this.onTimer());
  }

  private onTimer(): void {
    const now = this.clock.now();
    const quiet = now - this.lastChange >= QUIET_MS || now - (this.firstChange ?? 0) >= AT_LATEST_MS;
    if (!quiet) return this.wait();
    this.waiting = false;
    this.firstChange = null;
    this.read();
    const ended = this.clock.now();
    this.restUntil = ended + Math.min((ended - now) * SHARE, LONGEST_REST_MS);
  }
}
