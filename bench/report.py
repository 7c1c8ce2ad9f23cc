"""A readable table on the screen and the same figures as JSON with stable names."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.stats import Estimate

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).resolve().parent.parent
PAGE = 120
HOME = Path(".sotto/bench")
DATA = ROOT.parent / "shared" / "data"
PACKAGES = (
    "chromadb",
    "llama-index-core",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "torch",
    "websockets",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: ours, the peer's, and `ratio` = ours / peer's; None for what there isn't.

    `low` to `high` and `peer_low` to `peer_high` are 95 % intervals; `count` is how often we measured.
    """

    name: str
    value: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    peer_low: float | None = None
    peer_high: float | None = None
    count: int | None = None


def compare(name: str, unit: str, ours: Estimate, peer: Estimate | None = None) -> Measure:
    """A measure from two estimates."""
    return Measure(
        name=name,
        value=ours.value,
        unit=unit,
        peer=peer.value if peer else None,
        ratio=ratio(ours.value, peer.value if peer else None),
        low=ours.low,
        high=ours.high,
        peer_low=peer.low if peer else None,
        peer_high=peer.high if peer else None,
        count=ours.count,
    )


def ratio(value: float, peer: float | None) -> float | None:
    """value / peer, or None where the peer has none or zero."""
    return value / peer if peer else None


def missed(measures: Sequence[Measure], bars: Mapping[str, float]) -> list[str]:
    """The bars that were not reached, in words."""
    rows = [one for one in measures if one.name in bars and one.value > bars[one.name]]
    return [f"{one.name} is {number(one.value)}, the bar is {bars[one.name]:g}" for one in rows]


def conditions(**stated: object) -> dict[str, str]:
    """What a figure depends on: date, machine, versions, and what the bench itself states."""
    base: dict[str, object] = {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }
    installed = {name: _version(name) for name in PACKAGES}
    return {key: str(value) for key, value in (base | stated | installed).items()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def screen() -> Console:
    """The terminal, or a page wide enough for the table where output goes elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=PAGE)


def show(title: str, measures: Sequence[Measure], stated: Mapping[str, str], console: Console) -> None:
    """Print the table and, below it, the conditions it was measured under."""
    rows = [_row(one) for one in measures]
    columns = ("measure", "ours", "95 %", "peer", "95 %", "ratio", "unit", "n")
    table = Table(title=title, title_justify="left")
    filled = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    for place in filled:
        left = columns[place] in ("measure", "unit")
        table.add_column(columns[place], justify="left" if left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(row[place] for place in filled))
    console.print(table)
    console.print("; ".join(f"{key} {value}" for key, value in stated.items()), style="dim", highlight=False)


def _row(one: Measure) -> tuple[str, ...]:
    ours, theirs = _interval(one.low, one.high), _interval(one.peer_low, one.peer_high)
    share = "" if one.ratio is None else f"{one.ratio:.2f}"
    count = "" if one.count is None else str(one.count)
    return one.name, number(one.value), ours, number(one.peer), theirs, share, one.unit, count


def number(value: float | None) -> str:
    """A figure with three or four significant digits; empty for None."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(low)}–{number(high)}"


def write(path: Path, measures: Sequence[Measure]) -> None:
    """Write the list of figures, sorted as given, and create the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in measures], indent=1) + "\n", encoding="utf-8")
