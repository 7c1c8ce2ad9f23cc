"""Fits how reasons weigh their features, and from where on they are raised and shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.flag_data import folds_of
from server.flags.features import Features
from server.flags.judge import (
    LOOKS_AT,
    TROUBLE,
    TROUBLE_LOOKS_AT,
    WITHOUT_TROUBLE,
    Weights,
    trouble_at,
    trouble_features,
)

RIDGE = 10.0
TROUBLE_RIDGE = 20.0
# Between the threshold that suits a reason's few examples best and the one that suits all reasons.
OWN_THRESHOLD = 0.5
SHOWN_PRECISION = 0.85
# At most this share of the conversations without any flag may get one.
QUIET_FALSE = 0.15
SHOWN_FALSE = 0.02
NEVER = 0.99
GRID = np.round(np.arange(0.06, 0.95, 0.01), 2)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation's customer turns: their places and features, and at which place each reason is labelled.

    `hidden` reasons are not counted: the words are there, but the customer's value forbids the flag.
    """

    id: str
    domain: str
    places: tuple[int, ...]
    features: tuple[Features, ...]
    labels: Mapping[str, int]
    hidden: frozenset[str] = frozenset()
    plain: bool = False


def fit(ours: Sequence[Talk], given: Sequence[Talk], reasons: Sequence[str]) -> dict[str, Weights]:
    """Weights from both; thresholds from the given conversations, by weights that left their domain out.

    Without any given, ours decide the thresholds too.
    """
    every, judged = [*ours, *given], given or ours
    bare = {reason: fit_reason(every, reason) for reason in reasons}
    apart = left_out(every, reasons)
    trouble = fit_trouble(judged, apart)
    surest = [surest_of(talk, {**apart[talk.id], TROUBLE: trouble}) for talk in judged]
    return with_thresholds(bare, judged, surest) | {TROUBLE: trouble}


def left_out(talks: Sequence[Talk], reasons: Sequence[str]) -> dict[str, dict[str, Weights]]:
    """For each conversation the weights fitted without the domains of its fold."""
    found: dict[str, dict[str, Weights]] = {}
    for fold in folds_of([talk.domain for talk in talks]):
        learned = [talk for talk in talks if talk.domain not in fold] or talks
        weights = {reason: fit_reason(learned, reason) for reason in reasons}
        found |= {talk.id: weights for talk in talks if talk.domain in fold}
    return found


def fit_trouble(talks: Sequence[Talk], apart: Mapping[str, Mapping[str, Weights]]) -> Weights:
    """How likely anything is wrong, seen at the end of each conversation; a sale is no trouble."""
    heard = [talk for talk in talks if talk.features]
    seen = [trouble_features(apart[t.id], t.features, t.hidden, len(t.features) - 1) for t in heard]
    values = [[one[name] for name in TROUBLE_LOOKS_AT] for one in seen]
    wrong = [any(reason not in WITHOUT_TROUBLE for reason in talk.labels) for talk in heard]
    return _weights(TROUBLE_LOOKS_AT, np.array(values, float), np.array(wrong, float), TROUBLE_RIDGE)


def surest_of(talk: Talk, weights: Mapping[str, Weights]) -> dict[str, float]:
    """How sure the surest turn is of each reason that may be raised here."""
    found = {}
    for reason in weights:
        if reason == TROUBLE or reason in talk.hidden:
            continue
        sure = [weights[reason].chance(features) for features in talk.features]
        if reason not in WITHOUT_TROUBLE:
            sure = [one * trouble_at(weights, talk.features, talk.hidden, at) for at, one in enumerate(sure)]
        found[reason] = max(sure, default=0.0)
    return found


def fit_reason(talks: Sequence[Talk], reason: str) -> Weights:
    """The reason's logistic, ridge on standardised features; without thresholds."""
    names = LOOKS_AT[reason]
    rows, labels = [], []
    for talk in talks:
        if reason in talk.hidden:
            continue
        at = talk.labels.get(reason)
        for place, features in zip(talk.places, talk.features, strict=True):
            # Once raised, a reason may or may not show in later turns.
            if at is None or place <= at:
                rows.append([features[name] for name in names])
                labels.append(place == at)
    return _weights(names, np.array(rows, float), np.array(labels, float), RIDGE)


def _weights(names: Sequence[str], values: Matrix, wanted: Matrix, ridge: float) -> Weights:
    centre, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    numbers = _logistic((values - centre) / scale, wanted, ridge)
    slopes = numbers[1:] / scale
    intercept = float(numbers[0] - slopes @ centre)
    weights = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    return Weights(round(intercept, 4), weights, NEVER, NEVER)


def _logistic(values: Matrix, wanted: Matrix, strength: float) -> Matrix:
    columns = np.hstack([np.ones((len(values), 1)), values])
    ridge = np.array([0.0, *[strength] * values.shape[1]])

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        logits = columns @ numbers
        total = np.logaddexp(0, logits).sum() - wanted @ logits + ridge @ numbers**2 / 2
        slope = columns.T @ (1 / (1 + np.exp(-logits)) - wanted) + ridge * numbers
        return float(total), slope

    fitted: Matrix = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x
    return fitted


def with_thresholds(
    weights: Mapping[str, Weights], talks: Sequence[Talk], surest: Sequence[Mapping[str, float]]
) -> dict[str, Weights]:
    """Quiet where it finds most with least error, shown where it is nearly always right.

    `surest`: how sure each conversation is of each reason.
    """
    quiet = _quiet(list(weights), talks, surest)
    plain = [sure for talk, sure in zip(talks, surest, strict=True) if talk.plain]
    quiet = _raised_until(quiet, plain, QUIET_FALSE)
    shown = dict.fromkeys(weights, NEVER)
    for at in GRID:
        tried = {reason: max(float(at), low) for reason, low in quiet.items()}
        if _precise(tried, talks, surest) and _flagged(tried, plain) <= SHOWN_FALSE * len(plain):
            shown = tried
            break
    return {
        reason: Weights(one.intercept, one.features, round(quiet[reason], 3), round(shown[reason], 3))
        for reason, one in weights.items()
    }


def _quiet(
    reasons: Sequence[str], talks: Sequence[Talk], surest: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """Between where each reason alone and where all together are found best."""
    curves = {}
    for reason in reasons:
        pairs = [
            (reason in t.labels, sure[reason])
            for t, sure in zip(talks, surest, strict=True)
            if reason in sure
        ]
        there, sureness = np.array([one for one, _ in pairs], bool), np.array([one for _, one in pairs])
        curves[reason] = np.array([f1(there, sureness >= at) for at in GRID])
    # Neighbours count too: a peak of one point is luck.
    common = float(GRID[int(np.argmax(_smooth(np.mean(list(curves.values()), axis=0), 2)))])
    own = {reason: float(GRID[int(np.argmax(_smooth(curve, 4)))]) for reason, curve in curves.items()}
    return {reason: OWN_THRESHOLD * own[reason] + (1 - OWN_THRESHOLD) * common for reason in reasons}


def _smooth(curve: Matrix, reach: int) -> Matrix:
    width = 2 * reach + 1
    return np.convolve(np.pad(curve, reach, mode="edge"), np.ones(width) / width, mode="valid")


def _precise(
    thresholds: Mapping[str, float], talks: Sequence[Talk], surest: Sequence[Mapping[str, float]]
) -> bool:
    """Whether what is at its threshold is labelled often enough."""
    right = [
        reason in talk.labels
        for talk, sure in zip(talks, surest, strict=True)
        for reason, one in sure.items()
        if one >= thresholds[reason]
    ]
    return bool(right) and sum(right) >= SHOWN_PRECISION * len(right)


def _flagged(thresholds: Mapping[str, float], plain: Sequence[Mapping[str, float]]) -> int:
    """How many plain conversations get a flag other than upsell."""
    return sum(any(one >= thresholds[r] for r, one in sure.items() if r != "upsell") for sure in plain)


def _raised_until(
    thresholds: Mapping[str, float], plain: Sequence[Mapping[str, float]], share: float
) -> dict[str, float]:
    """All thresholds but upsell's moved up together until few enough plain conversations are flagged."""
    for step in np.arange(0.0, 0.9, 0.01):
        moved = {r: at if r == "upsell" else min(NEVER, at + float(step)) for r, at in thresholds.items()}
        if _flagged(moved, plain) <= share * len(plain):
            return moved
    return dict.fromkeys(thresholds, NEVER)


def f1(there: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall; 0 where nothing is right."""
    right = int((there & said).sum())
    return 2 * right / (int(there.sum()) + int(said.sum())) if right else 0.0
