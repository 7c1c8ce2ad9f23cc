"""The thresholds that teams have moved: every change with who, when and why, the newest counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from server.conversation import Reason
from server.database import database_errors, writing
from server.flags import Moved, Thresholds
from server.mask import mask, storable
from server.tables import thresholds


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """One change of a team's thresholds for a reason; None leaves one as the release has it.

    `version` counts the changes of this team and reason, from 1.
    """

    team: str
    reason: Reason
    version: int
    quiet: float | None
    shown: float | None
    person: str
    at: datetime
    why: str

    def on(self, shipped: Thresholds) -> Thresholds:
        """What holds after it."""
        return shipped.moved(self.quiet, self.shown)


class StoredThresholds:
    """Every change of any team's thresholds. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def newest(self) -> list[ThresholdChange]:
        """The newest change of each team and reason."""
        last = (
            select(thresholds.c.team, thresholds.c.reason, func.max(thresholds.c.version).label("version"))
            .group_by(thresholds.c.team, thresholds.c.reason)
            .subquery()
        )
        is_last = and_(*(thresholds.c[name] == last.c[name] for name in ("team", "reason", "version")))
        with database_errors(), self._engine.connect() as connection:
            return [_change(row) for row in connection.execute(select(thresholds).join(last, is_last))]

    def history(self, team: str, reason: Reason) -> list[ThresholdChange]:
        """Every change of a team's thresholds for a reason, the newest first."""
        mine = and_(thresholds.c.team == team, thresholds.c.reason == reason.value)
        statement = select(thresholds).where(mine).order_by(thresholds.c.version.desc())
        with database_errors(), self._engine.connect() as connection:
            return [_change(row) for row in connection.execute(statement)]

    def save(self, change: ThresholdChange) -> bool:
        """Puts the change on record; False and nothing when another came to its version first."""
        values = {
            "team": change.team,
            "reason": change.reason.value,
            "version": change.version,
            "quiet": change.quiet,
            "shown": change.shown,
            "person": change.person,
            "at": change.at,
            "why": mask(storable(change.why)),
        }
        with database_errors():
            try:
                with self._writing.begin() as connection:
                    connection.execute(insert(thresholds), values)
            except IntegrityError:
                if self._is_taken(change):
                    return False
                raise
        return True

    def _is_taken(self, change: ThresholdChange) -> bool:
        return any(each.version == change.version for each in self.history(change.team, change.reason))


class TeamThresholds:
    """What each team has moved, as this process last read it; safe to read from any thread."""

    def __init__(self, stored: StoredThresholds, shipped: Moved) -> None:
        self._stored = stored
        self._shipped = shipped
        self._by_team: Mapping[str, Moved] = {}

    def of(self, team: str) -> Moved:
        """The thresholds of the reasons that a team has moved."""
        return self._by_team.get(team, {})

    def read(self) -> None:
        """Read them again; raises DatabaseUnavailable, and what was read before still holds."""
        by_team: dict[str, dict[Reason, Thresholds]] = {}
        for change in self._stored.newest():
            shipped = self._shipped.get(change.reason)
            if shipped is not None and change.on(shipped) != shipped:
                by_team.setdefault(change.team, {})[change.reason] = change.on(shipped)
        self._by_team = by_team


def _change(row: Row[Any]) -> ThresholdChange:
    return ThresholdChange(
        row.team, Reason(row.reason), row.version, row.quiet, row.shown, row.person, row.at, row.why
    )
