"""Which of some intents a text has, and how likely that is right, from its meaning and its words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from server.intents.words import columns_of, weighted

Floats = NDArray[np.float32]

# What the chance that the best intent is right is read from, in this order.
SIGNS = ("best", "lead", "near", "rest")


@dataclass(frozen=True, slots=True)
class Reading:
    """The likeliest intent, and the chance that it is right; `intent` is None where that is too small."""

    intent: str | None
    chance: float
    best: str


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """Fitted on labelled texts by `bench.intent_fit`; reads a text with its retrieval vector.

    `by_vector` and `by_column` have a column for each intent. `centres` are the intents' mean vectors.
    `doubt` weighs the signs (the last number is the bias); a chance under `least` is out of scope. `model`
    is the digest of the embedding model whose vectors it reads.
    """

    intents: tuple[str, ...]
    rarity: Floats
    by_vector: Floats
    by_column: Floats
    bias: Floats
    centres: Floats
    doubt: Floats
    least: float
    model: str

    def read(self, text: str, vector: Floats) -> Reading:
        """What the text wants; equal texts are read alike."""
        scores = self.scores(text, vector)
        place = int(scores.argmax())
        best = self.intents[place]
        chance = float(1 / (1 + np.exp(-(self.signs(scores, vector) @ self.doubt[:-1] + self.doubt[-1]))))
        known = chance >= self.least and best != NONE
        return Reading(best if known else None, chance, best)

    def scores(self, text: str, vector: Floats) -> Floats:
        """How much speaks for each intent."""
        columns, counts = columns_of(text, len(self.rarity))
        values = weighted(columns, counts, self.rarity)
        found = vector @ self.by_vector + values @ self.by_column[columns] + self.bias
        return np.asarray(found, dtype=np.float32)

    def signs(self, scores: Floats, vector: Floats) -> Floats:
        """SIGNS: how high the best is, how far before the next, how near its mean, and the rest."""
        order = np.argsort(scores)
        best, second = scores[order[-1]], scores[order[-2]]
        near = float(self.centres[order[-1]] @ vector)
        rest = float(np.log(np.exp(scores - best).sum()))
        return np.array([best, best - second, near, rest], dtype=np.float32)

    def rounded(self) -> Classifier:
        """With coefficients of half precision, as they are written."""
        return replace(
            self,
            rarity=_half(self.rarity),
            by_vector=_half(self.by_vector),
            by_column=_half(self.by_column),
            bias=_half(self.bias),
            centres=_half(self.centres),
        )


def _half(numbers: Floats) -> Floats:
    return np.asarray(np.asarray(numbers, np.float16), np.float32)


NONE = "none"
