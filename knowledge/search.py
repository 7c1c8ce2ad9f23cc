"""Search over one published revision: filter, both lists, fusion, confidence. May well find nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.columns import Rows
from knowledge.dense import EXACT_LIMIT, ChromaIndex, DenseIndex, ExactIndex, Scores, cosines, top_rows
from knowledge.document import Audience, Filter, Hit, Passage, QueryTurn
from knowledge.durable import SharedLock
from knowledge.embedder import Vectors
from knowledge.fusion import ANSWER_THRESHOLD, confidence, fused
from knowledge.lexical import LexicalIndex
from knowledge.manifest import Manifest
from knowledge.passage_file import PassageFile

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
        self._vectors: Vectors = np.load(folder / "vectors.npy", mmap_mode="r")
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
        query = _blend(turns)
        words = self._word_scores(turns)
        wanted = max(CANDIDATES, 4 * limit)
        admitted_words = np.flatnonzero(mask & (words > 0))
        proposed = np.concatenate(
            [
                self._dense.nearest(query, mask, wanted),
                top_rows(admitted_words, words[admitted_words], wanted),
            ]
        )
        rows = np.unique(proposed)
        dense = cosines(self._vectors, rows, query)
        lexical = words[rows]
        scores = fused(dense, lexical)
        order = np.argsort(-scores, kind="stable")
        kept = self._fold(rows[order], limit)
        place = {int(row): at for at, row in enumerate(rows)}
        return [self._hit(row, rank, place, (scores, dense, lexical)) for row, rank in kept]

    def close(self) -> None:
        """Let go of every file, thread and lock; searching afterwards is an error."""
        self._dense.close()
        self._lexical.close()
        self._passages.close()
        self._vectors = self._vectors[:0].copy()
        self._lock.close()

    def _word_scores(self, turns: Sequence[QueryTurn]) -> Scores:
        total = np.zeros(len(self._passages), dtype=np.float32)
        for turn in turns:
            known = self._lexical.known(turn.text)
            ceiling = self._lexical.ceiling(known)
            if ceiling > 0:
                total += np.float32(turn.weight / ceiling) * self._lexical.scores(known)
        return total / np.float32(sum(turn.weight for turn in turns) or 1.0)

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

    def _hit(self, row: int, rank: int, place: dict[int, int], columns: tuple[Scores, Scores, Scores]) -> Hit:
        score, dense, lexical = (float(column[place[rank]]) for column in columns)
        return Hit(self._passages[row], score, confidence(dense, lexical), dense, lexical)


def _blend(turns: Sequence[QueryTurn]) -> Scores:
    """The weighted mean of the turns' vectors; its dot products are weighted means of the turns' cosines."""
    weights = np.array([turn.weight for turn in turns], dtype=np.float32)
    vectors = np.stack([np.asarray(turn.vector, dtype=np.float32) for turn in turns])
    blended: Scores = (weights @ vectors) / np.float32(weights.sum() or 1.0)
    return blended
