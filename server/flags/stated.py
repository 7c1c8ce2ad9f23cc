"""How likely a flag is right, as it is told: how sure its rule is, set right by how often such flags were.

A reason that stands alone is likelier right than one of several that the same words raised.

Nothing is decided by it: thresholds are about how sure a rule is, and stay what a lead set them to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.by_hand import RULE
from server.conversation import Flag
from server.flags.encoder import MODEL

FILE = "calibration.json"
# Nothing is told as certain, either way.
LEAST, MOST = 0.01, 0.99


def logit(sure: float) -> float:
    """How sure, on the scale that calibrations weigh."""
    bounded = min(MOST, max(LEAST, sure))
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The surer a rule is, the likelier it is right; reasons that it does not know are told as they are."""

    intercept: float
    slope: float
    alone: float
    reasons: Mapping[str, float]

    def confidence(self, reason: str, sure: float, alone: bool) -> float:
        """How likely a flag of this reason is right whose rule is so sure, with or without others beside."""
        if reason not in self.reasons:
            return sure
        weighed = self.intercept + self.reasons[reason] + self.slope * logit(sure) + self.alone * alone
        return round(min(MOST, max(LEAST, 1 / (1 + math.exp(-weighed)))), 2)


@cache
def shipped_calibration(folder: Path = MODEL) -> Calibration:
    """How often the flags of this release were right where that is known."""
    return Calibration(**json.loads((folder / FILE).read_text(encoding="utf-8")))


def stated(flag: Flag) -> float:
    """The confidence that is told of a flag; an agent who raises one is sure."""
    if flag.rule == RULE:
        return flag.confidence
    return shipped_calibration().confidence(flag.reason.value, flag.confidence, flag.alone)
