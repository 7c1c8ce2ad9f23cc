"""Reasons why a person should look, each decided by its own rule from the customer's words and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from server.conversation import Flag, Reason
from server.flags.encoder import FlagModel
from server.flags.exception_asked import ExceptionAsked
from server.flags.first_of import FirstOf
from server.flags.frustration import Frustration
from server.flags.human_requested import HumanRequested
from server.flags.judge import Weights
from server.flags.learned import learned_rules, shipped_weights
from server.flags.low_confidence import LowConfidence
from server.flags.rule import FlagRule, FlagView, Found
from server.flags.value import ValueRule

__all__ = ["FlagRule", "FlagView", "Found", "ValueRule", "decide", "shipped_model", "shipped_rules"]


@cache
def shipped_model() -> FlagModel:
    """The trained model of this release, loaded once (a third of a second)."""
    return FlagModel()


def shipped_rules(
    value: ValueRule | None = None,
    model: FlagModel | None = None,
    weights: Mapping[str, Weights] | None = None,
) -> tuple[FlagRule, ...]:
    """Every rule of this release; where wording is decisive, it goes before the model."""
    learned = learned_rules(model or shipped_model(), value or ValueRule(), weights or shipped_weights())
    worded: dict[Reason, FlagRule] = {
        rule.reason: rule for rule in (Frustration(), ExceptionAsked(), HumanRequested())
    }
    rules = [FirstOf((worded[one.reason], one)) if one.reason in worded else one for one in learned]
    return (*rules, LowConfidence())


def decide(rules: Sequence[FlagRule], view: FlagView) -> tuple[Flag, ...]:
    """The flags that stand for this view, in the order of the rules; equal views give equal flags."""
    flags = tuple(flag for rule in rules if (flag := rule.raise_flags(view)) is not None)
    distress = any(flag.reason is Reason.VULNERABILITY and flag.shown for flag in flags)
    return tuple(flag for flag in flags if not (distress and flag.reason is Reason.UPSELL))
