"""Which runs of words stand in some texts and in none of others: hashed windows, looked up at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int32]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class TokenHashes(dict[str, int]):
    """The hash of each token, worked out once; equal in every process."""

    def __missing__(self, token: str) -> int:
        digest = blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[token] = number = int.from_bytes(digest, "little")
        return number

    def of(self, tokens: Sequence[str]) -> Hashes:
        """One number a token."""
        return np.fromiter((self[token] for token in tokens), np.uint64, len(tokens))


def windows(hashes: Hashes, size: int) -> Hashes:
    """One number for each `size` neighbours; none when there are fewer."""
    count = len(hashes) - size + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    total = np.zeros(count, np.uint64)
    for place in range(size):
        total = total * _FACTOR + hashes[place : place + count]
    return total


class Hashed:
    """A sorted set of hashes that says fast which of many others are in it."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        bits = max(10, min(24, (8 * len(hashes)).bit_length()))
        # Most hashes are not in it: a cell that nothing fell into says so without a search.
        self._shift = np.uint64(64 - bits)
        self._cells = np.zeros(1 << bits, np.bool_)
        self._cells[hashes >> self._shift] = True

    def found(self, others: Hashes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places of those in it, and where the first hash equal to each stands."""
        maybe = np.flatnonzero(self._cells[others >> self._shift])
        places = np.searchsorted(self.hashes, others[maybe])
        same = self.hashes[np.minimum(places, max(0, len(self.hashes) - 1))] == others[maybe]
        return maybe[same], places[same]

    def has(self, others: Hashes) -> NDArray[np.bool_]:
        """For each whether it is in it."""
        answer = np.zeros(len(others), np.bool_)
        answer[self.found(others)[0]] = True
        return answer


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text: which row of the index each belongs to, and whether it carries weight."""

    tokens: Sequence[str]
    rows: Sequence[int]
    heavy: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Runs:
    """The windows of `size` tokens, `heavy` of them with weight, that only the texts to keep in have."""

    size: int
    hashed: Hashed
    rows: Rows

    def find(self, hashes: Hashes) -> Iterator[tuple[int, int, int]]:
        """The first and last token of each stretch of such windows in a text (as hashes), and its row."""
        begins, places = self.hashed.found(windows(hashes, self.size))
        if not len(begins):
            return
        rows = self.rows[places]
        breaks = np.flatnonzero((np.diff(begins) >= self.size) | (np.diff(rows) != 0))
        for first, last in zip([0, *(breaks + 1)], [*breaks, len(begins) - 1], strict=True):
            yield int(begins[first]), int(begins[last]) + self.size - 1, int(rows[first])

    def without(self, open_: Hashed) -> Runs:
        """These, without those that are open as well."""
        private = ~open_.has(self.hashed.hashes)
        return Runs(self.size, Hashed(self.hashed.hashes[private]), self.rows[private])


def runs(kept: Iterable[Tokens], size: int, heavy: int, known: TokenHashes) -> Runs:
    """The windows of the texts that are kept in; of equal ones the first counts."""
    hashes, rows = [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
    for text in kept:
        found = windows(known.of(text.tokens), size)
        weight = np.cumsum([0, *text.heavy])
        enough = weight[size:] - weight[:-size] >= heavy if len(found) else np.empty(0, np.bool_)
        hashes.append(found[enough])
        rows.append(np.asarray(text.rows, np.int32)[: len(found)][enough])
    unique, first = np.unique(np.concatenate(hashes), return_index=True)
    return Runs(size, Hashed(unique), np.concatenate(rows)[first])


def said(open_: Iterable[Tokens], size: int, known: TokenHashes) -> Hashed:
    """Every window of texts that may be said."""
    none = np.empty(0, np.uint64)
    return Hashed(
        np.unique(np.concatenate([none, *(windows(known.of(text.tokens), size) for text in open_)]))
    )


ANCHOR = 20
# A beginning that stands in more places than this is followed in these only.
MOST_PLACES = 64


@dataclass(frozen=True, slots=True)
class Letters:
    """The same runs as letters and digits alone, to find what was taken apart or run together.

    Each begins with one of `anchors` (sorted) at `starts` in `letters`, and is `lengths` letters long.
    """

    letters: str
    anchors: Hashed
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    rows: Rows

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where in `text` (letters and digits alone) such a run begins and ends, and its row."""
        done = 0
        for begin, first in zip(*self.anchors.found(windows(_codes(text), ANCHOR)), strict=True):
            if begin < done:
                continue
            same = self.anchors.hashes[first : first + MOST_PLACES] == self.anchors.hashes[first]
            for place in range(int(first), int(first) + int(same.sum())):
                length = _common(text, int(begin), self.letters, int(self.starts[place]))
                if length >= self.lengths[place]:
                    done = int(begin) + length
                    yield int(begin), done, int(self.rows[place])
                    break


def letters(kept: Sequence[Tokens], private: Runs, known: TokenHashes) -> Letters:
    """The `private` runs of words of the kept texts, run together."""
    joined = "\0".join("".join(text.tokens) for text in kept)
    every = windows(_codes(joined), ANCHOR)
    starts, lengths, rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    begin = 0
    for text in kept:
        ends = begin + np.cumsum([0, *map(len, text.tokens)])
        runs_from = private.hashed.found(windows(known.of(text.tokens), private.size))[0]
        size = ends[runs_from + private.size] - ends[runs_from]
        fits = (size >= ANCHOR) & (ends[runs_from] < len(every))
        starts.append(ends[runs_from][fits])
        lengths.append(size[fits])
        rows.append(np.asarray(text.rows, np.int32)[runs_from][fits])
        begin = int(ends[-1]) + 1
    all_starts = np.concatenate(starts)
    anchors = every[all_starts]
    order = np.argsort(anchors, kind="stable")
    sizes, of_rows = np.concatenate(lengths)[order], np.concatenate(rows)[order]
    return Letters(joined, Hashed(anchors[order]), all_starts[order], sizes, of_rows)


def _common(text: str, begin: int, other: str, start: int) -> int:
    """How many letters are the same from there on."""
    most = min(len(text) - begin, len(other) - start)
    length = 0
    while length < most and text[begin + length] == other[start + length]:
        length += 1
    return length


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
