"""From which confidence a reason is a dot, and from which it is shown: as shipped, or a team's own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.conversation import Flag, Reason

LOWEST, HIGHEST = 0.05, 0.99


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From `quiet` on a reason is a dot; from `shown` on, which is never less, it is shown."""

    quiet: float
    shown: float

    def moved(self, quiet: float | None, shown: float | None) -> Thresholds:
        """These, as a team has moved them; None leaves one where it is."""
        lower = self.quiet if quiet is None else quiet
        return Thresholds(lower, max(lower, self.shown if shown is None else shown))


Moved = Mapping[Reason, Thresholds]
"""The thresholds of the reasons that a team has moved; all others are as this release has them."""

AS_SHIPPED: Moved = {}


def held(flag: Flag, own: Thresholds | None, shipped: Thresholds) -> Flag | None:
    """The flag as a team wants it: as it is, quiet, or None.

    As shipped, wording that is decisive is shown whatever its confidence; only a threshold that was raised
    takes that back. A crisis stays as it is.
    """
    if own is None or flag.is_crisis:
        return flag
    if own.quiet > shipped.quiet and flag.confidence < own.quiet:
        return None
    if own.shown > shipped.shown and flag.confidence < own.shown:
        return replace(flag, shown=False)
    return flag
