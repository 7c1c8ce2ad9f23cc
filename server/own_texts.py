"""Own texts as they are stored: each is one person's or one team's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    and_,
    delete,
    func,
    insert,
    outerjoin,
    select,
    update,
)

from server.database import database_errors, writing
from server.own_text import MOST_MACROS, Keeper, OwnKind, OwnText
from server.tables import own_texts, people

Mark = tuple[int, int, int]
"""Differs whenever any own text was added, changed or deleted."""


class TooMany(ValueError):
    """No further macro fits; the text says what to do."""


class OwnTexts:
    """Everybody's own texts. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept. The
    caller has asked `access` who may write for a team.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def of(self, keeper: Keeper) -> list[OwnText]:
        """What this person or team keeps, by title."""
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(_all().where(_kept_by(keeper)))
            return sorted(map(_own_text, rows), key=lambda own: (own.title.casefold(), own.key))

    def all(self) -> list[OwnText]:
        """What everybody keeps, the oldest first."""
        with database_errors(), self._engine.connect() as connection:
            return [_own_text(row) for row in connection.execute(_all().order_by(own_texts.c.id))]

    def mark(self) -> Mark:
        """Equal marks: nothing was changed in between."""
        counted = select(func.count(), func.max(own_texts.c.id), func.sum(own_texts.c.version))
        with database_errors(), self._engine.connect() as connection:
            count, newest, versions = connection.execute(counted).one()
        return int(count), int(newest or 0), int(versions or 0)

    def add(self, keeper: Keeper, title: str, text: str, now: datetime) -> int:
        """A further macro; its key. Raises TooMany, or ValueError when nobody is that keeper."""
        with database_errors(), self._writing.begin() as connection:
            mine = and_(_kept_by(keeper), own_texts.c.kind == OwnKind.MACRO.value)
            if len(connection.execute(select(own_texts.c.id).where(mine)).all()) >= MOST_MACROS:
                raise TooMany(f"There are {MOST_MACROS} macros already; delete one first.")
            return _put(connection, keeper, OwnKind.MACRO, (title, text), now)

    def change(self, keeper: Keeper, key: int, version: int, typed: tuple[str, str], now: datetime) -> bool:
        """Its title and text from now on; False and nothing when it is not as this `version` has it."""
        title, text = typed
        same = and_(_kept_by(keeper), own_texts.c.id == key, own_texts.c.version == version)
        values = {"title": title, "text": text, "version": version + 1, "changed_at": now}
        with database_errors(), self._writing.begin() as connection:
            return bool(connection.execute(update(own_texts).where(same).values(**values)).rowcount)

    def delete(self, keeper: Keeper, key: int) -> bool:
        """Gone for good; False when this keeper has none of this key."""
        with database_errors(), self._writing.begin() as connection:
            mine = and_(_kept_by(keeper), own_texts.c.id == key)
            return bool(connection.execute(delete(own_texts).where(mine)).rowcount)

    def set_phrase(self, keeper: Keeper, kind: OwnKind, text: str, now: datetime) -> None:
        """How this keeper's e-mails begin or end; an empty text for none. ValueError when nobody is that."""
        with database_errors(), self._writing.begin() as connection:
            mine = and_(_kept_by(keeper), own_texts.c.kind == kind.value)
            connection.execute(delete(own_texts).where(mine))
            if text:
                _put(connection, keeper, kind, ("", text), now)


def _all() -> Any:
    joined = outerjoin(own_texts, people, own_texts.c.person == people.c.id)
    return select(own_texts, people.c.name).select_from(joined)


def _kept_by(keeper: Keeper) -> ColumnElement[bool]:
    if keeper.is_team:
        return own_texts.c.team == keeper.name
    named = select(people.c.id).where(people.c.name == keeper.name).scalar_subquery()
    return own_texts.c.person == named


def _put(connection: Connection, keeper: Keeper, kind: OwnKind, typed: Sequence[str], now: datetime) -> int:
    person = None
    if not keeper.is_team:
        person = connection.execute(select(people.c.id).where(people.c.name == keeper.name)).scalar()
        if person is None:
            raise ValueError(f"name: expected a person, received {keeper.name!r}")
    title, text = typed
    whose = {"person": person, "team": keeper.name if keeper.is_team else None}
    values = {"kind": kind.value, "title": title, "text": text, "version": 1, "changed_at": now}
    added = insert(own_texts).values(**whose, **values).returning(own_texts.c.id)
    return int(connection.execute(added).scalar_one())


def _own_text(row: Row[Any]) -> OwnText:
    keeper = Keeper(row.name) if row.team is None else Keeper(row.team, is_team=True)
    return OwnText(row.id, keeper, OwnKind(row.kind), row.title, row.text, row.version, row.changed_at)
