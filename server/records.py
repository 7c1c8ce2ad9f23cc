"""What a session puts on record: events with ids, numbers and offsets, and the texts beside them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from knowledge.document import Passage
from server.assist_events import DraftReady
from server.by_hand import RULE
from server.conversation import Conversation, Flag, Severity, Turn
from server.events import ConversationRow, Event, EventKind, Record, TextRow, Value
from server.known import Known
from server.leak import Checked
from server.person import Person
from server.quoted import compact
from server.understand import said
from server.wire import (
    AnswerSeen,
    DispositionChosen,
    Door,
    FlagRaise,
    FlagResponse,
    HandoverRequest,
    OutcomeReport,
    PageUnread,
    PassageReport,
    PassageUsed,
    SnippetPart,
)

LONGEST_TIER = 40


@dataclass(frozen=True, slots=True)
class Suggested:
    """What an event belongs to: ids, the revision searched, and milliseconds since the computation began."""

    suggestion_id: str
    turn_id: str
    revision: str | None
    source: str
    ms: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Builds the records of one person in one conversation at one time (UTC)."""

    person: Person
    conversation_id: str
    at: datetime

    def opened(self, conversation: Conversation) -> Record:
        """A conversation came into view with its turns so far."""
        customer = conversation.customer
        turns: list[Value] = [_turn_payload(turn) for turn in conversation.turns]
        payload: dict[str, Value] = {
            "helpdesk": conversation.helpdesk,
            "channel": conversation.channel.value,
            "team": self.person.team,
            "tier": _tier(customer.tier),
            "turns": turns,
        }
        row = ConversationRow(
            conversation_id=self.conversation_id,
            helpdesk=conversation.helpdesk,
            team=self.person.team,
            subject=conversation.subject,
            customer_id=customer.id,
            customer_email=customer.email,
            customer_name=customer.name,
        )
        texts = tuple(self._text(turn) for turn in conversation.turns)
        return Record((self._event(EventKind.CONVERSATION_OPENED, payload),), texts, row)

    def received(self, turns: Sequence[Turn]) -> Record:
        """Turns were added or edited."""
        events = tuple(self._event(EventKind.TURN_RECEIVED, _turn_payload(turn)) for turn in turns)
        return Record(events, tuple(self._text(turn) for turn in turns))

    def asked(self, suggestion_id: str, question: str) -> tuple[TextRow, ...]:
        """The agent's own question, kept beside what was shown for it."""
        return (TextRow(self.conversation_id, "question", suggestion_id, question),)

    def shown(self, of: Suggested, snippets: Sequence[SnippetPart], texts: tuple[TextRow, ...]) -> Record:
        """Snippets went to the panel."""
        passages: list[Value] = [
            {
                "passage_id": snippet.passage_id,
                "document_id": snippet.document_id,
                "number": snippet.number,
                "confidence": snippet.confidence,
            }
            for snippet in snippets
        ]
        payload: dict[str, Value] = {
            "turn_id": of.turn_id,
            "revision": of.revision,
            "passages": passages,
            "ms": of.ms,
        }
        return Record((self._event(EventKind.SNIPPETS_SHOWN, payload, of.suggestion_id),), texts)

    def nothing_found(self, of: Suggested, nearest: Passage | None, texts: tuple[TextRow, ...]) -> Record:
        """A gap, and what came closest."""
        payload: dict[str, Value] = {
            "turn_id": of.turn_id,
            "revision": of.revision,
            "nearest": nearest.document.title if nearest else None,
            "passages": [{"passage_id": p.id, "document_id": p.document.id} for p in (nearest,) if p],
        }
        return Record((self._event(EventKind.NOTHING_FOUND, payload, of.suggestion_id),), texts)

    def holding_shown(self, turn_id: str, text: str) -> Record:
        """A holding reply went to the panel; its text goes beside the event."""
        payload: dict[str, Value] = {"turn_id": turn_id, "length": len(text)}
        event = self._event(EventKind.HOLDING_SHOWN, payload)
        return Record((event,), (TextRow(self.conversation_id, "holding", turn_id, text),))

    def holding_sent(self, turn_id: str, ours: str) -> Record:
        """Our turn `ours` holds the reply that was shown for a customer's turn."""
        return Record((self._event(EventKind.HOLDING_SENT, {"turn_id": turn_id, "sent_turn_id": ours}),))

    def language(self, of: Suggested, language: str) -> Record:
        """A turn in a language that Sotto is not tested for."""
        payload: dict[str, Value] = {"turn_id": of.turn_id, "language": language}
        return Record((self._event(EventKind.LANGUAGE_NOTICED, payload, of.suggestion_id),))

    def ready(self, of: Suggested, draft: DraftReady, snippets: Sequence[SnippetPart]) -> Record:
        """A draft is whole; its text goes beside the event."""
        document = {snippet.passage_id: snippet.document_id for snippet in snippets}
        citations: list[Value] = [
            {
                "number": citation.number,
                "passage_id": citation.passage_id,
                "document_id": document.get(citation.passage_id),
                "start": citation.start,
                "end": citation.end,
                "support": citation.support,
            }
            for citation in draft.citations
        ]
        payload: dict[str, Value] = {
            "turn_id": of.turn_id,
            "source": of.source,
            "revision": of.revision,
            "confidence": draft.confidence,
            "citations": citations,
            "length": len(draft.text),
            "ms": of.ms,
        }
        text = TextRow(self.conversation_id, "suggestion", of.suggestion_id, draft.text)
        return Record((self._event(EventKind.SUGGESTION_READY, payload, of.suggestion_id),), (text,))

    def unfinished(self, kind: EventKind, suggestion_id: str, turn_id: str) -> Record:
        """A draft that had begun was superseded or failed."""
        return Record((self._event(kind, {"turn_id": turn_id}, suggestion_id),))

    def flag(self, kind: EventKind, flag: Flag, suggestion_id: str | None) -> Record:
        """A flag was raised or withdrawn."""
        payload: dict[str, Value] = {**_flag_payload(flag), "rule": flag.rule, "shown": flag.shown}
        return Record((self._event(kind, payload, suggestion_id),))

    def raised(self, message: FlagRaise, flag: Flag | None) -> Record:
        """The agent raised a flag; without `flag` (its turn isn't open here) the store finds its evidence."""
        payload: dict[str, Value] = {
            "reason": message.reason.value,
            "severity": Severity.ACT.value,
            "confidence": 1.0,
            "turn_id": message.turn_id,
            "start": 0 if flag is None else flag.evidence.start,
            "end": None if flag is None else flag.evidence.end,
            "rule": RULE,
        }
        event = self._event(EventKind.FLAG_RAISED, payload, report_id=message.report_id)
        return Record((event,), self._of_report(message.report_id, note=message.note))

    def passage_report(self, message: PassageReport, known: Known) -> Record:
        """Something is wrong with a snippet or draft, or the knowledge has a gap."""
        passages = [] if message.passage_id is None else [_place(message.passage_id, known)]
        payload: dict[str, Value] = {
            "about": message.about,
            "problem": message.problem,
            "turn_id": message.turn_id,
            "revision": known.revision,
            "passages": passages,
        }
        event = self._event(EventKind.PASSAGE_REPORTED, payload, message.suggestion_id, message.report_id)
        quote = message.quote
        if message.about == "gap" and quote:
            # The page quotes the whole turn; what hangs below a mail is no question.
            quote = compact(said(quote)) or quote
        texts = self._of_report(message.report_id, quote=quote, note=message.note)
        return Record((event,), texts)

    def used(self, message: PassageUsed, known: Known) -> Record:
        """The agent used another passage than the first."""
        payload: dict[str, Value] = {
            "turn_id": message.turn_id,
            "number": message.number,
            "revision": known.revision,
            "passages": [_place(each, known) for each in (message.passage_id, message.first_passage_id)],
        }
        event = self._event(EventKind.PASSAGE_USED, payload, report_id=message.report_id)
        return Record((event,), self._of_report(message.report_id, question=message.question))

    def offered(self, message: HandoverRequest) -> Record:
        """The conversation is passed on; the brief goes beside the event."""
        payload: dict[str, Value] = {
            "to_kind": message.to.kind,
            "to": message.to.name,
            "length": len(message.brief),
        }
        event = self._event(EventKind.HANDOVER_OFFERED, payload, report_id=message.report_id)
        return Record((event,), (TextRow(self.conversation_id, "brief", message.report_id, message.brief),))

    def answered(self, message: FlagResponse, flag: Flag | None) -> Record:
        """The agent answered a flag; `flag` is what was shown, if this session showed it."""
        payload: dict[str, Value] = {"reason": message.reason.value, "turn_id": message.turn_id}
        if flag is not None:
            payload = _flag_payload(flag)
        payload["response"] = message.response
        return Record((self._event(EventKind.FLAG_ANSWERED, payload, report_id=message.report_id),))

    def chosen(self, message: DispositionChosen) -> Record:
        """The agent treats the conversation as routine or human."""
        payload: dict[str, Value] = {"disposition": message.disposition.value, "turn_id": message.turn_id}
        return Record((self._event(EventKind.DISPOSITION_CHOSEN, payload, report_id=message.report_id),))

    def held_back(self, door: Door, checked: Checked) -> Record:
        """The leak guard warned of a text or refused it; the text itself is not kept."""
        places = {leak.place.passage_id: leak.place for leak in checked.leaks if leak.place}
        payload: dict[str, Value] = {
            "door": door,
            "verdict": checked.verdict.value,
            "reasons": [*sorted({leak.reason.value for leak in checked.leaks})],
            "passages": [place.payload() for place in places.values()],
        }
        return Record((self._event(EventKind.TEXT_HELD_BACK, payload),))

    def outcome(self, message: OutcomeReport) -> Record:
        """What became of a suggestion; the store adds the edit distance, since it holds both texts."""
        sent = message.sent_text
        payload: dict[str, Value] = {
            "outcome": message.outcome,
            "sent_length": None if sent is None else len(sent),
            "shown_ms": _shown_ms(message),
        }
        event = self._event(EventKind.OUTCOME_REPORTED, payload, message.suggestion_id, message.report_id)
        texts = () if sent is None else (TextRow(self.conversation_id, "sent", message.suggestion_id, sent),)
        return Record((event,), texts)

    def _event(
        self,
        kind: EventKind,
        payload: dict[str, Value],
        suggestion_id: str | None = None,
        report_id: str | None = None,
    ) -> Event:
        return Event(kind, self.at, self.conversation_id, self.person.name, suggestion_id, report_id, payload)

    def _of_report(self, report_id: str, **texts: str | None) -> tuple[TextRow, ...]:
        """The texts of a report, by kind."""
        kinds: tuple[Literal["quote", "note", "question"], ...] = ("quote", "note", "question")
        return tuple(
            TextRow(self.conversation_id, kind, report_id, text)
            for kind in kinds
            if (text := texts.get(kind))
        )

    def _text(self, turn: Turn) -> TextRow:
        return TextRow(self.conversation_id, "turn", turn.id, turn.text)


def page_unread(person: Person, at: datetime, message: PageUnread) -> Record:
    """An adapter found nothing on a page."""
    payload: dict[str, Value] = {"adapter": message.adapter, "helpdesk": message.helpdesk}
    event = Event(EventKind.PAGE_UNREAD, at, None, person.name, None, message.report_id, payload)
    return Record((event,), team=person.team)


def answer_seen(person: Person, at: datetime, message: AnswerSeen) -> Record:
    """The person has seen what became of their report; the report's own id can't be used for it twice."""
    payload: dict[str, Value] = {"report_id": message.report_id}
    event = Event(EventKind.ANSWER_SEEN, at, None, person.name, None, None, payload)
    return Record((event,), team=person.team)


def _place(passage_id: str, known: Known) -> Value:
    """The passage as known; the store finds the document of one that the live revision no longer has."""
    place = known.places.get(passage_id)
    return {"passage_id": passage_id, "document_id": None} if place is None else place.payload()


def _turn_payload(turn: Turn) -> dict[str, Value]:
    at = turn.at.isoformat() if turn.at else None
    return {"turn_id": turn.id, "role": turn.role.value, "length": len(turn.text), "at": at}


def _tier(tier: str | None) -> str | None:
    """What the helpdesk calls the customer's tier: a word or two, and nothing that could be a text."""
    name = " ".join((tier or "").split()).lower()
    return name if 0 < len(name) <= LONGEST_TIER else None


def _flag_payload(flag: Flag) -> dict[str, Value]:
    return {
        "reason": flag.reason.value,
        "severity": flag.severity.value,
        "confidence": flag.confidence,
        "turn_id": flag.evidence.turn_id,
        "start": flag.evidence.start,
        "end": flag.evidence.end,
    }


def _shown_ms(message: OutcomeReport) -> int | None:
    if message.shown_at is None or message.acted_at is None:
        return None
    return max(0, round((message.acted_at - message.shown_at).total_seconds() * 1000))
