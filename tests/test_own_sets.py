"""The retrieval set of our own reads without a complaint, and its answers are there."""

from __future__ import annotations

import json

from bench.report import ROOT
from bench.sets import read_set

PLACES = ROOT / "bench" / "own" / "places"


def test_every_question_has_its_answers_in_the_corpus() -> None:
    places = read_set(PLACES, "dev")
    assert places.notes == {}
    assert all(question.gold <= {one.id for one in places.documents} for question in places.questions)


def test_answers_are_of_the_business_that_is_asked_about() -> None:
    for question in read_set(PLACES, "dev").questions:
        assert {gold.split("/")[0] for gold in question.gold} == {question.id.split("-")[0]}, question.id


def test_what_nothing_answers_is_kept_apart() -> None:
    rows = [json.loads(line) for line in (PLACES / "unanswered.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) > 300
    assert not any(row["gold"] for row in rows)
