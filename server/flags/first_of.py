"""One reason decided by several rules: the first that raises a flag has the word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.conversation import Flag, Reason
from server.flags.rule import Doubting, FlagRule, FlagView
from server.flags.thresholds import Thresholds, held


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Rules of one reason, the surest first, held to a team's thresholds where those are above `shipped`."""

    rules: Sequence[FlagRule]
    shipped: Thresholds

    @property
    def reason(self) -> Reason:
        """The reason that all of them decide."""
        return self.rules[0].reason

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The first rule's flag that is shown, else the first that is quiet, or None."""
        quiet: Flag | None = None
        for rule in self.rules:
            raised = rule.raise_flags(view)
            flag = raised and held(raised, view.thresholds.get(self.reason), self.shipped)
            if flag is not None and flag.shown:
                return flag
            quiet = quiet or flag
        return quiet

    def doubt(self, view: FlagView) -> Flag | None:
        """The doubt of the rule that has one."""
        doubts = (rule.doubt(view) for rule in self.rules if isinstance(rule, Doubting))
        return next((doubt for doubt in doubts if doubt is not None), None)
