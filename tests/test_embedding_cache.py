"""The cache of vectors: nothing is computed twice, and what nobody uses any more is forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedder import HashEmbedder, Vectors
from knowledge.embedding_cache import embed_cached, forget_unused
from knowledge.revisions import Revisions, silent
from tests.shelf import HASH, many

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
A_MONTH = timedelta(days=30)
LATER = NOW + A_MONTH + timedelta(days=1)
SPACE = HASH.identity.space


class CountingEmbedder(HashEmbedder):
    """A hashed embedder that remembers what it was asked to compute."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


def test_only_texts_never_seen_are_embedded(tmp_path: Path) -> None:
    embedder, heard = CountingEmbedder(), []
    store = tmp_path / "embeddings.sqlite"
    first = embed_cached(
        store, embedder, ["a", "b", "a"], lambda done, total: heard.append((done, total)), NOW
    )
    second = embed_cached(store, embedder, ["b", "c"], lambda done, total: heard.append((done, total)), NOW)
    assert embedder.asked == ["a", "b", "c"]
    assert heard == [(0, 2), (2, 2), (0, 1), (1, 1)]
    assert np.array_equal(first, HashEmbedder().embed(["a", "b", "a"]))
    assert np.array_equal(second, HashEmbedder().embed(["b", "c"]))


def test_a_cache_that_is_no_database_is_reported(tmp_path: Path) -> None:
    store = tmp_path / "embeddings.sqlite"
    store.write_bytes(b"garbage" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        embed_cached(store, HashEmbedder(), ["a"], silent, NOW)


def nothing() -> Iterable[tuple[str, str]]:
    return ()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A cache that knows a, b and c since NOW."""
    path = tmp_path / "embeddings.sqlite"
    embed_cached(path, HASH, ["a", "b", "c"], silent, NOW)
    return path


def computed(store: Path, texts: Sequence[str], now: datetime = LATER) -> list[str]:
    """Which of these texts the cache has to compute."""
    embedder = CountingEmbedder()
    vectors = embed_cached(store, embedder, texts, silent, now)
    assert np.array_equal(vectors, HASH.embed(list(texts)))
    return embedder.asked


def test_what_no_sync_used_for_a_month_and_no_revision_holds_is_forgotten(store: Path) -> None:
    assert computed(store, ["a"]) == []
    assert forget_unused(store, lambda: [(SPACE, "b"), ("other weights", "c")], LATER) == 1
    assert computed(store, ["a", "b", "c"]) == ["c"]


def test_a_month_is_waited_for_and_revisions_are_not_even_read_before(store: Path) -> None:
    def unread() -> Iterable[tuple[str, str]]:
        raise AssertionError("read for nothing")

    assert forget_unused(store, unread, NOW + A_MONTH) == 0
    assert computed(store, ["a", "b", "c"]) == []


def test_a_cache_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert forget_unused(tmp_path / "embeddings.sqlite", nothing, NOW) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_file_shrinks_by_what_is_forgotten(store: Path) -> None:
    embed_cached(store, HASH, [f"text {number}" for number in range(2_000)], silent, NOW)
    before = store.stat().st_size
    assert before < 1.5 * 2_003 * 384 * 4, "a vector takes hardly more than its own bytes"
    assert forget_unused(store, lambda: [(SPACE, "a")], LATER) == 2_002
    assert store.stat().st_size < before / 50
    assert computed(store, ["a"]) == []


def test_the_cache_of_an_earlier_release_begins_to_count_when_it_is_first_opened(store: Path) -> None:
    with closing(sqlite3.connect(store)) as database:
        database.execute("DROP TABLE uses")
    assert forget_unused(store, nothing, NOW) == 0
    assert forget_unused(store, nothing, LATER) == 3


def test_what_a_sync_takes_up_while_another_forgets_stays(store: Path) -> None:
    def meanwhile() -> Iterable[tuple[str, str]]:
        assert computed(store, ["c"]) == []
        return ()

    forget_unused(store, meanwhile, LATER)
    assert computed(store, ["a", "b", "c"]) == ["a", "b"]


def test_a_sync_whose_vectors_are_forgotten_while_it_runs_loses_nothing(store: Path) -> None:
    class Forgetful(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            forget_unused(store, nothing, LATER + 2 * A_MONTH)
            return super().embed(texts)

    vectors = embed_cached(store, Forgetful(), ["a", "d", "b"], silent, LATER)
    assert np.array_equal(vectors, HASH.embed(["a", "d", "b"]))


def test_syncs_and_cleanings_at_once_all_get_their_vectors(store: Path) -> None:
    def work(number: int) -> None:
        now = NOW + number * 2 * A_MONTH
        computed(store, [f"text {number % 3}", f"text {number}"], now)
        forget_unused(store, nothing, now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(24)))


def six_revisions(home: Path) -> Revisions:
    """Six revisions of three passages each, a minute apart."""
    clock = (NOW + timedelta(minutes=minute) for minute in count())
    revisions = Revisions(home, clock=lambda: next(clock))
    for word in ("one", "two", "three", "four", "five", "six"):
        revisions.publish(revisions.stage(many(3, word), HASH))
    return revisions


def test_cleaning_forgets_what_only_retired_revisions_held(tmp_path: Path) -> None:
    revisions = six_revisions(tmp_path)
    held = [manifest.id for manifest in revisions.list()]
    (gone,) = revisions.clean(LATER)
    store = tmp_path / "knowledge" / "embeddings.sqlite"
    with closing(sqlite3.connect(store)) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (15,)
    for revision in set(held) - {gone}:
        assert computed(store, [passage.search_text for passage in revisions.passages(revision)]) == []


def test_a_cache_that_cannot_be_cleaned_does_not_stop_the_cleaning(tmp_path: Path) -> None:
    revisions = six_revisions(tmp_path)
    (tmp_path / "knowledge" / "embeddings.sqlite").write_bytes(b"garbage" * 1000)
    assert len(revisions.clean(LATER)) == 1
