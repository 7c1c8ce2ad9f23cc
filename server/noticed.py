"""What a team's agents noticed of the tool itself: better snippets than the first, pages it can't read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, func, or_, select

from server.crises import in_crisis
from server.database import database_errors
from server.events import EventKind
from server.tables import conversations, events, texts


@dataclass(frozen=True, slots=True)
class ChosenPassage:
    """A passage as (title or None, document id)."""

    title: str | None
    document_id: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """An agent used snippet `number` for a question (None once gone), not the first."""

    at: datetime
    question: str | None
    number: int
    used: ChosenPassage
    first: ChosenPassage


@dataclass(frozen=True, slots=True)
class Unread:
    """How often an adapter found nothing on a helpdesk's pages, from the first time to the last."""

    adapter: str
    helpdesk: str
    times: int
    since: datetime
    last: datetime


def newest_chosen(engine: Engine, team: str, limit: int) -> list[Chosen]:
    """The newest passages that a team's agents used instead of the first, without the words of a crisis.

    Raises DatabaseUnavailable.
    """
    statement = (
        select(events)
        .where(events.c.team == team, events.c.kind == EventKind.PASSAGE_USED.value)
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    with database_errors(), engine.connect() as connection:
        rows = connection.execute(statement).all()
        crises = in_crisis(connection, {row.conversation_id for row in rows})
        here = and_(
            conversations.c.team == team,
            conversations.c.conversation_id.in_({row.conversation_id for row in rows}),
        )
        asked = or_(
            and_(texts.c.kind == "question", texts.c.ref.in_({row.report_id for row in rows})),
            and_(texts.c.kind == "turn", texts.c.ref.in_({row.payload["turn_id"] for row in rows})),
        )
        found = connection.execute(
            select(conversations.c.conversation_id, texts.c.kind, texts.c.ref, texts.c.text)
            .join(texts, texts.c.conversation == conversations.c.id)
            .where(here, asked)
        )
        kept = {
            (thread, kind, ref): text for thread, kind, ref, text in found if (team, thread) not in crises
        }
    return [_chosen(row, kept) for row in rows]


def pages_unread(engine: Engine, team: str, since: datetime) -> list[Unread]:
    """The adapters that found nothing for a team's agents since then, the latest first."""
    adapter, helpdesk = (events.c.payload[name].as_string() for name in ("adapter", "helpdesk"))
    last = func.max(events.c.at, type_=events.c.at.type)
    statement = (
        select(adapter, helpdesk, func.count(), func.min(events.c.at, type_=events.c.at.type), last)
        .where(events.c.team == team, events.c.kind == EventKind.PAGE_UNREAD.value, events.c.at >= since)
        .group_by(adapter, helpdesk)
        .order_by(last.desc())
    )
    with database_errors(), engine.connect() as connection:
        return [Unread(*row) for row in connection.execute(statement)]


def _chosen(row: Row[Any], kept: dict[tuple[str, str, str], str]) -> Chosen:
    used, first = (ChosenPassage(each.get("title"), each["document_id"]) for each in row.payload["passages"])
    thread, turn = row.conversation_id, row.payload["turn_id"]
    question = kept.get((thread, "question", row.report_id)) or kept.get((thread, "turn", turn))
    return Chosen(row.at, question, row.payload["number"], used, first)
