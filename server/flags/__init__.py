"""Reasons why a person should look, each decided by its own rule from the customer's words and the search."""

from __future__ import annotations

from collections.abc import Sequence

from server.conversation import Flag
from server.flags.frustration import Frustration
from server.flags.human_requested import HumanRequested
from server.flags.low_confidence import LowConfidence
from server.flags.rule import FlagRule, FlagView, Found

__all__ = ["FlagRule", "FlagView", "Found", "decide", "shipped_rules"]


def shipped_rules() -> tuple[FlagRule, ...]:
    """Every rule of this release."""
    return (HumanRequested(), Frustration(), LowConfidence())


def decide(rules: Sequence[FlagRule], view: FlagView) -> tuple[Flag, ...]:
    """The flags that stand for this view, in the order of the rules; equal views give equal flags."""
    return tuple(flag for rule in rules if (flag := rule.raise_flags(view)) is not None)
