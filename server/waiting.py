"""How much a waiting conversation needs a person, why, and who comes first. Pure.

Danger comes before everything, then distress; what a customer is worth never comes before either. Age grows
without end: whoever has waited OVERDUE_H hours goes by age alone, and the distressed count as waiting
DISTRESS_H hours longer than they do, so that even beside them nobody starves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.conversation import Conversation, Reason, Role, Severity
from server.triage import LEADING

OVERDUE_H = 24.0
DISTRESS_H = 72.0
# Hours by which a conversation comes before one that has waited as long.
HEAD_START_H = {Severity.NOTE: 1.0, Severity.ACT: 4.0, Severity.URGENT: 8.0}
VALUE_H = 2.0


class WaitingNeed(StrEnum):
    """What a waiting conversation needs, the most pressing first."""

    CRISIS = "crisis"
    VULNERABLE = "vulnerable"
    OVERDUE = "overdue"
    HUMAN = "human"
    ROUTINE = "routine"


SIDES = frozenset({Role.AGENT, Role.ASSISTANT, Role.CUSTOMER})
"""Whose words are part of the conversation with the customer."""

SAID = {
    WaitingNeed.CRISIS: "somebody may be in danger",
    WaitingNeed.VULNERABLE: "the customer is in distress",
    WaitingNeed.OVERDUE: "waiting for more than a day",
    WaitingNeed.HUMAN: "a person should lead",
    WaitingNeed.ROUTINE: "routine",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation whose newest words are the customer's, with the severity of each flag that is shown."""

    conversation_id: str
    since: datetime
    flags: Mapping[Reason, Severity] = field(default_factory=dict)
    valued: bool = False

    def hours(self, now: datetime) -> float:
        """How long the customer has waited."""
        return max(0.0, (now - self.since).total_seconds() / 3600)

    @property
    def reasons(self) -> list[Reason]:
        """The reasons for a person to lead, the gravest first; a sale or a missing answer is none."""
        mine = [reason for reason in self.flags if reason in LEADING]
        return sorted(mine, key=lambda reason: (-HEAD_START_H[self.flags[reason]], reason.value))

    def need(self, now: datetime) -> WaitingNeed:
        """What it needs now."""
        distress = self.flags.get(Reason.VULNERABILITY)
        if distress is Severity.URGENT:
            return WaitingNeed.CRISIS
        if distress is not None:
            return WaitingNeed.VULNERABLE
        if self.hours(now) >= OVERDUE_H:
            return WaitingNeed.OVERDUE
        return WaitingNeed.HUMAN if self.reasons else WaitingNeed.ROUTINE

    def why(self, now: datetime) -> str:
        """The need in words that an agent understands, without anything that the customer wrote."""
        return f"{self.cause(now)}; waiting {_long(self.hours(now))}"

    def cause(self, now: datetime) -> str:
        """As `why`, without how long."""
        need = self.need(now)
        named = [reason.value.replace("_", " ") for reason in self.reasons if reason != Reason.VULNERABILITY]
        parts = [SAID[need] + (f": {', '.join(named)}" if named else "")]
        if self.valued and need in (WaitingNeed.HUMAN, WaitingNeed.ROUTINE):
            parts.append("a valued customer")
        return "; ".join(parts)

    def tag(self, now: datetime) -> str:
        """A tag that the helpdesk may carry."""
        return f"sotto-{self.need(now)}"

    def points(self, now: datetime) -> tuple[bool, float]:
        """Who has more comes first."""
        hours, need = self.hours(now), self.need(now)
        if need in (WaitingNeed.CRISIS, WaitingNeed.OVERDUE):
            return need is WaitingNeed.CRISIS, hours
        if need is WaitingNeed.VULNERABLE:
            return False, DISTRESS_H + hours
        head_start = max((HEAD_START_H[self.flags[reason]] for reason in self.reasons), default=0.0)
        earned = hours + head_start + (VALUE_H if self.valued else 0.0)
        # Below one full day, so below everyone overdue or in distress, however much is earned.
        return False, OVERDUE_H * earned / (earned + OVERDUE_H)


def waiting_in(conversation: Conversation, flags: Mapping[Reason, Severity], valued: bool) -> Waiting | None:
    """How this conversation waits; None when the newest words are ours. `flags` are those that count."""
    spoken = [turn for turn in conversation.turns if turn.role in SIDES]
    ours = max((place for place, turn in enumerate(spoken) if turn.role is not Role.CUSTOMER), default=-1)
    unanswered = spoken[ours + 1 :]
    if not unanswered:
        return None
    first = unanswered[0]
    # A page's clock may be wrong, and a time without a zone says nothing.
    known = first.at is not None and first.at.tzinfo is not None
    since = min(first.at, first.received_at) if known and first.at else first.received_at
    return Waiting(conversation.id, since, dict(flags), valued)


def in_order(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Who comes first; equals in the order in which they began to wait."""
    return sorted(waiting, key=lambda one: (*(-part for part in one.points(now)), one.since))


def _long(hours: float) -> str:
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24)} days"
