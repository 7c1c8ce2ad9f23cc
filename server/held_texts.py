"""Reads from the record which holding replies were shown, and how many of them were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from server.database import database_errors
from server.events import EventKind
from server.tables import conversations, events, texts

HELD = "holding"


@dataclass(frozen=True, slots=True)
class HeldCount:
    """For how many of the customers' messages a holding reply was shown, and for how many it was sent."""

    shown: int
    sent: int


def held_texts(connection: Connection, conversation_id: str, teams: Sequence[str]) -> Mapping[str, str]:
    """The holding replies of a conversation by the turn they were shown for, those sent left out."""
    turn = events.c.payload["turn_id"].as_string()
    sent = select(turn).where(
        events.c.conversation_id == conversation_id,
        events.c.team.in_(teams),
        events.c.kind == EventKind.HOLDING_SENT.value,
    )
    found = connection.execute(
        select(texts.c.ref, texts.c.text)
        .join(conversations, texts.c.conversation == conversations.c.id)
        .where(
            conversations.c.conversation_id == conversation_id,
            conversations.c.team.in_(teams),
            texts.c.kind == HELD,
            texts.c.ref.not_in(sent),
        )
    )
    return {row.ref: row.text for row in found}


def held_count(engine: Engine, team: str, since: datetime) -> HeldCount:
    """How a team's holding replies fared since then, each once for a turn. Raises DatabaseUnavailable."""
    kinds = (EventKind.HOLDING_SHOWN.value, EventKind.HOLDING_SENT.value)
    each = (
        select(events.c.kind, events.c.conversation_id, events.c.payload["turn_id"].as_string().label("turn"))
        .where(events.c.team == team, events.c.kind.in_(kinds), events.c.at >= since)
        .distinct()
        .subquery()
    )
    with database_errors(), engine.connect() as connection:
        rows = connection.execute(select(each.c.kind, func.count()).group_by(each.c.kind)).all()
    times = {kind: count for kind, count in rows}
    return HeldCount(times.get(kinds[0], 0), times.get(kinds[1], 0))
