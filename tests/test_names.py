"""Which place, plan or product a dialogue names: in full, in part, misspelt, among several."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.names import Names, one_apart
from knowledge.words import words

SHELF = {
    "HARBOUR LODGE": "Rooms at Harbour Lodge are quiet; the lodge has a garden.",
    "Mill Lane Guest House": "Mill Lane Guest House serves breakfast.",
    "The Old Mill Guesthouse": "Old Mill has a bar.",
    "Tilda's Kitchen": "Tilda's Kitchen has a terrace.",
    "PIZZA BARGE": "Pizza from the barge.",
    "PIZZA BARGE WHARFSIDE": "Pizza at the wharf.",
    "Quiet": "The plan called Quiet.",
}
ELSEWHERE = [
    "It is quiet here.",
    "A quiet garden and an old house.",
    "Be quiet.",
    "Our kitchen is old.",
    "A lodge.",
    "No lodge is here.",
]


def shelf() -> Names:
    rows = [words(text) for text in [*(f"{name} {text}" for name, text in SHELF.items()), *ELSEWHERE]]

    def rows_with(word: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.flatnonzero([word in row for row in rows])

    return Names({name: np.array([row]) for row, name in enumerate(SHELF)}, rows_with, len(rows))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I booked the Harbour Lodge for Monday", {"HARBOUR LODGE"}),
        ("is HARBOUR far?", {"HARBOUR LODGE"}),
        ("is harbur lodge far?", {"HARBOUR LODGE"}),
        ("tildas kitchen, please", {"Tilda's Kitchen"}),
        ("Mill Lane guesthouse or Tilda's Kitchen?", {"Mill Lane Guest House", "Tilda's Kitchen"}),
        ("a table at Pizza Barge Wharfside", {"PIZZA BARGE WHARFSIDE"}),
        ("any guest house with a garden and a kitchen", set()),
        ("thank you", set()),
        ("", set()),
    ],
)
def test_names_are_found_in_full_in_part_and_misspelt(text: str, names: set[str]) -> None:
    found = shelf().named([text])
    assert {name for name, sure in found.items() if sure >= 0.5} == names


def test_a_whole_name_stands_before_a_longer_one_it_begins() -> None:
    assert shelf().mentions("a table at Pizza Barge") == {"PIZZA BARGE": 1.0}


def test_a_part_is_less_sure_than_the_whole() -> None:
    mentions = shelf().mentions
    assert 0 < mentions("the wharfside one")["PIZZA BARGE WHARFSIDE"] < 1


def test_a_name_that_is_an_everyday_word_says_little() -> None:
    assert shelf().named(["is the room quiet?"])["Quiet"] < 0.1


def test_the_newest_mention_weighs_most_and_an_older_one_stays() -> None:
    found = shelf().named(["And the Harbour Lodge?", "We looked at Tilda's Kitchen before."])
    assert found["HARBOUR LODGE"] > found["Tilda's Kitchen"] > 0


def test_words_about_nothing_by_name_leave_an_older_mention_as_sure_as_it_was() -> None:
    named = shelf().named
    assert named(["Does it have a garden?", "ok", "Harbour Lodge"]) == named(["Harbour Lodge"])


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [
        ("lodge", "lodge", True),
        ("lodge", "lode", True),
        ("lodg", "lodge", True),
        ("lodge", "ledge", True),
        ("xlodge", "lodge", True),
        ("lodge", "ledgy", False),
        ("lodge", "lo", False),
        ("", "a", True),
        ("lodge", "oldge", False),
    ],
)
def test_words_one_letter_apart(left: str, right: str, near: bool) -> None:
    assert one_apart(left, right) is near
    assert one_apart(right, left) is near
