"""The conversations of one panel: hands messages and events to their sessions, bounds how many. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from server.assist_events import AssistEvent
from server.clock import Moment
from server.conversation import Flag
from server.effects import (
    AnswerHandover,
    AskOpinion,
    Effect,
    Save,
    SaveReport,
    Send,
    StopTelling,
    TellOwnRecord,
    WorkOut,
)
from server.known import NOTHING_KNOWN, Known
from server.leak import Checked, Verdict
from server.parts import leak_part
from server.person import Person
from server.problems import problem
from server.records import Recording, answer_seen, page_unread
from server.session import Session
from server.wire import (
    AnswerSeen,
    BriefRequest,
    ClientMessage,
    ConversationClose,
    ConversationOpen,
    DispositionChosen,
    DraftChange,
    DraftOpen,
    ExamplePart,
    FlagRaise,
    FlagResponse,
    HandoverAnswer,
    HandoverRequest,
    Hello,
    HoldingRequest,
    HoldingTold,
    InsertCheck,
    InsertChecked,
    OutcomeReport,
    OwnRecordRequest,
    PageUnread,
    PassageReport,
    PassageUsed,
    ReportRecorded,
    SuggestionRequest,
    SummaryRequest,
    TurnsChanged,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many conversations a panel may open, and how long a chat settles before a draft, in seconds."""

    conversations: int
    settle_chat_s: float


ToSession = (
    TurnsChanged
    | SuggestionRequest
    | DraftOpen
    | DraftChange
    | SummaryRequest
    | FlagResponse
    | DispositionChosen
    | FlagRaise
    | InsertCheck
    | BriefRequest
    | HoldingRequest
)

# More are told to nobody: the panel shows a handful, and a long text could have thousands.
MOST_LEAKS = 50


class Router:
    """All that one panel has open; every method returns the effects in order."""

    def __init__(self, person: Person, limits: Limits, new_id: Callable[[], str]) -> None:
        self._person = person
        self._limits = limits
        self._new_id = new_id
        self._sessions: dict[str, Session] = {}
        self._raised: dict[str, set[tuple[str, str]]] = {}

    def on_client(self, message: ClientMessage, now: Moment, known: Known = NOTHING_KNOWN) -> list[Effect]:
        """A message arrived; `known` is what was looked up for it."""
        match message:
            case Hello():
                return [Send(problem("unexpected_hello"))]
            case ConversationOpen():
                return self._open(message, now, known)
            case ConversationClose():
                session = self._sessions.pop(message.conversation_id, None)
                return [*session.stop(now), StopTelling(message.conversation_id)] if session else []
            case PageUnread():
                return [SaveReport(page_unread(self._person, now.at, message), None, message.report_id)]
            case AnswerSeen():
                return [SaveReport(answer_seen(self._person, now.at, message), None, message.report_id)]
            case OwnRecordRequest():
                return [TellOwnRecord()]
            case HandoverAnswer():
                return [AnswerHandover(message)]
            case OutcomeReport() | PassageReport() | PassageUsed() | HandoverRequest():
                return self._report(message, now, known)
            case FlagResponse() | FlagRaise() | DispositionChosen() if not self._is_open(message):
                return self._report(message, now, known)
            case _:
                return self._to_session(message, now)

    def on_assist(
        self, conversation_id: str, suggestion_id: str, event: AssistEvent, now: Moment
    ) -> list[Effect]:
        """Assist got further with a suggestion."""
        session = self._sessions.get(conversation_id)
        return session.on_assist(suggestion_id, event, now) if session else []

    def on_example(self, wanted: WorkOut, example: ExamplePart) -> list[Effect]:
        """A rule was worked out."""
        session = self._sessions.get(wanted.conversation.id)
        return session.on_example(wanted.suggestion_id, wanted.passage_id, example) if session else []

    def on_held(self, told: HoldingTold, now: Moment) -> list[Effect]:
        """A holding reply is written; one for a conversation that is closed by now is nobody's."""
        session = self._sessions.get(told.conversation_id)
        return session.on_held(told, now) if session else []

    def on_opinion(self, asked: AskOpinion, flags: Sequence[Flag], now: Moment) -> list[Effect]:
        """A second opinion came; one on a conversation that is closed by now is nobody's."""
        session = self._sessions.get(asked.conversation.id)
        return session.on_opinion(asked.suggestion_id, flags, now) if session else []

    def on_assist_end(self, conversation_id: str, suggestion_id: str) -> list[Effect]:
        """Assist has nothing more to say on a suggestion."""
        session = self._sessions.get(conversation_id)
        return session.on_assist_end(suggestion_id) if session else []

    def on_assist_broken(
        self, conversation_id: str, suggestion_id: str, code: str, now: Moment
    ) -> list[Effect]:
        """Assist could not go on; `code` is a problem's."""
        session = self._sessions.get(conversation_id)
        return session.on_assist_broken(suggestion_id, code, now) if session else []

    def on_report_saved(self, saved: SaveReport) -> list[Effect]:
        """A report is stored (now or before): the panel may forget it."""
        message = ReportRecorded(conversation_id=saved.conversation_id, report_id=saved.report_id)
        return [Send(message)]

    def on_report_lost(self, saved: SaveReport, code: str, expected: str | None = None) -> list[Effect]:
        """A report could not be stored: the problem names it, so that the panel knows what to send again.

        `expected` is what the store would have needed.
        """
        refusal = problem(
            code,
            expected=expected,
            conversation_id=saved.conversation_id,
            report_id=saved.report_id,
        )
        return [Send(refusal)]

    def on_checked(self, asked: InsertCheck, checked: Checked, now: Moment) -> list[Effect]:
        """The leak guard has its verdict; what it held back goes on record."""
        message = InsertChecked(
            conversation_id=asked.conversation_id,
            check_id=asked.check_id,
            verdict=checked.verdict,
            leaks=[leak_part(leak) for leak in checked.leaks[:MOST_LEAKS]],
        )
        if checked.verdict is Verdict.ALLOW:
            return [Send(message)]
        recording = Recording(self._person, asked.conversation_id, now.at)
        return [Send(message), Save(recording.held_back(asked.door, checked))]

    def on_knowledge(self, now: Moment) -> list[Effect]:
        """Another revision is live: what could not be answered without knowledge is answered now."""
        return [effect for session in self._sessions.values() for effect in session.on_knowledge(now)]

    def fail(self, message: str, now: Moment) -> list[Effect]:
        """Give up every live suggestion and tell the panel why."""
        return [effect for session in self._sessions.values() for effect in session.fail(message, now)]

    def stop(self, now: Moment) -> list[Effect]:
        """The panel is gone: stop everything."""
        sessions, self._sessions = self._sessions, {}
        return [effect for session in sessions.values() for effect in session.stop(now)]

    @property
    def is_working(self) -> bool:
        """Whether any suggestion is not complete yet."""
        return any(session.is_working for session in self._sessions.values())

    def __len__(self) -> int:
        return len(self._sessions)

    def _report(
        self,
        message: OutcomeReport
        | FlagResponse
        | DispositionChosen
        | PassageReport
        | PassageUsed
        | FlagRaise
        | HandoverRequest,
        now: Moment,
        known: Known,
    ) -> list[Effect]:
        """Put it on record; a conversation that isn't open (yet) is no reason to lose it."""
        recording = Recording(self._person, message.conversation_id, now.at)
        match message:
            case OutcomeReport():
                if session := self._sessions.get(message.conversation_id):
                    session.on_outcome(message)
                record = recording.outcome(message)
            case FlagResponse():
                record = recording.answered(message, None)
            case DispositionChosen():
                record = recording.chosen(message)
            case PassageReport():
                record = recording.passage_report(message, known)
            case PassageUsed():
                record = recording.used(message, known)
            case HandoverRequest():
                record = recording.offered(message)
            case FlagRaise():
                self._remember(message)
                record = recording.raised(message, None)
        handed = isinstance(message, HandoverRequest) and self._sessions.get(message.conversation_id)
        of = handed.conversation if handed else None
        return [SaveReport(record, message.conversation_id, message.report_id, of)]

    def _is_open(self, message: FlagResponse | FlagRaise | DispositionChosen) -> bool:
        return message.conversation_id in self._sessions

    def _remember(self, message: FlagRaise) -> None:
        """A flag sent again before its conversation is opened is shown as soon as that is."""
        if len(self._raised) < self._limits.conversations:
            flagged = self._raised.setdefault(message.conversation_id, set())
            flagged.add((message.reason.value, message.turn_id))

    def _open(self, message: ConversationOpen, now: Moment, known: Known) -> list[Effect]:
        session = self._sessions.get(message.conversation_id)
        if session is None:
            most = self._limits.conversations
            if len(self._sessions) >= most:
                refusal = problem(
                    "too_many_conversations",
                    expected=f"at most {most} open conversations",
                    received=f"{most + 1}",
                    conversation_id=message.conversation_id,
                )
                return [Send(refusal)]
            session = Session(self._person, self._limits.settle_chat_s, self._new_id)
            self._sessions[message.conversation_id] = session
        raised = known.raised | self._raised.pop(message.conversation_id, set())
        return session.open(message, replace(known, raised=raised), now)

    def _to_session(
        self,
        message: ToSession,
        now: Moment,
    ) -> list[Effect]:
        session = self._sessions.get(message.conversation_id)
        if session is None:
            return [Send(problem("conversation_not_open", conversation_id=message.conversation_id))]
        match message:
            case TurnsChanged():
                return session.on_turns(message, now)
            case SuggestionRequest():
                return session.on_request(message, now)
            case DraftOpen() | DraftChange():
                return session.on_drafting(message, now)
            case FlagResponse():
                return session.on_flag_response(message, now)
            case DispositionChosen():
                return session.on_disposition(message, now)
            case FlagRaise():
                return session.on_flag_raise(message, now)
            case InsertCheck():
                return session.on_check(message)
            case BriefRequest() | SummaryRequest() | HoldingRequest():
                return session.on_telling(message)
