"""How sure a hit is once its passage was read beside the question (docs/quality.md). Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.document import Hit, Kind
from knowledge.fusion import logistic
from server.own_text import whose_own

# One passage takes longer than a whole search: so many are read, and none after one that answers.
MOST_READ = 2
ENOUGH = 0.5
# What a logit of the cross-encoder adds where search can't tell, and the one that adds nothing (fitted by
# scripts/fit_confidence.py). The surer search is, the less it adds.
PER_SCORE = 0.5
NEUTRAL = -0.75
# The search's confidence is fitted on first hits; one that stands behind others answers less often.
BEHIND = 1.0


def next_to_read(hits: Sequence[Hit], scores: Sequence[float]) -> Hit | None:
    """The hit to read after those that `scores` has; None once one of them answers, or enough were read."""
    readable = [hit for hit in hits if is_readable(hit)][:MOST_READ]
    if len(scores) >= len(readable) or any(hit.confidence >= ENOUGH for hit in _read(readable, scores)):
        return None
    return readable[len(scores)]


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


def is_readable(hit: Hit) -> bool:
    """Whether the cross-encoder has learned to read such passages."""
    return hit.passage.document.kind is not Kind.CODE


def _no_surer(hit: Hit, surest: float) -> Hit:
    return replace(hit, confidence=min(hit.confidence, surest))
