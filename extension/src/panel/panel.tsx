/** Ties the pure state to the socket, the page and the screen. */
import { render } from "preact";
import { PanelClient } from "../client.ts";
import type { Host, Report } from "../host.ts";
import type { PageView } from "../page.ts";
import { ignoredBy, reduce, START, type Action, type Outcome, type PanelState, type SuggestionView } from "../state.ts";
import type { FlagPart, FlagResponse, ServerMessage } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { App } from "./app.tsx";

export class Panel {
  private state: PanelState = START;
  private readonly client: PanelClient;
  private readonly acts: Acts;

  constructor(
    private readonly host: Host,
    private readonly root: HTMLElement,
  ) {
    this.client = new PanelClient({
      client: host.client,
      reports: host.reports,
      settings: () => host.settings(),
      onMessage: (message) => this.receive(message),
      onConnection: (connection, retryAt) =>
        this.dispatch({ type: "connection", connection, ...(retryAt === undefined ? {} : { retryAt }) }),
    });
    this.acts = this.actsOfAgent();
  }

  start(): void {
    this.draw();
    this.host.watchSettings(() => void this.client.connect());
    this.host.watchView((view) => this.look(view));
    window.addEventListener("online", () => void this.client.connect());
    void this.client.connect();
  }

  private dispatch(action: Action): void {
    this.state = reduce(this.state, action);
    this.draw();
  }

  private draw(): void {
    render(<App state={this.state} acts={this.acts} now={new Date()} />, this.root);
  }

  private receive(message: ServerMessage): void {
    const ignored = ignoredBy(this.state, message);
    if (ignored) void this.reportOutcome(this.conversationId(), ignored, "ignored");
    this.dispatch({ type: "message", message, now: Date.now() });
  }

  private look(view: PageView): void {
    this.dispatch({ type: "viewed", view });
    this.client.show(view.kind === "conversation" ? view.conversation : null);
  }

  private report(report: Report): Promise<void> {
    return this.client.report(report);
  }

  private conversationId(): string {
    return this.state.conversation?.id ?? "";
  }

  private reportOutcome(conversationId: string, suggestion: SuggestionView, outcome: Outcome): Promise<void> {
    return this.report({
      type: "outcome_report",
      conversation_id: conversationId,
      report_id: crypto.randomUUID(),
      suggestion_id: suggestion.id,
      outcome,
      shown_at: suggestion.shownAt === null ? null : new Date(suggestion.shownAt).toISOString(),
      acted_at: new Date().toISOString(),
    });
  }

  private acted(conversationId: string, suggestion: SuggestionView, outcome: Outcome): void {
    void this.reportOutcome(conversationId, suggestion, outcome);
    this.dispatch({ type: "acted", suggestionId: suggestion.id, outcome });
  }

  private async insert(suggestion: SuggestionView): Promise<void> {
    const conversationId = this.conversationId();
    const result = await this.host.insert({
      conversation_id: conversationId,
      suggestion_id: suggestion.id,
      text: suggestion.text,
      audience: "public",
      replace: false,
    });
    if (result.done) this.acted(conversationId, suggestion, "inserted");
    else this.dispatch({ type: "noticed", text: result.message, tone: "bad" });
  }

  private async copy(suggestion: SuggestionView): Promise<void> {
    const conversationId = this.conversationId();
    try {
      await navigator.clipboard.writeText(suggestion.text);
    } catch {
      this.dispatch({ type: "noticed", text: "The browser did not allow copying. Select the text instead.", tone: "bad" });
      return;
    }
    this.acted(conversationId, suggestion, "copied");
  }

  private answerFlag(flag: FlagPart, answer: FlagResponse["response"]): void {
    const turnId = flag.evidence.turn_id;
    void this.report({
      type: "flag_response",
      conversation_id: this.conversationId(),
      report_id: crypto.randomUUID(),
      reason: flag.reason,
      turn_id: turnId,
      response: answer,
    });
    this.dispatch({ type: "flag_answered", reason: flag.reason, turnId, answer });
  }

  private ask(question: string | null): void {
    this.client.send({ type: "suggestion_request", conversation_id: this.conversationId(), question });
    this.dispatch({ type: "asked", question: question ?? "" });
  }

  private actsOfAgent(): Acts {
    return {
      insert: (suggestion) => void this.insert(suggestion),
      copy: (suggestion) => void this.copy(suggestion),
      dismiss: (suggestion) => this.acted(this.conversationId(), suggestion, "dismissed"),
      answerFlag: (flag, answer) => this.answerFlag(flag, answer),
      openCitation: (number) => this.dispatch({ type: "citation_opened", number }),
      toggleSnippet: (number) => this.dispatch({ type: "snippet_toggled", number }),
      ask: (question) => this.ask(question),
      askSelection: () => void this.host.askSelection().then((view) => this.look(view)),
      closeProblem: (place) => this.dispatch({ type: "problem_closed", place }),
      reconnect: () => void this.client.connect(),
      openOptions: this.host.openOptions,
    };
  }
}

export function startPanel(host: Host): void {
  const root = document.getElementById("panel");
  if (root) new Panel(host, root).start();
}
