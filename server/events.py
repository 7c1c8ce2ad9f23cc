"""What is put on record: append-only events with ids, numbers and offsets, and the texts kept apart from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]


class EventKind(StrEnum):
    """The closed list of events."""

    CONVERSATION_OPENED = "conversation_opened"
    TURN_RECEIVED = "turn_received"
    SNIPPETS_SHOWN = "snippets_shown"
    SUGGESTION_READY = "suggestion_ready"
    SUGGESTION_SUPERSEDED = "suggestion_superseded"
    SUGGESTION_FAILED = "suggestion_failed"
    NOTHING_FOUND = "nothing_found"
    FLAG_RAISED = "flag_raised"
    FLAG_WITHDRAWN = "flag_withdrawn"
    FLAG_ANSWERED = "flag_answered"
    OUTCOME_REPORTED = "outcome_reported"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `payload` never holds customer or agent text; `report_id` makes a resent report count once."""

    kind: EventKind
    at: datetime
    conversation_id: str
    person: str
    suggestion_id: str | None = None
    report_id: str | None = None
    payload: dict[str, Value] = field(default_factory=dict)
    schema: int = 1


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text of a conversation, stored masked: a turn, a draft, the text sent, or a question asked by the agent."""

    conversation_id: str
    kind: Literal["turn", "suggestion", "sent", "question"]
    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What belongs together in one transaction."""

    events: tuple[Event, ...]
    texts: tuple[TextRow, ...] = ()
