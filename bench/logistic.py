"""A logistic regression small enough to read. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

RIDGE = 0.01


def fit(features: Matrix, right: Matrix, weights: Matrix) -> Matrix:
    """Numbers that make `right` likeliest, by Newton's method; the last one is the bias."""
    columns = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([RIDGE] * features.shape[1] + [0.0])
    numbers: Matrix = np.zeros(columns.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-columns @ numbers))
        slope = columns.T @ (weights * (right - chance)) - ridge @ numbers
        curve = (columns * (weights * chance * (1 - chance))[:, None]).T @ columns + ridge
        numbers = numbers + np.linalg.solve(curve, slope)
    return numbers


def evidence(features: Matrix, numbers: Matrix) -> Matrix:
    """The logit of each row under fitted numbers."""
    logits: Matrix = features @ numbers[:-1] + numbers[-1]
    return logits


def stated(features: Matrix, numbers: Matrix) -> Matrix:
    """The probability of each row under fitted numbers."""
    chance: Matrix = 1 / (1 + np.exp(-evidence(features, numbers)))
    return chance


def offset(logits: Matrix, slopes: Matrix, right: Matrix, weights: Matrix) -> float:
    """The number that, times `slopes` and added to the logits, makes `right` likeliest."""
    number = 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(logits + slopes * number)))
        slope = float((weights * slopes * (right - chance)).sum())
        number += slope / float((weights * slopes**2 * chance * (1 - chance)).sum())
    return number
