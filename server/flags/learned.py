"""Reasons that the trained model raises: what the dialogue shows, weighed, and the sentence that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from server.conversation import Flag, Reason, Role
from server.flags.encoder import MODEL
from server.flags.judge import WITHOUT_TROUBLE, Raised, Weights, raised, trouble_at, weights_of
from server.flags.rule import FlagView, quote
from server.flags.thresholds import Thresholds
from server.flags.understanding import Understanding, Understood
from server.flags.value import ValueRule
from server.flags.weighing import ADVICE, severity_of, situation_of

# Contentment later in the conversation takes these back; a dispute or an illness is not thanked away.
THANKED_AWAY = frozenset({Reason.FRUSTRATION, Reason.NOT_UNDERSTOOD})
HEADS = {Reason.CHURN_RISK: "churn"}
# A reason this close under its threshold is worth a second opinion: half as sure as a dot, or more.
NEARLY = 0.5
SECOND_OPINION = "second_opinion"


def shipped_weights(folder: Path = MODEL) -> dict[str, Weights]:
    """How the reasons of this release weigh what they see."""
    return weights_of(json.loads((folder / "weights.json").read_text(encoding="utf-8")))


def thresholds_in(weights: Mapping[str, Weights]) -> dict[Reason, Thresholds]:
    """The thresholds of every reason that is learned; those of crises are nobody's to move."""
    heads = {reason: weights[HEADS.get(reason, reason.value)] for reason in ADVICE}
    return {reason: Thresholds(of.quiet, of.shown) for reason, of in heads.items()}


@dataclass(frozen=True, slots=True)
class Learned:
    """One reason as the model and its weights see it; evidence is the turn's strongest sentence."""

    reason: Reason
    understanding: Understanding
    weights: Mapping[str, Weights]
    value: ValueRule = field(default_factory=ValueRule)

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The flag that stands after the newest turn, or None."""
        high = self.value.is_high(view.conversation.customer)
        if self.reason is Reason.CHURN_RISK and high is False:
            return None
        understood = self.understanding.of(view.conversation)
        standing = self._standing(understood, view.thresholds.get(self.reason), high)
        if standing is None or self._met(view, understood, standing):
            return None
        return self._flag(understood, standing, high)

    def doubt(self, view: FlagView) -> Flag | None:
        """A dot, as sure as the threshold that the newest turn just missed and never surer, or None."""
        high = self.value.is_high(view.conversation.customer)
        understood = self.understanding.of(view.conversation)
        if not understood.turns or understood.turns[-1] != view.conversation.newest_customer_turn:
            return None
        place = len(understood.turns) - 1
        weights, trouble = self._weighing(understood, view.thresholds.get(self.reason), high)
        sure = weights.chance(understood.features[place]) * (trouble(place) if trouble else 1.0)
        missed = Raised(place, weights.quiet, shown=False)
        if not NEARLY * weights.quiet <= sure < weights.quiet or self._is_settled(view, understood, missed):
            return None
        flag = self._flag(understood, missed, high)
        return flag and replace(flag, rule=f"{self.reason.value}/{SECOND_OPINION}")

    def _is_settled(self, view: FlagView, understood: Understood, missed: Raised) -> bool:
        """Whether the newest turn itself takes the reason back, or it can't be one of this customer."""
        thanked = self.reason in THANKED_AWAY and understood.settled[missed.place]
        leaves = self.reason is Reason.CHURN_RISK
        low = leaves and self.value.is_high(view.conversation.customer) is False
        return thanked or low or self._met(view, understood, missed)

    @property
    def head(self) -> str:
        """What the model calls the reason."""
        return HEADS.get(self.reason, self.reason.value)

    def _standing(self, understood: Understood, own: Thresholds | None, high: bool | None) -> Raised | None:
        settled: Sequence[bool] = understood.settled
        if self.reason not in THANKED_AWAY:
            settled = [False] * len(understood.turns)
        weights, trouble = self._weighing(understood, own, high)
        return raised(weights, understood.features, settled, trouble)

    def _weighing(
        self, understood: Understood, own: Thresholds | None, high: bool | None
    ) -> tuple[Weights, Callable[[int], float] | None]:
        """How the team weighs the reason, and how likely anything is wrong at a turn, where that counts."""
        weights = self.weights[self.head]
        if own is not None:
            weights = replace(weights, quiet=own.quiet, shown=own.shown)
        if self.head in WITHOUT_TROUBLE:
            return weights, None
        hidden = frozenset({HEADS[Reason.CHURN_RISK]} if high is False else ())
        return weights, partial(trouble_at, self.weights, understood.features, hidden)

    def _met(self, view: FlagView, understood: Understood, standing: Raised) -> bool:
        """Whether a person has answered who asked for one."""
        if self.reason is not Reason.HUMAN_REQUESTED:
            return False
        turns = view.conversation.turns
        at = turns.index(understood.turns[standing.place])
        return any(turn.role is Role.AGENT for turn in turns[at + 1 :])

    def _flag(self, understood: Understood, standing: Raised, high: bool | None) -> Flag | None:
        features = understood.features[standing.place]
        situation = situation_of(self.reason, features, high)
        sentence = understood.strongest(standing.place, self.head)
        if sentence is None:
            return None
        severity = severity_of(self.reason, situation, standing.chance, features)
        advice = ADVICE[self.reason].get(situation, ADVICE[self.reason][""])
        rule = f"{self.reason.value}/learned" + (f"/{situation}" if situation else "")
        confidence = round(standing.chance, 2)
        return Flag(self.reason, severity, confidence, quote(sentence), advice, rule, standing.shown)


def learned_rules(
    understanding: Understanding, value: ValueRule, weights: Mapping[str, Weights]
) -> tuple[Learned, ...]:
    """Every reason that is learned from the text, sharing one reading of each conversation."""
    return tuple(Learned(reason, understanding, weights, value) for reason in ADVICE)
