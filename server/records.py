"""What a session puts on record: events with ids, numbers and offsets, and the texts beside them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.document import Passage
from server.assist_events import DraftReady
from server.conversation import Conversation, Flag, Turn
from server.events import ConversationRow, Event, EventKind, Record, TextRow, Value
from server.person import Person
from server.wire import FlagResponse, OutcomeReport, SnippetPart


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
        payload: dict[str, Value] = {**_flag_payload(flag), "rule": flag.rule}
        return Record((self._event(kind, payload, suggestion_id),))

    def answered(self, message: FlagResponse, flag: Flag | None) -> Record:
        """The agent answered a flag; `flag` is what was shown, if this session showed it."""
        payload: dict[str, Value] = {"reason": message.reason.value, "turn_id": message.turn_id}
        if flag is not None:
            payload = _flag_payload(flag)
        payload["response"] = message.response
        return Record((self._event(EventKind.FLAG_ANSWERED, payload, report_id=message.report_id),))

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

    def _text(self, turn: Turn) -> TextRow:
        return TextRow(self.conversation_id, "turn", turn.id, turn.text)


def _turn_payload(turn: Turn) -> dict[str, Value]:
    at = turn.at.isoformat() if turn.at else None
    return {"turn_id": turn.id, "role": turn.role.value, "length": len(turn.text), "at": at}


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
