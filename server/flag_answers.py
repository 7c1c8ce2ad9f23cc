"""What agents answered to flags: how often they agreed, for each reason, and from which confidence on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from server.by_hand import RULE
from server.conversation import Reason
from server.database import database_errors
from server.events import EventKind
from server.tables import events

# 90 of 100 such ranges hold the true share.
Z90 = 1.645
# With fewer answers the share says too little to move a threshold by.
ENOUGH = 10

# "Not now" silences a flag and says nothing of whether it was right.
_VERDICTS = ("agreed", "disagreed")
_KINDS = (EventKind.FLAG_RAISED, EventKind.FLAG_ANSWERED)
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FlagAnswer:
    """Whether an agent agreed to a flag, and how sure the flag was; None where that is not on record."""

    reason: Reason
    agreed: bool
    confidence: float | None


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """The flags that rules raised for a team, each counted once, and the last answer to each."""

    raised: dict[Reason, int]
    answers: tuple[FlagAnswer, ...]

    def of(self, reason: Reason) -> Precision:
        """How often agents agreed to this reason."""
        return precision([answer for answer in self.answers if answer.reason is reason])

    def sure_of(self, reason: Reason, least: float) -> Precision:
        """How often they agreed to those that are at least so sure."""
        mine = (answer for answer in self.answers if answer.reason is reason)
        return precision([answer for answer in mine if (answer.confidence or 0.0) >= least])


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the answers agreed, with the range in which the true share probably lies."""

    agreed: int
    answered: int

    @property
    def share(self) -> float | None:
        """The part that agreed; None without answers."""
        return self.agreed / self.answered if self.answered else None

    @property
    def range(self) -> tuple[float, float]:
        """The 90 % range of the share (Wilson's)."""
        if not self.answered:
            return 0.0, 1.0
        n, share = self.answered, self.agreed / self.answered
        middle = share + Z90**2 / (2 * n)
        half = Z90 * math.sqrt(share * (1 - share) / n + Z90**2 / (4 * n * n))
        return (middle - half) / (1 + Z90**2 / n), (middle + half) / (1 + Z90**2 / n)

    @property
    def is_enough(self) -> bool:
        """Whether there are answers enough to go by."""
        return self.answered >= ENOUGH


def precision(answers: Sequence[FlagAnswer]) -> Precision:
    """How often these answers agreed."""
    return Precision(sum(answer.agreed for answer in answers), len(answers))


def flag_record(engine: Engine, team: str, since: datetime) -> FlagRecord:
    """The flags of a team since then and what agents answered; raises DatabaseUnavailable.

    Flags raised by hand are left out: they say nothing of the rules. The last answer to a flag counts.
    """
    statement = (
        select(events.c.kind, events.c.conversation_id, events.c.payload)
        .where(events.c.team == team, events.c.kind.in_(_KINDS), events.c.at >= since)
        .order_by(events.c.id)
    )
    with database_errors(), engine.connect() as connection:
        rows = connection.execute(statement).all()
    raised: dict[Place, float] = {}
    by_hand: set[Place] = set()
    answers: dict[Place, FlagAnswer] = {}
    for row in rows:
        place = (row.conversation_id, row.payload["reason"], row.payload["turn_id"])
        if row.kind == EventKind.FLAG_ANSWERED:
            if row.payload["response"] in _VERDICTS:
                answers[place] = _answer(row.payload, raised.get(place))
        elif row.payload.get("rule") == RULE:
            by_hand.add(place)
        else:
            raised[place] = row.payload["confidence"]
    counted = [Reason(reason) for _, reason, _ in raised]
    kept = tuple(answer for place, answer in answers.items() if place not in by_hand)
    return FlagRecord({reason: counted.count(reason) for reason in Reason}, kept)


def _answer(payload: Mapping[str, Any], raised_at: float | None) -> FlagAnswer:
    return FlagAnswer(
        Reason(payload["reason"]), payload["response"] == "agreed", payload.get("confidence", raised_at)
    )
