"""How evidence becomes a ranking: each piece of it helps, and what was said before only while it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from knowledge.fusion import Evidence, best_of_group, fused, going_on, of_need

HALF = np.full(3, 0.5, np.float32)
PLAIN = Evidence(HALF, HALF, HALF, HALF, HALF, product=HALF * 0, words=9, going_on=0.5)


@pytest.mark.parametrize("piece", ["dense", "lexical", "older", "document", "named"])
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
