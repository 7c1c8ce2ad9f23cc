"""A crisis as the trained model reads it: a score of its own, open to inspection."""

from __future__ import annotations

from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity
from server.flags.judge import Weights
from server.flags.rule import FlagView, quote
from server.flags.understanding import Understanding
from server.flags.weighing import CRISIS_ADVICE

HEAD = "crisis"


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
            sentence = understood.strongest(place, HEAD) if chance >= self.weights.quiet else None
            if sentence is not None:
                rule, words = "vulnerability/learned/crisis", quote(sentence)
                return Flag(self.reason, Severity.URGENT, round(chance, 2), words, CRISIS_ADVICE, rule)
        return None
