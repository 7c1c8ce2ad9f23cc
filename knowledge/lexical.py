"""Passages by their words: BM25, saved with the revision and memory-mapped. Only this file imports bm25s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.words import words

Scores = NDArray[np.float32]

K1, B = 0.9, 0.4


def write_lexical(directory: Path, texts: Sequence[str]) -> None:
    """Write the BM25 index of `texts`, one a row; equal texts give equal files."""
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(word, len(vocabulary)) for word in words(text)] for text in texts]
    index = bm25s.BM25(k1=K1, b=B)
    directory.mkdir()
    # bm25s can't average over no words at all.
    if vocabulary:
        index.index((rows, vocabulary), show_progress=False)
        index.save(directory, show_progress=False)


class LexicalIndex:
    """A revision's BM25 index over `size` rows."""

    def __init__(self, directory: Path, size: int) -> None:
        self._size = size
        self._index: bm25s.BM25 | None = None
        self._vocabulary: dict[str, int] = {}
        if (directory / "params.index.json").exists():
            self._index = bm25s.BM25.load(directory, mmap=True, show_progress=False)
            self._vocabulary = self._index.vocab_dict
            # Plain views: slicing numpy's memmap class costs more than the scores.
            columns = self._index.scores
            columns |= {name: np.asarray(columns[name]) for name in ("data", "indices", "indptr")}

    def scores(self, query: Sequence[str]) -> Scores:
        """BM25 of every row for the words of a query, each counted once; zeros where nothing is known."""
        known = [self._vocabulary[word] for word in dict.fromkeys(query) if word in self._vocabulary]
        if self._index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        result: Scores = self._index.get_scores_from_ids(known)
        return result

    def rarity(self, query: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each word of a query; a word never seen is the rarest."""
        return {word: math.log(1 + self._size / (1 + self._count(word))) for word in query}

    def rows_with(self, word: str) -> NDArray[np.int64]:
        """The rows that have a word, in row order."""
        place = self._vocabulary.get(word)
        if self._index is None or place is None:
            return np.zeros(0, dtype=np.int64)
        columns = self._index.scores
        start, end = columns["indptr"][place], columns["indptr"][place + 1]
        return np.sort(columns["indices"][start:end]).astype(np.int64)

    def _count(self, word: str) -> int:
        place = self._vocabulary.get(word)
        if self._index is None or place is None:
            return 0
        starts = self._index.scores["indptr"]
        return int(starts[place + 1] - starts[place])

    def close(self) -> None:
        """Let go of the mapped files."""
        self._index = None
        self._vocabulary = {}
