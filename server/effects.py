"""What the session core asks of the world; the endpoint performs it. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge.document import Hit
from knowledge.rule import Safe
from server.conversation import Conversation, Flag, Reason, Severity
from server.events import Record
from server.suggestion import NO_WISH, Wish
from server.wire import HandoverAnswer, HoldingRequest, InsertCheck, ServerMessage


@dataclass(frozen=True, slots=True)
class Send:
    """Put a message on the wire, after those sent before."""

    message: ServerMessage


@dataclass(frozen=True, slots=True)
class StartAssist:
    """Compute snippets, flags and a draft, and hand every event back to the core.

    `settle_s` delays the draft, which comes only if it is `drafted`; `misses` counts the earlier turns for
    which nothing was found; `wish` is how the agent wants the draft; `no_crisis` are the turns of which an
    agent said that nobody is in danger. With `hits` there is only a draft, made from them.
    """

    suggestion_id: str
    conversation: Conversation
    question: str | None
    settle_s: float
    misses: int
    drafted: bool = True
    wish: Wish = NO_WISH
    hits: Sequence[Hit] | None = None
    no_crisis: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CancelAssist:
    """Stop computing it; its later events are ignored."""

    conversation_id: str
    suggestion_id: str


@dataclass(frozen=True, slots=True)
class WorkOut:
    """Work a safe function out with the conversation's values, and hand the example of that passage back."""

    suggestion_id: str
    passage_id: str
    conversation: Conversation
    question: str | None
    safe: Safe
    at: datetime


@dataclass(frozen=True, slots=True)
class AskOpinion:
    """Ask a language model which of the `doubts` are flags, and hand those back to the core."""

    suggestion_id: str
    conversation: Conversation
    doubts: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Put on record when the database can; nobody waits for it."""

    record: Record


@dataclass(frozen=True, slots=True)
class SaveReport:
    """Put an agent's report on record and tell the core whether it is stored.

    A handover brings its `conversation`, where that is open: what goes to somebody from outside is checked.
    """

    record: Record
    conversation_id: str | None
    report_id: str
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True)
class TellStory:
    """Tell what happened in the conversation so far; an older telling of it is given up."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class TellSummary:
    """Write the conversation down in a few lines; an older request is given up.

    `no_crisis` are the turns of which an agent said that nobody is in danger.
    """

    conversation: Conversation
    no_crisis: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StopTelling:
    """The panel closed the conversation: give up telling its story and summary."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class TellNeed:
    """Say what the waiting conversation needs; `flags` are the reasons that count, and how grave they are."""

    conversation: Conversation
    flags: Mapping[Reason, Severity]


@dataclass(frozen=True, slots=True)
class TellHolding:
    """Write the reply that says what happens next and by when; `used` are drafts taken or turned down."""

    asked: HoldingRequest
    conversation: Conversation
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckText:
    """Ask the leak guard about a text, and hand the verdict back to the core."""

    asked: InsertCheck
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class TellBrief:
    """Write the brief of a handover, and find who can take it."""

    conversation: Conversation
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class AnswerHandover:
    """Put the answer on record if it still counts, and say how the handover stands."""

    message: HandoverAnswer


@dataclass(frozen=True, slots=True)
class TellOwnRecord:
    """Look up what is recorded of this person, and send it."""


Effect = (
    Send
    | StartAssist
    | CancelAssist
    | AskOpinion
    | Save
    | SaveReport
    | TellStory
    | TellBrief
    | TellSummary
    | StopTelling
    | TellHolding
    | TellNeed
    | AnswerHandover
    | TellOwnRecord
    | CheckText
    | WorkOut
)
