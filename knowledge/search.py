"""Search over one published revision: filter, both lists, fusion, confidence. May well find nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.asked import Asked, Side, at_unit_length, meaning_of, shares_of, sum_of
from knowledge.columns import Mask, Rows
from knowledge.confidence import ANSWER_THRESHOLD, confidence, lead
from knowledge.dense import EXACT_LIMIT, ChromaIndex, DenseIndex, ExactIndex, Scores, cosines, top_rows
from knowledge.document import Audience, Filter, Hit, Kind, Passage, QueryTurn
from knowledge.durable import SharedLock
from knowledge.embedder import Vectors
from knowledge.fusion import (
    OLDER,
    OLDER_WORDS,
    Evidence,
    best_of_group,
    best_of_texts,
    coverage,
    fused,
    going_on,
    of_need,
    saturated,
    vouched_for,
)
from knowledge.lexical import LexicalIndex
from knowledge.manifest import Manifest
from knowledge.names import Names
from knowledge.passage_file import PassageFile
from knowledge.side_by_side import share_side_by_side
from knowledge.words import stem, words

__all__ = ["ANSWER_THRESHOLD", "Knowledge"]

# Each list proposes this many before fusion, at least.
CANDIDATES = 50
# So many of the best are looked at a second time.
LOOKED_AT = 20
# Passages whose words are remembered: reading them anew takes as long as the rest of a search.
KEPT = 2048

WIDENESS = {Audience.PUBLIC: 2, Audience.EXPERT: 1, Audience.INTERNAL: 0}


class _Read(NamedTuple):
    """A passage, the words that it is found by, and their stems in order."""

    passage: Passage
    words: frozenset[str]
    stems: Sequence[str]


class Knowledge:
    """One revision opened for reading. Searches may run in several threads; `close` comes after the last."""

    def __init__(self, folder: Path, manifest: Manifest, exact_limit: int = EXACT_LIMIT) -> None:
        self.manifest = manifest
        self._lock = SharedLock(folder / "lock")
        self._passages = PassageFile(folder)
        self._vectors: Vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
        self._lexical = LexicalIndex(folder / "bm25", len(self._passages))
        self._rows_of_names = self._passages.rows_of_names()
        self._read = lru_cache(KEPT)(self._read_row)
        self._names = Names(self._rows_of_names, self._lexical.rows_with, len(self._passages))
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

    @property
    def same_text(self) -> NDArray[np.int32]:
        """For each row the number of its text; equal texts have equal numbers."""
        return self._passages.same_text

    def mask(self, limits: Filter) -> Mask:
        """True for every passage that `limits` admits."""
        return self._passages.columns.mask(limits)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with that id, or None."""
        row = self._passages.row_of(passage_id)
        return None if row is None else self._passages[row]

    def admitted(self, limits: Filter) -> list[Passage]:
        """Every passage that `limits` admits, in row order."""
        return [self._passages[int(row)] for row in self.mask(limits).nonzero()[0]]

    def search(self, turns: Sequence[QueryTurn], limits: Filter, limit: int = 8) -> list[Hit]:
        """Up to `limit` admitted passages for the weighted turns, best first; the same text appears once.

        Confidence is set but no threshold applied: compare the first hit's with ANSWER_THRESHOLD.
        """
        return self.search_in(turns, self.mask(limits), limit)

    def search_in(self, turns: Sequence[QueryTurn], mask: Mask, limit: int = 8) -> list[Hit]:
        """The same among the rows of a mask."""
        if not turns or limit <= 0 or not mask.any():
            return []
        asked, rows, evidence = self.evidence(turns, mask, limit)
        scores = fused(evidence)
        subjects = self._passages.subject_of[rows]
        hits = []
        for shown, ranked in self._fold(rows[np.argsort(-scores, kind="stable")], limit):
            at = int(np.searchsorted(rows, ranked))
            standing = (float(scores[at]), lead(scores, subjects, at))
            hits.append(self._hit(shown, ranked, standing, asked, evidence.going_on))
        return hits

    def nearest(self, vector: Vectors, mask: Mask) -> tuple[int, float] | None:
        """The admitted row of the highest cosine and that cosine: what plain vector search would say."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            return None
        scores = cosines(self._vectors, rows, vector)
        return int(rows[scores.argmax()]), float(scores.max())

    def evidence(self, turns: Sequence[QueryTurn], mask: Mask, limit: int) -> tuple[Asked, Rows, Evidence]:
        """The turns read, the rows worth ranking for `limit` hits, and what speaks for each of them."""
        asked = self._asked(turns)
        rows = self._candidates(asked, mask, max(CANDIDATES, 4 * limit))
        evidence, sure = self._of_rows(asked, rows)
        if asked.older.words:
            goes_on = going_on(*self.continuity(asked, evidence))
            evidence = replace(evidence, going_on=(1 - sure) * asked.older.weight * goes_on)
        return asked, rows, self._second_look(asked, rows, evidence)

    def _of_rows(self, asked: Asked, rows: Rows) -> tuple[Evidence, float]:
        """What speaks for each of `rows`, and how sure the surest name in the dialogue is."""
        need, older = asked.need, asked.older
        before = self._closeness(older, rows) + OLDER_WORDS * older.by_words[rows]
        named, sure = self._named(asked.texts, rows)
        plain = Evidence(
            dense=self._closeness(need, rows),
            lexical=need.by_words[rows],
            older=before,
            document=best_of_group(before, self._passages.document_of[rows]),
            named=named,
            product=self._passages.columns.of_kind(Kind.PRODUCT, rows).astype(np.float32),
            words=len(need.words),
        )
        return plain, sure

    def _second_look(self, asked: Asked, rows: Rows, first: Evidence) -> Evidence:
        """The evidence with what takes too long to ask of every row; in code prose is never side by side."""
        scores = fused(first)
        best = best_of_texts(scores, self._passages.same_text[rows], LOOKED_AT)
        subject = np.zeros(len(rows), np.float32)
        of = rows[best]
        subject[best] = vouched_for(
            scores[best], self._passages.subject_of[of], self._passages.document_of[of]
        )
        pairs = np.zeros(len(rows), np.float32)
        wanted = asked.need.pairs
        prose = best[~self._passages.columns.of_kind(Kind.CODE, of)]
        pairs[prose] = [share_side_by_side(wanted, self._read(int(row)).stems) for row in rows[prose]]
        return replace(first, pairs=pairs, subject=subject)

    def continuity(self, asked: Asked, evidence: Evidence) -> tuple[float, float, float]:
        """What `going_on` asks of a need and what was said before it."""
        need = of_need(evidence)
        spoken_of = evidence.document >= evidence.document.max(initial=-np.inf)
        best = max(float(need.max(initial=0.0)), 1e-6)
        still = float(need[spoken_of].max(initial=0.0)) / best
        rarity: dict[str, float] = {}
        for one in asked.need.rarities:
            rarity |= one
        return still, float(evidence.dense.max(initial=0.0)), coverage(rarity, asked.older.words)

    def close(self) -> None:
        """Let go of every file, thread and lock; searching afterwards is an error."""
        self._read.cache_clear()
        self._dense.close()
        self._lexical.close()
        self._passages.close()
        self._vectors = self._vectors[:0].copy()
        self._lock.close()

    def _asked(self, turns: Sequence[QueryTurn]) -> Asked:
        """The turns read once; without a need, what was said before is the need."""
        need, older = ([turn for turn in turns if turn.older is old] for old in (False, True))
        if not need:
            need, older = older, []
        return Asked(self._side(need), self._side(older), [turn.text for turn in turns])

    def _side(self, turns: Sequence[QueryTurn]) -> Side:
        shares = shares_of(turns)
        said = [words(turn.text) for turn in turns]
        columns = [self._lexical.scores(turn_words) for turn_words in said]
        nothing = np.zeros(len(self._passages), np.float32)
        return Side(
            meaning=meaning_of(turns, shares),
            by_words=sum_of(shares, [saturated(column) for column in columns]) if columns else nothing,
            said=said,
            rarities=[self._lexical.rarity(turn_words) for turn_words in said],
            shares=shares,
            weight=min(1.0, sum(turn.weight for turn in turns)),
        )

    def _closeness(self, side: Side, rows: Rows) -> Scores:
        if side.meaning is None:
            return np.zeros(len(rows), np.float32)
        return cosines(self._vectors, rows, side.meaning)

    def _candidates(self, asked: Asked, mask: Mask, wanted: int) -> Rows:
        """Admitted rows among the first `wanted` of any list, in row order.

        The lists are the need's, the older turns', and the need's among what is about a name in the dialogue.
        """
        found = [*self._nearest(asked.need, mask, wanted), *self._nearest(asked.older, mask, wanted)]
        for name in self._names.named(asked.texts):
            about = np.zeros_like(mask)
            about[self._rows_of_names[name]] = True
            found += self._nearest(asked.need, mask & about, wanted)
        return np.unique(np.concatenate(found))

    def _nearest(self, side: Side, mask: Mask, wanted: int) -> list[Rows]:
        worded = np.flatnonzero(mask & (side.by_words > 0))
        near = [] if side.meaning is None else [self._dense.nearest(side.meaning, mask, wanted)]
        return [*near, top_rows(worded, side.by_words[worded], wanted)]

    def _named(self, texts: Sequence[str], rows: Rows) -> tuple[Scores, float]:
        """How surely each row is about what the dialogue names, and how sure the surest name is."""
        named = self._names.named(texts)
        sure = max(named.values(), default=0.0)
        column = np.full(len(self._passages), sure / 2, np.float32)
        if sure:
            for name, its in self._rows_of_names.items():
                column[its] = named.get(name, 0.0)
        return column[rows], sure

    def _hit(
        self, shown: int, ranked: int, standing: tuple[float, float], asked: Asked, goes_on: float
    ) -> Hit:
        """The hit with its confidence, judged on the need and, as far as that goes on, on what was before."""
        read = self._read(shown)
        share = OLDER * goes_on / (1 + OLDER * goes_on)
        sides = [(asked.need, 1 - share), *([(asked.older, share)] if share else [])]
        meanings = [np.float32(part) * side.meaning for side, part in sides if side.meaning is not None]
        meaning = at_unit_length(np.sum(meanings, axis=0)) if meanings else None
        near = 0.0 if meaning is None else float(self._vectors[ranked] @ meaning)
        worded = float(sum(part * side.by_words[ranked] for side, part in sides))
        covered = sum(
            part * float(np.dot(side.shares, [coverage(rarity, read.words) for rarity in side.rarities]))
            for side, part in sides
        )
        score, ahead = standing
        return Hit(read.passage, score, confidence(near, ahead), near, worded, covered, ahead, share)

    def _read_row(self, row: int) -> _Read:
        passage = self._passages[row]
        in_order = words(passage.search_text)
        return _Read(passage, frozenset(in_order), [stem(word) for word in in_order])

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
