"""The knowledge holds no good answer to what the customer asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity, Turn
from server.flags.rule import FlagView, Sentence, quote, sentences
from server.needs import says_something
from server.words import content_words

_ASKS = re.compile(
    r"\?|^\W*(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|may|should)\b"
    r"|\b(?:i(?:'d| would) like to know|tell me|let me know|i (?:want|need) to know|wondering|need help"
    r"|help me)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LowConfidence:
    """The knowledge holds no good answer.

    What it flags: a real question for which nothing good enough was found, or a second miss.
    Why: here a guess is worst, and the owners of the knowledge should learn of the gap.
    Example: "Do you deliver to the Falkland Islands?" with nothing about it in any document.
    Not flagged: thanks and greetings; a statement without a question, the first time.
    """

    reason: Reason = Reason.LOW_CONFIDENCE

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The flag on the newest customer turn when its search failed."""
        turn = view.conversation.newest_customer_turn
        if view.found is None or view.found.good or turn is None:
            return None
        question = _question(turn)
        repeated = view.found.misses > 0
        sentence = question or next(sentences(turn), None)
        if sentence is None or not (question or repeated):
            return None
        severity = Severity.ACT if repeated else Severity.NOTE
        confidence = round(0.6 + 0.35 * (1 - (view.found.best or 0.0)) if not repeated else 0.95, 2)
        advice = "Do not guess: say that you will find out, and ask a colleague who knows."
        rule = "low_confidence/" + ("second_miss" if repeated else "nothing_found")
        return Flag(self.reason, severity, confidence, quote(sentence), advice, rule)


def _question(turn: Turn) -> Sentence | None:
    asked = (s for s in sentences(turn) if _ASKS.search(s.text) and says_something(s.text))
    return next((sentence for sentence in asked if content_words(sentence.text)), None)
