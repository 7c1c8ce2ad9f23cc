"""Reads from the record the drafts of a conversation that agents took or turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from server.tables import conversations, texts
from server.used import MOST_REMEMBERED, USED


def used_texts(
    connection: Connection, conversation_id: str, teams: Sequence[str], outcomes: Mapping[str, str]
) -> tuple[str, ...]:
    """The texts of the newest drafts whose outcome says that they were used, oldest first."""
    used = [each for each, outcome in outcomes.items() if outcome in USED][-MOST_REMEMBERED:]
    if not used:
        return ()
    here = select(conversations.c.id).where(
        conversations.c.conversation_id == conversation_id, conversations.c.team.in_(teams)
    )
    found = connection.execute(
        select(texts.c.ref, texts.c.text).where(
            texts.c.conversation.in_(here), texts.c.kind == "suggestion", texts.c.ref.in_(used)
        )
    )
    by_id = {row.ref: row.text for row in found}
    return tuple(by_id[each] for each in used if each in by_id)
