"""Vectors already computed, by weights and text: a sync embeds only what it has never seen."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from knowledge.embedder import Embedder, Vectors

# Vectors are stored after each window: a sync that is killed loses a few seconds of work.
WINDOW = 512
LOOKUP = 500
KEEP_UNUSED = timedelta(days=30)
# In SQLite's usual pages of 4 KB a vector of 1.5 KB would take a whole page beside its place in the tree.
PAGE_BYTES = 8192
# Giving space back rewrites the whole file, so it waits until that is worth it.
REWRITE_SHARE = 0.25

Progress = Callable[[int, int], None]


def embed_cached(
    path: Path, embedder: Embedder, texts: Sequence[str], on_progress: Progress, now: datetime
) -> Vectors:
    """One unit vector a text, in order, computing only those missing from the SQLite file at `path`.

    `on_progress` hears (computed so far, to compute); it is called at least once.
    """
    keys = [_key(embedder.identity.space, text) for text in texts]
    with _opened(path, now) as database:
        _note_use(database, keys, now)
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


def forget_unused(path: Path, kept: Callable[[], Iterable[tuple[str, str]]], now: datetime) -> int:
    """Delete the vectors that no sync used for 30 days and say how many; the file shrinks when many go.

    Those of `kept` (pairs of weights and text, asked for only when something is that old) stay. A sync that
    runs meanwhile loses nothing: it notes what it uses before it looks, and computes what is gone.
    """
    if not path.exists():
        return 0
    with _opened(path, now) as database:
        limit = (now - KEEP_UNUSED).date().isoformat()
        old = {key for (key,) in database.execute("SELECT key FROM uses WHERE day < ?", (limit,))}
        if old:
            old.difference_update(_key(space, text) for space, text in kept())
        doomed = [(key, limit) for key in old]
        with database:
            database.executemany(
                "DELETE FROM vectors WHERE key = ?1 "
                "AND EXISTS (SELECT 1 FROM uses WHERE uses.key = ?1 AND day < ?2)",
                doomed,
            )
            database.executemany("DELETE FROM uses WHERE key = ? AND day < ?", doomed)
        (free,), (pages,) = (
            database.execute(f"PRAGMA {n}").fetchone() for n in ("freelist_count", "page_count")
        )
        if free > REWRITE_SHARE * pages:
            database.execute("VACUUM")
    return len(doomed)


def _key(space: str, text: str) -> bytes:
    return hashlib.sha256(f"{space}\0{text}".encode()).digest()


@contextmanager
def _opened(path: Path, now: datetime) -> Iterator[sqlite3.Connection]:
    """The database with its tables; a file of an earlier release begins to count days now."""
    with closing(sqlite3.connect(path, timeout=60)) as database:
        database.execute(f"PRAGMA page_size={PAGE_BYTES}")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'uses'").fetchone():
            with database:
                database.execute("BEGIN IMMEDIATE")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS uses (key BLOB PRIMARY KEY, day TEXT) WITHOUT ROWID"
                )
                database.execute(
                    "INSERT OR IGNORE INTO uses SELECT key, ? FROM vectors", (now.date().isoformat(),)
                )
        yield database


def _note_use(database: sqlite3.Connection, keys: Sequence[bytes], now: datetime) -> None:
    today = now.date().isoformat()
    with database:
        database.executemany(
            "INSERT INTO uses VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET day = excluded.day WHERE day < excluded.day",
            ((key, today) for key in dict.fromkeys(keys)),
        )


def _stored(database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for start in range(0, len(keys), LOOKUP):
        batch = keys[start : start + LOOKUP]
        marks = ",".join("?" * len(batch))
        found.update(database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", batch))
    return found
