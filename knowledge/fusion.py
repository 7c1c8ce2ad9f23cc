"""How scores become one ranking and a confidence. Pure; docs/knowledge.md explains every number."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# The dense score leads; words break ties and rescue codes, names and numbers.
LEXICAL_WEIGHT = 0.3

# Confidence that a passage answers: a logistic function over features that can be looked at.
BIAS = -6.0
PER_DENSE = 10.0
PER_LEXICAL = 4.0

# Below this, nothing found is good enough to show as an answer.
ANSWER_THRESHOLD = 0.5


def fused(dense: Scores, lexical: Scores) -> Scores:
    """One score a passage; `dense` is a cosine, `lexical` the share of the best BM25 possible (0 to 1)."""
    result: Scores = dense + np.float32(LEXICAL_WEIGHT) * lexical
    return result


def confidence(dense: float, lexical: float) -> float:
    """The estimated probability, 0 to 1, that the passage answers the query."""
    return 1.0 / (1.0 + math.exp(-(BIAS + PER_DENSE * dense + PER_LEXICAL * lexical)))
