"""Nearest passages by meaning: exact search over memory-mapped vectors, or Chroma where exact gets slow."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.chroma_store import ChromaStore
from knowledge.columns import Mask, Rows
from knowledge.embedder import Vectors

# One core compares a query with 100,000 passages in 13 ms and with 200,000 in 27 ms; more would be felt.
EXACT_LIMIT = 200_000
# Gathering rows copies them; above this share reading everything in place is cheaper.
GATHER_SHARE = 0.1
BLOCK = 8192

Scores = NDArray[np.float32]


class DenseIndex(Protocol):
    """Proposes rows near a query; scores are always recomputed from the vectors, so indexes agree."""

    def nearest(self, query: Scores, mask: Mask, limit: int) -> Rows:
        """Up to `limit` admitted rows, nearest first."""
        ...

    def close(self) -> None:
        """Let go of files and threads."""
        ...


def cosines(vectors: Vectors, rows: Rows, query: Scores) -> Scores:
    """Dot products of the named rows with `query`, in blocks so that memory stays small."""
    blocks = [vectors[rows[at : at + BLOCK]] @ query for at in range(0, len(rows), BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)


def top_rows(rows: Rows, scores: Scores, limit: int) -> Rows:
    """The `limit` rows with the highest scores, best first; equal scores in row order."""
    if len(rows) > limit:
        floor = np.partition(scores, -limit)[-limit]
        keep = scores >= floor
        rows, scores = rows[keep], scores[keep]
    return rows[np.argsort(-scores, kind="stable")[:limit]]


class ExactIndex:
    """Compares the query with every admitted vector."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearest(self, query: Scores, mask: Mask, limit: int) -> Rows:
        """Up to `limit` admitted rows, nearest first."""
        rows = np.flatnonzero(mask)
        if len(rows) <= GATHER_SHARE * len(mask):
            scores = cosines(self._vectors, rows, query)
        else:
            scores = (self._vectors @ query)[rows]
        return top_rows(rows, scores, limit)

    def close(self) -> None:
        """Let go of the vectors' file."""
        self._vectors = self._vectors[:0].copy()


class ChromaIndex:
    """Asks the revision's Chroma collection; exact where few rows are admitted or Chroma returns too few."""

    def __init__(self, directory: Path, vectors: Vectors, exact_limit: int) -> None:
        self._exact = ExactIndex(vectors)
        self._store = ChromaStore(directory)
        self._exact_limit = exact_limit

    def nearest(self, query: Scores, mask: Mask, limit: int) -> Rows:
        """Up to `limit` admitted rows, nearest first."""
        admitted = int(mask.sum())
        wanted = over_fetch(limit, admitted, len(mask))
        if admitted <= self._exact_limit or wanted > MOST_FETCHED:
            return self._exact.nearest(query, mask, limit)
        rows = self._store.nearest(query, min(wanted, len(mask)))
        rows = rows[mask[rows]][:limit]
        return rows if len(rows) >= min(limit, admitted) else self._exact.nearest(query, mask, limit)

    def close(self) -> None:
        """Close Chroma and let go of the vectors' file."""
        self._store.close()
        self._exact.close()


MOST_FETCHED = 2000


def over_fetch(limit: int, admitted: int, total: int) -> int:
    """How many to ask for when a filter will drop all but `admitted` of `total`, with room for bad luck."""
    return limit if admitted == total else 2 * limit * -(-total // max(admitted, 1))
