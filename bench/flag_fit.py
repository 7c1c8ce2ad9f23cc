"""Fits how reasons weigh their features, and from where on they are raised and shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from server.flags.features import Features
from server.flags.judge import LOOKS_AT, Weights

RIDGE = 4.0
# Between the threshold that suits a reason's few examples best and the one that suits all reasons.
OWN_THRESHOLD = 0.5
SHOWN_PRECISION = 0.85
# At most this share of the conversations without any flag may get one.
QUIET_FALSE = 0.08
SHOWN_FALSE = 0.025
NEVER = 0.99
GRID = np.round(np.arange(0.08, 0.96, 0.02), 2)

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

    def best(self, weights: Weights) -> float:
        """How sure the surest turn is."""
        return max(map(weights.chance, self.features), default=0.0)


def fit(talks: Sequence[Talk], reasons: Sequence[str]) -> dict[str, Weights]:
    """Weights and thresholds for these reasons."""
    bare = {reason: fit_reason(talks, reason) for reason in reasons}
    return with_thresholds(bare, talks)


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
    values, wanted = np.array(rows, float), np.array(labels, float)
    centre, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    numbers = _logistic((values - centre) / scale, wanted)
    slopes = numbers[1:] / scale
    intercept = float(numbers[0] - slopes @ centre)
    weights = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    return Weights(round(intercept, 4), weights, NEVER, NEVER)


def _logistic(values: Matrix, wanted: Matrix) -> Matrix:
    columns = np.hstack([np.ones((len(values), 1)), values])
    ridge = np.array([0.0, *[RIDGE] * values.shape[1]])

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        logits = columns @ numbers
        total = np.logaddexp(0, logits).sum() - wanted @ logits + ridge @ numbers**2 / 2
        slope = columns.T @ (1 / (1 + np.exp(-logits)) - wanted) + ridge * numbers
        return float(total), slope

    fitted: Matrix = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x
    return fitted


def with_thresholds(weights: Mapping[str, Weights], talks: Sequence[Talk]) -> dict[str, Weights]:
    """Quiet where it finds most with least error, shown where it is nearly always right."""
    counted = {reason: [talk for talk in talks if reason not in talk.hidden] for reason in weights}
    chances = {reason: np.array([t.best(weights[reason]) for t in counted[reason]]) for reason in weights}
    there = {reason: np.array([reason in t.labels for t in counted[reason]]) for reason in weights}
    curves = {
        reason: np.array([f1(there[reason], chances[reason] >= at) for at in GRID]) for reason in weights
    }
    common = GRID[int(np.argmax(np.mean(list(curves.values()), axis=0)))]
    # Neighbours count too: a peak of one point is luck.
    own = {reason: float(GRID[int(np.argmax(_smooth(curve)))]) for reason, curve in curves.items()}
    quiet = {reason: OWN_THRESHOLD * own[reason] + (1 - OWN_THRESHOLD) * common for reason in weights}
    best = {talk.id: {reason: talk.best(one) for reason, one in weights.items()} for talk in talks}
    plain = [best[talk.id] for talk in talks if talk.plain]
    quiet = _raised_until(quiet, plain, QUIET_FALSE)
    every, right = np.concatenate(list(chances.values())), np.concatenate(list(there.values()))
    precise = [at for at in GRID if right[every >= at].mean() >= SHOWN_PRECISION] if len(every) else []
    shown = {reason: max(float(precise[0]) if precise else NEVER, at) for reason, at in quiet.items()}
    shown = _raised_until(shown, plain, SHOWN_FALSE)
    return {
        reason: Weights(one.intercept, one.features, round(quiet[reason], 3), round(shown[reason], 3))
        for reason, one in weights.items()
    }


def _smooth(curve: Matrix) -> Matrix:
    return np.convolve(np.pad(curve, 2, mode="edge"), np.ones(5) / 5, mode="valid")


def _raised_until(
    thresholds: Mapping[str, float], plain: Sequence[Mapping[str, float]], share: float
) -> dict[str, float]:
    """All thresholds but upsell's moved up together until few enough plain conversations are flagged."""
    for step in np.arange(0.0, 0.9, 0.01):
        moved = {r: at if r == "upsell" else min(NEVER, at + float(step)) for r, at in thresholds.items()}
        flagged = sum(any(one[r] >= moved[r] for r in moved if r != "upsell") for one in plain)
        if not plain or flagged <= share * len(plain):
            return moved
    return dict.fromkeys(thresholds, NEVER)


def f1(there: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall; 0 where nothing is right."""
    right = int((there & said).sum())
    return 2 * right / (int(there.sum()) + int(said.sum())) if right else 0.0
