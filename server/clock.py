"""The two clocks, read together and passed into everything that decides."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading: `at` is UTC for the record, `seconds` is monotonic for durations."""

    at: datetime
    seconds: float


def moment() -> Moment:
    """The present."""
    return Moment(datetime.now(UTC), time.monotonic())
