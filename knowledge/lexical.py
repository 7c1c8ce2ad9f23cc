"""Passages by their words: BM25, saved with the revision and memory-mapped. Only this file imports bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.words import words

Scores = NDArray[np.float32]


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


K1, B = 1.2, 0.6


class LexicalIndex:
    """A revision's BM25 index over `size` rows."""

    def __init__(self, directory: Path, size: int) -> None:
        self._size = size
        self._index: bm25s.BM25 | None = None
        if (directory / "params.index.json").exists():
            self._index = bm25s.BM25.load(directory, mmap=True, show_progress=False)

    def known(self, text: str) -> list[int]:
        """Ids of the words of `text` that occur anywhere in the revision, each once, in order."""
        if self._index is None:
            return []
        vocabulary = self._index.vocab_dict
        return list(dict.fromkeys(vocabulary[word] for word in words(text) if word in vocabulary))

    def scores(self, known: Sequence[int]) -> Scores:
        """BM25 of every row for the given words; zeros where there is nothing to compare."""
        if self._index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        result: Scores = self._index.get_scores_from_ids(list(known))
        return result

    def ceiling(self, known: Sequence[int]) -> float:
        """What a passage would score that is best at every one of the words."""
        if self._index is None:
            return 0.0
        data, starts = self._index.scores["data"], self._index.scores["indptr"]
        return float(sum(data[starts[word] : starts[word + 1]].max(initial=0.0) for word in known))

    def close(self) -> None:
        """Let go of the mapped files."""
        self._index = None
