"""How far stated probabilities can be trusted: bins of equal size, and the diagram of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats import Estimate, proportion

BINS = 5
SIDE = 320
MARGIN = 48


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: what was `stated` on average, and the share that was right."""

    stated: float
    right: Estimate


def bins_of(stated: Sequence[float], right: Sequence[bool], count: int = BINS) -> list[Bin]:
    """`count` bins with equally many questions, least sure first; raises ValueError on fewer questions."""
    if len(stated) < count:
        raise ValueError(f"{count} bins need at least as many questions, got {len(stated)}")
    order = np.argsort(np.asarray(stated), kind="stable")
    return [
        Bin(float(np.mean([stated[at] for at in part])), proportion([right[at] for at in part]))
        for part in np.array_split(order, count)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance between what was stated and what was right, each bin by its questions."""
    whole = sum(one.right.count for one in bins)
    return sum(one.right.count * abs(one.stated - one.right.value) for one in bins) / whole


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that one of `higher` is above one of `lower`; ties count half."""
    below = np.sort(np.asarray(lower, dtype=float))
    values = np.asarray(higher, dtype=float)
    wins = np.searchsorted(below, values, "left") + np.searchsorted(below, values, "right")
    return float(wins.mean() / (2 * len(below)))


def diagram(ours: Sequence[Bin], peer: Sequence[Bin], title: str) -> str:
    """An SVG of right over stated with 95 % bars: ours as a line, the peer's as hollow points."""
    width = height = SIDE + 2 * MARGIN
    ticks = [step / 5 for step in range(6)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *(_grid(tick) for tick in ticks),
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888" stroke-dasharray="4 4"/>',
        _marks(peer, "#9a5b00", hollow=True),
        f'<polyline fill="none" stroke="#0b5cad" stroke-width="2" points="{_points(ours)}"/>',
        _marks(ours, "#0b5cad", hollow=False),
        *_words(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _words() -> list[str]:
    middle = MARGIN + SIDE / 2
    return [
        f'<text x="{middle}" y="{SIDE + 2 * MARGIN - 8}" text-anchor="middle">stated confidence</text>',
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">'
        "share that was right</text>",
        f'<text x="{_x(0.03):.1f}" y="{_y(0.94):.1f}" fill="#0b5cad">● ours</text>',
        f'<text x="{_x(0.03):.1f}" y="{_y(0.88):.1f}" fill="#9a5b00">○ peer: similarity</text>',
    ]


def _grid(tick: float) -> str:
    return (
        f'<line x1="{_x(0)}" y1="{_y(tick):.1f}" x2="{_x(1)}" y2="{_y(tick):.1f}" stroke="#ddd"/>'
        f'<text x="{_x(0) - 6}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:.1f}</text>'
        f'<text x="{_x(tick):.1f}" y="{_y(0) + 18}" text-anchor="middle">{tick:.1f}</text>'
    )


def _marks(bins: Sequence[Bin], colour: str, hollow: bool) -> str:
    fill = "#fff" if hollow else colour
    return "".join(
        f'<line x1="{_x(one.stated):.1f}" y1="{_y(one.right.low):.1f}" x2="{_x(one.stated):.1f}" '
        f'y2="{_y(one.right.high):.1f}" stroke="{colour}"/>'
        f'<circle cx="{_x(one.stated):.1f}" cy="{_y(one.right.value):.1f}" r="4.5" fill="{fill}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
        for one in bins
    )


def _points(bins: Sequence[Bin]) -> str:
    return " ".join(f"{_x(one.stated):.1f},{_y(one.right.value):.1f}" for one in bins)


def _x(value: float) -> float:
    return MARGIN + value * SIDE


def _y(value: float) -> float:
    return MARGIN + (1 - value) * SIDE
