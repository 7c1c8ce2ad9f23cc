"""The model that reads a question beside a passage: its file, and what it makes of shops it never saw."""

from __future__ import annotations

import pytest

from bench.flag_data import BUSINESSES
from knowledge.document import Passage
from scripts.train_cross_encoder import asked, told_apart
from server.cross_encoder import MODEL, CrossEncoder, shipped_reader
from tests import shelf

OPENING = "We are open from nine to six, and on Saturdays until one. On public holidays the shop stays shut."
PARKING = "You can park behind the shop for two hours; the disc is at the till."


def of(text: str, *titles: str) -> Passage:
    return Passage("p", shelf.document("a.md"), text, titles)


@pytest.mark.parametrize(
    ("question", "answers", "not_answers"),
    [
        ("can i come on saturday afternoon", of(OPENING, "Hours"), of(PARKING, "Getting here")),
        ("where do I leave my car?", of(PARKING, "Getting here"), of(OPENING, "Hours")),
    ],
)
def test_an_answer_scores_higher_than_what_is_about_the_same_shop(
    question: str, answers: Passage, not_answers: Passage
) -> None:
    reader = shipped_reader()
    assert reader.score(question, answers) > reader.score(question, not_answers) + 2


@pytest.mark.long
def test_it_tells_answers_to_businesses_that_it_never_learned_from() -> None:
    embedder = shelf.onnx()
    held = [one for one in asked(BUSINESSES / "stays", embedder) if one.held]
    assert len(held) >= 40
    assert told_apart(MODEL, held) >= 0.8


def test_the_same_pair_scores_the_same_whatever_was_read_before() -> None:
    score = CrossEncoder(remembered=0).score("Is it open today?", of(OPENING))
    assert [shipped_reader().score("Is it open today?", of(OPENING)) for _ in range(2)] == [score] * 2


def test_a_passage_and_a_question_of_any_length_are_read() -> None:
    reader = CrossEncoder()
    for question, text in (("", ""), ("?" * 5000, "word " * 5000), ("hi", "\x00🙂")):
        assert abs(reader.score(question, of(text))) < 50
