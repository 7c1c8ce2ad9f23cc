"""Tells agents at once what became of their reports, whichever process took the owner's answer."""

from __future__ import annotations

import asyncio

from server.database import DatabaseUnavailable
from server.logs import logger
from server.panels import LiveParts

log = logger("answers")


async def tell_answers(parts: LiveParts) -> None:
    """Look for new answers as often as for a new revision, until cancelled; a panel hears each once.

    An answer's key may become visible after a greater one, so what was told is remembered by key.
    """
    told: set[int] = set()
    while True:
        if len(parts.panels):
            try:
                told = await _tell_newest(parts, told)
            except DatabaseUnavailable as error:
                log.warning("answers_unknown", who="admin", error=error)
        await asyncio.sleep(parts.settings.knowledge_poll_s)


async def _tell_newest(parts: LiveParts, told: set[int]) -> set[int]:
    newest = set(await parts.ask_database(parts.reports.newest_answers))
    for answer in await parts.ask_database(parts.reports.unseen, newest - told):
        parts.panels.tell(answer)
    return newest
