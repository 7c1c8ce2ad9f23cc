"""The confidence of every first hit, found and read, by a fit that left its set out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.first_hits import FirstHit, Kind
from bench.logistic import Matrix, evidence, fit, offset, stated
from knowledge.confidence import ANSWER_THRESHOLD, terms
from knowledge.document import Hit
from server.read_on import NEUTRAL, PER_SCORE, fit_of, read_through

# Both are about the same benefits, so that one may well answer the other's questions.
AKIN = (frozenset({"retrieval_va_faq", "retrieval_doc2dial_va"}),)
# Long sets would otherwise drown the short ones.
MOST_WEIGHT = 350
# With its answer removed a question can often still be answered by what remains: nothing is learned from it.
WEIGHT = {Kind.THERE: 1.0, Kind.REMOVED: 0.0, Kind.FOREIGN: 1.0}


def fitted(rows: Sequence[FirstHit]) -> Matrix:
    """PER_DENSE, PER_LEAD and BIAS fitted on these first hits."""
    found = [row for row in rows if row.hit]
    return fit(_features(found), np.array([float(row.right) for row in found]), _weights(found))


def neutral(rows: Sequence[FirstHit], numbers: Matrix) -> float:
    """NEUTRAL fitted on the first hits that the server reads, for a search fitted as `numbers` say."""
    read = [
        row
        for row in rows
        if row.read and row.hit == row.read[0].hit and _stated(row.read[0].hit, numbers) >= ANSWER_THRESHOLD
    ]
    if not read:
        return NEUTRAL
    features, scores = _features(read), np.array([row.read[0].score for row in read])
    slopes = PER_SCORE * (1 - stated(features, numbers))
    right = np.array([float(row.right) for row in read])
    return -offset(evidence(features, numbers) + slopes * scores, slopes, right, _weights(read))


def left_out(rows: Sequence[FirstHit]) -> list[float]:
    """For each row its confidence by the fit on all other sets; 0 where nothing was found."""
    result = np.zeros(len(rows))
    for name in dict.fromkeys(row.asked_of for row in rows):
        numbers = fitted([row for row in rows if row.asked_of != name])
        own = [at for at, row in enumerate(rows) if row.asked_of == name and row.hit]
        result[own] = stated(_features([rows[at] for at in own]), numbers)
    return [float(one) for one in result]


@dataclass(frozen=True, slots=True)
class Answered:
    """What is made of a question once passages were read: how sure the surest is, and whether it is right.

    `speaks`: it is taken for an answer, from which a draft comes by itself.
    """

    confidence: float
    right: bool
    speaks: bool


def read_left_out(rows: Sequence[FirstHit]) -> list[Answered]:
    """What the server makes of each row, search and reading fitted on all other sets."""
    result = [Answered(0.0, False, False)] * len(rows)
    for name in dict.fromkeys(row.asked_of for row in rows):
        others = [row for row in rows if row.asked_of != name]
        numbers = fitted(others)
        shift = neutral(others, numbers) - NEUTRAL
        for at, row in enumerate(rows):
            if row.asked_of == name and row.hit:
                result[at] = _answered(row, numbers, shift)
    return result


def _answered(row: FirstHit, numbers: Matrix, shift: float) -> Answered:
    """As the server reads on: of what is good enough to show, until one answers."""
    assert row.hit is not None
    good = [(replace(one.hit, confidence=_stated(one.hit, numbers)), one) for one in row.read]
    good = [(hit, one) for hit, one in good if hit.confidence >= ANSWER_THRESHOLD]
    scores = {hit.passage.id: one.score - shift for hit, one in good}
    read = read_through([hit for hit, _ in good], lambda hit: scores[hit.passage.id])
    if not read:
        return _unread(row, _stated(row.hit, numbers))
    surest = max(range(len(read)), key=lambda place: read[place].confidence)
    return Answered(read[surest].confidence, good[surest][1].right, fit_of(read, read=True) == "answers")


def _unread(row: FirstHit, confidence: float) -> Answered:
    """Code, which nobody reads, or what is too far off to be shown."""
    assert row.hit is not None
    fit = fit_of([replace(row.hit, confidence=confidence)], read=True)
    return Answered(confidence, row.right, fit == "answers")


def _stated(hit: Hit, numbers: Matrix) -> float:
    return float(stated(np.array([terms(hit.dense, hit.lead)]), numbers)[0])


def _weights(rows: Sequence[FirstHit]) -> Matrix:
    counts = Counter((row.asked_of, row.kind) for row in rows)
    return np.array(
        [WEIGHT[row.kind] * min(1.0, MOST_WEIGHT / counts[row.asked_of, row.kind]) for row in rows]
    )


def _features(rows: Sequence[FirstHit]) -> Matrix:
    return np.array([terms(row.hit.dense, row.hit.lead) for row in rows if row.hit], dtype=np.float64)
