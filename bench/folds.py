"""The confidence of every first hit by a fit that left its set out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bench.first_hits import FirstHit, Kind
from bench.logistic import Matrix, fit, stated
from knowledge.confidence import terms

# Both are about the same benefits, so that one may well answer the other's questions.
AKIN = (frozenset({"retrieval_va_faq", "retrieval_doc2dial_va"}),)
# Long sets would otherwise drown the short ones.
MOST_WEIGHT = 350
# With its answer removed a question can often still be answered by what remains: nothing is learned from it.
WEIGHT = {Kind.THERE: 1.0, Kind.REMOVED: 0.0, Kind.FOREIGN: 1.0}


def fitted(rows: Sequence[FirstHit]) -> Matrix:
    """PER_DENSE, PER_LEAD and BIAS fitted on these first hits."""
    found = [row for row in rows if row.hit]
    counts = Counter((row.asked_of, row.kind) for row in found)
    weights = [WEIGHT[row.kind] * min(1.0, MOST_WEIGHT / counts[row.asked_of, row.kind]) for row in found]
    return fit(_features(found), np.array([float(row.right) for row in found]), np.array(weights))


def left_out(rows: Sequence[FirstHit]) -> list[float]:
    """For each row its confidence by the fit on all other sets; 0 where nothing was found."""
    result = np.zeros(len(rows))
    for name in dict.fromkeys(row.asked_of for row in rows):
        numbers = fitted([row for row in rows if row.asked_of != name])
        own = [at for at, row in enumerate(rows) if row.asked_of == name and row.hit]
        result[own] = stated(_features([rows[at] for at in own]), numbers)
    return [float(one) for one in result]


def _features(rows: Sequence[FirstHit]) -> Matrix:
    return np.array([terms(row.hit.dense, row.hit.lead) for row in rows if row.hit], dtype=np.float64)
