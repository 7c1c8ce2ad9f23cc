/** The demo page: a small helpdesk on the left, the very same panel on the right. */
import { render } from "preact";
import type { Adapter } from "../helpdesk/adapter.ts";
import { PageSide } from "../helpdesk/page_side.ts";
import { Desk, type DeskActs } from "./desk.tsx";
import { reportId } from "../report_id.ts";
import { answerFrame, tellFrame } from "./frame.ts";
import { begin, conversationOf, finished, said, step, type Played, type Script } from "./script.ts";

const PACE_MS = 4_000;

class TryPage {
  private played: Played;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly side: PageSide;

  constructor(
    private readonly scripts: Script[],
    first: Script,
    private readonly root: HTMLElement,
    frame: HTMLIFrameElement,
  ) {
    this.played = begin(first, nonce(), now());
    const adapter: Adapter = {
      name: "try",
      matches: () => true,
      readConversation: () => conversationOf(this.played),
      findReplyBox: (page) => ({ kind: "reply", box: replyBox(page) }),
      openReplyBox: (page) => Promise.resolve(replyBox(page)),
      sentText: () => null,
    };
    this.side = new PageSide(document, adapter, (message) => tellFrame(frame, message));
    answerFrame(frame, this.side);
  }

  start(): void {
    this.draw();
    this.side.start();
  }

  private show(played: Played): void {
    this.played = played;
    if (finished(played)) this.pause();
    this.draw();
    this.side.tellView();
  }

  private draw(): void {
    const { scripts, played, timer } = this;
    render(<Desk {...{ scripts, played }} playing={timer !== undefined} acts={this.acts} />, this.root);
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private readonly acts: DeskActs = {
    choose: (id) => {
      const script = this.scripts.find((known) => known.id === id);
      if (!script) return;
      this.pause();
      this.show(begin(script, nonce(), now()));
    },
    step: () => this.show(step(this.played, now())),
    play: () => {
      if (this.timer === undefined) {
        this.timer = setInterval(() => this.show(step(this.played, now())), PACE_MS);
        this.show(step(this.played, now()));
      } else {
        this.pause();
        this.draw();
      }
    },
    sayAsCustomer: (text) => this.show(said(this.played, "customer", text, now())),
    sendReply: (text) => {
      this.side.sent(text);
      this.show(said(this.played, "agent", text, now()));
    },
  };
}

const replyBox = (page: Document): HTMLElement | null => page.querySelector("#reply");
const now = (): string => new Date().toISOString();
const nonce = (): string => reportId().slice(-8);

async function open(root: HTMLElement, frame: HTMLIFrameElement): Promise<void> {
  const answer = await fetch("/try/conversations");
  const scripts = answer.ok ? ((await answer.json()) as Script[]) : [];
  const wished = new URLSearchParams(window.location.search).get("conversation");
  const first = scripts.find((script) => script.id === wished) ?? scripts[0];
  if (first) new TryPage(scripts, first, root, frame).start();
  else render(<p class="line bad">No scripted conversations were found: check SOTTO_EXAMPLES, then reload.</p>, root);
}

const root = document.getElementById("desk");
const frame = document.getElementById("panel-frame");
if (root && frame instanceof HTMLIFrameElement) void open(root, frame);
