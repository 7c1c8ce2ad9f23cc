"""The customer tells in so many words that somebody of theirs has died."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.conversation import Flag, Reason, Severity
from server.flags.rule import FlagView, customer_turns, quote, sentences
from server.flags.weighing import ADVICE

# A dot: some tell of it long after, and only mean to close an account.
CONFIDENCE = 0.5
_KIN = (
    r"(?:husband|wife|partner|mother|mum|mam|mom|mummy|father|dad|daddy|son|daughter|brother|sister|child|baby"
    r"|twin|gran|granny|nan|nana|grandad|grand(?:ma|pa|mother|father|dad|mum|son|daughter)|uncle|aunt(?:ie|y)?"
    r"|friend|fianc[eé]e?|(?:mother|father|brother|sister)-in-law)\b"
)
_DIED = (
    r"(?:(?:has|had|just|sadly|suddenly|recently|unexpectedly) ){0,3}"
    r"(?:died|passed away|passed(?: on)?(?=\W*$|[.,;!?]| (?:in|last|on (?!to\b|the|my|your)|this|after)\b))"
)
_TOLD = re.compile(
    rf"\b(?:my|our) (?:[\w']+ ){{0,2}}?{_KIN}(?: \w+)?,? {_DIED}"
    rf"|\b(?:(?:lost|buried|burying) |(?:funeral|death|loss|passing) of )(?:my|our) (?:\w+ )?{_KIN}(?!'s)"
    rf"|\b(?:my|our) (?:\w+ )?{_KIN}'s (?:funeral|death|passing)\b"
    r"|\bi(?:'m| am| was| have been) (?:now |recently )?(?:a widow(?:er)?|widowed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bereaved:
    """The customer tells in so many words that somebody of theirs has died.

    What it flags: "my mum passed away", "I lost my husband", "my father's funeral", as a dot.
    Why: a cheerful or merely correct answer hurts, and the draft should not be the first thing seen.
    Example: "My mum passed away last month and I've found she had an account with you."
    Not flagged: a question about bereavement in general, and what was somebody else's ("lost my wife's bag").
    """

    reason: Reason = Reason.VULNERABILITY

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The first of the customer's newest sentences that tells of it; nothing later undoes it."""
        for turn in customer_turns(view.conversation):
            for sentence in sentences(turn):
                if found := _TOLD.search(sentence.text.replace("’", "'")):
                    advice, rule = ADVICE[self.reason][""], "vulnerability/bereaved"
                    evidence = quote(sentence, found)
                    return Flag(self.reason, Severity.ACT, CONFIDENCE, evidence, advice, rule, shown=False)
        return None
