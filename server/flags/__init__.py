"""Reasons why a person should look, each decided by its own rule from the customer's words and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from server.conversation import Flag, Reason
from server.flags.bereaved import Bereaved
from server.flags.crisis import CrisisModel, LearnedCrisis
from server.flags.danger import Danger, UnnamedDanger, told_in_words
from server.flags.encoder import FlagModel
from server.flags.exception_asked import ExceptionAsked
from server.flags.first_of import FirstOf
from server.flags.frustration import URGENT_AT, Frustration
from server.flags.human_requested import HumanRequested
from server.flags.judge import Weights
from server.flags.learned import learned_rules, shipped_weights, thresholds_in
from server.flags.low_confidence import LowConfidence
from server.flags.rule import Doubting, FlagRule, FlagView, Found
from server.flags.thresholds import AS_SHIPPED, Moved, Thresholds
from server.flags.understanding import Understanding
from server.flags.value import ValueRule

__all__ = [
    "AS_SHIPPED",
    "FlagRule",
    "FlagView",
    "Found",
    "Moved",
    "Thresholds",
    "ValueRule",
    "crisis_of",
    "decide",
    "doubts_of",
    "shipped_model",
    "shipped_rules",
    "shipped_thresholds",
    "told_in_words",
]


@cache
def shipped_model() -> FlagModel:
    """The trained model of this release, loaded once (a third of a second)."""
    return FlagModel()


@cache
def shipped_crisis_model() -> CrisisModel:
    """The model of this release that hears crises, loaded once (a third of a second)."""
    return CrisisModel()


def shipped_rules(
    value: ValueRule | None = None,
    model: FlagModel | None = None,
    weights: Mapping[str, Weights] | None = None,
    crisis: CrisisModel | None = None,
) -> tuple[FlagRule, ...]:
    """Every rule of this release; where wording is decisive, it goes before the model."""
    weights = weights or shipped_weights()
    thresholds = thresholds_in(weights)
    understanding = Understanding(model or shipped_model())
    hears = LearnedCrisis(crisis or shipped_crisis_model(), understanding)
    first: dict[Reason, tuple[FlagRule, ...]] = {
        Reason.VULNERABILITY: (Danger(), UnnamedDanger(), hears, Bereaved()),
        Reason.FRUSTRATION: (Frustration(shown_at=URGENT_AT),),
        Reason.POLICY_EXCEPTION: (ExceptionAsked(),),
        Reason.HUMAN_REQUESTED: (HumanRequested(),),
    }
    rules = [
        FirstOf((*first[one.reason], one), thresholds[one.reason]) if one.reason in first else one
        for one in learned_rules(understanding, value or ValueRule(), weights)
    ]
    return (*rules, LowConfidence())


def shipped_thresholds() -> dict[Reason, Thresholds]:
    """What this release has for the reasons whose thresholds a team may move."""
    return thresholds_in(shipped_weights())


def decide(rules: Sequence[FlagRule], view: FlagView) -> tuple[Flag, ...]:
    """The flags that stand for this view, in the order of the rules; equal views give equal flags."""
    flags = tuple(flag for rule in rules if (flag := rule.raise_flags(view)) is not None)
    distress = any(flag.reason is Reason.VULNERABILITY and flag.shown for flag in flags)
    standing = tuple(flag for flag in flags if not (distress and flag.reason is Reason.UPSELL))
    return tuple(replace(flag, alone=_is_alone(flag, standing)) for flag in standing)


def _is_alone(flag: Flag, standing: Sequence[Flag]) -> bool:
    """Whether the customer's words give no other reason; what the search lacked is none of theirs."""
    return all(other is flag or other.reason is Reason.LOW_CONFIDENCE for other in standing)


def doubts_of(rules: Sequence[FlagRule], view: FlagView, flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """What a second opinion may add to the flags that stand; nothing where somebody may be in danger."""
    if any(flag.is_crisis for flag in flags):
        return ()
    raised = {flag.reason for flag in flags}
    doubting = (rule for rule in rules if isinstance(rule, Doubting) and rule.reason not in raised)
    return tuple(doubt for rule in doubting if (doubt := rule.doubt(view)) is not None)


def crisis_of(rules: Sequence[FlagRule], view: FlagView) -> Flag | None:
    """The crisis that stands, if any; asked before anything is written."""
    flags = (rule.raise_flags(view) for rule in rules if rule.reason is Reason.VULNERABILITY)
    return next((flag for flag in flags if flag is not None and flag.is_crisis), None)
