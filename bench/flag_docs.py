"""Writes what was measured of each reason into docs/flags.md, from `server/flags/model/measured.json`.

.venv/bin/python -m bench.flag_docs
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bench.flag_scores import REASONS
from server.flags.encoder import MODEL

PAGE = Path(__file__).resolve().parent.parent / "docs" / "flags.md"
MEASURED = MODEL / "measured.json"

Figures = Mapping[str, Mapping[str, float]]


def measured_line(reason: str, figures: Figures) -> str:
    """A reason's precision and recall on each set."""
    sets = "; ".join(
        f"{name}: precision {of[f'precision.{reason}']:.2f}, recall {of[f'recall.{reason}']:.2f}"
        for name, of in figures.items()
    )
    return f"**Measured.** {sets}. <!-- measured {reason} -->"


def with_figures(page: str, figures: Figures) -> str:
    """The page with every reason's line as the figures have it."""
    lines = {f"<!-- measured {reason} -->": measured_line(reason, figures) for reason in REASONS}
    kept = (line[line.rfind("<!--") :] for line in page.split("\n"))
    page = "\n".join(lines.get(mark, line) for mark, line in zip(kept, page.split("\n"), strict=True))
    return page


def read_figures() -> Figures:
    """What the last measurement kept."""
    figures: Figures = json.loads(MEASURED.read_text(encoding="utf-8"))
    return figures


def keep(name: str, found: Mapping[str, float]) -> None:
    """Keep a set's figures, two digits each."""
    known = dict(read_figures()) if MEASURED.exists() else {}
    known[name] = {figure: round(value, 3) for figure, value in found.items() if not figure.startswith("ms")}
    MEASURED.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Write the page again."""
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), read_figures()), encoding="utf-8")


if __name__ == "__main__":
    main()
