"""A text as words and pieces of words, hashed into columns: words left of the middle, pieces right. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.int64]
Floats = NDArray[np.float32]

LONGEST_READ = 2000
_PIECES = (3, 4, 5)
_WORDS_REMEMBERED = 4096
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[^\w\s]")
# Which number it is says nothing of what is wanted; how long it is may.
_DIGIT = re.compile(r"\d")


def columns_of(text: str, width: int) -> tuple[Columns, Floats]:
    """Each column that the text fills, and how often, damped: ten times isn't ten times as much."""
    words = _words(text)
    half = width // 2
    filled = Counter(crc32(gram.encode()) % half for gram in (*words, *_pairs(words)))
    for word in words:
        filled.update(half + column for column in _pieces(word, half))
    counts = np.fromiter(filled.values(), np.float32, len(filled))
    return np.fromiter(filled.keys(), np.int64, len(filled)), 1 + np.log(counts)


def weighted(columns: Columns, counts: Floats, rarity: Floats) -> Floats:
    """The counts times how rare each column is; words and pieces each of length 1."""
    values = counts * rarity[columns]
    right = columns >= len(rarity) // 2
    for side in (right, ~right):
        length = float(np.linalg.norm(values[side]))
        if length:
            values[side] /= length
    return np.asarray(values, dtype=np.float32)


def _words(text: str) -> list[str]:
    plain = _DIGIT.sub("0", text[:LONGEST_READ].lower().replace("’", "'"))
    return _WORD.findall(plain)


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise(words))


@lru_cache(maxsize=_WORDS_REMEMBERED)
def _pieces(word: str, width: int) -> tuple[int, ...]:
    marked = f"<{word}>"
    pieces = [marked[at : at + size] for size in _PIECES for at in range(len(marked) - size + 1)]
    return tuple(crc32(piece.encode()) % width for piece in pieces)
