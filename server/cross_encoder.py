"""Reads a question and a passage together, which tells an answer from what is merely about the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

from knowledge.document import Passage
from server.flags.turn_reader import TurnReader

MODEL = Path(__file__).parent / "cross_encoder_model"
REMEMBERED = 1024


class PassageReader(Protocol):
    """Says how well a passage answers; called from threads."""

    def score(self, question: str, passage: Passage) -> float:
        """The logit that it answers."""
        ...


class CrossEncoder:
    """The trained model: reads each pair once and remembers it; one core, some 12 ms. Safe in many threads.

    Raises UntrustedModel when the installed file isn't the one that was trained.
    """

    def __init__(self, folder: Path = MODEL, remembered: int = REMEMBERED) -> None:
        self._reader = TurnReader(folder, remembered)

    def score(self, question: str, passage: Passage) -> float:
        """The logit that the passage, with its titles, answers; of a long question its end is read."""
        return float(self._reader.read(question, passage.search_text).scores[0])


@cache
def shipped_reader() -> CrossEncoder:
    """The cross-encoder of this release, loaded once (a third of a second)."""
    return CrossEncoder()
