"""What a transaction writes and looks up of conversations: their team, their key, their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.events import ConversationRow, Event, EventKind, Record, TextRow
from server.tables import conversations, events, texts


class Transaction:
    """One transaction, of one record or of many: what it looked up of a conversation it keeps."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._teams: dict[tuple[str | None, str], str] = {}
        self._keys: dict[tuple[str | None, str], int | None] = {}
        self._last: dict[int, datetime] = {}

    def __enter__(self) -> Transaction:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None and self._last:
            values = [{"key": key, "at": at} for key, at in sorted(self._last.items())]
            self.connection.execute(_touching(), values)

    def team(self, record: Record) -> str:
        """The team in which this person works on this conversation, as told when it was opened."""
        first = record.events[0]
        who = (first.conversation_id, first.person)
        if record.conversation:
            self._teams[who] = record.conversation.team
        elif first.conversation_id is None and record.team is not None:
            return record.team
        elif who not in self._teams:
            self._teams[who] = _team_before(self.connection, first)
        return self._teams[who]

    def opened(self, row: ConversationRow, person: str, at: datetime) -> None:
        """Keep what is known of a conversation that was just opened."""
        _open_conversation(self.connection, row, person, at)
        self._keys.pop((row.conversation_id, row.team), None)

    def key(self, conversation_id: str | None, team: str, at: datetime) -> int | None:
        """The key of a conversation that lives on at this moment; None once it is forgotten or erased."""
        which = (conversation_id, team)
        if which not in self._keys:
            self._keys[which] = conversation_key(self.connection, conversation_id, team)
        key = self._keys[which]
        if key is not None:
            self._last[key] = at
        return key


@cache
def _touching() -> Any:
    return update(conversations).where(conversations.c.id == bindparam("key")).values(last_at=bindparam("at"))


def _team_before(connection: Connection, first: Event) -> str:
    mine = and_(events.c.conversation_id == first.conversation_id, events.c.person == first.person)
    team = connection.execute(
        select(events.c.team).where(mine).order_by(events.c.id.desc()).limit(1)
    ).scalar()
    if team is None:
        raise ValueError(
            f"expected {EventKind.CONVERSATION_OPENED} with Record.conversation before {first.kind}"
        )
    return str(team)


def _open_conversation(connection: Connection, row: ConversationRow, person: str, at: datetime) -> None:
    """The first of a team to open it becomes its agent; what a later page knows of the customer is added."""
    values = asdict(row) | {"agent": person, "opened_at": at, "last_at": at}
    connection.execute(_opening(connection.dialect.name), values)


@cache
def _opening(dialect: str) -> Any:
    statement = _insert(dialect, conversations)
    new = statement.excluded
    renewed = {"subject": new.subject} | {
        name: func.coalesce(new[name], conversations.c[name])
        for name in ("customer_id", "customer_email", "customer_name")
    }
    return statement.on_conflict_do_update(index_elements=["conversation_id", "team"], set_=renewed)


def conversation_key(connection: Connection, conversation_id: str | None, team: str) -> int | None:
    """The key under which a conversation's texts are kept; None once it is forgotten or erased."""
    here = and_(conversations.c.conversation_id == conversation_id, conversations.c.team == team)
    return connection.execute(select(conversations.c.id).where(here)).scalar()


def put_texts(connection: Connection, conversation: int, rows: Sequence[TextRow], at: datetime) -> None:
    """Adds or replaces texts; each keeps its first time, so that reopening doesn't prolong retention."""
    if rows:
        values = [
            {
                "conversation": conversation,
                "kind": row.kind,
                "ref": row.ref,
                "text": row.text,
                "stored_at": at,
            }
            for row in rows
        ]
        connection.execute(_putting(connection.dialect.name), values)


@cache
def _putting(dialect: str) -> Any:
    statement = _insert(dialect, texts)
    return statement.on_conflict_do_update(
        index_elements=["conversation", "kind", "ref"],
        set_={"text": statement.excluded.text},
        where=texts.c.text != statement.excluded.text,
    )


def _insert(dialect: str, table: Table) -> Any:
    """The dialect's own INSERT: both databases know ON CONFLICT, SQLAlchemy has no common word for it."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
