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
# How much the meaning and each sign count in how near two turns are.
PER_VECTOR, PER_SIGN = 3.0, 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Turns of known need, each with how it pulls those near it: a support vector machine.

    Made by `scripts.fit_needs`. `turns` is (n, d) as `placed` gives it, `pulls` is (n,). A turn that leans
    less than `least` to needing knowledge needs nothing. `model` is the digest of the embedding model whose
    vectors it reads.
    """

    turns: Vector
    pulls: Vector
    reach: float
    bias: float
    least: float
    signs: tuple[str, ...]
    model: str

    def leaning(self, vector: Vector, signs: Mapping[str, bool]) -> float:
        """How much a turn leans to needing knowledge; 0 is undecided."""
        here = placed(vector, [signs[name] for name in self.signs])
        near = np.exp(-self.reach * ((self.turns - here) ** 2).sum(axis=1))
        return float(near @ self.pulls + self.bias)


def placed(vector: Vector, seen: Sequence[bool]) -> Vector:
    """Where a turn stands among others: its meaning and what the rules see in it."""
    return np.concatenate([vector * PER_VECTOR, np.asarray(seen, np.float32) * PER_SIGN], dtype=np.float32)


def is_booking(conversation: Conversation, vector: Vector, weights: Weights) -> bool:
    """Whether only a booking system helps with the newest turn; `vector` is that of what it asks.

    Being silent has to be sure: a burst, a long turn, one with trouble, and one where nothing bookable was
    named are never silenced.
    """
    spoken = [turn for turn in conversation.turns if turn.role not in (Role.NOTE, Role.SYSTEM)]
    before = spoken[-2] if len(spoken) > 1 else None
    if not spoken or spoken[-1].role is not Role.CUSTOMER or (before and before.role is Role.CUSTOMER):
        return False
    text = compact(said(spoken[-1].text))
    if len(text.split()) > WINDOW_WORDS or not may_be_booking(text, _named_in(spoken)):
        return False
    return weights.leaning(vector, signs_of(text, before)) < weights.least


def _named_in(spoken: Sequence[Turn]) -> list[str]:
    return [turn.text for turn in spoken[-TURNS_BACK - 1 :]]
