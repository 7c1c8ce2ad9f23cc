"""What of a conversation is read for its intent: the customer's words, above all those that ask. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.conversation import Role, Turn
from server.needs import says_something
from server.quoted import compact, own_words
from server.understand import asking_part

Vector = NDArray[np.float32]

TURNS_READ = 4
# The first message says what it is about; each later one counts for so much less.
_LATER = 0.3
# What asks counts once more, by so much.
_ASKING = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message, what of it asks (empty where all or nothing does), and how much it counts."""

    text: str
    asks: str
    weight: float

    @property
    def texts(self) -> dict[str, float]:
        """What has to be embedded, and how much each counts."""
        return {self.text: self.weight} | ({self.asks: self.weight * _ASKING} if self.asks else {})


def heard(turns: Sequence[Turn]) -> tuple[Heard, ...]:
    """The customer's first messages that say something, in order."""
    own = (compact(own_words(turn.text)) for turn in turns if turn.role is Role.CUSTOMER)
    said = [text for text in own if says_something(text)][:TURNS_READ]
    return tuple(Heard(text, asking_part(text), _LATER**place) for place, text in enumerate(said))


def combined(messages: Sequence[Heard], vectors: Mapping[str, Vector]) -> tuple[str, Vector]:
    """One text and one vector of unit length of at least one message."""
    parts = [(text, weight) for message in messages for text, weight in message.texts.items()]
    total = np.sum([weight * vectors[text] for text, weight in parts], axis=0)
    return "\n".join(text for text, _ in parts), np.asarray(
        total / (np.linalg.norm(total) or 1.0), dtype=np.float32
    )
