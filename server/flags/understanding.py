"""Reads a conversation with the flags' model: once for all reasons, each turn once for good."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np

from server.conversation import Conversation, Turn
from server.flags.anger import SETTLED
from server.flags.encoder import REASONS, FlagModel, Reading
from server.flags.evidence import widened
from server.flags.features import Features, HeardTurn, dialogue_features
from server.flags.reading import said_before
from server.flags.rule import LONGEST_READ, Sentence, customer_turns, sentences
from server.flags.wording import Wordings, shipped_wordings
from server.quoted import own_words

# A sentence of few words must not win by one of them.
STEADY = 2.0
# A sentence to quote counts as if it had so many words more, each like the turn's furthest from the reason: a
# greeting must not win by being short.
FEW = 4.0
# A neighbour that speaks so much less for the reason than the strongest sentence is not quoted with it.
FAR = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """The customer's newest turns with their features; `settled`: content again at that turn."""

    turns: tuple[Turn, ...]
    features: tuple[Features, ...]
    settled: tuple[bool, ...]
    readings: tuple[Reading, ...]
    wordings: Wordings

    def strongest(self, place: int, reason: str) -> Sentence | None:
        """The sentence that speaks most for the reason, or that and one beside it, few enough to quote."""
        said = list(sentences(self.turns[place]))
        if not said:
            return None
        scores = [self._speaks(place, sentence, reason) for sentence in said]
        return widened(said, scores, max(scores) - FAR)

    def _speaks(self, place: int, sentence: Sentence, reason: str) -> float:
        read, at = self.readings[place], REASONS.index(reason)
        inside = _inside(read, sentence)
        total = float(read.quotes[inside, at].sum()) + FEW * float(read.quotes[:, at].min(initial=0.0))
        return total / (len(inside) + FEW) + self.wordings.scores(sentence.text).get(reason, 0.0)


class Understanding:
    """Understands conversations and remembers the last; safe to call from many threads."""

    def __init__(self, model: FlagModel, wordings: Wordings | None = None) -> None:
        self._model = model
        self._wordings = wordings or shipped_wordings()
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
        heard = [self._heard(turn, reading) for turn, reading in zip(turns, readings, strict=True)]
        features = tuple(dialogue_features(heard, conversation.channel))
        settled = tuple(bool(SETTLED.search(own_words(turn.text))) for turn in turns)
        return Understood(turns, features, settled, readings, self._wordings)

    def _heard(self, turn: Turn, reading: Reading) -> HeardTurn:
        rows = [_score(reading, sentence) for sentence in sentences(turn)]
        strongest = np.max(rows, axis=0) if rows else reading.reasons
        return HeardTurn(
            turn,
            dict(zip(REASONS, map(float, reading.reasons), strict=True)),
            dict(zip(REASONS, map(float, strongest), strict=True)),
            self._wordings.scores(own_words(turn.text)[:LONGEST_READ]),
            reading.vector,
        )


def _score(reading: Reading, sentence: Sentence) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    inside = _inside(reading, sentence)
    total = reading.tokens[inside].sum(axis=0)
    return np.asarray(total / (len(inside) + STEADY), dtype=np.float32)


def _inside(reading: Reading, sentence: Sentence) -> list[int]:
    span = sentence.span
    return [row for row, (start, end) in enumerate(reading.places) if span.start <= start and end <= span.end]
