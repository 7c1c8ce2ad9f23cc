"""How good flags are: from what was raised and what is labelled to figures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]

REASONS = (
    "frustration",
    "dispute",
    "policy_exception",
    "not_understood",
    "churn_risk",
    "public_escalation",
    "vulnerability",
    "upsell",
    "multi_department",
    "human_requested",
)
RESAMPLES = 1000
SEED = 13
BINS = 5
BASE_RATES = (0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Said:
    """What was raised for a conversation, beside its row: flags as `--out` has them."""

    row: Row
    flags: Sequence[Row]
    disposition: str

    @property
    def labelled(self) -> dict[str, Row]:
        """The labels; leaving is one reason."""
        return {reason_of(flag["reason"]): flag for flag in self.row["flags"]}

    @property
    def raised(self) -> dict[str, Row]:
        """The flags raised, by reason."""
        return {flag["reason"]: flag for flag in self.flags}

    @property
    def plain(self) -> bool:
        """Whether nothing is labelled."""
        return not self.row["flags"]


def reason_of(label: str) -> str:
    """`churn_signal` is `churn_risk` at another severity."""
    return "churn_risk" if label == "churn_signal" else label


@dataclass(frozen=True, slots=True)
class Counts:
    """One reason over all conversations."""

    right: int
    raised: int
    labelled: int

    @property
    def precision(self) -> float:
        """Of those raised, how many are labelled."""
        return self.right / self.raised if self.raised else 0.0

    @property
    def recall(self) -> float:
        """Of those labelled, how many are raised."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.raised + self.labelled) if self.right else 0.0


def counts(said: Sequence[Said], reason: str, shown_only: bool = False) -> Counts:
    """How often the reason was raised, labelled, and both."""
    raised = [reason in one.raised and (not shown_only or bool(one.raised[reason]["shown"])) for one in said]
    labelled = [reason in one.labelled for one in said]
    right = sum(both for both in map(all, zip(raised, labelled, strict=True)))
    return Counts(right, sum(raised), sum(labelled))


def macro_f1(said: Sequence[Said]) -> float:
    """The mean of the reasons' F1."""
    return float(np.mean([counts(said, reason).f1 for reason in REASONS]))


def hits(said: Sequence[Said]) -> list[tuple[Row, Row, Said]]:
    """(raised, labelled, conversation) wherever both agree on a reason."""
    return [
        (one.raised[reason], label, one)
        for one in said
        for reason, label in one.labelled.items()
        if reason in one.raised
    ]


def overlaps(raised: Row, label: Row, one: Said) -> bool:
    """Whether the quotes share words at their place in the conversation."""
    if raised["turn"] != label["turn"]:
        return False
    text = one.row["turns"][label["turn"]]["text"]
    ours, theirs = (int(text.find(flag["evidence"])) for flag in (raised, label))
    if ours < 0 or theirs < 0:
        return False
    return ours < theirs + len(label["evidence"]) and theirs < ours + len(raised["evidence"])


def plain_flagged(said: Sequence[Said], shown: bool) -> int:
    """How many conversations without any label got a flag other than upsell, shown or quiet."""
    return sum(
        any(flag["reason"] != "upsell" and bool(flag["shown"]) is shown for flag in one.flags)
        for one in said
        if one.plain
    )


def expected_precision(said: Sequence[Said], rate: float) -> float:
    """How many conversations with a shown flag need one, were `rate` of all to need one."""
    found, false = (
        share(any(flag["shown"] for flag in one.flags) for one in said if one.plain is plain)
        for plain in (False, True)
    )
    raised = rate * found + (1 - rate) * false
    return float(rate * found / raised) if raised else 0.0


def share(outcomes: Iterable[bool]) -> float:
    """How many of them are true; 0 of none."""
    known = [float(one) for one in outcomes]
    return sum(known) / len(known) if known else 0.0


def interval(said: Sequence[Said], figure: Callable[[Sequence[Said]], float]) -> tuple[float, float]:
    """Where the middle 90 % of the figure lie over resampled conversations."""
    rng = np.random.default_rng(SEED)
    drawn = [figure([said[at] for at in rng.integers(0, len(said), len(said))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.05, 0.95])
    return float(low), float(high)


def calibration_error(chances: Sequence[float], there: Sequence[bool]) -> float:
    """The mean distance between how sure and how often right, over bins of equal size."""
    if not chances:
        return 0.0
    order = np.argsort(chances, kind="stable")
    said: NDArray[np.float64] = np.asarray(chances, float)[order]
    right = np.asarray(there, float)[order]
    bins = zip(np.array_split(said, BINS), np.array_split(right, BINS), strict=True)
    return float(sum(abs(one.mean() - of.mean()) * len(one) for one, of in bins if len(one)) / len(said))


def figures(said: Sequence[Said]) -> Mapping[str, float]:
    """Every figure of the bars, by name; shares from 0 to 1."""
    both = hits(said)
    shown = [counts(said, reason, shown_only=True) for reason in REASONS]
    every = [counts(said, reason) for reason in REASONS]
    low, high = interval(said, macro_f1)
    found: dict[str, float] = {"macro_f1": macro_f1(said), "macro_f1_low": low, "macro_f1_high": high}
    found |= {f"f1.{reason}": one.f1 for reason, one in zip(REASONS, every, strict=True)}
    found |= {f"precision.{reason}": one.precision for reason, one in zip(REASONS, every, strict=True)}
    found |= {f"recall.{reason}": one.recall for reason, one in zip(REASONS, every, strict=True)}
    raised = sum(one.raised for one in shown)
    found["shown_precision"] = sum(one.right for one in shown) / raised if raised else 0.0
    found["shown_recall"] = sum(one.right for one in shown) / max(1, sum(one.labelled for one in shown))
    found["right_turn"] = share(one["turn"] == of["turn"] for one, of, _ in both)
    found["evidence_overlap"] = share(overlaps(*hit) for hit in both)
    found["plain_conversations"] = float(sum(one.plain for one in said))
    found["plain_shown"] = float(plain_flagged(said, shown=True))
    found["plain_quiet"] = float(plain_flagged(said, shown=False))
    found |= {f"expected_precision@{rate:.0%}": expected_precision(said, rate) for rate in BASE_RATES}
    if known := [one for one in said if "disposition" in one.row]:
        found["disposition"] = share(one.disposition == one.row["disposition"] for one in known)
    return found
