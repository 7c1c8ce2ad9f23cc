"""Percentiles and 95 % intervals. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z95 = 1.959963984540054
RESAMPLES = 2000
SLICE = 100
SEED = 13


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the bounds of its 95 % interval, over `count` observations."""

    value: float
    low: float
    high: float
    count: int


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, interpolated; raises ValueError on none."""
    if not values:
        raise ValueError("a percentile needs at least one value, got none")
    return float(np.quantile(np.asarray(values, dtype=float), share))


def proportion(outcomes: Sequence[bool]) -> Estimate:
    """The share of True with its Wilson interval, which stays inside 0 to 1 even at the ends."""
    count = len(outcomes)
    if count == 0:
        raise ValueError("a proportion needs at least one outcome, got none")
    share = sum(outcomes) / count
    scale = 1 + Z95**2 / count
    centre = (share + Z95**2 / (2 * count)) / scale
    reach = Z95 / scale * math.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    return Estimate(share, min(share, centre - reach), max(share, centre + reach), count)


def mean(values: Sequence[float]) -> Estimate:
    """The mean with its percentile bootstrap interval; equal values give equal bounds on every machine."""
    if not values:
        raise ValueError("a mean needs at least one value, got none")
    low, high = _bootstrap(values, lambda samples: samples.mean(axis=1))
    return Estimate(float(np.mean(values)), low, high, len(values))


def percentile_estimate(values: Sequence[float], share: float) -> Estimate:
    """A percentile with its percentile bootstrap interval."""
    value = percentile(values, share)
    low, high = _bootstrap(values, lambda samples: np.quantile(samples, share, axis=1))
    return Estimate(value, low, high, len(values))


def _bootstrap(values: Sequence[float], statistic: Callable[[Floats], Floats]) -> tuple[float, float]:
    """Where the middle 95 % of the statistic lie over resamples; rows of what it is given are samples."""
    observed = np.asarray(values, dtype=float)
    rng = np.random.default_rng(SEED)
    # In slices: all resamples of a large set at once would take gigabytes.
    slices = [
        statistic(observed[rng.integers(0, observed.size, (SLICE, observed.size))])
        for _ in range(RESAMPLES // SLICE)
    ]
    low, high = np.quantile(np.concatenate(slices), [0.025, 0.975])
    return float(low), float(high)
