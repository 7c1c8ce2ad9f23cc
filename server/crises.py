"""In which conversations somebody may have been in danger: their words are for few eyes, and in no sample."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from server.conversation import Reason, Severity
from server.events import EventKind
from server.tables import events


def in_crisis(connection: Connection, conversation_ids: Collection[str]) -> set[tuple[str, str]]:
    """Those of the conversations in which a crisis was ever raised, as (team, conversation id)."""
    reason, severity = (events.c.payload[name].as_string() for name in ("reason", "severity"))
    found = connection.execute(
        select(events.c.team, events.c.conversation_id).where(
            events.c.conversation_id.in_(set(conversation_ids)),
            events.c.kind == EventKind.FLAG_RAISED.value,
            reason == Reason.VULNERABILITY.value,
            severity == Severity.URGENT.value,
        )
    )
    return {(team, thread) for team, thread in found}
