"""A team's newest conversations as they are kept: turns put together from the record, as far as kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, select

from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.crises import in_crisis
from server.database import database_errors
from server.events import EventKind
from server.tables import conversations, events, texts

_TOLD = (EventKind.CONVERSATION_OPENED, EventKind.TURN_RECEIVED)


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation of a team with the turns whose (masked) texts are still kept; of the customer only the
    tier is known.
    """

    conversation: Conversation
    agent: str
    last_at: datetime


def newest_conversations(engine: Engine, team: str, limit: int) -> list[KeptConversation]:
    """The newest conversations of a team, the latest first, but for crises; raises DatabaseUnavailable.

    The caller has asked `access.may_review` for a person of this team.
    """
    mine = select(conversations).where(conversations.c.team == team)
    with database_errors(), engine.connect() as connection:
        newest: Sequence[Row[Any]] = connection.execute(
            mine.order_by(conversations.c.last_at.desc()).limit(limit)
        ).all()
        ids = {row.conversation_id for row in newest}
        crises = in_crisis(connection, ids)
        newest = [row for row in newest if (team, row.conversation_id) not in crises]
        told = connection.execute(
            select(events.c.conversation_id, events.c.at, events.c.kind, events.c.payload)
            .where(events.c.team == team, events.c.conversation_id.in_(ids), events.c.kind.in_(_TOLD))
            .order_by(events.c.id)
        ).all()
        said = connection.execute(
            select(texts.c.conversation, texts.c.ref, texts.c.text).where(
                and_(texts.c.conversation.in_({row.id for row in newest}), texts.c.kind == "turn")
            )
        )
        words = {(row.conversation, row.ref): row.text for row in said}
    by_conversation: dict[str, list[Any]] = {}
    for row in told:
        by_conversation.setdefault(row.conversation_id, []).append(row)
    return [_kept(row, by_conversation.get(row.conversation_id, ()), words) for row in newest]


def _kept(row: Row[Any], told: Sequence[Any], words: Mapping[tuple[int, str], str]) -> KeptConversation:
    channel, tier = Channel.EMAIL, None
    turns: dict[str, Turn] = {}
    for event in told:
        payload = event.payload
        if event.kind == EventKind.CONVERSATION_OPENED:
            channel, tier = Channel(payload["channel"]), payload.get("tier") or tier
        for each in payload.get("turns", (payload,)):
            text = words.get((row.id, each["turn_id"]))
            if text is not None and each["turn_id"] not in turns:
                turns[each["turn_id"]] = _turn(each, text, event.at)
    talk = Conversation(
        row.conversation_id, row.helpdesk, channel, row.subject, Customer(tier=tier), tuple(turns.values())
    )
    return KeptConversation(talk, row.agent, row.last_at)


def _turn(payload: Mapping[str, Any], text: str, received_at: datetime) -> Turn:
    at = datetime.fromisoformat(payload["at"]) if payload.get("at") else None
    return Turn(payload["turn_id"], Role(payload["role"]), text, received_at, at)
