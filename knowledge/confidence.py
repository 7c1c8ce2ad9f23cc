"""The probability that a hit answers. Pure; comments say where each number comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.fusion import Scores, logistic

# A logistic function of two things that can be looked at: how close the passage is in meaning, and how far
# ahead of the other subjects. Fitted by scripts/fit_confidence.py on the first hits of eight dev sets, their
# questions asked of their own corpus and of foreign ones. The lead counts by the closeness: being ahead among
# passages that are all far off says little. Words are in the lead; by themselves they made the silence on
# stackfaq without its answers worse.
BIAS = -5.85
PER_DENSE = 7.17
PER_LEAD = 14.1
# More closeness than this says nothing more by itself, and more lead nothing more at all.
MOST_DENSE = 0.65
MOST_LEAD = 0.5
# The lead is over the mean of so many: the best rival alone may be a twin of the passage, whether or not both
# answer. From 5 to 20 all sets do about the same.
RIVALS = 10

# Below this confidence of the first hit, nothing found is good enough to answer from. On the golden questions
# of the demo it lets 94 % of the right first hits through, and 14 % of 90 questions of another company.
ANSWER_THRESHOLD = 0.07


def lead(scores: Scores, groups: NDArray[np.int32], row: int) -> float:
    """How far a row is above the mean of the best rows of other groups; MOST_LEAD where there are none."""
    others = scores[groups != groups[row]]
    if not len(others):
        return MOST_LEAD
    return min(float(scores[row] - np.sort(others)[-RIVALS:].mean()), MOST_LEAD)


def terms(dense: float, ahead: float) -> tuple[float, float]:
    """What PER_DENSE and PER_LEAD multiply, of a hit's cosine and its lead."""
    return min(dense, MOST_DENSE), max(dense, 0.0) * max(ahead, 0.0)


def confidence(dense: float, ahead: float) -> float:
    """The estimated probability, 0 to 1, that the passage answers, from its cosine and its lead."""
    closeness, standing_out = terms(dense, ahead)
    return logistic(BIAS + PER_DENSE * closeness + PER_LEAD * standing_out)
