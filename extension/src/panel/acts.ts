/** What the agent can do in the panel. */
import type { DraftForm } from "../host.ts";
import type { Disposition, Fact, Held, Problem, Reported, SuggestionView } from "../state.ts";
import type { DraftChange, FlagPart, FlagRaise, FlagResponse, HandoverAnswer, HandoverPart, HandoverTo, SnippetPart } from "../wire.ts";

export interface Acts {
  /** `replace`: the agent chose to have their own text replaced. */
  insert: (suggestion: SuggestionView, replace?: boolean) => void;
  copy: (suggestion: SuggestionView) => void;
  /** Puts one fact of this draft into the reply. */
  insertFact: (suggestion: SuggestionView, fact: Fact) => void;
  copyFact: (suggestion: SuggestionView, fact: Fact) => void;
  dismiss: (suggestion: SuggestionView) => void;
  /** Has the draft said another way; this one stays within reach. */
  change: (suggestion: SuggestionView, change: DraftChange["change"]) => void;
  /** Searches and drafts once more, about what the agent says. */
  hint: (hint: string) => void;
  /** Has the conversation written down in a few lines. */
  askSummary: () => void;
  copySummary: (text: string) => void;
  /** Has the reply written that says what happens next and by when. */
  askHolding: (turnId: string) => void;
  /** Takes the newer suggestion that waits. */
  update: () => void;
  /** Turns to the suggestion before or after. */
  step: (by: -1 | 1) => void;
  /** What the leak guard warned of goes out; the owners are told why. */
  share: (held: Held, reason: string) => void;
  /** What the leak guard held back stays inside. */
  letGo: () => void;
  toggleFold: () => void;
  openCitation: (number: number) => void;
  toggleSnippet: (number: number) => void;
  insertSnippet: (snippet: SnippetPart) => void;
  /** Puts the approved wording of this code into the reply. */
  insertWording: (snippet: SnippetPart) => void;
  copyLink: (snippet: SnippetPart) => void;
  insertLink: (snippet: SnippetPart) => void;
  openLink: (snippet: SnippetPart) => void;
  answerFlag: (flag: FlagPart, answer: FlagResponse["response"]) => void;
  /** Outweighs the flags for this conversation, and answers them. */
  treatAs: (disposition: Disposition) => void;
  raiseFlag: (turnId: string, reason: FlagRaise["reason"], note?: string) => void;
  report: (thing: Reported, problem: Problem, note?: string) => void;
  /** Tells the nearest document's owner that the knowledge has a gap. */
  tellOwner: () => void;
  /** Asks the owner of this code for a wording that customers may read. */
  askOwner: (snippet: SnippetPart) => void;
  seeAnswer: (reportId: string) => void;
  askOwnRecord: () => void;
  /** Has the brief written, once. */
  startHandover: () => void;
  editBrief: (brief: string) => void;
  chooseReceiver: (to: HandoverTo | null) => void;
  handOver: (to: HandoverTo, brief: string) => void;
  /** In a crisis: offers the conversation to the team's leads at once, with the customer's words. */
  getLead: (flag: FlagPart) => void;
  /** Puts what the customer is told next into the reply box. */
  insertWords: (text: string) => void;
  answerHandover: (handoverId: number, answer: HandoverAnswer["answer"]) => void;
  /** Fills in the helpdesk's form: the brief as a note, the agent as the owner. The agent saves it. */
  takeOver: (handover: HandoverPart) => void;
  type: (question: string) => void;
  ask: (question: string | null) => void;
  askSelection: () => void;
  /** Has drafts written in this form from now on, beginning with the one on the screen. */
  choose: (form: DraftForm) => void;
  /** Brings another conversation into view; null where the panel cannot. */
  goTo: ((conversationId: string) => void) | null;
  closeProblem: (place: number) => void;
  reconnect: () => void;
  openShortcuts: (() => void) | null;
  openOptions: (() => void) | null;
}
