"""How long experts helped, from taking a conversation until it was over: what they are paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, and_, select

from server.database import database_errors
from server.events import EventKind
from server.handover import Handover, HandoverState
from server.person import PersonRole
from server.tables import events, people


@dataclass(frozen=True, slots=True)
class Helped:
    """One conversation that an expert took, until it was over."""

    expert: str
    handover: int
    ended: datetime
    seconds: int

    @property
    def minutes(self) -> int:
        """Whole minutes, each that was begun."""
        return -(-self.seconds // 60)


def note_time(connection: Connection, handover: Handover, at: datetime) -> None:
    """Puts on record how long its holder helped, if an expert had taken it; part of what ends a handover."""
    if handover.state is not HandoverState.ACCEPTED or handover.to.kind != "expert":
        return
    roles = connection.execute(select(people.c.roles).where(people.c.name == handover.holder)).scalar()
    taken = and_(events.c.about == handover.key, events.c.kind == EventKind.HANDOVER_ANSWERED.value)
    first = select(events.c.at).where(taken, events.c.person == handover.holder).order_by(events.c.id)
    since = connection.execute(first.limit(1)).scalar()
    if since is None or PersonRole.EXPERT not in (roles or ()):
        return
    row = {
        "kind": EventKind.EXPERT_TIME.value,
        "at": at,
        "conversation_id": handover.conversation_id,
        "team": handover.team,
        "person": handover.holder,
        "report_id": None,
        "schema": 1,
        "payload": {"seconds": max(0, round((at - since).total_seconds()))},
        "about": handover.key,
    }
    connection.execute(events.insert(), row)


def helped_between(
    engine: Engine, since: datetime, until: datetime, expert: str | None = None
) -> list[Helped]:
    """What ended in that time, oldest first; of one expert if asked. Raises DatabaseUnavailable."""
    then = and_(events.c.kind == EventKind.EXPERT_TIME.value, events.c.at >= since, events.c.at < until)
    statement = select(events.c.person, events.c.about, events.c.at, events.c.payload).where(then)
    if expert is not None:
        statement = statement.where(events.c.person == expert)
    with database_errors(), engine.connect() as connection:
        rows = connection.execute(statement.order_by(events.c.id)).all()
    return [Helped(row.person, row.about, row.at, int(row.payload["seconds"])) for row in rows]


def month_of(text: str) -> tuple[datetime, datetime]:
    """Beginning and end of a month such as 2026-11, in UTC; raises ValueError."""
    try:
        first = datetime.strptime(text.strip(), "%Y-%m").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"month: expected a month such as 2026-11, received {text!r}") from error
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def as_csv(helped: Sequence[Helped]) -> str:
    """A line for each, for whoever pays; it names no customer and no conversation."""
    lines = [f"{each.expert},{each.handover},{each.ended:%Y-%m-%d %H:%M},{each.minutes}" for each in helped]
    return "\n".join(["expert,handover,ended (UTC),minutes", *lines])
