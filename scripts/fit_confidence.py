"""Fits the constants of `knowledge/confidence.py` on retrieval sets and prints them.

    .venv/bin/python -m scripts.fit_confidence --data FOLDER_OF_SETS [--split dev] [--home .sotto/bench]

The sets look as bench/README.md says. Their questions are asked of their own corpus and of those
of other sets. `make bench-silence` shows how the same fit does on a set that was left out of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.first_hits import first_hits
from bench.folds import AKIN, fitted
from bench.report import DATA, screen
from bench.retrieval import Selection, chosen_sets
from knowledge.model_files import load_embedder


def main() -> None:
    """Search, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--home", type=Path, default=Path(".sotto/bench"))
    given = parser.parse_args()
    sets = chosen_sets(given.data, given.split, Selection("", None), screen())
    rows = list(first_hits(sets, given.home, load_embedder(given.home), AKIN))
    numbers = ", ".join(f"{number:.2f}" for number in fitted(rows))
    print(f"PER_DENSE, PER_LEAD, BIAS = {numbers} ({len(rows)} first hits)")


if __name__ == "__main__":
    main()
