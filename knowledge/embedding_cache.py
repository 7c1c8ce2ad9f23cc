"""Vectors already computed, by weights and text: a sync embeds only what it has never seen."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.embedder import Embedder, Vectors

# Vectors are stored after each window: a sync that is killed loses a few seconds of work.
WINDOW = 512
LOOKUP = 500

Progress = Callable[[int, int], None]


def embed_cached(path: Path, embedder: Embedder, texts: Sequence[str], on_progress: Progress) -> Vectors:
    """One unit vector a text, in order, computing only those missing from the SQLite file at `path`.

    `on_progress` hears (computed so far, to compute); it is called at least once.
    """
    space = embedder.identity.space
    keys = [hashlib.sha256(f"{space}\0{text}".encode()).digest() for text in texts]
    with closing(sqlite3.connect(path, timeout=60)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
        known = _stored(database, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        on_progress(0, len(missing))
        # Windows of similar length keep the padding small.
        todo = sorted(missing.items(), key=lambda item: len(item[1]))
        for start in range(0, len(todo), WINDOW):
            window = todo[start : start + WINDOW]
            vectors = embedder.embed([text for _, text in window])
            fresh = {key: vector.tobytes() for (key, _), vector in zip(window, vectors, strict=True)}
            with database:
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", fresh.items())
            known.update(fresh)
            on_progress(start + len(window), len(missing))
    result = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for row, key in enumerate(keys):
        result[row] = np.frombuffer(known[key], dtype=np.float32)
    return result


def _stored(database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for start in range(0, len(keys), LOOKUP):
        batch = keys[start : start + LOOKUP]
        marks = ",".join("?" * len(batch))
        found.update(database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", batch))
    return found
