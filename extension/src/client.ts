/** The panel's one socket: says hello, keeps conversations open, resends reports, comes back after a loss. */
import { keptOnly, opening, shown, type Opened, type Told } from "./changes.ts";
import { socketAddress, type DraftForm, type Report, type ReportStore, type Settings } from "./host.ts";
import { fitConversation, fitTurns } from "./limits.ts";
import type { PageConversation } from "./page.ts";
import type { Connection } from "./state.ts";
import type { ClientMessage, ProblemReported, ServerMessage } from "./wire.ts";

const PROTOCOL = 1;
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 15_000;
const REFUSED_DELAY_MS = 30_000;
const RESEND_DELAY_MS = 5_000;
/** Close codes that trying again soon cannot help: policy, not signed in, origin refused, no role for it, no common protocol. */
const REFUSALS = new Set([1008, 4001, 4003, 4004, 4010]);
/** Problems after which a report can never be stored: it is given up, and the agent sees the problem. */
const GIVEN_UP = new Set(["report_refused", "malformed_message"]);

/** How long to wait before attempt number `attempt` (from 0): doubling, capped, with jitter from `random` in [0, 1). */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + random / 2);
}

export interface ClientParts {
  client: string;
  reports: ReportStore;
  settings: () => Promise<Settings | null>;
  /** How drafts are wanted of this server, which may know one form only. */
  form: () => DraftForm;
  onMessage: (message: ServerMessage) => void;
  onConnection: (connection: Connection, retryAt?: number) => void;
}

export class PanelClient {
  private socket: WebSocket | null = null;
  private welcomed = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private opened: Opened = new Map();

  constructor(private readonly parts: ClientParts) {
    parts.reports.watch((report) => this.send(report));
  }

  /** Connects now with the present settings, dropping an older socket. */
  async connect(): Promise<void> {
    clearTimeout(this.timer);
    this.drop();
    this.parts.onConnection(this.attempt ? "reconnecting" : "connecting");
    let settings: Settings | null;
    try {
      settings = await this.parts.settings();
    } catch {
      this.retryLater("reconnecting", reconnectDelay(this.attempt, Math.random()));
      return;
    }
    if (settings === null) this.parts.onConnection("unconfigured");
    else this.open(settings);
  }

  /** Brings the server to what a page shows; `viewed`: the agent looks at it. */
  show(conversation: PageConversation, viewed: boolean): void {
    this.tell(shown(this.opened, fitConversation(conversation), viewed));
  }

  /** Closes every conversation but these. */
  keepOnly(ids: ReadonlySet<string>): void {
    this.tell(keptOnly(this.opened, ids));
  }

  private tell({ opened, messages }: Told): void {
    this.opened = opened;
    for (const message of messages) {
      this.send(message.type === "turns_changed" ? { ...message, turns: fitTurns(message.turns) } : message);
    }
  }

  /** Sends now or not at all: after a reconnect, the openings of the conversations say everything again. */
  send(message: ClientMessage): void {
    if (!this.welcomed || this.socket?.readyState !== WebSocket.OPEN) return;
    const facts = message.type === "conversation_open" && this.parts.form() === "facts";
    this.socket.send(JSON.stringify(facts ? { ...message, form: "facts" } : message));
  }

  /** Keeps the report until the server has stored it. */
  async report(report: Report): Promise<void> {
    await this.parts.reports.add(report);
  }

  private open({ server, token }: Settings): void {
    const socket = new WebSocket(socketAddress(server));
    this.socket = socket;
    const hello: ClientMessage = {
      type: "hello",
      oldest_protocol: PROTOCOL,
      newest_protocol: PROTOCOL,
      token,
      client: this.parts.client,
    };
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = (event) => void this.receive(JSON.parse(String(event.data)) as ServerMessage);
    socket.onclose = (event) => this.lost(event.code);
  }

  private async receive(message: ServerMessage): Promise<void> {
    if (message.type === "report_recorded") {
      await this.parts.reports.remove(message.report_id);
      return;
    }
    if (message.type === "problem_reported" && message.report_id) await this.onReportProblem(message);
    if (message.type === "welcome") {
      this.welcomed = true;
      this.attempt = 0;
    }
    this.parts.onMessage(message);
    if (message.type !== "welcome") return;
    // The one in view, which is the last, first: the others wait for the server's answer to it.
    for (const conversation of [...this.opened.values()].reverse()) this.send(opening(conversation));
    const reports = await this.parts.reports.all();
    for (const report of reports.sort((one, two) => (one.report_id < two.report_id ? -1 : 1))) this.send(report);
  }

  /** A report the server could not store yet is sent again; one it never can is given up. */
  private async onReportProblem({ code, report_id: reportId }: ProblemReported): Promise<void> {
    if (!reportId) return;
    if (GIVEN_UP.has(code)) await this.parts.reports.remove(reportId);
    else setTimeout(() => void this.resend(reportId), RESEND_DELAY_MS);
  }

  private async resend(reportId: string): Promise<void> {
    for (const report of await this.parts.reports.all()) if (report.report_id === reportId) this.send(report);
  }

  private lost(code: number): void {
    this.socket = null;
    this.welcomed = false;
    const refused = REFUSALS.has(code);
    const delay = refused ? REFUSED_DELAY_MS : reconnectDelay(this.attempt, Math.random());
    this.retryLater(refused ? "refused" : "reconnecting", delay);
  }

  private retryLater(connection: Connection, delay: number): void {
    this.attempt += 1;
    this.parts.onConnection(connection, Date.now() + delay);
    this.timer = setTimeout(() => void this.connect(), delay);
  }

  private drop(): void {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.socket = null;
    this.welcomed = false;
  }
}
