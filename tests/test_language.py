from __future__ import annotations

from pathlib import Path

import pytest

from server.flags import FlagView, decide, shipped_rules
from server.language import ENGLISH, LONGEST_READ, is_tested, language_of
from tests.dialogues import conversation

FOREIGN = [
    line.split("\t")
    for line in (Path(__file__).parent / "fixtures" / "languages.txt").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_a_question_of_a_customer_is_told_by_its_language(language: str, text: str) -> None:
    assert language_of(text) == language
    assert not is_tested(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "where is my order?",
        "does canada require a visa",
        "its a fiat 500. tank is 35",
        "Oh ok got ya lol",
        "sofa moor oslo hygge",
        "QB-51877 QB-51878 QB-51879 QB-51880",
        "https://quillbrook.example/wo-ist-mein-paket/das-ist-eine-frage",
        "My order from Ikea Schönefeld to Łódź, Señor Muñoz signed for it",
        "👍👍👍 🎉",
        "Was the Wardrobe in Walnut delivered?",
        "pls refund asap, kinda annoyed tbh",
    ],
)
def test_short_english_codes_and_names_are_english(text: str) -> None:
    assert language_of(text) == ENGLISH


@pytest.mark.parametrize("text", ["Merci beaucoup", "Wo bleibt es?", "Unde este comanda mea?"])
def test_whatever_is_not_sure_is_taken_for_english(text: str) -> None:
    assert language_of(text) == ENGLISH


def test_a_long_turn_is_judged_by_its_beginning() -> None:
    assert language_of("Where is my order, please? " * LONGEST_READ + "Wo ist mein Paket? " * 5000) == ENGLISH


def test_no_flag_rests_on_words_of_an_untested_language() -> None:
    german = (
        "Ich warte seit zwei Wochen, das ist ein Witz!!! Please call me back, sagte Ihre Kollegin gestern."
    )
    english = "This is ridiculous, I am still waiting."
    assert decide(shipped_rules(), FlagView(conversation(("customer", german)))) == ()
    flags = decide(shipped_rules(), FlagView(conversation(("customer", english), ("customer", german))))
    assert [flag.evidence.turn_id for flag in flags] == ["t0"]
