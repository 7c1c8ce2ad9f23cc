"""Fits what tells a booking from a need for knowledge and writes `server/needs_data/weights.json`.

    .venv/bin/python -m scripts.fit_needs --shared ../shared/data

Fitted on our own dialogues (`server/needs_data/dialogues.jsonl`), on the turns of schema-guided service
dialogues (CC BY-SA 4.0), and on questions of VA pages (CC0), StackFAQ (CC BY-SA 3.0), banking77 and
NLU++ (CC BY 4.0). The sets that bench.silence reports are not among them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.needs_rows import Labelled, taught
from bench.report import HOME
from knowledge.embedding_cache import embed_cached
from knowledge.model_files import load_embedder
from server.needs import signs_of
from server.needs_shipped import FILE, write_weights
from server.needs_weighed import Weights

Floats = NDArray[np.float64]
# Chosen on our dialogues, each fold's left out, and low enough for the demo's questions after a booking.
LEAST, RIDGE = 0.15, 3.0
WEIGHT = {"written": 2.0, "booked": 0.5}
PER_VECTOR, PER_SIGN = 3.0, 0.7


def signs(one: Labelled) -> list[bool]:
    """What the rules see in the turn, in order."""
    return list(signs_of(one.text, one.before).values())


def fit(features: Floats, wanted: Floats, weights: Floats) -> Floats:
    """A logistic fit with a ridge on all but the last column, by Newton's steps."""
    ridge = np.full(features.shape[1], RIDGE)
    ridge[-1] = 1e-3
    found = np.zeros(features.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-features @ found))
        slope = features.T @ (weights * (wanted - chance)) - ridge * found
        bend = (features * (weights * chance * (1 - chance))[:, None]).T @ features + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        found += step
        if np.abs(step).max() < 1e-4:
            break
    return found


def features_of(rows: Sequence[Labelled], vectors: NDArray[np.float32]) -> Floats:
    """Vector, signs and a constant, so scaled that one ridge suits all."""
    seen = np.array([signs(row) for row in rows], float)
    return np.hstack([vectors * PER_VECTOR, seen * PER_SIGN, np.ones((len(rows), 1))])


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    rows = taught(given.shared)
    embedder = load_embedder(HOME.parent)
    texts = [row.asking for row in rows]
    vectors = embed_cached(HOME / "questions.sqlite", embedder, texts, lambda _d, _a: None, datetime.now(UTC))
    features = features_of(rows, vectors)
    counts = np.array([WEIGHT.get(row.source, 1.0) for row in rows])
    found = fit(features, np.array([row.needs for row in rows], float), counts)
    wide = vectors.shape[1]
    names = signs_of("", None)
    by_sign = dict(zip(names, map(float, found[wide:-1] * PER_SIGN), strict=True))
    digest = embedder.identity.model_digest
    by_vector = np.asarray(found[:wide] * PER_VECTOR, np.float32)
    write_weights(Weights(by_vector, by_sign, float(found[-1]), LEAST, digest), given.out)
    print(f"{len(rows)} turns, {sum(row.needs for row in rows)} of them need knowledge")


if __name__ == "__main__":
    main()
