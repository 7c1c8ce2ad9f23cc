"""What the record says of a conversation's flags and how it is treated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.by_hand import RULE
from server.conversation import Reason, Severity
from server.events import EventKind
from server.triage import LEADING, Disposition, Response

TRIAGE_EVENTS = (EventKind.FLAG_RAISED, EventKind.FLAG_ANSWERED, EventKind.DISPOSITION_CHOSEN)


@dataclass(slots=True)
class Triaged:
    """Flags answered, and those raised by hand and open, as (reason, turn id); answers and the choice.

    `no_crisis` are the turns of which an agent said that nobody is in danger.
    """

    answered: set[tuple[str, str]] = field(default_factory=set)
    raised: set[tuple[str, str]] = field(default_factory=set)
    responses: dict[Reason, Response] = field(default_factory=dict)
    chosen: Disposition | None = None
    no_crisis: set[str] = field(default_factory=set)

    def choose(self, payload: Mapping[str, Any]) -> None:
        """The agent chose how to treat the conversation."""
        self.chosen = Disposition(payload["disposition"])

    def answer(self, payload: Mapping[str, Any]) -> None:
        """The agent answered a flag; agreeing with one raised by hand is a choice of its own."""
        flag, reason = _flagged(payload), Reason(payload["reason"])
        if flag in self.raised and reason in LEADING and payload["response"] == "agreed":
            self.chosen = Disposition.HUMAN
        self.answered.add(flag)
        self.raised.discard(flag)
        self.responses[reason] = payload["response"]
        if payload["response"] == "disagreed" and payload.get("severity") == Severity.URGENT:
            self.no_crisis.add(payload["turn_id"])

    def flag(self, payload: Mapping[str, Any]) -> None:
        """A flag was raised: by hand it takes the choice back, and an urgent one the answer to its reason."""
        by_hand, reason = payload.get("rule") == RULE, Reason(payload["reason"])
        if by_hand:
            self.raised.add(_flagged(payload))
            self.answered.discard(_flagged(payload))
            self.chosen = None if reason in LEADING else self.chosen
        if by_hand or payload["severity"] == Severity.URGENT:
            self.responses.pop(reason, None)


def recalled(rows: Iterable[tuple[EventKind, Mapping[str, Any]]]) -> Triaged:
    """What stands after these events, oldest first; others are passed over."""
    state = Triaged()
    for kind, payload in rows:
        match kind:
            case EventKind.DISPOSITION_CHOSEN:
                state.choose(payload)
            case EventKind.FLAG_ANSWERED:
                state.answer(payload)
            case EventKind.FLAG_RAISED:
                state.flag(payload)
            case _:
                pass
    return state


def _flagged(payload: Mapping[str, Any]) -> tuple[str, str]:
    return payload["reason"], payload["turn_id"]
