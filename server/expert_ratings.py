"""What customers thought of an expert's help: shown to the expert, and never a reason to remove anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, and_, select, update
from sqlalchemy.exc import IntegrityError

from server.database import database_errors, writing
from server.events import EventKind
from server.people import Purpose, digest_of, issue
from server.person import Person, PersonRole
from server.tables import events, handovers, people, tokens

RATINGS = (1, 2, 3, 4, 5)
LINK_LIFE = timedelta(days=14)
By = Literal["agent", "customer"]


@dataclass(frozen=True, slots=True)
class Help:
    """A conversation that an expert helped with and that is over; the customer's own rating outweighs."""

    handover: int
    expert: str
    conversation_id: str
    ended: datetime
    rating: int | None
    by: By | None


class Ratings:
    """Every rating. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def of(self, expert: str, limit: int = 50) -> list[Help]:
        """What an expert helped with, the newest first."""
        return self._helped(events.c.person == expert, limit)

    def asked_by(self, person: Person, limit: int = 50) -> list[Help]:
        """What experts helped this agent with, or this lead's team, the newest first."""
        own = handovers.c.team == person.team
        if PersonRole.LEAD not in person.roles:
            own = and_(own, handovers.c.sender == person.name)
        return self._helped(own, limit)

    def rate(self, person: Person, handover: int, rating: int, at: datetime) -> bool:
        """Stores what the customer told this agent; False when it is not theirs to rate, or was rated."""
        if handover not in {each.handover for each in self.asked_by(person)}:
            return False
        with database_errors():
            try:
                with self._writing.begin() as connection:
                    return _store(connection, handover, rating, "agent", at)
            except IntegrityError:
                return False

    def link(self, person: Person, handover: int, now: datetime) -> str | None:
        """A code with which the customer rates this help once; None when it is not this person's to ask."""
        asked = {each.handover: each for each in self.asked_by(person)}
        if handover not in asked:
            return None
        mine = select(people.c.id).where(people.c.name == asked[handover].expert)
        with database_errors(), self._writing.begin() as connection:
            key = connection.execute(mine).scalar_one()
            return issue(connection, key, Purpose.RATING, now, LINK_LIFE, _bound_to(handover))

    def is_open(self, handover: int, code: str, now: datetime) -> bool:
        """Whether a link can still be used."""
        with database_errors(), self._engine.connect() as connection:
            return (
                connection.execute(select(tokens.c.id).where(_unused(handover, code, now))).first()
                is not None
            )

    def rate_by_link(self, handover: int, code: str, rating: int, at: datetime) -> bool:
        """Stores the customer's own rating and ends the link; False when it was used or is too old."""
        used = (
            update(tokens).where(_unused(handover, code, at)).values(ended_at=at).returning(tokens.c.person)
        )
        with database_errors():
            try:
                with self._writing.begin() as connection:
                    if connection.execute(used).scalar() is None:
                        return False
                    return _store(connection, handover, rating, "customer", at)
            except IntegrityError:  # rated by another link of the same help
                return False

    def _helped(self, which: Any, limit: int) -> list[Help]:
        timed = and_(events.c.kind == EventKind.EXPERT_TIME.value, events.c.about == handovers.c.id)
        joined = events.join(handovers, timed)
        columns: tuple[Any, ...] = (events.c.about, events.c.person, events.c.conversation_id, events.c.at)
        newest = select(*columns).select_from(joined).where(which).order_by(events.c.id.desc()).limit(limit)
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(newest).all()
            rated = _ratings(connection, [row.about for row in rows])
        return [_help(row, rated.get(row.about, {})) for row in rows]


def average(helped: Sequence[Help]) -> float | None:
    """The mean of the ratings there are."""
    given = [each.rating for each in helped if each.rating is not None]
    return sum(given) / len(given) if given else None


def _help(row: Row[Any], rated: dict[str, int]) -> Help:
    by: By | None = "customer" if "customer" in rated else "agent" if "agent" in rated else None
    return Help(row.about, row.person, row.conversation_id, row.at, rated.get(by or ""), by)


def _ratings(connection: Connection, keys: Sequence[int]) -> dict[int, dict[str, int]]:
    which = and_(events.c.kind == EventKind.EXPERT_RATED.value, events.c.about.in_(keys))
    rated: dict[int, dict[str, int]] = {}
    for row in connection.execute(select(events.c.about, events.c.payload).where(which)):
        rated.setdefault(row.about, {})[row.payload["by"]] = row.payload["rating"]
    return rated


def _store(connection: Connection, handover: int, rating: int, by: By, at: datetime) -> bool:
    """The event is the expert's, and its report id lets an agent and a customer rate a help once each."""
    if rating not in RATINGS:
        raise ValueError(f"rating: expected 1 to 5, received {rating}")
    timed = and_(events.c.kind == EventKind.EXPERT_TIME.value, events.c.about == handover)
    row = connection.execute(select(events).where(timed)).one()
    values = {
        "kind": EventKind.EXPERT_RATED.value,
        "at": at,
        "conversation_id": row.conversation_id,
        "team": row.team,
        "person": row.person,
        "report_id": f"rated {handover} {by}",
        "schema": 1,
        "payload": {"rating": rating, "by": by},
        "about": handover,
    }
    connection.execute(events.insert(), values)
    return True


def _bound_to(handover: int) -> str:
    """A code is good for one help; the colon keeps its figures apart from the code's own."""
    return f":{handover}"


def _unused(handover: int, code: str, now: datetime) -> Any:
    return and_(
        tokens.c.digest == digest_of(code + _bound_to(handover)),
        tokens.c.purpose == Purpose.RATING.value,
        tokens.c.ended_at.is_(None),
        tokens.c.expires_at > now,
    )
