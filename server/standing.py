"""The flags that stand in one conversation: decided by rules, raised by hand, answered. State without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from server.by_hand import flags_by_hand
from server.conversation import Conversation, Flag, Reason, Severity
from server.known import Flagged, Known
from server.triage import LEADING, Disposition, Response, disposition_of, is_graver


class StandingFlags:
    """What the panel shows: one flag a reason; one raised by hand stands until it is answered.

    A reason that was answered stays silent in this conversation until it is graver than what was answered;
    one that was shown and withdrawn comes back as a dot, unless it is graver than when it was shown. A crisis
    stands until the agent says that it is none; `no_crisis` are the turns of which that was said.
    """

    def __init__(self) -> None:
        self._standing: dict[Reason, Flag] = {}
        self._decided: dict[Reason, Flag] = {}
        self._by_hand: dict[Reason, Flag] = {}
        self._answered: Flagged = frozenset()
        self._answered_at: dict[str, Severity] = {}
        self._responses: dict[Reason, Response] = {}
        self._shown_at: dict[Reason, Severity] = {}
        self._raises: set[str] = set()
        self.chosen: Disposition | None = None
        self.no_crisis: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Flag]:
        return iter(self._standing.values())

    @property
    def disposition(self) -> Disposition:
        """Whether a person must lead: what was decided or raised by hand, as the agent answered it."""
        return disposition_of((self._decided | self._by_hand).values(), self.chosen, self._responses)

    @property
    def in_crisis(self) -> bool:
        """Whether somebody may be in danger, and nobody said otherwise."""
        return any(flag.is_crisis for flag in self._standing.values())

    @property
    def counted(self) -> dict[Reason, Severity]:
        """How grave each reason is that was shown, or agreed to, and that the agent did not disagree with."""
        known = (self._decided | self._by_hand).values()
        answered = [(flag, self._responses.get(flag.reason)) for flag in known]
        return {
            flag.reason: flag.severity
            for flag, response in answered
            if response == "agreed" or (flag.shown and response != "disagreed")
        }

    def recall(self, conversation: Conversation, known: Known) -> None:
        """Take in what is on record: answered flags go, those raised by hand and not answered come."""
        raised = known.raised - self._answered
        self._answered = (self._answered | known.answered) - raised
        recalled = {reason: known.responses[reason] for reason in known.responses.keys() - self._standing}
        self._responses = recalled | self._responses
        self.chosen = self.chosen or known.chosen
        self.no_crisis |= known.no_crisis
        self._by_hand |= flags_by_hand(conversation, raised)
        by_hand = {flag.reason: flag for flag in self._by_hand.values() if not self._is_answered(flag)}
        self._standing = self._unanswered(self._standing.values()) | by_hand

    def answer(self, reason: Reason, turn_id: str, response: Response) -> Flag | None:
        """The agent answered a flag: it neither stands nor is decided again. None when it did not stand."""
        self._answered |= {(reason, turn_id)}
        self._responses[reason] = response
        flag = self._standing.get(reason)
        if flag is None or flag.evidence.turn_id != turn_id:
            return None
        if flag.is_crisis and response != "disagreed":
            return flag
        if flag.is_crisis:
            self.no_crisis |= {turn_id}
        by_hand = self._by_hand.pop(reason, None)
        if by_hand and reason in LEADING and response == "agreed":
            # No rule decides it, so nothing but the agent's choice keeps it.
            self.chosen = Disposition.HUMAN
        self._answered_at[reason] = flag.severity
        return self._standing.pop(reason)

    def raise_by_hand(self, flag: Flag, report_id: str) -> bool:
        """The agent raised a flag; false when this report came before (it may be answered meanwhile)."""
        if report_id in self._raises:
            return False
        self._raises.add(report_id)
        self._answered -= {(flag.reason, flag.evidence.turn_id)}
        self._responses.pop(flag.reason, None)
        if flag.reason in LEADING:
            self.chosen = None
        self._by_hand[flag.reason] = self._standing[flag.reason] = flag
        return True

    def decide(self, flags: Iterable[Flag]) -> tuple[list[Flag], list[Flag]]:
        """What the rules say now: the flags withdrawn, and those raised or changed."""
        before = self._standing
        self._decided = {flag.reason: flag for flag in flags}
        news = self._unanswered(self._decided.values())
        for reason in news:
            # Graver than what the agent answered: that answer is no longer about it.
            self._responses.pop(reason, None)
        self._standing = {reason: self._once(flag) for reason, flag in news.items()} | self._by_hand
        withdrawn = [flag for reason, flag in before.items() if reason not in self._standing]
        return withdrawn, [flag for reason, flag in self._standing.items() if before.get(reason) != flag]

    def add(self, flags: Iterable[Flag]) -> list[Flag]:
        """A second opinion adds reasons that the rules did not raise; those raised now. All others stay."""
        known = self._decided.keys() | self._by_hand.keys()
        added = [flag for flag in flags if flag.reason not in known]
        return self.decide([*self._decided.values(), *added])[1] if added else []

    def _once(self, flag: Flag) -> Flag:
        """A reason is shown once: what was withdrawn since comes back as a dot unless it is graver."""
        stands = flag.reason in self._standing and self._standing[flag.reason].shown
        seen = self._shown_at.get(flag.reason)
        again = flag.shown and not stands and not flag.is_crisis
        if again and seen is not None and not is_graver(flag.severity, seen):
            return replace(flag, shown=False)
        if flag.shown:
            self._shown_at[flag.reason] = max(seen or flag.severity, flag.severity, key=list(Severity).index)
        return flag

    def _unanswered(self, flags: Iterable[Flag]) -> dict[Reason, Flag]:
        return {flag.reason: flag for flag in flags if self._is_news(flag)}

    def _is_answered(self, flag: Flag) -> bool:
        return (flag.reason, flag.evidence.turn_id) in self._answered

    def _is_news(self, flag: Flag) -> bool:
        if flag.is_crisis:
            return flag.evidence.turn_id not in self.no_crisis
        if self._is_answered(flag):
            return False
        if not any(reason == flag.reason for reason, _ in self._answered):
            return True
        # How grave it was when answered is not on record: only what can't wait comes again.
        return is_graver(flag.severity, self._answered_at.get(flag.reason, Severity.ACT))
