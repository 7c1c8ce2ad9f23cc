"""How fast embedders are, taken in turns, and how like their vectors are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from knowledge.embedder import Embedder, Vectors

Clock = Callable[[], float]

WARM = 4
WINDOW = 32


def lone_ms(embedders: Mapping[str, Embedder], texts: Sequence[str], clock: Clock) -> dict[str, list[float]]:
    """Milliseconds by `clock` of each text alone; embedders take turns, so that a busy moment slows all."""
    for embedder in embedders.values():
        for text in texts[:WARM]:
            embedder.embed([text])
    taken: dict[str, list[float]] = {name: [] for name in embedders}
    for text in texts:
        for name, embedder in embedders.items():
            taken[name].append(_seconds(embedder, [text], clock) * 1000)
    return taken


def texts_per_s(embedders: Mapping[str, Embedder], texts: Sequence[str], clock: Clock) -> dict[str, float]:
    """Texts a second by `clock` where many wait, the embedders in turns."""
    taken = dict.fromkeys(embedders, 0.0)
    for start in range(0, len(texts), WINDOW):
        for name, embedder in embedders.items():
            taken[name] += _seconds(embedder, texts[start : start + WINDOW], clock)
    return {name: len(texts) / seconds for name, seconds in taken.items()}


def _seconds(embedder: Embedder, texts: Sequence[str], clock: Clock) -> float:
    started = clock()
    embedder.embed(texts)
    return clock() - started


def alone(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """The vectors of texts that are embedded one by one."""
    return np.vstack([embedder.embed([text]) for text in texts])


def cosines(vectors: Vectors, reference: Vectors) -> list[float]:
    """How close each unit vector is to the one of the same text."""
    return [float(one) for one in (vectors * reference).sum(axis=1)]


def moved_by_company(embedder: Embedder, texts: Sequence[str], vectors: Vectors) -> float:
    """The largest difference of a number in a vector when its text is embedded among others instead."""
    return float(np.abs(embedder.embed(texts) - vectors).max())
