"""The customer tells in so many words that somebody of theirs has died."""

from __future__ import annotations

from dataclasses import dataclass

from server.bereavement import told_death
from server.conversation import Flag, Reason, Severity
from server.flags.rule import FlagView, customer_turns, quote, sentences
from server.flags.weighing import ADVICE

# A dot: some tell of it long after, and only mean to close an account.
CONFIDENCE = 0.5


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
                if found := told_death(sentence.text):
                    advice, rule = ADVICE[self.reason][""], "vulnerability/bereaved"
                    evidence = quote(sentence, found)
                    return Flag(self.reason, Severity.ACT, CONFIDENCE, evidence, advice, rule, shown=False)
        return None
