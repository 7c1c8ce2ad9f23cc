"""Fits what tells a booking from a need for knowledge and writes `server/needs_data/weights.npz`.

    .venv/bin/python -m scripts.fit_needs --shared ../shared/data

Fitted on our own dialogues (`server/needs_data/dialogues.jsonl`), on the turns of schema-guided service
dialogues (CC BY-SA 4.0), and on questions of VA pages (CC0), StackFAQ (CC BY-SA 3.0), banking77 and
NLU++ (CC BY 4.0). The sets that bench.silence reports are not among them.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import SVC

from bench.needs_rows import Labelled, taught
from bench.report import HOME
from knowledge.embedding_cache import embed_cached
from knowledge.model_files import load_embedder
from server.needs import signs_of
from server.needs_shipped import FILE, write_weights
from server.needs_weighed import Weights, placed

Floats = NDArray[np.float32]
# Of our own dialogues, each left out in turn, one in a hundred turns that need knowledge leans less.
LEAST = -0.5
# Of those that need none where something bookable is named and the rules see no need, 4 in 1,000 lean more.
MOST = 0.0
REACH, FREEDOM = 0.15, 2.0
WEIGHT = {"written": 2.0, "booked": 0.5}


def features_of(rows: Sequence[Labelled], vectors: Mapping[str, Floats]) -> Floats:
    """Where each turn stands."""
    seen = [list(signs_of(row.text, row.before).values()) for row in rows]
    return np.stack(
        [placed(vectors[row.asking], vectors.get(row.told), one) for row, one in zip(rows, seen, strict=True)]
    )


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    rows = taught(given.shared)
    embedder = load_embedder(HOME.parent)
    texts = list(dict.fromkeys(text for row in rows for text in (row.asking, row.told) if text))
    cache, now = HOME / "questions.sqlite", datetime.now(UTC)
    vectors = dict(zip(texts, embed_cached(cache, embedder, texts, lambda _d, _a: None, now), strict=True))
    counts = [WEIGHT.get(row.source, 1.0) for row in rows]
    fitted = SVC(C=FREEDOM, gamma=REACH).fit(features_of(rows, vectors), [row.needs for row in rows], counts)
    weights = Weights(
        turns=np.asarray(fitted.support_vectors_, np.float32),
        pulls=np.asarray(fitted.dual_coef_[0], np.float32),
        reach=REACH,
        bias=float(fitted.intercept_[0]),
        least=LEAST,
        most=MOST,
        signs=tuple(signs_of("", None)),
        model=embedder.identity.model_digest,
    )
    write_weights(weights, given.out)
    print(f"{len(rows)} turns, {sum(row.needs for row in rows)} need knowledge; {len(weights.turns)} kept")


if __name__ == "__main__":
    main()
