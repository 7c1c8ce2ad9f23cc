"""Passages fit the window, are cut where readers pause, and lose nothing."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.outline import Block, Reading, Section
from ingest.split import passages_of, sentences
from knowledge.document import Audience, Document, Kind, Passage
from knowledge.embedder import HashEmbedder

COUNT = HashEmbedder().count_tokens
DOCUMENT = Document("a.md", "Returns", Kind.POLICY, Audience.PUBLIC, "ann", "1")


def split(*sections: Section, window: int = 64, whole: bool = False) -> list[Passage]:
    return passages_of(DOCUMENT, Reading("Returns", sections, whole=whole), COUNT, window)


def words(number: int, mark: str = "word") -> str:
    return " ".join(f"{mark}{at}" for at in range(number))


def test_a_section_that_fits_is_one_passage() -> None:
    passages = split(Section(("How",), (Block("One.", 3, 3), Block("- two", 5, 6))))
    assert [(p.text, p.title_path, p.first_line, p.last_line) for p in passages] == [
        ("One.\n- two", ("Returns", "How"), 3, 6)
    ]


def test_a_long_section_is_cut_evenly_between_blocks() -> None:
    blocks = tuple(Block(words(15, f"w{at}x"), at, at) for at in range(1, 7))
    assert [(p.first_line, p.last_line) for p in split(Section((), blocks))] == [(1, 3), (4, 6)]


def test_a_list_that_goes_on_repeats_its_lead() -> None:
    blocks = (Block("Send:"), *(Block("- " + words(20), lead="Send:") for _ in range(4)))
    texts = [p.text for p in split(Section((), blocks))]
    assert len(texts) == 2
    assert all(text.startswith("Send:") for text in texts)
    assert texts[0].count("Send:") == 1


def test_an_oversized_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence {at} has exactly seven words, see?" for at in range(20))
    passages = split(Section((), (Block(text, 7, 9),)))
    assert " ".join(p.text for p in passages) == text
    assert all(p.text.startswith("Sentence") and p.text.endswith("see?") for p in passages)
    assert {(p.first_line, p.last_line) for p in passages} == {(7, 9)}


def test_oversized_code_is_cut_between_lines_and_knows_them() -> None:
    text = "\n".join(words(10, f"a{at}x") for at in range(12))
    passages = split(Section((), (Block(text, 101, 112),)))
    assert passages[0].first_line == 101
    assert all(b.first_line == (a.last_line or 0) + 1 for a, b in pairwise(passages))
    assert "\n".join(p.text for p in passages) == text


def test_a_reading_that_must_stay_whole_does() -> None:
    assert len(split(Section((), (Block(words(500)),)), whole=True)) == 1


def test_ids_differ_even_for_equal_texts() -> None:
    section = Section((), (Block("Same."),))
    assert len({p.id for p in split(section, section)}) == 2


SECTIONS = st.builds(
    Section,
    st.lists(st.text(max_size=200), max_size=4).map(tuple),
    st.lists(
        st.builds(
            Block, st.text(min_size=1, max_size=900), lead=st.sampled_from(["", "Please send:", words(60)])
        ),
        min_size=1,
        max_size=6,
    ).map(tuple),
    st.none() | st.text(max_size=60),
)


@given(SECTIONS, st.integers(64, 256))
def test_every_passage_fits_the_window_and_no_word_is_lost(section: Section, window: int) -> None:
    passages = split(section, window=window)
    assert all(COUNT(passage.search_text) <= window for passage in passages)
    kept = "".join(re.findall(r"\w", " ".join(passage.text for passage in passages)))
    for block in section.blocks:
        remaining = iter(kept)
        assert all(letter in remaining for letter in re.findall(r"\w", block.text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Dr. Who pays 3.50 e.g. Monday. Yes.", ["Dr. Who pays 3.50 e.g. Monday.", "Yes."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("No end", ["No end"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_pause(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
