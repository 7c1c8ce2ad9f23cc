"""Fits the constants of `knowledge/fusion.py`'s confidence on golden questions and prints them.

    .venv/bin/python scripts/fit_confidence.py --home .sotto --golden examples/quillbrook/golden.jsonl \
        --as-of 2026-03-01 [--foreign questions-of-another-company.jsonl]

A row of --golden is {"question", "documents"}; no documents means that nothing answers it. A row of --foreign
is {"query"}, asked of the wrong company, so that nothing answers it either. The live revision is searched.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.document import Filter, Hit, QueryTurn
from knowledge.model_files import load_embedder
from knowledge.onnx_embedder import OnnxEmbedder
from knowledge.revisions import Revisions
from knowledge.search import Knowledge

MOST_FOREIGN = 100
RIDGE = 0.1

Matrix = NDArray[np.float64]


def questions(golden: Path, foreign: Path | None) -> Iterator[tuple[str, set[str]]]:
    """Each question with the ids of the documents that answer it."""
    for line in golden.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["question"], set(row["documents"])
    if foreign:
        for line in foreign.read_text(encoding="utf-8").splitlines()[:MOST_FOREIGN]:
            yield json.loads(line)["query"], set()


def ask(knowledge: Knowledge, embedder: OnnxEmbedder, question: str, as_of: date) -> list[Hit]:
    """The first hit for one question on its own, if any."""
    turn = QueryTurn(question, embedder.embed([question])[0])
    return knowledge.search([turn], Filter(as_of=as_of), limit=1)


def fit(features: Matrix, right: Matrix) -> Matrix:
    """Weights of a logistic regression by Newton's method; the last one is the bias."""
    columns = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([RIDGE] * features.shape[1] + [0.0])
    weights: Matrix = np.zeros(columns.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (right - chance) - ridge @ weights
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns + ridge
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def main() -> None:
    """Search, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--home", "--golden", "--foreign"):
        parser.add_argument(name, type=Path, required=name != "--foreign")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    given = parser.parse_args()
    revisions, embedder = Revisions(given.home), load_embedder(given.home)
    knowledge = revisions.open(str(revisions.live()), embedder)
    rows = []
    for question, documents in questions(given.golden, given.foreign):
        for rank, hit in enumerate(ask(knowledge, embedder, question, given.as_of)):
            rows.append(
                (hit.dense, hit.lexical, hit.coverage, hit.passage.document.id in documents, rank == 0)
            )
    knowledge.close()
    table = np.array(rows, dtype=np.float64)
    weights = fit(table[:, :3], table[:, 3])
    print("PER_DENSE, PER_LEXICAL, PER_COVERAGE, BIAS =", ", ".join(f"{weight:.1f}" for weight in weights))
    report(table, weights)


def report(first: Matrix, weights: Matrix) -> None:
    """How first hits fare at several thresholds."""
    chance = 1 / (1 + np.exp(-(first[:, :3] @ weights[:3] + weights[3])))
    right = first[:, 3] == 1
    print(f"{len(first)} first hits, {right.sum()} right")
    for threshold in np.arange(0.1, 0.71, 0.05):
        shown = chance >= threshold
        print(
            f"threshold {threshold:.2f}: shows {shown[right].mean():.2f} of the right, "
            f"{shown[~right].mean():.2f} of the wrong; {right[shown].mean():.2f} of what it shows is right"
        )


if __name__ == "__main__":
    main()
