"""The parts of the index: hard filters, exact search and Chroma, words, BM25, passages on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.chroma_store import ChromaStore, write_store
from knowledge.columns import Columns
from knowledge.dense import ChromaIndex, ExactIndex, over_fetch, top_rows
from knowledge.document import Audience, Filter, Kind
from knowledge.embedder import Vectors
from knowledge.lexical import LexicalIndex, write_lexical
from knowledge.passage_file import PassageFile, write_passages
from knowledge.words import same_text_key, words
from tests.shelf import EVERYTHING, document, many, passage

TODAY = EVERYTHING.as_of
DOCUMENTS = [
    document("plain.md"),
    document("expired.md", expires_on=date(2026, 3, 14)),
    document("last-day.md", expires_on=TODAY),
    document("first-day.md", effective_from=TODAY),
    document("future.md", effective_from=date(2026, 3, 16)),
    document("internal.md", audience=Audience.INTERNAL),
    document("code.py", kind=Kind.CODE, audience=Audience.INTERNAL),
    document("mower.md", product="mower"),
    document("saw.md", product="saw"),
    document("british.md", locale="en-GB"),
    document("german.md", locale="de"),
]
CURRENT = {"plain", "last-day", "first-day", "internal", "code", "mower", "saw", "british", "german"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, CURRENT),
        ({"as_of": date(2026, 3, 14)}, CURRENT - {"first-day"} | {"expired"}),
        ({"as_of": date(2026, 3, 16)}, CURRENT - {"last-day"} | {"future"}),
        ({"audiences": frozenset({Audience.PUBLIC})}, CURRENT - {"internal", "code"}),
        ({"audiences": frozenset()}, set()),
        ({"kinds": frozenset({Kind.CODE, Kind.FAQ})}, {"code"}),
        ({"product": "mower"}, CURRENT - {"saw"}),
        ({"locale": "en-US"}, CURRENT - {"german"}),
        ({"locale": "de_AT"}, {"german"}),
        ({"documents": ("ma", "mower.md")}, {"mower"}),
        ({"documents": ()}, set()),
    ],
)
def test_filters_are_hard_and_their_bounds_inclusive(changes: dict[str, object], expected: set[str]) -> None:
    columns = Columns(DOCUMENTS, np.arange(len(DOCUMENTS), dtype=np.int32))
    limits: Filter = replace(EVERYTHING, **changes)  # type: ignore[arg-type]
    admitted = {DOCUMENTS[row].id.split(".")[0] for row in np.flatnonzero(columns.mask(limits))}
    assert admitted == expected


def test_a_mask_covers_every_passage_of_an_admitted_document() -> None:
    columns = Columns(DOCUMENTS[:2], np.array([0, 1, 1, 0], dtype=np.int32))
    assert columns.mask(EVERYTHING).tolist() == [True, False, False, True]


def unit_vectors(count: int) -> Vectors:
    vectors = np.random.default_rng(7).normal(size=(count, 384)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("share", [1.0, 0.6, 0.02], ids=["all", "most", "few"])
def test_chroma_and_exact_search_return_the_same_rows(tmp_path: Path, share: float) -> None:
    shelf, vectors = many(400), unit_vectors(400)
    write_store(tmp_path / "chroma", shelf.passages, vectors)
    mask = np.random.default_rng(1).random(400) < share
    exact, chroma = ExactIndex(vectors), ChromaIndex(tmp_path / "chroma", vectors, exact_limit=0)
    try:
        for query in unit_vectors(20):
            assert chroma.nearest(query, mask, 10).tolist() == exact.nearest(query, mask, 10).tolist()
    finally:
        chroma.close()


def test_chroma_itself_holds_every_vector_under_its_row(tmp_path: Path) -> None:
    vectors = unit_vectors(60)
    write_store(tmp_path / "chroma", many(60).passages, vectors)
    store = ChromaStore(tmp_path / "chroma")
    try:
        assert [int(store.nearest(vector, 1)[0]) for vector in vectors] == list(range(60))
    finally:
        store.close()


@pytest.mark.parametrize(
    ("limit", "admitted", "total", "expected"),
    [(10, 100, 100, 10), (10, 50, 100, 40), (10, 1, 100, 2000), (10, 0, 100, 2000)],
)
def test_more_is_fetched_the_more_a_filter_drops(
    limit: int, admitted: int, total: int, expected: int
) -> None:
    assert over_fetch(limit, admitted, total) == expected


def test_the_best_rows_come_first_and_ties_in_row_order() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9], dtype=np.float32)
    assert top_rows(np.arange(5) + 10, scores, 3).tolist() == [11, 14, 10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Late FEES!", ["late", "fees"]),
        ("refundAmount", ["refundamount", "refund", "amount"]),
        ("late_fee", ["late_fee", "late", "fee"]),
        ("parseHTTPDate2", ["parsehttpdate2", "parse", "http", "date", "2"]),
        ("E-1042", ["e-1042", "e", "1042"]),
        ("€19.99", ["19.99", "19", "99"]),
        ("ﬁne Größe STRASSE", ["fine", "grösse", "strasse"]),
        ("T-Shirt-Größe", ["t-shirt-grösse", "t", "shirt", "grösse"]),
        ("返品", ["返品"]),
        ("… !", []),
    ],
)
def test_words_are_folded_and_identifiers_also_split(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_short_text_is_the_same_only_below_the_same_title() -> None:
    long = "You may return anything within thirty days of delivery, unused and in its box, at our cost. "
    assert same_text_key("Mower", "In stock.") != same_text_key("Saw", "In stock.")
    assert same_text_key("Returns", long) == same_text_key("Sending back", long.upper() + "  ")


def test_rare_words_score_and_unknown_ones_are_ignored(tmp_path: Path) -> None:
    write_lexical(tmp_path / "bm25", ["the late fee is four coins", "the parcel is late", "the shop is shut"])
    index = LexicalIndex(tmp_path / "bm25", 3)
    assert np.argsort(-index.scores(["fee", "late", "unheard"])).tolist() == [0, 1, 2]
    assert not index.scores(["unheard"]).any()
    rarity = index.rarity(["the", "late", "fee", "unheard"])
    assert rarity["the"] < rarity["late"] < rarity["fee"] < rarity["unheard"]


@pytest.mark.parametrize("texts", [[], ["", "…"]], ids=["no passages", "no words"])
def test_an_index_without_words_finds_nothing(tmp_path: Path, texts: list[str]) -> None:
    write_lexical(tmp_path / "bm25", texts)
    assert LexicalIndex(tmp_path / "bm25", len(texts)).scores(["fee"]).tolist() == [0.0] * len(texts)


def test_passages_come_back_as_they_were_written(tmp_path: Path) -> None:
    rich = document(
        "rich.md",
        kind=Kind.FAQ,
        product="mower",
        tags=("a", "b"),
        effective_from=date(2026, 1, 1),
        expires_on=TODAY,
        updated_on=date(2025, 1, 1),
        url="https://quillbrook.example/faq",
    )
    shelf = [
        passage(rich, "Line one\nline two “quoted” 🙂", question="Why?", first_line=3, last_line=4),
        passage(document("plain.md"), "No lines", title_path=("A", "B")),
    ]
    write_passages(tmp_path, [item.document for item in shelf], shelf)
    read = PassageFile(tmp_path)
    assert [read[0], read[-1]] == shelf
    assert read[:] == shelf
    assert read.row_of(shelf[1].id) == 1
    assert read.row_of("unknown") is None
    with pytest.raises(IndexError):
        read[2]
    read.close()
