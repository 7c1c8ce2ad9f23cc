/** What became of inserted suggestions: kept by the page until the panel or the background has the report. */
import { fitText } from "../limits.ts";
import type { FromPage } from "../page.ts";
import { reportId } from "../report_id.ts";
import type { OutcomeReport } from "../wire.ts";
import { sentUnchanged } from "../words.ts";

const SENT_KEY = "sotto.sent";

/** Resolves once the message has safely arrived where it will be kept. */
export type Tell = (message: FromPage) => Promise<void>;

export interface InsertedSuggestion {
  conversation_id: string;
  suggestion_id: string;
  text: string;
  at: string;
}

export class SentReplies {
  private inserted: InsertedSuggestion[] = [];

  constructor(private readonly tell: Tell) {}

  /** Once a suggestion, however many pieces of it went in. */
  add(suggestion: InsertedSuggestion): void {
    const others = this.inserted.filter((known) => known.suggestion_id !== suggestion.suggestion_id);
    this.inserted = [...others, suggestion];
  }

  /** The reply went out with `text`: every suggestion inserted into it gets its outcome. */
  sent(conversationId: string | null, text: string): void {
    const reports = this.inserted
      .filter((suggestion) => suggestion.conversation_id === conversationId)
      .map((suggestion) => outcome(suggestion, text));
    this.inserted = [];
    keep([...kept(), ...reports]);
    void this.tellUnsent();
  }

  /** Sending a reply reloads the page, so what nobody confirmed is told again by the next page. */
  async tellUnsent(): Promise<void> {
    for (const report of kept()) {
      await this.tell({ sotto: "reply_sent", report });
      keep(kept().filter((other) => other.report_id !== report.report_id));
    }
  }
}

function outcome(suggestion: InsertedSuggestion, text: string): OutcomeReport {
  return {
    type: "outcome_report",
    conversation_id: suggestion.conversation_id,
    report_id: reportId(),
    suggestion_id: suggestion.suggestion_id,
    outcome: sentUnchanged(suggestion.text, text) ? "inserted" : "edited",
    sent_text: fitText(text.replace(/\r\n?/g, "\n")),
    acted_at: suggestion.at,
  };
}

const kept = (): OutcomeReport[] => JSON.parse(sessionStorage.getItem(SENT_KEY) ?? "[]") as OutcomeReport[];

function keep(reports: OutcomeReport[]): void {
  if (reports.length) sessionStorage.setItem(SENT_KEY, JSON.stringify(reports));
  else sessionStorage.removeItem(SENT_KEY);
}
