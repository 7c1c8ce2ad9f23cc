"""What is put on record: append-only events of ids, numbers and offsets, and the texts apart."""

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
    LANGUAGE_NOTICED = "language_noticed"
    FLAG_RAISED = "flag_raised"
    FLAG_WITHDRAWN = "flag_withdrawn"
    FLAG_ANSWERED = "flag_answered"
    DISPOSITION_CHOSEN = "disposition_chosen"
    OUTCOME_REPORTED = "outcome_reported"
    TEXT_HELD_BACK = "text_held_back"
    PASSAGE_REPORTED = "passage_reported"
    REPORT_ANSWERED = "report_answered"
    ANSWER_SEEN = "answer_seen"
    PASSAGE_USED = "passage_used"
    PAGE_UNREAD = "page_unread"
    HOLDING_SHOWN = "holding_shown"
    HOLDING_SENT = "holding_sent"
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_ANSWERED = "handover_answered"
    HANDOVER_TIMED_OUT = "handover_timed_out"
    HANDOVER_RESOLVED = "handover_resolved"
    EXPERT_TIME = "expert_time"
    EXPERT_RATED = "expert_rated"


PAYLOAD_FIELDS: dict[EventKind, frozenset[str]] = {
    kind: frozenset(fields.split())
    for kind, fields in {
        EventKind.CONVERSATION_OPENED: "helpdesk channel team tier turns",
        EventKind.TURN_RECEIVED: "turn_id role length at",
        EventKind.SNIPPETS_SHOWN: "turn_id revision passages ms",
        EventKind.SUGGESTION_READY: "turn_id source revision confidence citations length ms",
        EventKind.SUGGESTION_SUPERSEDED: "turn_id",
        EventKind.SUGGESTION_FAILED: "turn_id",
        EventKind.NOTHING_FOUND: "turn_id revision nearest passages",
        EventKind.LANGUAGE_NOTICED: "turn_id language",
        EventKind.FLAG_RAISED: "reason severity confidence turn_id start end rule shown",
        EventKind.FLAG_WITHDRAWN: "reason severity confidence turn_id start end rule shown",
        EventKind.FLAG_ANSWERED: "reason severity confidence turn_id start end response",
        EventKind.DISPOSITION_CHOSEN: "disposition turn_id",
        EventKind.OUTCOME_REPORTED: "outcome distance sent_length shown_ms",
        EventKind.TEXT_HELD_BACK: "door verdict reasons passages",
        EventKind.PASSAGE_REPORTED: "about problem turn_id revision passages",
        EventKind.REPORT_ANSWERED: "answer title",
        EventKind.ANSWER_SEEN: "report_id",
        EventKind.PASSAGE_USED: "turn_id number revision passages",
        EventKind.PAGE_UNREAD: "adapter helpdesk",
        EventKind.HOLDING_SHOWN: "turn_id length",
        EventKind.HOLDING_SENT: "turn_id sent_turn_id",
        EventKind.HANDOVER_OFFERED: "to_kind to length",
        EventKind.HANDOVER_ANSWERED: "answer state holder",
        EventKind.HANDOVER_TIMED_OUT: "state holder",
        EventKind.HANDOVER_RESOLVED: "answer state holder",
        EventKind.EXPERT_TIME: "seconds",
        EventKind.EXPERT_RATED: "rating by",
    }.items()
}
"""What a payload may carry: the store refuses any other field, so that no text slips into an event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `payload` never holds anyone's text; `report_id` makes a resent report count once.

    `about` is the key of the earlier event that this one answers.
    """

    kind: EventKind
    at: datetime
    conversation_id: str | None
    person: str
    suggestion_id: str | None = None
    report_id: str | None = None
    payload: dict[str, Value] = field(default_factory=dict)
    schema: int = 1
    about: int | None = None


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text of a conversation, stored masked: a turn, a draft, the text sent, an agent's question, what a
    report quotes, notes and is answered, a holding reply, the brief of a handover, or what an expert answers.

    `ref` is the turn's id for a turn and a holding reply to it, the suggestion's id for a draft with what was
    asked and sent, and the report's id for the texts of a report; an equal key replaces.
    """

    conversation_id: str
    kind: Literal[
        "turn", "suggestion", "sent", "question", "quote", "note", "answer", "brief", "holding", "expert"
    ]
    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """Whose conversation it is: what finds and erases its texts. Saved with every CONVERSATION_OPENED.

    `team` is the opening person's; the first of a team to open it becomes its present agent.
    """

    conversation_id: str
    helpdesk: str
    team: str
    subject: str = ""
    customer_id: str | None = None
    customer_email: str | None = None
    customer_name: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What belongs together in one transaction: at least one event, all by one person in one conversation.

    `team` is the person's, needed only for events about no conversation.
    """

    events: tuple[Event, ...]
    texts: tuple[TextRow, ...] = ()
    conversation: ConversationRow | None = None
    team: str | None = None
