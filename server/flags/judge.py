"""How sure a reason is from what a dialogue shows: one small logistic each, open to inspection. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.flags.features import Features

LIMIT = 30.0
SHARED = ("turns", "words", "public", "mail")


def _features(*own: str, of: str) -> tuple[str, ...]:
    return (f"score.{of}", f"sentence.{of}", f"before.{of}", f"words.{of}", *own, *SHARED)


# What each reason may look at besides how the turn reads; few, so that few examples suffice to weigh them.
LOOKS_AT: Mapping[str, tuple[str, ...]] = {
    "frustration": _features("heat", "score.not_understood", "repeats", of="frustration"),
    "dispute": _features("law", "score.frustration", of="dispute"),
    "policy_exception": _features("score.dispute", "score.upsell", of="policy_exception"),
    "not_understood": _features("not_answered", "alike", "repeats", "score.frustration", of="not_understood"),
    "churn": _features("leaves", "score.frustration", of="churn"),
    "public_escalation": _features("publicity", of="public_escalation"),
    "vulnerability": _features("score.crisis", "score.frustration", of="vulnerability"),
    "upsell": _features("score.frustration", "score.dispute", of="upsell"),
    "multi_department": _features("score.dispute", "score.frustration", of="multi_department"),
    "human_requested": _features("asks_person", "score.not_understood", of="human_requested"),
}
LEARNED = tuple(LOOKS_AT)
# Whether anything is wrong here at all; it lowers every reason but those that need no trouble.
TROUBLE = "trouble"
TROUBLE_LOOKS_AT = ("surest", "second", "words.trouble", *SHARED)
WITHOUT_TROUBLE = frozenset({"upsell"})


@dataclass(frozen=True, slots=True)
class Weights:
    """How one reason weighs its features; from `quiet` on it is a dot, from `shown` on it is shown."""

    intercept: float
    features: Mapping[str, float]
    quiet: float
    shown: float

    def chance(self, features: Features) -> float:
        """How likely the turn gives the reason."""
        return 1 / (1 + math.exp(-self.logit(features)))

    def logit(self, features: Features) -> float:
        """The same, before it is brought between 0 and 1."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.features.items())
        return max(-LIMIT, min(LIMIT, logit))


def trouble_at(
    weights: Mapping[str, Weights], turns: Sequence[Features], hidden: Collection[str], place: int
) -> float:
    """How likely anything is wrong, seen at the turn `place`; `hidden` reasons can't be raised here."""
    return weights[TROUBLE].chance(trouble_features(weights, turns, hidden, place))


def trouble_features(
    weights: Mapping[str, Weights], turns: Sequence[Features], hidden: Collection[str], place: int
) -> Features:
    """The two reasons that are surest up to the turn, and the turn itself."""
    reasons = [one for one in weights if one not in {TROUBLE, *WITHOUT_TROUBLE, *hidden}]
    logits = [max(weights[reason].logit(one) for one in turns[: place + 1]) for reason in reasons]
    surest, second = sorted([-LIMIT, -LIMIT, *logits], reverse=True)[:2]
    own = {name: turns[place][name] for name in TROUBLE_LOOKS_AT if name in turns[place]}
    return {**own, "surest": surest, "second": second}


def weights_of(written: Mapping[str, Any]) -> dict[str, Weights]:
    """The weights as their file has them."""
    return {
        reason: Weights(one["intercept"], one["features"], one["quiet"], one["shown"])
        for reason, one in written.items()
    }


@dataclass(frozen=True, slots=True)
class Raised:
    """A reason raised at the customer's turn `place`, with how sure it is."""

    place: int
    chance: float
    shown: bool


def raised(
    weights: Weights,
    turns: Sequence[Features],
    settled: Sequence[bool],
    trouble: Callable[[int], float] | None = None,
) -> Raised | None:
    """What stands after the last turn: raised at the first turn that says so, and again where it gets surer.

    `settled[i]`: the customer is content again at that turn; what stood is withdrawn unless the turn itself
    raises it. `trouble(i)`: how likely anything is wrong at all; it lowers how sure the reason is.
    """
    standing: Raised | None = None
    for place, (features, content) in enumerate(zip(turns, settled, strict=True)):
        chance = weights.chance(features)
        sure = chance * trouble(place) if trouble and chance >= weights.quiet else chance
        if sure < weights.quiet:
            standing = None if content else standing
        elif standing is None or (sure >= weights.shown and not standing.shown):
            standing = Raised(place, sure, sure >= weights.shown)
    return standing
