"""What a search is asked, read once for both lists. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.document import QueryTurn
from knowledge.fusion import Scores
from knowledge.side_by_side import Pairs, pairs_of


@dataclass(frozen=True, slots=True)
class Side:
    """Turns that belong together, as both lists see them: all columns have one number a row.

    `weight` is the sum of the turns' own, at most 1.
    """

    meaning: Scores | None
    by_words: Scores
    said: Sequence[Sequence[str]]
    rarities: Sequence[Mapping[str, float]]
    shares: Scores
    weight: float

    @property
    def words(self) -> set[str]:
        """The different words of all turns."""
        return {word for turn_words in self.said for word in turn_words}

    @property
    def pairs(self) -> Pairs:
        """The neighbouring words of all turns, each weighing as much as its turn and as it is rare."""
        weights: defaultdict[tuple[str, str], float] = defaultdict(float)
        for share, turn_words, rarity in zip(self.shares, self.said, self.rarities, strict=True):
            for pair, rare in pairs_of(turn_words, rarity).items():
                weights[pair] += float(share) * rare
        return weights


@dataclass(frozen=True, slots=True)
class Asked:
    """A query read: what is needed now, what was said before, and every text, newest first."""

    need: Side
    older: Side
    texts: Sequence[str]


def shares_of(turns: Sequence[QueryTurn]) -> Scores:
    """The turns' weights scaled to a sum of one."""
    weights = np.array([turn.weight for turn in turns], dtype=np.float32)
    shares: Scores = weights / max(float(weights.sum()), 1e-9)
    return shares


def meaning_of(turns: Sequence[QueryTurn], shares: Scores) -> Scores | None:
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
