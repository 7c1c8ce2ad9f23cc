"""The customer asks in so many words for what the standard policy doesn't give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity
from server.flags.rule import FlagView, customer_turns, quote, sentences
from server.flags.weighing import ADVICE

CONFIDENCE = 0.85
_ASKED = re.compile(
    r"\bmak(?:e|ing) (?:me |us )?an? (?:\w+ )?exception\b|\bbend(?:ing)? the rules\b"
    r"|\bas a (?:one[- ]off|goodwill)\b|\bgoodwill gesture\b|\bgesture of goodwill\b"
    r"|\b(?:can|could|would|will) you (?:please |possibly |just )*"
    r"(?:waive|overlook|let (?:me|it|this) (?:off|slide))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ExceptionAsked:
    """The customer asks in so many words for what the standard policy doesn't give.

    What it flags: "make an exception", "waive it", "bend the rules", "as a gesture of goodwill".
    Why: whether to give way is a person's decision, and a quick no is remembered.
    Example: "I know I'm past the return window, could you make an exception for me?"
    Not flagged: a plain question about what the policy says.
    """

    reason: Reason = Reason.POLICY_EXCEPTION

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The first of the customer's newest sentences that asks for one."""
        for turn in customer_turns(view.conversation):
            for sentence in sentences(turn):
                if found := _ASKED.search(sentence.text):
                    advice, rule = ADVICE[self.reason][""], "policy_exception/asked"
                    return Flag(self.reason, Severity.ACT, CONFIDENCE, quote(sentence, found), advice, rule)
        return None
