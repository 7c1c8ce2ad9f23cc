"""Experts as they are stored: what they say of themselves, and how much they have in hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, func, insert, or_, select, update

from server.database import database_errors, writing
from server.expert_hours import read_hours
from server.expert_profile import Profile
from server.handover import HandoverState
from server.matching import Candidate
from server.person import PersonRole
from server.tables import experts, handovers, people


class Experts:
    """Every expert's profile. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def set(self, name: str, profile: Profile, now: datetime) -> None:
        """Stores the profile in place of an earlier one; raises ValueError when nobody is that expert."""
        values = {
            "topics": list(profile.topics),
            "products": list(profile.products),
            "languages": list(profile.languages),
            "hours": profile.hours.text,
            "zone": profile.hours.zone,
            "most": profile.most,
            "changed_at": now,
        }
        active = and_(people.c.name == name, people.c.revoked_at.is_(None))
        with database_errors(), self._writing.begin() as connection:
            row = connection.execute(
                select(people.c.id, people.c.roles).where(active).with_for_update()
            ).first()
            if row is None or PersonRole.EXPERT not in row.roles:
                raise ValueError(
                    f"name: expected an active person with the role expert, received {name!r}; "
                    "see: python -m server people list"
                )
            mine = experts.c.person == row.id
            if not connection.execute(update(experts).where(mine).values(**values)).rowcount:
                connection.execute(insert(experts).values(person=row.id, **values))

    def find(self, name: str) -> Profile | None:
        """What this expert said of themselves, or None."""
        with database_errors(), self._engine.connect() as connection:
            return profile_of(connection, name)

    def list(self, team: str | None = None) -> list[Candidate]:
        """Every active expert with a profile, by name, with what they have in hand; of one team if asked."""
        with database_errors(), self._engine.connect() as connection:
            return candidates(connection, team)


def profile_of(connection: Connection, name: str) -> Profile | None:
    """As `Experts.find`, in a transaction."""
    row = connection.execute(_profiles().where(people.c.name == name)).first()
    return _profile(row) if row else None


def candidates(connection: Connection, team: str | None) -> list[Candidate]:
    """As `Experts.list`, in a transaction."""
    active = people.c.revoked_at.is_(None)
    statement = _profiles().where(active, people.c.team == team) if team else _profiles().where(active)
    rows = [row for row in connection.execute(statement) if PersonRole.EXPERT in row.roles]
    loads = _loads(connection, [row.name for row in rows])
    return [Candidate(row.name, row.team, _profile(row), loads.get(row.name, 0)) for row in rows]


def _profiles() -> Any:
    joined = experts.join(people, experts.c.person == people.c.id)
    return (
        select(people.c.name, people.c.team, people.c.roles, experts)
        .select_from(joined)
        .order_by(people.c.name)
    )


def _profile(row: Row[Any]) -> Profile:
    hours = read_hours(row.hours, row.zone)
    return Profile(tuple(row.topics), tuple(row.products), tuple(row.languages), hours, row.most)


def _loads(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """How many conversations each has in hand or was just asked about."""
    offered = and_(
        handovers.c.state == HandoverState.OFFERED.value,
        handovers.c.to_kind == "expert",
        handovers.c.to_name.in_(names),
    )
    held = and_(handovers.c.state == HandoverState.ACCEPTED.value, handovers.c.holder.in_(names))
    whose = func.coalesce(handovers.c.holder, handovers.c.to_name)
    counted = select(whose, func.count()).where(or_(offered, held)).group_by(whose)
    return {name: count for name, count in connection.execute(counted)}
