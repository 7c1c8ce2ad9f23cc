"""The flags' trained model: reads a customer's turn once and scores each reason, token by token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.flags.turn_reader import REMEMBERED, Scores, TurnReader

MODEL = Path(__file__).parent / "model"
REASONS = (
    "frustration",
    "dispute",
    "policy_exception",
    "not_understood",
    "churn",
    "public_escalation",
    "vulnerability",
    "upsell",
    "multi_department",
    "human_requested",
    "crisis",
)
MOODS = (
    "calm",
    "friendly",
    "pleased",
    "curious",
    "confused",
    "worried",
    "disappointed",
    "annoyed",
    "angry",
    "sarcastic",
    "tired",
    "sad",
    "ashamed",
    "afraid",
    "desperate",
    "firm",
)
OUTPUTS = (*REASONS, *MOODS)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the model makes of one turn, in logits: `tokens[i]` scores `text[slice(*places[i])]`.

    `quotes[i]` says how much that token belongs into the quote for each reason.
    """

    reasons: Scores
    mood: str
    tokens: Scores
    quotes: Scores
    places: tuple[tuple[int, int], ...]
    vector: Scores


class FlagModel:
    """Reads each turn once and remembers it; one core. Safe to call from many threads.

    Raises UntrustedModel when the file isn't the one that was trained.
    """

    def __init__(self, folder: Path = MODEL, remembered: int = REMEMBERED) -> None:
        self._reader = TurnReader(folder, remembered)

    def read(self, context: str, text: str) -> Reading:
        """What the turn shows; `context` is what `said_before` gives."""
        turn = self._reader.read(context, text)
        reasons, moods = turn.scores[: len(REASONS)], turn.scores[len(REASONS) :]
        mood = MOODS[int(np.argmax(moods))]
        tokens, quotes = (each[:, : len(REASONS)] for each in (turn.tokens, turn.quotes))
        return Reading(reasons, mood, tokens, quotes, turn.places, turn.vector)
