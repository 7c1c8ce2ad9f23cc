"""Forgets texts after their time, every night."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from server.database import DatabaseUnavailable
from server.people import People
from server.store import Forgotten, Store

log = logging.getLogger("sotto.retention")

NIGHT_HOUR = 3
"""UTC hour of the nightly run."""


def forget(store: Store, people: People, days: int, now: datetime) -> Forgotten:
    """Removes texts and conversations older than `days`, and page sign-ins that ended a week ago."""
    people.forget_expired(now - timedelta(days=7))
    forgotten = store.forget_older_than(now - timedelta(days=days))
    log.info("forgot %d texts and %d conversations", forgotten.texts, forgotten.conversations)
    return forgotten


def until_night(now: datetime) -> timedelta:
    """The time from now to the next nightly run, never zero."""
    tonight = now.astimezone(UTC).replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return (tonight if tonight > now else tonight + timedelta(days=1)) - now


async def forget_nightly(store: Store, people: People, days: int) -> None:
    """Forgets at once and every night, until cancelled; a night without a database is logged."""
    while True:
        try:
            await asyncio.to_thread(forget, store, people, days, datetime.now(UTC))
        except DatabaseUnavailable as error:
            log.error("texts past their time were not removed: %s", error)
        await asyncio.sleep(until_night(datetime.now(UTC)).total_seconds())
