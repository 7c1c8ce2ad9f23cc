"""The probability that a hit answers. Pure; comments say where each number comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.fusion import Scores, logistic

# A logistic function of two things that can be looked at: how close the passage is in meaning, and how far
# ahead of the next subject. Fitted by scripts/fit_confidence.py on the first hits of eight dev sets, their
# questions asked of their own corpus and of foreign ones. The lead counts by the square of the closeness:
# being ahead among passages that are all far off says little. Words are in the lead; by themselves they made
# the silence on stackfaq without its answers worse.
BIAS = -5.18
PER_DENSE = 6.94
PER_LEAD = 25.8
# More lead than this says nothing more.
MOST_LEAD = 0.5

# Below this confidence of the first hit, nothing found is good enough to answer from. On the golden questions
# of the demo it lets 92 % of the right first hits through, and 12 % of 90 questions of another company.
ANSWER_THRESHOLD = 0.08


def lead(scores: Scores, groups: NDArray[np.int32]) -> Scores:
    """How far each row is above the best row of another group; MOST_LEAD where there is no other."""
    order = np.argsort(-scores, kind="stable")
    others = order[groups[order] != groups[order[0]]] if len(order) else order
    if not len(others):
        return np.full_like(scores, MOST_LEAD)
    first = order[0]
    rival = np.where(groups == groups[first], scores[others[0]], scores[first])
    result: Scores = np.minimum(scores - rival, np.float32(MOST_LEAD))
    return result


def confidence(dense: float, ahead: float) -> float:
    """The estimated probability, 0 to 1, that the passage answers, from its cosine and its lead."""
    return logistic(BIAS + PER_DENSE * dense + PER_LEAD * max(dense, 0.0) ** 2 * max(ahead, 0.0))
