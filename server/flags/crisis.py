"""A crisis as the trained model reads it: a score of its own, open to inspection."""

from __future__ import annotations

from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity
from server.flags.danger_signs import CALM, ELSEWHERE, IDIOMS
from server.flags.judge import Weights
from server.flags.rule import FlagView, quote
from server.flags.understanding import Understanding
from server.flags.weighing import CRISIS_ADVICE

HEAD = "crisis"
# What is told calmly, in jest or as long past has to read this surely to be one.
SURE = 0.65


@dataclass(frozen=True, slots=True)
class LearnedCrisis:
    """Somebody may be in danger, as the model reads the turn.

    What it flags: self-harm, abuse, immediate danger to anybody.
    Why: a person may die while a reply is being written.
    Example: "he's kicking the bathroom door in"
    Not flagged: distress without danger (a death in the family, an illness), which is plain vulnerability.
    """

    understanding: Understanding
    weights: Weights
    reason: Reason = Reason.VULNERABILITY

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The newest of the customer's turns that reads so, unless an agent said that nobody is in danger."""
        understood = self.understanding.of(view.conversation)
        for place in reversed(range(len(understood.turns))):
            if understood.turns[place].id in view.no_crisis:
                continue
            chance = self.weights.chance(understood.features[place])
            least = SURE if told_calmly(understood.turns[place].text) else self.weights.quiet
            sentence = understood.strongest(place, HEAD) if chance >= least else None
            if sentence is not None:
                rule, words = "vulnerability/learned/crisis", quote(sentence)
                return Flag(self.reason, Severity.URGENT, round(chance, 2), words, CRISIS_ADVICE, rule)
        return None


def told_calmly(text: str) -> bool:
    """Whether the words are those of a loss, an illness, a jest, or of something long over."""
    plain = text.replace("’", "'")
    return any(words.search(plain) for words in (CALM, IDIOMS, ELSEWHERE))
