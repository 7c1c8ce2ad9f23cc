"""How sure a hit is once its passage was read beside the question (docs/quality.md). Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from knowledge.document import Hit, Kind
from knowledge.fusion import logistic
from server.own_text import whose_own
from server.wire import Fit

# A snippet may help from ANSWER_THRESHOLD on; to answer, and be drafted from unasked, it has to be likelier
# right, since a draft is easily sent. By search alone, until passages are read (or where none can be): of the
# demo's golden questions 61 % reach this, and of those 80 % have a right first hit.
SEARCH_THRESHOLD = 0.28
# Once passages were read, which decides: 58 % reach it, and of those 89 % have a right surest hit.
READ_THRESHOLD = 0.4
# One passage takes longer than a whole search: so many are read, and none after one that is sure enough.
MOST_READ = 2
ENOUGH = 0.5
# What a logit of the cross-encoder adds where search can't tell (chosen, docs/quality.md), and the one that
# adds nothing (fitted by scripts/fit_confidence.py). The surer search is, the less it adds.
PER_SCORE = 0.5
NEUTRAL = -0.75
# The search's confidence is fitted on first hits; one that stands behind others answers less often.
BEHIND = 1.0


def next_to_read(hits: Sequence[Hit], scores: Sequence[float]) -> Hit | None:
    """The hit to read after those that `scores` has; None once one is sure enough, or enough were read."""
    readable = [hit for hit in hits if is_readable(hit)][:MOST_READ]
    if len(scores) >= len(readable) or any(hit.confidence >= ENOUGH for hit in _read(readable, scores)):
        return None
    return readable[len(scores)]


def read_through(hits: Sequence[Hit], score: Callable[[Hit], float]) -> tuple[Hit, ...]:
    """The hits once as many were read as need be, one after the other."""
    scores: list[float] = []
    while hit := next_to_read(hits, scores):
        scores.append(score(hit))
    return as_read(hits, scores)


def as_read(hits: Sequence[Hit], scores: Sequence[float]) -> tuple[Hit, ...]:
    """The hits in their order with the confidence they have now; `scores` are those of the first, in logits.

    What was not read is no surer than the surest that was. Code is not read: its confidence stays.
    """
    read = {hit.passage.id: hit for hit in _read([hit for hit in hits if is_readable(hit)], scores)}
    if not read:
        return tuple(hits)
    surest = max(hit.confidence for hit in read.values())
    return tuple(
        read.get(hit.passage.id) or (_no_surer(hit, surest) if is_readable(hit) else hit) for hit in hits
    )


def with_score(confidence: float, score: float, behind: bool = False) -> float:
    """The probability that a passage answers, from what search and what the cross-encoder make of it."""
    told = min(max(confidence, 1e-6), 1 - 1e-6)
    evidence = math.log(told / (1 - told)) + PER_SCORE * (1 - told) * (score - NEUTRAL)
    return logistic(evidence - BEHIND if behind else evidence)


def _read(hits: Sequence[Hit], scores: Sequence[float]) -> Iterator[Hit]:
    behind = False
    for hit, score in zip(hits, scores, strict=False):
        yield replace(hit, confidence=with_score(hit.confidence, score, behind))
        # An own macro is put before what search found first.
        behind = behind or whose_own(hit.passage.document.id) is None


def fit_of(hits: Sequence[Hit], read: bool = False) -> Fit:
    """Whether any of the hits answers, by search alone or once passages were `read`."""
    return "answers" if any(_answers(hit, read) for hit in hits) else "might_help"


def _answers(hit: Hit, read: bool) -> bool:
    return hit.confidence >= (READ_THRESHOLD if read and is_readable(hit) else SEARCH_THRESHOLD)


def is_readable(hit: Hit) -> bool:
    """Whether the cross-encoder has learned to read such passages."""
    return hit.passage.document.kind is not Kind.CODE


def _no_surer(hit: Hit, surest: float) -> Hit:
    return replace(hit, confidence=min(hit.confidence, surest))
