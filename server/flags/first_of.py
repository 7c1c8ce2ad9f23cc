"""One reason decided by several rules: the first that raises a flag has the word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.conversation import Flag, Reason
from server.flags.rule import FlagRule, FlagView


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Rules of one reason, the surest first."""

    rules: Sequence[FlagRule]

    @property
    def reason(self) -> Reason:
        """The reason that all of them decide."""
        return self.rules[0].reason

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The first rule's flag that stands, or None."""
        return next((flag for rule in self.rules if (flag := rule.raise_flags(view)) is not None), None)
