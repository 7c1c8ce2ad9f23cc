"""Neighbouring words: which of a need's are told in a passage as neighbours too."""

from __future__ import annotations

from collections import defaultdict

import pytest

from knowledge.side_by_side import pairs_of, share_side_by_side
from knowledge.words import stem, words

ALIKE: defaultdict[str, float] = defaultdict(lambda: 1.0)


def share(need: str, passage: str) -> float:
    return share_side_by_side(pairs_of(words(need), ALIKE), [stem(word) for word in words(passage)])


@pytest.mark.parametrize(
    "passage",
    [
        "Cancel a yearly plan here.",
        "Yearly plans end when they are cancelled.",
        "A plan that is paid yearly, if you cancel the yearly one, ends.",
    ],
)
def test_neighbours_are_found_either_way_round_in_other_forms_and_with_words_between(passage: str) -> None:
    assert share("How can I cancel my yearly plan?", passage) > 0


def test_the_same_words_far_apart_are_no_neighbours() -> None:
    near = "The yearly plan is cancelled by letter. Lamps are repaired at the desk by the door."
    far = "Yearly lamps are repaired at the desk. The letter is by the door, and no plan is cancelled."
    assert share("cancel a yearly plan", near) == 1.0
    assert share("cancel a yearly plan", far) < 1.0


def test_a_pair_counts_as_its_commoner_word_is_rare() -> None:
    rarity = {"lost": 1.0, "parcel": 3.0, "insurance": 2.0}
    assert pairs_of(["lost", "parcel", "insurance"], rarity) == {
        ("lost", "parcel"): 1.0,
        ("parcel", stem("insurance")): 2.0,
    }


@pytest.mark.parametrize("need", ["", "parcel", "what is it for", "parcel parcels", "parcel of parcels"])
def test_without_two_telling_words_nothing_is_side_by_side(need: str) -> None:
    assert share(need, "A lost parcel is sent again; parcels are insured.") == 0.0
