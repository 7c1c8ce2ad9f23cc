/** Does what the agent chose: tells the page, keeps the report, changes the state. */
import type { Command, DraftForm, Host, Report } from "../host.ts";
import type { InsertResult, Insertion } from "../page.ts";
import { reportId } from "../report_id.ts";
import {
  answeredBy,
  answerOf,
  conversationInView,
  crisisOf,
  ignoredByUpdate,
  isAllPublic,
  isOpened,
  isUndrafted,
  pendingFinding,
  reportedKey,
  saidOf,
  shownFinding,
  type Action,
  type AgentAct,
  type ConversationState,
  type Disposition,
  type Fact,
  type Leaving,
  type Outcome,
  type PanelState,
  type Problem,
  type Reported,
  type SuggestionView,
} from "../state.ts";
import type { ClientMessage, DraftChange, FlagPart, FlagRaise, FlagResponse, SnippetPart, SuggestionRequest } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { HandoverActs } from "./handover_acts.ts";
import { LeakCheck } from "./leaving.ts";

export interface ActParts {
  host: Host;
  state: () => PanelState;
  dispatch: (action: Action) => void;
  report: (report: Report) => void;
  send: (message: ClientMessage) => void;
  reconnect: () => void;
  /** Puts the cursor into the ask box. */
  focusAsk: () => void;
  /** The place of the fact that has the focus, or null. */
  focusedFact: () => number | null;
}

/** A report of something that happened now in `conversation`. */
const reporting = (conversation: ConversationState): { conversation_id: string; report_id: string } => ({
  conversation_id: conversation.id,
  report_id: reportId(),
});

const TOO_OLD = "The server is older than this panel and takes no such report yet. Tell your admin.";
const ASKS_WORDING = "The code answers this; an agent asks for an approved wording.";
const PERSON_LEADS = "A person leads here: the key inserts no whole draft. Choose a fact, or open the draft.";
const FOLDED = "The draft is folded: open it and read it first.";
const NOT_OPENED = "There is no draft yet: open “Draft, if it helps” and read it first.";
const COPY_REFUSED = "The browser did not allow copying. Select the text instead.";

/** To the suggestion before, and from the oldest round to the newest. */
const stepBack = ({ shown, findings }: ConversationState): number => (shown > 0 ? -1 : findings.length - 1 - shown);

/** The question on the screen, and whether its draft was opened: an older server, which offers none, knows no such field. */
function onceMore(open: ConversationState): Pick<SuggestionRequest, "question" | "with_draft"> {
  const finding = shownFinding(open);
  return { question: finding?.question ?? null, ...(finding && isOpened(finding) ? { with_draft: true } : {}) };
}

function leavingDraft(open: ConversationState, suggestion: SuggestionView, door: Leaving["door"]): Leaving {
  const finding = open.findings.find((found) => found.suggestion?.id === suggestion.id);
  return { door, text: suggestion.text, isPublic: finding !== undefined && isAllPublic(finding, suggestion) };
}

function leavingFact(open: ConversationState, { id }: SuggestionView, fact: Fact, door: Leaving["door"]): Leaving {
  const finding = open.findings.find((found) => found.suggestion?.id === id);
  const pieces = fact.numbers.map((number) => ({ kind: "citation" as const, number }));
  return { door, text: fact.text, isPublic: finding !== undefined && isAllPublic(finding, { pieces }) };
}

/** Every act concerns the conversation in view when it was chosen, even if another is by the time it is done. */
export class AgentActs {
  readonly handovers: HandoverActs;
  /** Between the agent and the customer. */
  readonly check: LeakCheck;

  constructor(private readonly parts: ActParts) {
    this.handovers = new HandoverActs(parts);
    this.check = new LeakCheck({ ...parts, release: (text) => parts.host.release(text) });
  }

  /** The acts as the panel's components and the keyboard call them. */
  list(): Acts {
    const { host, dispatch } = this.parts;
    return {
      insert: (suggestion, replace = false) => this.here((open) => this.insert(open, suggestion, replace)),
      copy: (suggestion) => this.here((open) => this.copy(open, suggestion)),
      insertFact: (suggestion, fact) => this.here((open) => this.insertFact(open, suggestion, fact)),
      copyFact: (suggestion, fact) => this.here((open) => this.copyFact(open, suggestion, fact)),
      dismiss: (suggestion) => this.here((open) => this.acted(open, suggestion, "dismissed")),
      change: (suggestion, change) => this.here((open) => this.changeDraft(open, suggestion, change)),
      hint: (hint) => this.here((open) => this.hint(open, hint)),
      askSummary: () => this.here((open) => this.askSummary(open)),
      askHolding: (turnId) => this.here((open) => this.askHolding(open, turnId)),
      copySummary: (text) => void this.copySummary(text),
      update: () => this.here((open) => this.update(open)),
      step: (by) => this.act({ type: "stepped", by }),
      share: (held, reason) => void this.check.share(held, reason),
      letGo: () => this.check.letGo(),
      toggleFold: () => this.here((open) => this.toggleFold(open)),
      openCitation: (number) => this.act({ type: "citation_opened", number }),
      toggleSnippet: (number) => this.act({ type: "snippet_toggled", number }),
      insertSnippet: (snippet) => this.here((open) => this.insertPassage(open, snippet, snippet.filled ?? snippet.text)),
      insertWording: (snippet) =>
        this.here((open) => this.insertPassage(open, { ...snippet, audience: "public" }, snippet.rule?.wording?.text ?? "")),
      copyLink: (snippet) => this.here((open) => this.copyLink(open, snippet)),
      insertLink: (snippet) => this.here((open) => this.insertPassage(open, snippet, snippet.url ?? "")),
      openLink: (snippet) => this.here((open) => this.openLink(open, snippet)),
      answerFlag: (flag, answer) => this.here((open) => this.answerFlag(open, flag, answer)),
      treatAs: (disposition) => this.here((open) => this.treatAs(open, disposition)),
      raiseFlag: (turnId, reason, note) => this.here((open) => this.raiseFlag(open, turnId, reason, note)),
      report: (thing, problem, note) => this.here((open) => this.reportProblem(open, thing, problem, note)),
      tellOwner: () => this.here((open) => this.reportProblem(open, { about: "gap" }, "no_answer")),
      askOwner: (snippet) =>
        this.here((open) => this.reportProblem(open, { about: "wording", snippet }, "no_answer", ASKS_WORDING)),
      seeAnswer: (reportId) => this.seeAnswer(reportId),
      startHandover: () => this.handovers.start(),
      editBrief: (brief) => this.handovers.edit(brief),
      chooseReceiver: (to) => this.handovers.choose(to),
      handOver: (to, brief) => this.handovers.handOver(to, brief),
      getLead: (flag) => this.handovers.getLead(flag),
      insertWords: (text) => this.handovers.insertWords(text),
      answerHandover: (id, answer) => this.handovers.answer(id, answer),
      takeOver: (handover) => void this.handovers.takeOver(handover),
      askOwnRecord: () => this.parts.send({ type: "own_record_request" }),
      type: (question) => this.act({ type: "typed", question }),
      ask: (question) => this.here((open) => this.ask(open, question)),
      choose: (form) => this.choose(form),
      askSelection: () => void host.askSelection().then((sight) => dispatch({ type: "sighted", sight })),
      goTo: host.goTo && ((id) => this.goTo(id)),
      closeProblem: (place) => dispatch({ type: "problem_closed", place }),
      reconnect: this.parts.reconnect,
      openShortcuts: host.openShortcuts,
      openOptions: host.openOptions,
    };
  }

  /** What the browser's own keys do, wherever the cursor is. */
  onCommand(command: Command): void {
    const open = conversationInView(this.parts.state());
    if (open && crisisOf(open)) return;
    if (command === "ask") this.parts.focusAsk();
    else this.here((shown) => this.command(shown, command));
  }

  private command(open: ConversationState, command: Exclude<Command, "ask">): void {
    const finding = shownFinding(open);
    const suggestion = finding?.suggestion;
    if (command === "next") {
      if (pendingFinding(open)) this.update(open);
      else this.change(open, { type: "stepped", by: stepBack(open) });
    } else if (suggestion && command === "dismiss") {
      this.acted(open, suggestion, "dismissed");
    } else if (finding && command === "insert" && isUndrafted(finding)) {
      this.say(NOT_OPENED, "bad");
    } else if (suggestion?.status === "ready" && suggestion.outcome !== "dismissed") {
      this.insertByKey(open, suggestion);
    }
  }

  /** Where a person leads, the key inserts the fact that has the focus and never the draft; nor what is folded away. */
  private insertByKey(open: ConversationState, suggestion: SuggestionView): void {
    const finding = shownFinding(open);
    const fact = suggestion.facts[this.parts.focusedFact() ?? -1];
    if (finding?.disposition === "human") {
      if (fact) void this.insertFact(open, suggestion, fact);
      else this.say(PERSON_LEADS, "bad");
    } else if (finding?.folded) this.say(FOLDED, "bad");
    else void this.insert(open, suggestion, false);
  }

  private here(act: (open: ConversationState) => void | Promise<void>): void {
    const open = conversationInView(this.parts.state());
    if (open) void act(open);
  }

  private act(act: AgentAct): void {
    this.here((open) => this.change(open, act));
  }

  private change(open: ConversationState, act: AgentAct): void {
    this.parts.dispatch({ type: "agent", conversationId: open.id, act });
  }

  private say(text: string, tone: "good" | "bad"): void {
    this.parts.dispatch({ type: "noticed", text, tone });
  }

  // ---- suggestions -----------------------------------------------------------------------------------------

  private reportOutcome(open: ConversationState, suggestion: SuggestionView, outcome: Outcome): void {
    this.parts.report({
      type: "outcome_report",
      ...reporting(open),
      suggestion_id: suggestion.id,
      outcome,
      shown_at: suggestion.shownAt === null ? null : new Date(suggestion.shownAt).toISOString(),
      acted_at: new Date().toISOString(),
    });
  }

  private acted(open: ConversationState, suggestion: SuggestionView, outcome: Outcome): void {
    this.reportOutcome(open, suggestion, outcome);
    this.change(open, { type: "acted", suggestionId: suggestion.id, outcome });
  }

  private async insert(open: ConversationState, suggestion: SuggestionView, replace: boolean): Promise<void> {
    const { id, text } = suggestion;
    await this.check.pass(open, leavingDraft(open, suggestion, "insert"), async () => {
      const result = await this.insertInto(open, { suggestion_id: id, text, audience: "public", replace });
      if (result.done) this.acted(open, suggestion, "inserted");
      else this.say(result.message, "bad");
    });
  }

  private insertInto(open: ConversationState, what: Omit<Insertion, "conversation_id">): Promise<InsertResult> {
    return this.parts.host.insert({ conversation_id: open.id, ...what });
  }

  /** An older server would refuse what it does not know, again and again. */
  private takesReports(): boolean {
    return this.parts.state().features.includes("reports");
  }

  private async copied(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      this.say(COPY_REFUSED, "bad");
      return false;
    }
  }

  private async copy(open: ConversationState, suggestion: SuggestionView): Promise<void> {
    await this.check.pass(open, leavingDraft(open, suggestion, "copy"), async () => {
      if (await this.copied(suggestion.text)) this.acted(open, suggestion, "copied");
    });
  }

  /** What is sent in the end is judged against the whole draft: the fact is an edited piece of it. */
  private async insertFact(open: ConversationState, suggestion: SuggestionView, fact: Fact): Promise<void> {
    const { id, text: whole } = suggestion;
    await this.check.pass(open, leavingFact(open, suggestion, fact, "insert"), async () => {
      const result = await this.insertInto(open, { suggestion_id: id, text: fact.text, whole, audience: "public", replace: false });
      if (result.done) this.change(open, { type: "fact_used", text: fact.text });
      else this.say(result.message, "bad");
    });
  }

  private async copyFact(open: ConversationState, suggestion: SuggestionView, fact: Fact): Promise<void> {
    await this.check.pass(open, leavingFact(open, suggestion, fact, "copy"), async () => {
      if (await this.copied(fact.text)) this.change(open, { type: "fact_used", text: fact.text });
    });
  }

  private update(open: ConversationState): void {
    const ignored = ignoredByUpdate(open);
    if (ignored) this.reportOutcome(open, ignored, "ignored");
    this.change(open, { type: "updated" });
  }

  private choose(form: DraftForm): void {
    const { host, dispatch, send } = this.parts;
    host.keepForm(form);
    dispatch({ type: "form_chosen", form });
    this.here((open) => {
      send({ type: "suggestion_request", conversation_id: open.id, ...onceMore(open), form });
      this.change(open, { type: "asked_again" });
    });
  }

  /** A draft that only might help is made as soon as the agent opens it, and not before. */
  private toggleFold(open: ConversationState): void {
    const finding = shownFinding(open);
    if (finding?.offered && finding.folded && isUndrafted(finding))
      this.parts.send({ type: "draft_open", conversation_id: open.id, suggestion_id: finding.offered });
    this.change(open, { type: "fold_toggled" });
  }

  private changeDraft(open: ConversationState, { id }: SuggestionView, change: DraftChange["change"]): void {
    const question = shownFinding(open)?.question ?? null;
    this.parts.send({ type: "draft_change", conversation_id: open.id, suggestion_id: id, change, question });
    this.change(open, { type: "asked_again" });
  }

  private hint(open: ConversationState, hint: string): void {
    this.parts.send({ type: "suggestion_request", conversation_id: open.id, ...onceMore(open), hint });
    this.change(open, { type: "hinted", hint });
  }

  private askSummary(open: ConversationState): void {
    this.parts.send({ type: "summary_request", conversation_id: open.id });
    this.change(open, { type: "summary_asked" });
  }

  /** Anew each time, for the time that it names passes. */
  private askHolding(open: ConversationState, turnId: string): void {
    this.parts.send({ type: "holding_request", conversation_id: open.id, turn_id: turnId });
    this.change(open, { type: "holding_asked" });
  }

  private async copySummary(text: string): Promise<void> {
    if (await this.copied(text)) this.say("Summary copied.", "good");
  }

  private ask(open: ConversationState, question: string | null): void {
    this.parts.send({ type: "suggestion_request", conversation_id: open.id, question });
    this.change(open, { type: "asked", question: question ?? "" });
  }

  // ---- snippets --------------------------------------------------------------------------------------------

  private async insertPassage(open: ConversationState, snippet: SnippetPart, text: string): Promise<void> {
    const audience = snippet.audience === "public" ? "public" : "internal";
    const insert = async (): Promise<void> => {
      const result = await this.insertInto(open, { suggestion_id: null, text, audience, replace: false });
      if (result.done) this.used(open, snippet);
      this.say(result.done ? `Inserted in the ${result.box}.` : result.message, result.done ? "good" : "bad");
    };
    // What is internal goes into a note only, which the page sees to.
    if (audience === "internal") await insert();
    else await this.check.pass(open, { door: "insert", text, isPublic: true }, insert);
  }

  private async copyLink(open: ConversationState, snippet: SnippetPart): Promise<void> {
    const text = snippet.url ?? "";
    await this.check.pass(open, { door: "copy", text, isPublic: true }, async () => {
      if (!(await this.copied(text))) return;
      this.used(open, snippet);
      this.say("Link copied.", "good");
    });
  }

  private openLink(open: ConversationState, snippet: SnippetPart): void {
    window.open(snippet.url ?? "", "_blank", "noopener,noreferrer");
    this.used(open, snippet);
  }

  /** That another passage than the first was the useful one is worth knowing, once. */
  private used(open: ConversationState, { number, passage_id }: SnippetPart): void {
    const finding = shownFinding(open);
    const first = finding?.snippets[0];
    if (!finding || !first || first.passage_id === passage_id || finding.used.includes(passage_id)) return;
    if (!this.takesReports()) return;
    const { turnId: turn_id, question } = finding;
    const which = { turn_id, question, passage_id, number, first_passage_id: first.passage_id };
    this.parts.report({ type: "passage_used", ...reporting(open), ...which });
    this.change(open, { type: "used", passageId: passage_id });
  }

  // ---- flags and reports -----------------------------------------------------------------------------------

  private answerFlag(open: ConversationState, flag: FlagPart, answer: FlagResponse["response"]): void {
    const { reason, evidence } = flag;
    const which = { reason, turn_id: evidence.turn_id, response: answer };
    this.parts.report({ type: "flag_response", ...reporting(open), ...which });
    this.change(open, { type: "flag_answered", reason, turnId: evidence.turn_id, answer });
  }

  /** The flags are answered first, so that the choice finds none that stands against it. */
  private treatAs(open: ConversationState, disposition: Disposition): void {
    if (!this.parts.state().features.includes("dispositions")) return this.say(TOO_OLD, "bad");
    for (const { reason, evidence } of answeredBy(open.flags)) {
      const which = { reason, turn_id: evidence.turn_id, response: answerOf(disposition) };
      this.parts.report({ type: "flag_response", ...reporting(open), ...which });
    }
    const turn_id = shownFinding(open)?.turnId ?? null;
    this.parts.report({ type: "disposition_chosen", ...reporting(open), turn_id, disposition });
    this.change(open, { type: "disposition_chosen", disposition });
  }

  private raiseFlag(open: ConversationState, turnId: string, reason: FlagRaise["reason"], note?: string): void {
    if (!this.takesReports()) return this.say(TOO_OLD, "bad");
    this.parts.report({ type: "flag_raise", ...reporting(open), reason, turn_id: turnId, note: note || null });
  }

  private reportProblem(open: ConversationState, thing: Reported, problem: Problem, note?: string): void {
    const said = saidOf(open, thing);
    const about = reportedKey(open, thing);
    if (!said || about === null) return;
    if (!this.takesReports()) return this.say(TOO_OLD, "bad");
    this.parts.report({ type: "passage_report", ...reporting(open), ...said, problem, note: note || null });
    this.change(open, { type: "reported", about, problem });
  }

  private seeAnswer(reportId: string): void {
    this.parts.report({ type: "answer_seen", report_id: reportId });
    this.parts.dispatch({ type: "answer_seen", reportId });
  }

  private goTo(id: string): void {
    const place = this.parts.state().conversations.get(id)?.place;
    if (place) this.parts.host.goTo?.(place);
  }
}
