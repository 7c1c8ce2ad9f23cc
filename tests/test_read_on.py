"""What reading a passage beside the question changes: how sure a hit is, and how far it is read on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.document import Hit, Kind
from server.read_on import (
    ENOUGH,
    MOST_READ,
    NEUTRAL,
    READ_THRESHOLD,
    SEARCH_THRESHOLD,
    as_read,
    fit_of,
    next_to_read,
    read_through,
    with_score,
)
from tests.shelf import document, passage

YES, NO = NEUTRAL + 8.0, NEUTRAL - 8.0


def hits(*confidences: float, kind: Kind = Kind.FAQ) -> list[Hit]:
    return [
        Hit(passage(document(f"{kind}-{place}", kind=kind), f"Sentence {place}."), sure, sure, sure, 0.0)
        for place, sure in enumerate(confidences)
    ]


def sure(found: tuple[Hit, ...]) -> list[float]:
    return [round(hit.confidence, 2) for hit in found]


def test_a_score_makes_surer_or_less_sure_and_the_neutral_one_neither() -> None:
    assert with_score(0.3, NEUTRAL) == pytest.approx(0.3)
    assert with_score(0.3, YES) > 0.8
    assert with_score(0.3, NO) < 0.05
    assert with_score(0.99, NO) > 0.98, "where search is sure it is hardly asked"
    assert 0.0 < with_score(0.0, YES) < with_score(1.0, NO) < 1.0


def test_a_hit_behind_another_has_to_read_clearly_better() -> None:
    first, second = as_read(hits(0.3, 0.3), [NEUTRAL, NEUTRAL + 1.0])
    assert first.confidence > second.confidence
    first, second = as_read(hits(0.3, 0.3), [NEUTRAL, NEUTRAL + 3.0])
    assert first.confidence < second.confidence


def test_it_reads_on_until_one_answers_and_no_further_than_the_most() -> None:
    found = hits(0.4, 0.3, 0.2, 0.1)
    assert next_to_read(found, []) == found[0]
    assert next_to_read(found, [NO]) == found[1]
    assert next_to_read(found, [NO, YES]) is None
    assert next_to_read(found, [NO] * MOST_READ) is None
    assert next_to_read(hits(ENOUGH), [NEUTRAL]) is None
    assert next_to_read([], []) is None


def test_what_was_not_read_is_no_surer_than_what_was_and_all_keep_their_places() -> None:
    found = hits(0.4, 0.3, 0.35, 0.3)
    read = as_read(found, [NO, NO])
    assert [hit.passage for hit in read] == [hit.passage for hit in found]
    assert sure(read)[2:] == [max(sure(read)[:2])] * 2
    assert sure(as_read(found, [YES]))[1:] == [0.3, 0.35, 0.3]
    assert as_read(found, []) == tuple(found)


def test_what_search_found_first_is_not_behind_a_macro_of_the_agents_own() -> None:
    (found,) = hits(0.4)
    macro = replace(found, passage=replace(found.passage, id="m", document=document("own-macro:agent:m")))
    assert sure(as_read([macro, found], [NO, NEUTRAL]))[1] == 0.4


def test_code_is_not_read_and_keeps_its_confidence() -> None:
    code, prose = hits(0.6, kind=Kind.CODE), hits(0.4, 0.3)
    assert next_to_read(code, []) is None
    assert as_read(code, []) == tuple(code)
    assert next_to_read([*code, *prose], []) == prose[0]
    assert sure(as_read([*code, *prose], [NO]))[0] == 0.6


def test_what_answers_has_to_be_surer_once_passages_were_read_but_for_code_which_is_not() -> None:
    between = (SEARCH_THRESHOLD + READ_THRESHOLD) / 2
    assert (fit_of(hits(0.0, between)), fit_of(hits(between), read=True)) == ("answers", "might_help")
    assert fit_of(hits(READ_THRESHOLD), read=True) == "answers"
    assert fit_of(hits(between, kind=Kind.CODE), read=True) == "answers"
    assert fit_of([]) == "might_help"


def test_read_through_reads_as_far_as_it_has_to() -> None:
    found = hits(0.3, 0.3, 0.3)
    scores = {found[0].passage.id: NO, found[1].passage.id: YES}
    assert read_through(found, lambda hit: scores[hit.passage.id]) == as_read(found, [NO, YES])
    assert read_through([], lambda hit: scores[hit.passage.id]) == ()
