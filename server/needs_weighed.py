"""How likely knowledge helps with a turn that stands where something is booked, by its meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.conversation import Conversation, Role, Turn
from server.needs import may_be_booking, signs_of
from server.quoted import compact
from server.understand import WINDOW_WORDS, recalled, said

Vector = NDArray[np.float32]
# How far back something bookable may have been named.
TURNS_BACK = 6
# How much the meaning, that of the turn before, and each sign count in how near two turns are.
PER_VECTOR, PER_BEFORE, PER_SIGN = 3.0, 0.7, 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Turns of known need, each with how it pulls those near it: a support vector machine.

    Made by `scripts.fit_needs`. `turns` is (n, d) as `placed` gives it, `pulls` is (n,). A turn that leans
    less than `least` to needing knowledge needs nothing, and one that leans more than `most` needs it.
    `model` is the digest of the embedding model whose vectors it reads.
    """

    turns: Vector
    pulls: Vector
    reach: float
    bias: float
    least: float
    most: float
    signs: tuple[str, ...]
    model: str

    def leaning(self, here: Vector) -> float:
        """How much a turn leans to needing knowledge; 0 is undecided."""
        near = np.exp(-self.reach * ((self.turns - here) ** 2).sum(axis=1))
        return float(near @ self.pulls + self.bias)


def placed(vector: Vector, before: Vector | None, seen: Sequence[bool]) -> Vector:
    """Where a turn stands among others: its meaning, that of the one before, and what the rules see in it."""
    told = np.zeros_like(vector) if before is None else before
    signs = np.asarray(seen, np.float32)
    return np.concatenate([vector * PER_VECTOR, told * PER_BEFORE, signs * PER_SIGN], dtype=np.float32)


def is_weighed(conversation: Conversation) -> bool:
    """Whether the weights have a say in what the newest turn needs.

    To silence it has to be sure: not in a burst, a long turn, one with trouble, or where nothing bookable was
    named.
    """
    spoken = _spoken(conversation)
    if not spoken or spoken[-1].role is not Role.CUSTOMER:
        return False
    if len(spoken) > 1 and spoken[-2].role is Role.CUSTOMER:
        return False
    text = compact(said(spoken[-1].text))
    named = [turn.text for turn in spoken[-TURNS_BACK - 1 :]]
    return len(text.split()) <= WINDOW_WORDS and may_be_booking(text, named)


def told_before(conversation: Conversation) -> str:
    """The turn before the newest, as it is searched; empty where there is none or it says nothing."""
    spoken = _spoken(conversation)
    return recalled(spoken[-2]) if len(spoken) > 1 else ""


def needs_by_weights(
    conversation: Conversation, asked: str, vectors: Mapping[str, Vector], weights: Weights
) -> bool | None:
    """Whether knowledge helps with the newest turn, which `is_weighed`; None where that is for the rules.

    `vectors` holds those of what it asks, `asked`, and of the turn before, where that says something.
    """
    spoken = _spoken(conversation)
    before = spoken[-2] if len(spoken) > 1 else None
    signs = signs_of(compact(said(spoken[-1].text)), before)
    seen = [signs[name] for name in weights.signs]
    leaning = weights.leaning(placed(vectors[asked], vectors.get(told_before(conversation)), seen))
    if leaning < weights.least:
        return False
    return True if leaning > weights.most else None


def _spoken(conversation: Conversation) -> list[Turn]:
    return [turn for turn in conversation.turns if turn.role not in (Role.NOTE, Role.SYSTEM)]
