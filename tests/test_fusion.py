"""How evidence becomes a ranking: each piece of it helps, and what was said before only while it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from knowledge.fusion import (
    REACH,
    Evidence,
    best_of_group,
    best_of_texts,
    fused,
    going_on,
    of_need,
    vouched_for,
)

HALF = np.full(3, 0.5, np.float32)
PLAIN = Evidence(HALF, HALF, HALF, HALF, HALF, product=HALF * 0, words=9, going_on=0.5)


@pytest.mark.parametrize("piece", ["dense", "lexical", "older", "document", "named", "pairs", "subject"])
@pytest.mark.parametrize("count", [1, 9, 500])
def test_more_evidence_never_ranks_lower(piece: str, count: int) -> None:
    raised: Any = {piece: np.array([0.5, 0.6, 0.4], np.float32)}
    better = replace(PLAIN, words=count, **raised)
    scores = fused(better)
    assert scores[1] >= scores[0] >= scores[2]


def test_words_count_more_in_a_longer_need() -> None:
    more = replace(PLAIN, lexical=np.array([0.5, 0.9, 0.5], np.float32))
    short, long = (of_need(replace(more, words=count)) for count in (4, 40))
    assert long[1] - long[0] > short[1] - short[0] > 0


def test_a_products_page_has_to_be_clearly_ahead() -> None:
    page = np.array([1, 0, 0], np.float32)
    little, much = (
        replace(PLAIN, product=page, dense=HALF + page * np.float32(lead)) for lead in (0.05, 0.3)
    )
    assert fused(little)[0] < fused(little)[1]
    assert fused(much)[0] > fused(much)[1]


def test_a_new_matter_is_ranked_by_the_need_alone() -> None:
    before = np.array([0.0, 0.9, 0.0], np.float32)
    told = replace(PLAIN, older=before, document=before, going_on=0.0)
    assert len(set(fused(told))) == 1


def test_what_is_still_answered_there_or_said_before_goes_on() -> None:
    assert going_on(0.9, 0.5, 0.3) > going_on(0.5, 0.5, 0.3)
    assert going_on(0.9, 0.5, 0.3) > going_on(0.9, 0.5, 0.0)
    assert going_on(0.9, 0.5, 0.3) > going_on(0.9, 0.8, 0.3)
    assert going_on(0.3, 0.75, 0.0) < 0.1 < 0.9 < going_on(0.95, 0.5, 0.5)


def test_the_best_of_a_group_stands_for_all_of_it() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.3], np.float32)
    assert best_of_group(scores, np.array([7, 2, 7, 2], np.int32)).tolist() == pytest.approx(
        [0.5, 0.9, 0.5, 0.9]
    )
    assert len(best_of_group(scores[:0], np.zeros(0, np.int32))) == 0


def test_another_document_on_the_subject_vouches_the_more_the_nearer_it_is_to_the_best() -> None:
    scores = np.array([1.0, 0.9, 0.8, 0.7, 0.2], np.float32)
    subjects, documents = np.array([1, 2, 2, 3, 3], np.int32), np.array([1, 2, 3, 4, 5], np.int32)
    vouched = vouched_for(scores, subjects, documents).tolist()
    assert vouched == pytest.approx([0.0, REACH - 0.2, REACH - 0.1, 0.0, REACH - 0.3])


def test_a_document_does_not_vouch_for_itself() -> None:
    both = np.array([1, 1], np.int32)
    assert vouched_for(np.array([0.9, 0.8], np.float32), both, both).tolist() == [0.0, 0.0]
    assert len(vouched_for(HALF[:0], both[:0], both[:0])) == 0


def test_of_equal_texts_the_best_is_looked_at() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7, 0.3], np.float32)
    texts = np.array([1, 2, 1, 2, 3], np.int32)
    assert best_of_texts(scores, texts, 5).tolist() == [1, 2, 4]
    assert best_of_texts(scores, texts, 2).tolist() == [1, 2]
