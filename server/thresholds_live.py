"""The flags of the running server: its rules, and thresholds kept as they are on record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.assistance import Assistance
from server.database import DatabaseUnavailable
from server.flags import FlagRule
from server.logs import logger
from server.thresholds import TeamThresholds

log = logger("thresholds")


@dataclass(frozen=True, slots=True)
class RunningFlags:
    """What the lead's page of flags needs of this process."""

    assistance: Assistance
    teams: TeamThresholds

    @property
    def rules(self) -> Sequence[FlagRule] | None:
        """What decides the flags; None while the model is being loaded."""
        parts = self.assistance.parts
        return parts.flags if parts else None

    def thresholds_changed(self) -> None:
        """A change was put on record: it holds here at once, in other processes when they look next."""
        self.teams.read()


async def keep_thresholds(
    teams: TeamThresholds, ask_database: Callable[..., Awaitable[Any]], every_s: float
) -> None:
    """Read again, as often as for a new revision, what any process put on record; until cancelled."""
    while True:
        try:
            await ask_database(teams.read)
        except DatabaseUnavailable as error:
            log.warning("thresholds_unknown", who="admin", error=error)
        await asyncio.sleep(every_s)
