"""How good one ranking of document ids is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def first_places(ids: Iterable[str], limit: int) -> list[str]:
    """The ids in order, each once, at most `limit`: passages in, documents out."""
    return list(dict.fromkeys(ids))[:limit]


def hit(ranked: Sequence[str], gold: frozenset[str], depth: int) -> bool:
    """Whether any gold document is among the first `depth`."""
    return any(document in gold for document in ranked[:depth])


def reciprocal_rank(ranked: Sequence[str], gold: frozenset[str], depth: int) -> float:
    """1 / place of the first gold document among the first `depth`, or 0."""
    return next((1 / place for place, document in enumerate(ranked[:depth], 1) if document in gold), 0.0)


def recall(ranked: Sequence[str], gold: frozenset[str], depth: int) -> float:
    """The share of the gold documents that are among the first `depth`."""
    return len(gold.intersection(ranked[:depth])) / len(gold)
