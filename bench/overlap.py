"""How much of a gold answer a text repeats: tokens in common, and a paired comparison. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from bench.stats import RESAMPLES, SEED, Estimate

_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words and numbers, folded, in order."""
    return _TOKEN.findall(text.casefold())


def token_f1(text: str, gold: str) -> float:
    """The harmonic mean of the share of the text's tokens in gold and of gold's in the text; 0 to 1."""
    given, wanted = Counter(tokens(text)), Counter(tokens(gold))
    common = sum((given & wanted).values())
    return 2 * common / (sum(given.values()) + sum(wanted.values())) if common else 0.0


def cut_to(text: str, count: int) -> str:
    """The beginning of the text, up to and with its `count`-th token."""
    ends = [found.end() for found in _TOKEN.finditer(text)]
    return text if count >= len(ends) else text[: ends[count - 1]] if count else ""


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """The mean of ours minus theirs with its 95 % interval, resampling questions."""
    if not ours or len(ours) != len(theirs):
        raise ValueError(f"a paired difference needs equally many values, got {len(ours)} and {len(theirs)}")
    observed = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    rng = np.random.default_rng(SEED)
    means = [observed[rng.integers(0, observed.size, observed.size)].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(observed.mean()), float(low), float(high), observed.size)
