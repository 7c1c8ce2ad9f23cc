/** Ties the pure state to the socket, the pages and the screen. */
import { render } from "preact";
import { PanelClient } from "../client.ts";
import type { Host } from "../host.ts";
import { conversationInView, formWanted, reduce, START, type Action, type PanelState, type Sight } from "../state.ts";
import type { Acts } from "./acts.ts";
import { AgentActs } from "./agent_acts.ts";
import { App } from "./app.tsx";
import { WithPlace } from "./place.tsx";
import { Scrolls } from "./scrolls.ts";
import { watchTouches } from "./touches.ts";

export class Panel {
  private state: PanelState = START;
  private readonly client: PanelClient;
  private readonly agent: AgentActs;
  private readonly acts: Acts;
  private readonly scrolls: Scrolls;
  private drawing = false;
  private askWanted = false;

  constructor(
    private readonly host: Host,
    private readonly root: HTMLElement,
  ) {
    this.client = new PanelClient({
      client: host.client,
      reports: host.reports,
      settings: () => host.settings(),
      form: () => formWanted(this.state),
      onMessage: (message) => {
        if (message.type === "insert_checked") this.agent.check.onChecked(message);
        else this.dispatch({ type: "message", message, now: Date.now() });
        this.agent.handovers.onMessage(message);
      },
      onConnection: (connection, retryAt) =>
        this.dispatch({ type: "connection", connection, ...(retryAt === undefined ? {} : { retryAt }) }),
    });
    this.agent = new AgentActs({
      host,
      state: () => this.state,
      dispatch: (action) => this.dispatch(action),
      report: (report) => void this.client.report(report),
      send: (message) => this.client.send(message),
      reconnect: () => void this.client.connect(),
      focusAsk: () => this.focusAsk(),
      focusedFact: () => {
        const place = document.hasFocus() ? document.activeElement?.closest<HTMLElement>("[data-fact]")?.dataset["fact"] : undefined;
        return place === undefined ? null : Number(place);
      },
    });
    this.acts = this.agent.list();
    this.scrolls = new Scrolls(root, () => this.state.inView);
  }

  start(): void {
    this.draw();
    this.host.watchSettings(() => void this.client.connect());
    this.host.watchView(
      (sight) => this.dispatch({ type: "sighted", sight }),
      (tab) => this.dispatch({ type: "tab_closed", tab }),
    );
    this.host.watchSending(
      (id, text) => this.agent.check.sending(this.state.conversations.get(id) ?? null, text),
      () => this.agent.check.wentUnchecked(),
    );
    this.host.watchCommands((command) => this.agent.onCommand(command));
    watchTouches(this.root, () => {
      const open = conversationInView(this.state);
      if (open) this.dispatch({ type: "agent", conversationId: open.id, act: { type: "touched" } });
    });
    window.addEventListener("online", () => void this.client.connect());
    void this.connectAsWanted();
  }

  /** The first conversation is opened in the form that the agent wants. */
  private async connectAsWanted(): Promise<void> {
    this.dispatch({ type: "form_chosen", form: await this.host.form() });
    await this.client.connect();
  }

  private dispatch(action: Action): void {
    const before = this.state;
    this.state = reduce(before, action);
    if (action.type === "sighted") this.tellServer(action.sight);
    if (before.conversations !== this.state.conversations) this.forget(before);
    if (before === this.state) return;
    if (before.handovers !== this.state.handovers || before.view !== this.state.view) this.agent.handovers.settle();
    if (action.type === "message") this.drawSoon();
    else this.draw();
  }

  /** A page behind another tab counts once the agent has looked at it. */
  private tellServer({ view, inFront }: Sight): void {
    const behind = view.kind === "conversation" ? this.state.conversations.get(view.conversation.conversation_id) : null;
    const open = inFront ? conversationInView(this.state) : behind;
    if (open) this.client.show(open.page, inFront);
  }

  private forget(before: PanelState): void {
    const gone = [...before.conversations.keys()].filter((id) => !this.state.conversations.has(id));
    if (!gone.length) return;
    this.client.keepOnly(new Set(this.state.conversations.keys()));
    gone.forEach((id) => this.scrolls.forget(id));
  }

  /** Once a frame, however many messages came. */
  private drawSoon(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  private draw(): void {
    render(
      <WithPlace host={this.host}>
        <App state={this.state} acts={this.acts} now={new Date()} />
      </WithPlace>,
      this.root,
    );
    this.scrolls.restore();
    if (this.askWanted) this.focusAsk();
  }

  /** A panel that opens for a question has no ask box yet: it takes the focus as soon as it is there. */
  private focusAsk(): void {
    const box = this.root.querySelector<HTMLElement>("[data-ask]");
    this.askWanted = box === null;
    box?.focus();
  }
}

export function startPanel(host: Host): void {
  const root = document.getElementById("panel");
  if (root) new Panel(host, root).start();
}
