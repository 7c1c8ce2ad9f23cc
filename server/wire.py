"""Every message on the WebSocket, in one file: JSON objects with a `type`, checked on arrival and departure.

The server refuses fields that the agreed protocol does not know; the panel ignores them. `PROTOCOL` grows
when a message changes in a way that an older panel could not read. docs/wire.md and the JSON Schema from
which the panel's types are made are generated from here (`python -m server wire`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from knowledge.document import Audience, Kind
from server.conversation import Channel, Reason, Role, Severity
from server.handover import Answer, HandoverState, ReceiverKind
from server.intents.kinds import RoutineIntent
from server.leak import LeakReason, Verdict
from server.triage import Disposition, Response
from server.waiting import WaitingNeed

PROTOCOL = 1
OLDEST_PROTOCOL = 1

Id = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=20_480)]
WholeReply = Annotated[str, Field(max_length=100_000)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Fault = Literal["outdated", "wrong", "no_answer", "already_said", "tone", "must_not_be_sent", "fine_to_share"]
Fit = Literal["answers", "might_help"]
DraftForm = Literal["reply", "facts"]
Door = Literal["insert", "copy", "send"]
Change = Literal["shorter", "longer", "warmer", "more_formal", "translate"]


class Part(BaseModel):
    """A piece of a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Part):
    """Anything on the wire; `type` tells which."""


# ---- parts -------------------------------------------------------------------------------------------------


class TurnPart(Part):
    """One utterance as the page shows it. `at` carries its zone or is null."""

    id: Id
    role: Role
    text: Text
    at: AwareDatetime | None = None
    attachments: Annotated[list[Name], Field(max_length=50)] = []


class CustomerPart(Part):
    """What the helpdesk page knows of the customer."""

    id: Name | None = None
    name: Name | None = None
    email: Name | None = None
    tier: Name | None = None
    lifetime_value: float | None = None
    seats: int | None = None
    tenure_months: int | None = None


class PersonPart(Part):
    """The signed-in person."""

    name: str
    roles: list[str]
    team: str


class WordingPart(Part):
    """A public sentence that its owner (`by`) approved for what a piece of code decides."""

    text: str
    by: str
    on: date


class RulePart(Part):
    """What a piece of code decides, in words; `function` names it, null for a whole module or class.

    `takes` are its parameters and `uses` the constants with their values, each a few words; `code` is the
    whole function with its lines, of which the snippet may hold a part.
    """

    function: str | None
    says: str
    takes: list[str]
    uses: list[str]
    signature: str | None
    wording: WordingPart | None
    code: str | None = None
    first_line: int | None = None
    last_line: int | None = None


class ExamplePart(Part):
    """A rule worked out with this customer's values: each with its source, the sums, and the result.

    Without a result, `missing` says which values the conversation does not give without doubt.
    """

    inputs: list[str]
    steps: list[str] = []
    result: str | None = None
    missing: list[str] = []


class SnippetPart(Part):
    """A verbatim excerpt; `number` is what citations point to, unique within its turn's snippets.

    Code has a `rule`, which is read first; `example` is set once `example_ready` told it. `own` says whose
    macro it is that the agent, or their team, keeps themselves. `filled` is a macro's text as it is inserted:
    with its variables filled, and "[order number]" for what is not known.
    """

    number: int
    passage_id: str
    document_id: str
    kind: Kind
    audience: Audience
    title_path: list[str]
    question: str | None
    text: str
    url: str | None
    first_line: int | None
    last_line: int | None
    owner: str
    updated_on: date | None
    confidence: Probability
    rule: RulePart | None = None
    example: ExamplePart | None = None
    own: Literal["agent", "team"] | None = None
    filled: str | None = None


class TextPiece(Part):
    """Draft text to append."""

    kind: Literal["text"] = "text"
    text: str


class CitationPiece(Part):
    """A citation of the snippet `number`, standing at the end of the text so far."""

    kind: Literal["citation"] = "citation"
    number: int


DraftPiece = Annotated[TextPiece | CitationPiece, Field(discriminator="kind")]


class CitationPart(Part):
    """A place in the ready text: `text[start:end]` (code points) rests on the snippet `number`."""

    number: int
    passage_id: str
    start: int
    end: int
    support: Probability


class EvidencePart(Part):
    """The customer's own words: the quote is the turn's text from `start` to `end` (code points)."""

    turn_id: str
    quote: str
    start: int
    end: int


class ProtocolPart(Part):
    """What the team does in a crisis: shown whole, as its owner wrote it."""

    title: str
    text: str
    owner: str


class FlagPart(Part):
    """An escalation flag for the agent to look at; one that isn't `shown` is a dot until it is opened.

    `confidence`: how likely it is right. `crisis`: somebody may be in danger, so nothing is shown but this
    flag and the team's `protocol` (null: it has none) until the agent answers that it is no crisis.
    """

    reason: Reason
    severity: Severity
    confidence: Probability
    evidence: EvidencePart
    advice: str
    rule: str
    shown: bool = True
    crisis: bool = False
    protocol: ProtocolPart | None = None


class LeakPart(Part):
    """A piece of a checked text, `text[start:end]` (code points), that is held back, and why.

    Where it comes from a passage: that, its titles and its document's owner.
    """

    start: int
    end: int
    reason: LeakReason
    passage_id: str | None
    title: str | None
    owner: str | None


class UnsupportedPart(Part):
    """A sentence of a model's draft that states something no cited passage says (code points)."""

    start: int
    end: int


class SuggestionPart(Part):
    """A suggestion as it stands; `text` holds no citation marks, `pieces` holds them in place."""

    suggestion_id: Id
    turn_id: Id
    source: str
    status: Literal["streaming", "ready", "failed"]
    pieces: list[DraftPiece]
    text: str
    citations: list[CitationPart]
    confidence: Probability | None
    unsupported: list[UnsupportedPart] = Field(default_factory=list)


class StoryLine(Part):
    """A verbatim piece of a turn: its text from `start` to `end` (code points), said by `role`.

    `label` is the kind of a fact, when a promise falls due, or what we asked; null where there is none.
    """

    turn_id: Id
    role: Role
    quote: str
    start: int
    end: int
    label: str | None = None


class FactPart(Part):
    """Something that must be known to act; `given` is where the customer told it.

    Known without `given`: the helpdesk has it.
    """

    name: str
    label: str
    known: bool
    given: StoryLine | None


class StoryPart(Part):
    """What happened so far, in the words of those who wrote it; what has no quote is left out.

    `not_again` is what the customer has given already; `mood_since` is where the mood became what it is.
    """

    request: StoryLine | None
    goal: StoryLine | None
    mood: str
    mood_since: StoryLine | None
    tried: list[StoryLine]
    promised: list[StoryLine]
    open_questions: list[StoryLine]
    facts: list[StoryLine]
    not_again: list[StoryLine]


class HandoverTo(Part):
    """To whom: one person, the leads of the sender's own team, anyone of the team `name`, or an expert."""

    kind: ReceiverKind
    name: Annotated[str, Field(min_length=1, max_length=60)]


class HandoverPart(Part):
    """A handover as it stands; `holder` took it or kept it, `until` is when an offer times out.

    Subject, customer and brief are null for who may not read them, and once they are past their time. `reply`
    is what an expert answers, for its sender to read and send; `customer_words` is what the sender may tell
    the customer of the expert. `asked_before`: so many experts did not take it before this one was asked.
    `move_to` is the holder's team where the sender is of another: the conversation goes into its queue.
    """

    handover_id: int
    conversation_id: Id
    sender: str
    to: HandoverTo
    state: HandoverState
    holder: str | None
    offered_at: AwareDatetime
    until: AwareDatetime
    helpdesk: str | None
    subject: str | None
    customer: str | None
    brief: str | None
    reply: str | None = None
    customer_words: str | None = None
    asked_before: int = 0
    move_to: str | None = None


class ExpertPart(Part):
    """An expert from outside who could help now, why, and what the customer is told before."""

    name: str
    why: str
    words: str


class CustomerWords(Part):
    """What the customer is told happens next, by who takes over; for the agent to approve."""

    person: str
    lead: str
    team: str


# ---- client to server --------------------------------------------------------------------------------------


class Hello(Message):
    """First message, within 5 s: the protocols the client speaks and the person's token."""

    type: Literal["hello"] = "hello"
    oldest_protocol: int
    newest_protocol: int
    token: Annotated[str, Field(max_length=200)]
    client: Name


class ConversationOpen(Message):
    """A conversation came into view, with all its turns so far; sent again after every reconnect.

    `form` is how the agent wants drafts: a whole reply, or facts to write from.
    """

    type: Literal["conversation_open"] = "conversation_open"
    conversation_id: Id
    helpdesk: Name
    channel: Channel
    subject: Name = ""
    customer: CustomerPart = CustomerPart()
    turns: Annotated[list[TurnPart], Field(max_length=300)]
    form: DraftForm = "reply"


class TurnsChanged(Message):
    """Turns added or edited since; a known id replaces that turn, an unknown one is appended."""

    type: Literal["turns_changed"] = "turns_changed"
    conversation_id: Id
    turns: Annotated[list[TurnPart], Field(min_length=1, max_length=300)]


class ConversationClose(Message):
    """The panel is done with it."""

    type: Literal["conversation_close"] = "conversation_close"
    conversation_id: Id


class SuggestionRequest(Message):
    """The agent asks: a question of their own (`question`), or the newest turn once more when it is null.

    `form` is how this and later drafts of the conversation are wanted; null leaves it as it is. `hint` says
    what the answer is to be about: it steers the search, and a language model reads it. `with_draft`: the
    agent had the draft open, so it is made too where one is only offered (`draft_offered`).
    """

    type: Literal["suggestion_request"] = "suggestion_request"
    conversation_id: Id
    question: Text | None = None
    form: DraftForm | None = None
    hint: Name | None = None
    with_draft: bool = False


class DraftOpen(Message):
    """The agent opens the draft that was offered as `suggestion_id`: it is made now, of those snippets.

    Made of the passages' own words. Answered by `suggestion_started` with that id, or by `suggestion_kept`.
    """

    type: Literal["draft_open"] = "draft_open"
    conversation_id: Id
    suggestion_id: Id


class DraftChange(Message):
    """The agent wants a draft said another way, and keeps the one there is.

    Answered by `suggestion_started` with `changes`, or by `suggestion_kept`. A server that no longer knows
    the draft makes one anew, for `question` or the newest turn. Only a language model makes a draft warmer or
    more formal, or translates it into the customer's language (feature `model_changes`).
    """

    type: Literal["draft_change"] = "draft_change"
    conversation_id: Id
    suggestion_id: Id
    change: Change
    question: Text | None = None


class SummaryRequest(Message):
    """The agent wants the conversation in a few lines; answered by `summary_told`."""

    type: Literal["summary_request"] = "summary_request"
    conversation_id: Id


class OutcomeReport(Message):
    """What became of a suggestion.

    `report_id` is made by the client and resent until `report_recorded`. An insertion is reported as
    `inserted` at once and, when the helpdesk sent the reply, again as `inserted` (unchanged) or `edited`
    with `sent_text`.
    """

    type: Literal["outcome_report"] = "outcome_report"
    conversation_id: Id
    report_id: Id
    suggestion_id: Id
    outcome: Literal["inserted", "edited", "copied", "dismissed", "ignored"]
    sent_text: Text | None = None
    shown_at: AwareDatetime | None = None
    acted_at: AwareDatetime | None = None


class FlagResponse(Message):
    """The agent's answer to a flag: right, not right, or silent for this conversation ("not now")."""

    type: Literal["flag_response"] = "flag_response"
    conversation_id: Id
    report_id: Id
    reason: Reason
    turn_id: Id
    response: Response


class DispositionChosen(Message):
    """The agent treats the conversation as routine or human, whatever the flags say, from now on.

    The flags that this answers are answered by `flag_response`s of their own, sent before it. A flag raised
    by hand takes the choice back; an urgent one outweighs "routine".
    """

    type: Literal["disposition_chosen"] = "disposition_chosen"
    conversation_id: Id
    report_id: Id
    turn_id: Id | None = None
    disposition: Disposition


class PassageReport(Message):
    """Something is wrong with a snippet or a draft, or the knowledge has a gap: goes to the passage's owner.

    `quote` is what the agent saw; for a gap it is the question. A report about a snippet names its
    `passage_id`, one about a draft its `suggestion_id`; a gap names the nearest passage, if there was one.
    `fine_to_share`: the agent sent `quote` although it comes near this internal passage; the note says why.
    """

    type: Literal["passage_report"] = "passage_report"
    conversation_id: Id
    report_id: Id
    about: Literal["snippet", "draft", "gap"]
    suggestion_id: Id | None = None
    turn_id: Id | None = None
    passage_id: Id | None = None
    problem: Fault
    quote: Text
    note: Text | None = None

    @model_validator(mode="after")
    def _names_what_it_is_about(self) -> Self:
        if self.problem == "fine_to_share" and not (self.about == "snippet" and self.note):
            raise ValueError("fine_to_share is about a snippet and needs a note: why")
        named = {"snippet": self.passage_id, "draft": self.suggestion_id, "gap": self.quote}[self.about]
        if not named:
            missing = {"snippet": "passage_id", "draft": "suggestion_id", "gap": "quote"}[self.about]
            raise ValueError(f"a report about a {self.about} needs its {missing}")
        return self


class InsertCheck(Message):
    """May this text go to the customer? Asked before it is inserted, copied or sent.

    `text` is the piece to insert or copy, or the whole reply to send. The panel waits 300 ms for
    `insert_checked`, and then lets out only text whose every passage is public.
    """

    type: Literal["insert_check"] = "insert_check"
    conversation_id: Id
    check_id: Id
    door: Door
    text: WholeReply


class FlagRaise(Message):
    """The agent flags a customer's turn by hand; answered by `flag_raised` and never withdrawn by a rule."""

    type: Literal["flag_raise"] = "flag_raise"
    conversation_id: Id
    report_id: Id
    reason: Reason
    turn_id: Id
    note: Text | None = None


class BriefRequest(Message):
    """The agent wants to hand over: what is the brief, and who can take it? Answered by `handover_ready`."""

    type: Literal["brief_request"] = "brief_request"
    conversation_id: Id


class HoldingRequest(Message):
    """Nothing was found for this turn, and the agent wants a reply that says what happens next and by when.

    Answered by `holding_told`.
    """

    type: Literal["holding_request"] = "holding_request"
    conversation_id: Id
    turn_id: Id


class HandoverRequest(Message):
    """The agent passes the conversation on with this brief; stored and resent like a report.

    Refused (`report_refused`) while it is offered to somebody, or when there is nobody like `to`.
    """

    type: Literal["handover_request"] = "handover_request"
    conversation_id: Id
    report_id: Id
    to: HandoverTo
    brief: Text


class HandoverAnswer(Message):
    """Accept or decline an offer, keep what nobody took (`kept`), or say that the helpdesk knows (`done`).

    `customer_declined`: the customer wants no expert; the sender says so, and it is theirs again.

    Stored and resent like a report, and answered by `handover_changed` too: of two who accept one has it.
    """

    type: Literal["handover_answer"] = "handover_answer"
    report_id: Id
    handover_id: Annotated[int, Field(ge=1, le=2**62)]
    answer: Answer


class PassageUsed(Message):
    """The agent used another passage (`number`) than the first that was found for the turn or question."""

    type: Literal["passage_used"] = "passage_used"
    conversation_id: Id
    report_id: Id
    turn_id: Id
    question: Text | None = None
    passage_id: Id
    number: Annotated[int, Field(ge=1, le=1000)]
    first_passage_id: Id


class PageUnread(Message):
    """The selectors of an adapter found nothing on a page of its helpdesk (`helpdesk`: its origin)."""

    type: Literal["page_unread"] = "page_unread"
    report_id: Id
    adapter: Name
    helpdesk: Name


class AnswerSeen(Message):
    """The reporter has seen the answer to the passage report `report_id`; it is not told again."""

    type: Literal["answer_seen"] = "answer_seen"
    report_id: Id


class OwnRecordRequest(Message):
    """What does the record say of me? Answered by `own_record`."""

    type: Literal["own_record_request"] = "own_record_request"


ClientMessage = Annotated[
    Hello
    | ConversationOpen
    | TurnsChanged
    | ConversationClose
    | SuggestionRequest
    | DraftOpen
    | DraftChange
    | SummaryRequest
    | OutcomeReport
    | FlagResponse
    | DispositionChosen
    | PassageReport
    | InsertCheck
    | FlagRaise
    | PassageUsed
    | PageUnread
    | AnswerSeen
    | BriefRequest
    | HoldingRequest
    | HandoverRequest
    | HandoverAnswer
    | OwnRecordRequest,
    Field(discriminator="type"),
]


# ---- server to client --------------------------------------------------------------------------------------


class Welcome(Message):
    """The agreed protocol, this server's features, and who you are."""

    type: Literal["welcome"] = "welcome"
    protocol: int
    server: str
    features: list[str]
    person: PersonPart
    revision: str | None


class SessionSnapshot(Message):
    """Everything the panel must show now for one conversation; answers `conversation_open`.

    `fit` and `draft_offered` are as in `snippets_found`, the nearest document, passage and owner as in
    `nothing_found`.
    `catch_up`: the person arrives where others spoke before, so the story is shown unasked; if the last word
    is ours, no draft comes. `disposition` is as in `disposition_decided`.
    """

    type: Literal["session_snapshot"] = "session_snapshot"
    conversation_id: Id
    turn_id: Id | None
    snippets: list[SnippetPart]
    suggestion: SuggestionPart | None
    flags: list[FlagPart]
    nothing_found: bool
    fit: Fit | None = None
    nearest: str | None = None
    nearest_passage_id: Id | None = None
    nearest_owner: str | None = None
    catch_up: bool = False
    disposition: Disposition = Disposition.ROUTINE
    draft_offered: Id | None = None


class StoryTold(Message):
    """What happened in the conversation so far; told again whenever its turns change."""

    type: Literal["story_told"] = "story_told"
    conversation_id: Id
    story: StoryPart


class IntentRead(Message):
    """The customer's routine intent, null where none fits, and what acting on it needs, in that order.

    `question` asks for the first fact that is missing, in words not used in this conversation yet. Read
    again whenever the turns change.
    """

    type: Literal["intent_read"] = "intent_read"
    conversation_id: Id
    intent: RoutineIntent | None
    confidence: Probability
    facts: list[FactPart]
    question: str | None


class SnippetsFound(Message):
    """Ranked snippets for a turn, best first; `question` is set when the agent asked.

    `fit` is "answers" when the best is sure enough for a draft, else "might_help". `hint` was searched too.
    `draft_offered`: no draft comes by itself, but one can be made of these snippets (`draft_open`).
    """

    type: Literal["snippets_found"] = "snippets_found"
    conversation_id: Id
    turn_id: Id
    question: str | None = None
    hint: str | None = None
    snippets: list[SnippetPart]
    fit: Fit | None = None
    draft_offered: Id | None = None


class FitChanged(Message):
    """The snippets of a turn fit otherwise than `snippets_found` said, now that the first were read closely.

    `confidences` are those of its snippets, in order; `fit` and `draft_offered` replace what it had. A panel
    that doesn't know this message goes on waiting for a draft that `snippets_found` let it expect.
    """

    type: Literal["fit_changed"] = "fit_changed"
    conversation_id: Id
    turn_id: Id
    question: str | None = None
    hint: str | None = None
    fit: Fit
    confidences: list[Probability]
    draft_offered: Id | None = None


class SuggestionStarted(Message):
    """A draft begins; `source` is "extractive" or the model's name and host.

    `changes` is the draft that it says another way, with the same snippets.
    """

    type: Literal["suggestion_started"] = "suggestion_started"
    conversation_id: Id
    suggestion_id: Id
    seq: int
    turn_id: Id
    source: str
    changes: Id | None = None


class SuggestionDelta(Message):
    """More of the draft, to append in order; `seq` grows within a suggestion and may skip numbers."""

    type: Literal["suggestion_delta"] = "suggestion_delta"
    conversation_id: Id
    suggestion_id: Id
    seq: int
    pieces: list[DraftPiece]


class SuggestionReady(Message):
    """The whole draft with its citations."""

    type: Literal["suggestion_ready"] = "suggestion_ready"
    conversation_id: Id
    suggestion_id: Id
    seq: int
    text: str
    citations: list[CitationPart]
    confidence: Probability
    unsupported: list[UnsupportedPart] = Field(default_factory=list)


class SuggestionSuperseded(Message):
    """A newer customer turn replaced this suggestion before it was complete."""

    type: Literal["suggestion_superseded"] = "suggestion_superseded"
    conversation_id: Id
    suggestion_id: Id
    seq: int


class SuggestionFailed(Message):
    """The draft could not be finished; what was streamed stays readable, `message` says why."""

    type: Literal["suggestion_failed"] = "suggestion_failed"
    conversation_id: Id
    suggestion_id: Id
    seq: int
    message: str


class SuggestionKept(Message):
    """The draft can't be changed as wished and stays as it is, or can't be opened; `message` says why."""

    type: Literal["suggestion_kept"] = "suggestion_kept"
    conversation_id: Id
    suggestion_id: Id
    message: str


class SummaryTold(Message):
    """The conversation in a few lines, as far as they are written; each telling replaces the one before.

    `source` is as in `suggestion_started`.
    """

    type: Literal["summary_told"] = "summary_told"
    conversation_id: Id
    source: str
    text: str
    done: bool


class NeedTold(Message):
    """What a waiting conversation needs and why, as in `GET /api/needs`; all null when nobody waits.

    Told when the turns change and when the flags are decided.
    """

    type: Literal["need_told"] = "need_told"
    conversation_id: Id
    need: WaitingNeed | None
    why: str | None
    since: AwareDatetime | None


class HoldingTold(Message):
    """The holding reply, in the team's own phrases; `text` is null when there is none, and `why` says so."""

    type: Literal["holding_told"] = "holding_told"
    conversation_id: Id
    turn_id: Id
    text: str | None
    why: str | None = None


class NothingFound(Message):
    """Nothing in the knowledge is good enough: a gap. `nearest` is the closest document's title, if any.

    `nearest_passage_id` and `nearest_owner` are the closest passage and who answers for its document; `hint`
    was searched for too.
    """

    type: Literal["nothing_found"] = "nothing_found"
    conversation_id: Id
    turn_id: Id
    question: str | None = None
    hint: str | None = None
    nearest: str | None
    nearest_passage_id: Id | None = None
    nearest_owner: str | None = None


class LanguageNoticed(Message):
    """The turn is in a language that Sotto is not tested for; `off` tells the agent what is off."""

    type: Literal["language_noticed"] = "language_noticed"
    conversation_id: Id
    turn_id: Id
    language: str
    off: list[str]


class ExampleReady(Message):
    """The rule of the snippet `number` of this turn, worked out with the customer's values."""

    type: Literal["example_ready"] = "example_ready"
    conversation_id: Id
    turn_id: Id
    number: int
    passage_id: str
    example: ExamplePart


class FlagRaised(Message):
    """A person should look."""

    type: Literal["flag_raised"] = "flag_raised"
    conversation_id: Id
    flag: FlagPart


class FlagWithdrawn(Message):
    """The conversation resolved it."""

    type: Literal["flag_withdrawn"] = "flag_withdrawn"
    conversation_id: Id
    reason: Reason


class DispositionDecided(Message):
    """Routine (the draft first) or human (the customer's words first, the draft folded) from now on.

    Follows the flags that decide it and comes before the draft; `session_snapshot` has it at the start.
    """

    type: Literal["disposition_decided"] = "disposition_decided"
    conversation_id: Id
    disposition: Disposition


class InsertChecked(Message):
    """The verdict on a text: allow, warn (the agent decides and says why) or refuse; and the pieces."""

    type: Literal["insert_checked"] = "insert_checked"
    conversation_id: Id
    check_id: Id
    verdict: Verdict
    leaks: list[LeakPart]


class KnowledgeChanged(Message):
    """Another revision of the knowledge is live."""

    type: Literal["knowledge_changed"] = "knowledge_changed"
    revision: str


class ReportRecorded(Message):
    """This report is stored; the panel may forget it. `conversation_id` is null for one about none."""

    type: Literal["report_recorded"] = "report_recorded"
    conversation_id: Id | None
    report_id: Id


class ReportAnswered(Message):
    """The owner `by` fixed what a passage report of this person named (`title`), or keeps it as it is.

    Sent as soon as it happens and after every `welcome` until `answer_seen`; it may come twice.
    """

    type: Literal["report_answered"] = "report_answered"
    conversation_id: Id
    report_id: Id
    problem: Fault
    title: str
    answer: Literal["fixed", "kept"]
    by: str
    answered_at: AwareDatetime
    note: str | None = None


class HandoverReady(Message):
    """The brief, made of the conversation's own words, who can take over, and what to tell the customer.

    `experts` could help from outside, the best first; none where a conversation is for the own people. They
    get `expert_brief`, without mood and flags. `no_expert`: why there are none, where the team has experts.
    """

    type: Literal["handover_ready"] = "handover_ready"
    conversation_id: Id
    brief: str
    receivers: list[HandoverTo]
    customer_words: CustomerWords
    experts: list[ExpertPart] = []
    expert_brief: str | None = None
    no_expert: str | None = None


class HandoverOffered(Message):
    """You may take over; sent at once and after every `welcome` until somebody has it. It may come twice."""

    type: Literal["handover_offered"] = "handover_offered"
    handover: HandoverPart


class HandoverChanged(Message):
    """A handover of yours stands so now, or one that was offered to you and is no longer.

    After every `welcome` those come that you passed on or hold and that are not resolved.
    """

    type: Literal["handover_changed"] = "handover_changed"
    handover: HandoverPart


class OwnRecord(Message):
    """What is recorded of this person since a day: suggestions, the newest outcome of each, passage reports.

    `kept_days` is how long texts are kept.
    """

    type: Literal["own_record"] = "own_record"
    since: date
    suggestions: int
    inserted: int
    edited: int
    copied: int
    dismissed: int
    ignored: int
    reports: int
    kept_days: int


class ProblemReported(Message):
    """Something went wrong: a code, who must act, and what was expected and received."""

    type: Literal["problem_reported"] = "problem_reported"
    code: str
    who: Literal["agent", "owner", "admin", "developer"]
    message: str
    expected: str | None = None
    received: str | None = None
    conversation_id: Id | None = None
    report_id: Id | None = None


ServerMessage = Annotated[
    Welcome
    | SessionSnapshot
    | StoryTold
    | IntentRead
    | SnippetsFound
    | FitChanged
    | SuggestionStarted
    | SuggestionDelta
    | SuggestionReady
    | SuggestionSuperseded
    | SuggestionFailed
    | SuggestionKept
    | SummaryTold
    | HoldingTold
    | NeedTold
    | NothingFound
    | LanguageNoticed
    | ExampleReady
    | FlagRaised
    | FlagWithdrawn
    | DispositionDecided
    | InsertChecked
    | KnowledgeChanged
    | ReportRecorded
    | ReportAnswered
    | HandoverReady
    | HandoverOffered
    | HandoverChanged
    | OwnRecord
    | ProblemReported,
    Field(discriminator="type"),
]

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
