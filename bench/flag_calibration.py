"""Fits how likely a raised flag is right, from flags raised by weights that left their domain out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.flag_data import Row, folds_of
from bench.flag_fit import Talk, fit
from bench.flag_live import raised_live
from bench.flag_scores import REASONS, Said
from server.flags import shipped_rules
from server.flags.encoder import FlagModel
from server.flags.judge import LEARNED
from server.flags.stated import Calibration, logit

# A reason has some dozen flags to go by: what it says by itself counts little beside what all say.
REASON_RIDGE = 10.0
ALONE_RIDGE = 1.0
# A flag that is as sure is right more often in our conversations than in those given. One of the given counts
# so much beside one of ours: with more, ours are told too low; with less, the given ones too high.
GIVEN_COUNTS = 0.3

Matrix = NDArray[np.float64]
Labelled = Sequence[tuple[Row, Talk]]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A raised flag: how sure its rule is, if it stood alone, if it is labelled, and how much it counts."""

    reason: str
    sure: float
    alone: bool
    right: bool
    counts: float = 1.0


def calibration_from(model: FlagModel, ours: Labelled, given: Labelled) -> Calibration:
    """How likely the flags of these conversations are right, each by weights fitted without its domain."""
    flags = []
    for fold in folds_of([talk.domain for _, talk in (*ours, *given)]):
        mine, theirs = (
            [talk for talk in talks_of(some) if talk.domain not in fold] for some in (ours, given)
        )
        rules = shipped_rules(model=model, weights=fit(mine, theirs, LEARNED))
        for some, counts in ((ours, 1.0), (given, GIVEN_COUNTS)):
            held = [row for row, talk in some if talk.domain in fold]
            flags += flagged([Said(row, raised_live(rules, row), "") for row in held], counts)
    return fit_calibration(flags)


def talks_of(some: Labelled) -> list[Talk]:
    """Their features alone."""
    return [talk for _, talk in some]


def flagged(said: Sequence[Said], counts: float = 1.0) -> list[Flagged]:
    """The flags that were raised, as sure as their rules are."""
    return [
        Flagged(reason, flag["confidence"], flag["alone"], reason in one.labelled, counts)
        for one in said
        for reason, flag in one.raised.items()
        if reason in REASONS
    ]


def fit_calibration(flags: Sequence[Flagged]) -> Calibration:
    """A logistic of how sure, never falling, with a small say for each reason."""
    columns: Matrix = np.array(
        [
            [1.0, logit(one.sure), float(one.alone), *(float(one.reason == reason) for reason in REASONS)]
            for one in flags
        ]
    )
    wanted = np.array([one.right for one in flags], float)
    counts = np.array([one.counts for one in flags], float)
    ridge = np.array([0.0, 0.0, ALONE_RIDGE, *[REASON_RIDGE] * len(REASONS)])

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        logits = columns @ numbers
        total = counts @ (np.logaddexp(0, logits) - wanted * logits) + ridge @ numbers**2 / 2
        slope = columns.T @ (counts * (1 / (1 + np.exp(-logits)) - wanted)) + ridge * numbers
        return float(total), slope

    bounds = [(None, None), (0.0, None), *[(None, None)] * (1 + len(REASONS))]
    fitted = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    intercept, slope, alone, *reasons = (round(float(number), 4) for number in fitted)
    return Calibration(intercept, slope, alone, dict(zip(REASONS, reasons, strict=True)))


def as_told(said: Sequence[Said], calibration: Calibration) -> list[Said]:
    """The same flags with the confidence that agents are told."""
    return [
        replace(
            one,
            flags=[
                {**f, "confidence": calibration.confidence(f["reason"], f["confidence"], f["alone"])}
                for f in one.flags
            ],
        )
        for one in said
    ]
