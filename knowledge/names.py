"""Which of the places, products or plans that documents are about does a dialogue name? Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['’]")
_SKIPPED = frozenset({"the", "and", "a", "of"})
# A word of a name stands for the name while few names share it and little else in the knowledge has it.
_MOST_SHARING = 4
_ELSEWHERE = 0.0005
# What the other words of a name (hotel, card, plan) add, beside 1 for one that stands for it.
_KIND_WORD = 0.1
# The share that an earlier mention keeps when a later turn names something else in full.
_EARLIER = 0.5
_LONG = 5


class Names:
    """Names by their words; `rows_of` are the passages about each one, `rows_with` those that have a word."""

    def __init__(self, rows_of: Mapping[str, Rows], rows_with: Callable[[str], Rows], size: int) -> None:
        self.names = tuple(sorted(rows_of))
        self._rows_with = rows_with
        plain = [_words(name) for name in self.names]
        known = {word for name in plain for word in name}
        self._joins = {(one, two) for name in plain for one, two in pairwise(name) if one + two in known}
        self._words = [self._joined(name) for name in plain]
        self._having: defaultdict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(self._words):
            for word in name:
                self._having[word].add(number)
        self._telling = {
            word
            for word, sharing in self._having.items()
            if len(word) > 1 and self._stands_out(word, [rows_of[self.names[n]] for n in sharing], size)
        }

        self._long = sorted(word for word in self._telling if len(word) >= _LONG)

    def _stands_out(self, word: str, rows: Sequence[Rows], size: int) -> bool:
        elsewhere = np.setdiff1d(self._rows_with(word), np.concatenate(rows))
        return len(rows) <= _MOST_SHARING and len(elsewhere) <= max(1, _ELSEWHERE * size)

    def named(self, texts: Sequence[str]) -> dict[str, float]:
        """How surely, 0 to 1, the texts (newest first) are about each name; a newer mention outweighs."""
        sure: dict[str, float] = {}
        newness = 1.0
        for text in texts:
            mentioned = {name: share * share for name, share in self.mentions(text).items()}
            for name, share in mentioned.items():
                sure[name] = max(sure.get(name, 0.0), newness * share)
            newness *= 1 - (1 - _EARLIER) * max(mentioned.values(), default=0.0)
        return sure

    def mentions(self, text: str) -> dict[str, float]:
        """The names in one text with the share, above 0, of each that is there; 1 means in full."""
        said = self._joined([self._mended(word) for word in _words(text)])
        found = []
        for number in {number for word in said for number in self._having.get(word, ())}:
            runs = [run for run in _shared_runs(said, self._words[number]) if self._tells(number, run)]
            if runs:
                found.append((number, max((self._share(number, run), *run[:2]) for run in runs)))
        return {
            self.names[number]: share
            for number, (share, start, end) in found
            if not any(
                low <= start and end <= high and (high - low > end - start or other > share)
                for rival, (other, low, high) in found
                if rival != number
            )
        }

    def _tells(self, number: int, run: tuple[int, int, int]) -> bool:
        start, end, at = run
        name = self._words[number]
        return end - start == len(name) or any(word in self._telling for word in name[at : at + end - start])

    def _share(self, number: int, run: tuple[int, int, int]) -> float:
        start, end, at = run
        name = self._words[number]
        # Alone and used elsewhere, even a whole name may be just a word.
        if end - start == len(name) and (len(name) > 1 or name[0] in self._telling):
            return 1.0
        return sum(map(self._worth, name[at : at + end - start])) / max(1.0, sum(map(self._worth, name)))

    def _worth(self, word: str) -> float:
        return 1.0 if word in self._telling else _KIND_WORD

    def _joined(self, words: Sequence[str]) -> list[str]:
        """The words with pairs such as "guest house" in one where a name writes them in one."""
        joined: list[str] = []
        for word in words:
            if joined and (joined[-1], word) in self._joins:
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _mended(self, word: str) -> str:
        """A word that the knowledge has nowhere, read as the name's word that it misses by one letter."""
        if len(word) < _LONG - 1 or word in self._having or len(self._rows_with(word)):
            return word
        # One slip leaves the first letter or the last.
        near = (other for other in self._long if other[0] == word[0] or other[-1] == word[-1])
        return next((other for other in near if one_apart(word, other)), word)


def one_apart(left: str, right: str) -> bool:
    """Whether one letter more, less or changed makes the words equal."""
    if abs(len(left) - len(right)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if same is None:
        return True
    short, long = sorted((left[same:], right[same:]), key=len)
    return long[1:] == (short[1:] if len(short) == len(long) else short)


def _words(text: str) -> list[str]:
    folded = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text).casefold()).replace("&", " and ")
    every = _WORD.findall(folded)
    return [word for word in every if word not in _SKIPPED]


def _shared_runs(text: Sequence[str], name: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The longest runs of words in both: where they start and end in the text, and start in the name."""
    for start in range(len(text)):
        for at in range(len(name)):
            if text[start] != name[at] or (start and at and text[start - 1] == name[at - 1]):
                continue
            length = 1
            while (
                start + length < len(text)
                and at + length < len(name)
                and text[start + length] == name[at + length]
            ):
                length += 1
            yield start, start + length, at
