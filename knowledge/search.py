"""Search over one published revision: filter, both lists, fusion, confidence. May well find nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.columns import Mask, Rows
from knowledge.dense import EXACT_LIMIT, ChromaIndex, DenseIndex, ExactIndex, Scores, cosines, top_rows
from knowledge.document import Audience, Filter, Hit, Passage, QueryTurn
from knowledge.durable import SharedLock
from knowledge.embedder import Vectors
from knowledge.fusion import ANSWER_THRESHOLD, confidence, coverage, fused, saturated
from knowledge.lexical import LexicalIndex
from knowledge.manifest import Manifest
from knowledge.passage_file import PassageFile
from knowledge.words import words

__all__ = ["ANSWER_THRESHOLD", "Knowledge"]

# Each list proposes this many before fusion, at least.
CANDIDATES = 50

WIDENESS = {Audience.PUBLIC: 2, Audience.EXPERT: 1, Audience.INTERNAL: 0}


class Knowledge:
    """One revision opened for reading. Searches may run in several threads; `close` comes after the last."""

    def __init__(self, folder: Path, manifest: Manifest, exact_limit: int = EXACT_LIMIT) -> None:
        self.manifest = manifest
        self._lock = SharedLock(folder / "lock")
        self._passages = PassageFile(folder)
        self._vectors: Vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
        self._lexical = LexicalIndex(folder / "bm25", len(self._passages))
        self._dense: DenseIndex = (
            ExactIndex(self._vectors)
            if len(self._passages) <= exact_limit
            else ChromaIndex(folder / "chroma", self._vectors, exact_limit)
        )

    @property
    def revision(self) -> str:
        """The id of the revision."""
        return self.manifest.id

    @property
    def timezone(self) -> str:
        """The zone in which date-only bounds are meant, as in knowledge.toml."""
        return self.manifest.timezone

    @property
    def passages(self) -> Sequence[Passage]:
        """Every passage in row order, decoded when asked for."""
        return self._passages

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with that id, or None."""
        row = self._passages.row_of(passage_id)
        return None if row is None else self._passages[row]

    def search(self, turns: Sequence[QueryTurn], limits: Filter, limit: int = 8) -> list[Hit]:
        """Up to `limit` admitted passages for the weighted turns, best first; the same text appears once.

        Confidence is set but no threshold applied: compare the first hit's with ANSWER_THRESHOLD.
        """
        mask = self._passages.columns.mask(limits)
        if not turns or limit <= 0 or not mask.any():
            return []
        shares = _shares(turns)
        query = _meaning(turns, shares)
        asked = [words(turn.text) for turn in turns]
        by_words = sum_of(shares, [saturated(self._lexical.scores(turn_words)) for turn_words in asked])
        rows = self._candidates(query, by_words, mask, max(CANDIDATES, 4 * limit))
        dense = np.zeros(len(rows), np.float32) if query is None else cosines(self._vectors, rows, query)
        lexical = by_words[rows]
        scores = fused(dense, lexical)
        rarities = [self._lexical.rarity(turn_words) for turn_words in asked]
        hits = []
        for shown, ranked in self._fold(rows[np.argsort(-scores, kind="stable")], limit):
            at = int(np.searchsorted(rows, ranked))
            passage = self._passages[shown]
            found = set(words(passage.search_text))
            covered = float(np.dot(shares, [coverage(rarity, found) for rarity in rarities]))
            near, worded = float(dense[at]), float(lexical[at])
            sure = confidence(near, worded, covered)
            hits.append(Hit(passage, float(scores[at]), sure, near, worded, covered))
        return hits

    def close(self) -> None:
        """Let go of every file, thread and lock; searching afterwards is an error."""
        self._dense.close()
        self._lexical.close()
        self._passages.close()
        self._vectors = self._vectors[:0].copy()
        self._lock.close()

    def _candidates(self, query: Scores | None, by_words: Scores, mask: Mask, wanted: int) -> Rows:
        """Admitted rows that either list puts among its first `wanted`, in row order."""
        worded = np.flatnonzero(mask & (by_words > 0))
        worded = top_rows(worded, by_words[worded], wanted)
        if query is None:
            return np.unique(worded)
        return np.unique(np.concatenate([self._dense.nearest(query, mask, wanted), worded]))

    def _fold(self, ranked: Rows, limit: int) -> list[tuple[int, int]]:
        """Row to show and row whose scores rank it: of equal texts the most public one stands for all."""
        shown: dict[int, tuple[int, int]] = {}
        for row in map(int, ranked):
            group = int(self._passages.same_text[row])
            if group not in shown:
                if len(shown) == limit:
                    break
                shown[group] = (row, row)
            elif self._wideness(row) > self._wideness(shown[group][0]):
                shown[group] = (row, shown[group][1])
        return list(shown.values())

    def _wideness(self, row: int) -> int:
        return WIDENESS[self._passages.audience(row)]


def _shares(turns: Sequence[QueryTurn]) -> Scores:
    """The turns' weights scaled to a sum of one."""
    weights = np.array([turn.weight for turn in turns], dtype=np.float32)
    shares: Scores = weights / max(float(weights.sum()), 1e-9)
    return shares


def _meaning(turns: Sequence[QueryTurn], shares: Scores) -> Scores | None:
    """The direction of the turns' weighted vectors; None when they have none."""
    vectors = [np.asarray(turn.vector, np.float32) for turn in turns if turn.vector is not None]
    return at_unit_length(sum_of(shares, vectors)) if vectors else None


def sum_of(shares: Scores, columns: Sequence[Scores]) -> Scores:
    """The columns added up by their shares; a dot product with the sum is the sum of the dot products."""
    total: Scores = shares @ np.stack(columns)
    return total


def at_unit_length(vector: Scores) -> Scores:
    """The direction of `vector`, so that a dialogue's cosines mean the same as a single question's."""
    unit: Scores = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
