"""How likely knowledge helps with a turn that stands where something is booked, by its meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.conversation import Conversation, Role, Turn
from server.needs import may_be_booking, signs_of
from server.quoted import compact
from server.understand import WINDOW_WORDS, said

Vector = NDArray[np.float32]
# How far back something bookable may have been named.
TURNS_BACK = 6


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A logistic fit by `scripts.fit_needs`; under `least` a turn needs nothing.

    `model` is the digest of the embedding model whose vectors it reads.
    """

    by_vector: Vector
    by_sign: Mapping[str, float]
    bias: float
    least: float
    model: str

    def chance(self, vector: Vector, signs: Mapping[str, bool]) -> float:
        """The probability that knowledge helps."""
        seen = sum(self.by_sign[name] for name, there in signs.items() if there)
        return float(1 / (1 + np.exp(-(float(vector @ self.by_vector) + seen + self.bias))))


def is_booking(conversation: Conversation, vector: Vector, weights: Weights) -> bool:
    """Whether only a booking system helps with the newest turn; `vector` is that of what it asks.

    Being silent has to be sure: a burst, a long turn, one that follows no reply, and one where nothing
    bookable was named are never silenced.
    """
    spoken = [turn for turn in conversation.turns if turn.role not in (Role.NOTE, Role.SYSTEM)]
    if len(spoken) < 2 or spoken[-1].role is not Role.CUSTOMER or spoken[-2].role is Role.CUSTOMER:
        return False
    text = compact(said(spoken[-1].text))
    if len(text.split()) > WINDOW_WORDS or not may_be_booking(text, _named_in(spoken)):
        return False
    return weights.chance(vector, signs_of(text, spoken[-2])) < weights.least


def _named_in(spoken: Sequence[Turn]) -> list[str]:
    return [turn.text for turn in spoken[-TURNS_BACK - 1 :]]
