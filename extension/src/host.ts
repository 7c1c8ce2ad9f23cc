/** Everything the panel needs from where it runs: a browser extension or a web page. */
import type { InsertResult, Insertion, SendAnswer, TakenOver } from "./page.ts";
import type { Place, Sight } from "./state.ts";
import type {
  AnswerSeen,
  ConversationOpen,
  DispositionChosen,
  FlagRaise,
  FlagResponse,
  HandoverAnswer,
  HandoverRequest,
  OutcomeReport,
  PageUnread,
  PassageReport,
  PassageUsed,
} from "./wire.ts";

/** Where the server is, and who is asking. */
export interface Settings {
  server: string;
  token: string;
}

export type Report =
  | OutcomeReport
  | FlagResponse
  | DispositionChosen
  | PassageReport
  | FlagRaise
  | PassageUsed
  | PageUnread
  | AnswerSeen
  | HandoverRequest
  | HandoverAnswer;

/** Reports that the server has not confirmed; they outlive the panel. Adding one twice keeps one. */
export interface ReportStore {
  all(): Promise<Report[]>;
  add(report: Report): Promise<void>;
  remove(reportId: string): Promise<void>;
  /** Calls `onReport` for every report that arrives, from this panel or from a page. */
  watch(onReport: (report: Report) => void): void;
}

export type DraftForm = NonNullable<ConversationOpen["form"]>;

/** What the agent can do from anywhere in the browser. */
export type Command = "insert" | "next" | "ask" | "dismiss";

/** `keys` is as the browser writes it ("Alt+Shift+K"), and empty when the command has none. */
export interface Shortcut {
  command: Command;
  keys: string;
}

export interface Host {
  /** What the panel calls itself in `hello`. */
  readonly client: string;
  readonly reports: ReportStore;
  /** null when nobody has configured a server and a token yet. */
  settings(): Promise<Settings | null>;
  watchSettings(onChange: () => void): void;
  /** How this agent wants drafts: what was chosen last. */
  form(): Promise<DraftForm>;
  keepForm(form: DraftForm): void;
  /** Calls `onSight` for what is in view, and for what the pages behind it change; `onTabClosed` when one goes. */
  watchView(onSight: (sight: Sight) => void, onTabClosed: (tab: number) => void): void;
  /** Brings a conversation's page into view; null where the panel cannot. */
  goTo: ((place: Place) => void) | null;
  insert(insertion: Insertion): Promise<InsertResult>;
  /** As `insert`, into a note for colleagues; the agent chosen as the owner, and the queue, where the page's form can. */
  takeOver(insertion: Insertion, queue: string | null): Promise<TakenOver>;
  /**
   * Calls `onSending` when the helpdesk is about to send a reply to the customer, which waits for the answer, and
   * `onUnchecked` when it was sent without.
   */
  watchSending(onSending: (conversationId: string, text: string) => Promise<SendAnswer>, onUnchecked: () => void): void;
  /** Lets the page in view send these words once. */
  release(text: string): void;
  /** Makes what is selected on the page the conversation in view. */
  askSelection(): Promise<Sight>;
  /** The addresses of the helpdesks that the panel may read. */
  helpdesks(): Promise<string[]>;
  /** Calls `onCommand` when the agent pressed a command's keys in this window, wherever the cursor is. */
  watchCommands(onCommand: (command: Command) => void): void;
  /** The keys as they are now; empty where the browser gives none. */
  shortcuts(): Promise<Shortcut[]>;
  /** Opens the browser's own page for changing them; null where there is none. */
  openShortcuts: (() => void) | null;
  /** null where there are none to open. */
  openOptions: (() => void) | null;
}

/** The WebSocket address of a server's web address. */
export function socketAddress(server: string): string {
  const url = new URL("/ws", server);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** What is stored under "form", whoever wrote it. */
export const formOf = (stored: unknown): DraftForm => (stored === "facts" ? "facts" : "reply");

export const reportKey = (reportId: string): string => `report:${reportId}`;
