"""Fits the constants of `knowledge/confidence.py`, and NEUTRAL of `server/read_on.py`, on retrieval sets.

    .venv/bin/python -m scripts.fit_confidence --data FOLDER_OF_SETS [--split dev] [--home .sotto/bench]

The sets look as bench/README.md says. Their questions are asked of their own corpus and of those
of other sets. `make bench-silence` shows how the same fit does on a set that was left out of it.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bench.first_hits import Models, first_hits
from bench.folds import AKIN, fitted, neutral
from bench.report import DATA, screen
from bench.retrieval import Selection, chosen_sets
from knowledge.model_files import load_embedder
from server.cross_encoder import shipped_reader


def main() -> None:
    """Search, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--home", type=Path, default=Path(".sotto/bench"))
    given = parser.parse_args()
    sets = chosen_sets(given.data, given.split, Selection("", None), screen())
    models = Models(load_embedder(given.home), shipped_reader(), os.cpu_count() or 1)
    rows = list(first_hits(sets, given.home, models, AKIN))
    fit = fitted(rows)
    numbers = ", ".join(f"{number:.2f}" for number in fit)
    print(f"PER_DENSE, PER_LEAD, BIAS = {numbers} ({len(rows)} first hits)")
    print(f"NEUTRAL = {neutral(rows, fit):.2f}")


if __name__ == "__main__":
    main()
