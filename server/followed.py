"""What the record says of a team's newest conversations: who spoke when, flags that stand, the tier."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, select

from server.conversation import Customer, Reason, Role, Severity
from server.database import database_errors
from server.events import EventKind
from server.flags.value import ValueRule
from server.tables import conversations, events
from server.waiting import Waiting

_TOLD = (
    EventKind.CONVERSATION_OPENED,
    EventKind.TURN_RECEIVED,
    EventKind.FLAG_RAISED,
    EventKind.FLAG_WITHDRAWN,
    EventKind.FLAG_ANSWERED,
)
_SIDES = (Role.AGENT, Role.ASSISTANT, Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn: when it was said, as the page claims or as it was received, and the event that told of it."""

    role: Role
    at: datetime
    claimed: bool
    event: int


@dataclass(slots=True)
class Followed:
    """A conversation of a team as far as the record goes."""

    conversation_id: str
    helpdesk: str
    subject: str
    agent: str
    tier: str | None = None
    turns: dict[str, Spoken] = field(default_factory=dict)
    flags: dict[Reason, Severity] = field(default_factory=dict)

    def waiting(self, rule: ValueRule) -> Waiting | None:
        """How it waits; None when the newest words are ours."""
        spoken = [turn for turn in self.turns.values() if turn.role in _SIDES]
        ours = max((place for place, turn in enumerate(spoken) if turn.role is not Role.CUSTOMER), default=-1)
        unanswered = spoken[ours + 1 :]
        if not unanswered:
            return None
        valued = rule.is_high(Customer(tier=self.tier)) or False
        return Waiting(self.conversation_id, unanswered[0].at, dict(self.flags), valued)

    def first_answer(self) -> float | None:
        """Seconds from the customer's first words to a person's; None without, or when no time is known."""
        spoken = list(self.turns.values())
        first = next((place for place, turn in enumerate(spoken) if turn.role is Role.CUSTOMER), None)
        if first is None:
            return None
        asked = spoken[first]
        answer = next((turn for turn in spoken[first:] if turn.role is Role.AGENT), None)
        if answer is None or not ((asked.claimed and answer.claimed) or asked.event != answer.event):
            return None
        return max(0.0, (answer.at - asked.at).total_seconds())

    def tell(self, row: Any) -> None:
        """Take in the next event."""
        payload = row.payload
        if row.kind == EventKind.CONVERSATION_OPENED:
            self.tier = payload.get("tier") or self.tier
        if row.kind in (EventKind.CONVERSATION_OPENED, EventKind.TURN_RECEIVED):
            for turn in payload.get("turns", (payload,)):
                self.turns.setdefault(turn["turn_id"], _spoken(turn, row))
        elif _counts(row.kind, payload):
            self.flags[Reason(payload["reason"])] = Severity(payload["severity"])
        elif row.kind != EventKind.FLAG_ANSWERED or payload["response"] == "disagreed":
            self.flags.pop(Reason(payload["reason"]), None)


def _counts(kind: EventKind, payload: Mapping[str, Any]) -> bool:
    """Whether a flag counts from now on: a shown one, or a dot that the agent agreed to."""
    if kind == EventKind.FLAG_RAISED:
        return bool(payload.get("shown", True))
    return kind == EventKind.FLAG_ANSWERED and payload["response"] == "agreed" and "severity" in payload


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """How long the customers of one tier waited for the first answer by a person, in seconds."""

    tier: str
    conversations: int
    waits: tuple[float, ...]

    def within(self, share: float) -> float | None:
        """The time in which this share of those answered had their answer."""
        return self.waits[math.ceil(share * len(self.waits)) - 1] if self.waits else None


def followed(engine: Engine, team: str, since: datetime, limit: int) -> list[Followed]:
    """A team's conversations seen since then, the newest first; raises DatabaseUnavailable."""
    here = and_(conversations.c.team == team, conversations.c.last_at >= since)
    newest = select(conversations).where(here).order_by(conversations.c.last_at.desc()).limit(limit)
    with database_errors(), engine.connect() as connection:
        found = {
            row.conversation_id: Followed(row.conversation_id, row.helpdesk, row.subject, row.agent)
            for row in connection.execute(newest)
        }
        told = connection.execute(
            select(events.c.id, events.c.conversation_id, events.c.at, events.c.kind, events.c.payload)
            .where(events.c.team == team, events.c.conversation_id.in_(found), events.c.kind.in_(_TOLD))
            .order_by(events.c.id)
        )
        for row in told:
            found[row.conversation_id].tell(row)
    return list(found.values())


def first_answers(found: Iterable[Followed]) -> list[FirstAnswers]:
    """The time to the first answer by tier, as the helpdesk names the tiers."""
    by_tier: dict[str, list[Followed]] = {}
    for each in found:
        by_tier.setdefault(each.tier or "not known", []).append(each)
    return [FirstAnswers(tier, len(mine), _waits(mine)) for tier, mine in sorted(by_tier.items())]


def _waits(found: Sequence[Followed]) -> tuple[float, ...]:
    return tuple(sorted(wait for each in found if (wait := each.first_answer()) is not None))


def _spoken(turn: Mapping[str, Any], row: Row[Any]) -> Spoken:
    """A page's clock may be wrong: what it claims is never later than when the turn was received."""
    claimed = turn.get("at")
    at = min(datetime.fromisoformat(claimed), row.at) if claimed else row.at
    return Spoken(Role(turn["role"]), at, bool(claimed), row.id)
