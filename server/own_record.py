"""What the record says of one person, shown to nobody but them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from server.database import database_errors
from server.events import EventKind
from server.tables import events
from server.wire import OwnRecord

DAYS = 30


def own_record(engine: Engine, person: str, now: datetime, kept_days: int) -> OwnRecord:
    """The last thirty days of a person: how much they were shown, the newest outcome of each suggestion, and
    what they reported. Raises DatabaseUnavailable.
    """
    since = now - timedelta(days=DAYS)
    mine = (events.c.person == person, events.c.at >= since)
    with database_errors(), engine.connect() as connection:
        kinds = (EventKind.SUGGESTION_READY.value, EventKind.PASSAGE_REPORTED.value)
        counted = connection.execute(
            select(events.c.kind, func.count()).where(*mine, events.c.kind.in_(kinds)).group_by(events.c.kind)
        )
        number = {kind: count for kind, count in counted}
        reports = connection.execute(
            select(events.c.suggestion_id, events.c.payload["outcome"].as_string())
            .where(*mine, events.c.kind == EventKind.OUTCOME_REPORTED.value)
            .order_by(events.c.id)
        )
        outcomes = Counter({suggestion: outcome for suggestion, outcome in reports}.values())
    return OwnRecord(
        since=since.date(),
        suggestions=number.get(EventKind.SUGGESTION_READY, 0),
        inserted=outcomes["inserted"],
        edited=outcomes["edited"],
        copied=outcomes["copied"],
        dismissed=outcomes["dismissed"],
        ignored=outcomes["ignored"],
        reports=number.get(EventKind.PASSAGE_REPORTED, 0),
        kept_days=kept_days,
    )
