"""Reads a conversation with the flags' model: once for all reasons, each turn once for good."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np

from server.conversation import Conversation, Turn
from server.flags.anger import SETTLED
from server.flags.encoder import REASONS, FlagModel, Reading
from server.flags.features import Features, HeardTurn, dialogue_features
from server.flags.reading import said_before
from server.flags.rule import LONGEST_READ, Sentence, customer_turns, sentences
from server.quoted import own_words

# A sentence of few words must not win by one of them.
STEADY = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """The customer's newest turns with their features; `settled`: content again at that turn."""

    turns: tuple[Turn, ...]
    features: tuple[Features, ...]
    settled: tuple[bool, ...]
    readings: tuple[Reading, ...]

    def strongest(self, place: int, reason: str) -> Sentence | None:
        """The sentence of the turn that speaks most for the reason."""
        reading, column = self.readings[place], REASONS.index(reason)
        scored = [(_score(reading, sentence)[column], sentence) for sentence in sentences(self.turns[place])]
        return max(scored, key=lambda pair: pair[0], default=(0.0, None))[1]


class Understanding:
    """Understands conversations and remembers the last; safe to call from many threads."""

    def __init__(self, model: FlagModel) -> None:
        self._model = model
        self._last: tuple[Conversation, Understood] | None = None
        self._lock = Lock()

    def of(self, conversation: Conversation) -> Understood:
        """What the customer's turns show; equal conversations are understood alike."""
        with self._lock:
            if self._last is not None and self._last[0] == conversation:
                return self._last[1]
        understood = self._understand(conversation)
        with self._lock:
            self._last = (conversation, understood)
        return understood

    def _understand(self, conversation: Conversation) -> Understood:
        turns = tuple(customer_turns(conversation))
        place_of = {turn.id: place for place, turn in enumerate(conversation.turns)}
        readings = tuple(
            self._model.read(
                said_before(conversation.turns[: place_of[turn.id]]), own_words(turn.text)[:LONGEST_READ]
            )
            for turn in turns
        )
        heard = [_heard(turn, reading) for turn, reading in zip(turns, readings, strict=True)]
        features = tuple(dialogue_features(heard, conversation.channel))
        settled = tuple(bool(SETTLED.search(own_words(turn.text))) for turn in turns)
        return Understood(turns, features, settled, readings)


def _heard(turn: Turn, reading: Reading) -> HeardTurn:
    rows = [_score(reading, sentence) for sentence in sentences(turn)]
    strongest = np.max(rows, axis=0) if rows else reading.reasons
    return HeardTurn(
        turn,
        dict(zip(REASONS, map(float, reading.reasons), strict=True)),
        dict(zip(REASONS, map(float, strongest), strict=True)),
        reading.vector,
    )


def _score(reading: Reading, sentence: Sentence) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    span = sentence.span
    inside = [
        row for row, (start, end) in enumerate(reading.places) if span.start <= start and end <= span.end
    ]
    total = reading.tokens[inside].sum(axis=0)
    return np.asarray(total / (len(inside) + STEADY), dtype=np.float32)
