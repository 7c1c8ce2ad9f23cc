from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.conversation import Customer
from server.placeholders import LONGEST, Placeholders, Restoring, is_outside
from tests.dialogues import conversation

IDA = Customer(name="Ida Berg", email="ida@berg.example")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Write to ida@berg.example or IDA@berg.example", "Write to <EMAIL_1> or <EMAIL_1>"),
        ("I am Ida Berg. Ida, that is.", "I am <NAME_1>. <NAME_2>, that is."),
        ("ida berg here", "<NAME_1> here"),
        ("My name is Tom O'Neil and I moved", "My name is <NAME_1> and I moved"),
        ("call +44 (0)113 496-0000 or 0113 496 0000", "call <NUMBER_1> or <NUMBER_2>"),
        ("order QB-2024-118822, again QB-2024-118822", "order <NUMBER_1>, again <NUMBER_1>"),
        ("I live at 12 Old Mill Lane, LS1 4AB", "I live at <STREET_1>, <POSTCODE_1>"),
        ("Ich wohne Lange Lindenstraße 4b", "Ich wohne Lange <STREET_1>"),
        ("see https://files.example/x?y=1 please", "see <LINK_1> please"),
        ("I was born on 3 May 1950 in Leeds", "I was born <BIRTH_1> in Leeds"),
        ("card 4111 1111 1111 1111", "card •••• •••• •••• ••••"),
        ("my password is hunter22", "my password is ••••••••"),
    ],
)
def test_personal_data_is_shown_as_stand_ins(said: str, shown: str) -> None:
    assert Placeholders(IDA).hide(said) == shown


@pytest.mark.parametrize(
    "said",
    ["I paid £218.50 for 3 lamps in 2024", "It took 30 days, not 14.", "the idea is fine", "A berg of paper"],
)
def test_amounts_days_and_common_words_stay(said: str) -> None:
    assert Placeholders(Customer(name="Ida berg")).hide(said) == said


def test_what_the_model_writes_gets_the_words_back_and_inventions_are_marked() -> None:
    placeholders = Placeholders(IDA)
    placeholders.hide("I am Ida Berg, ida@berg.example")
    assert placeholders.restore("Dear <NAME_1>, we wrote to <EMAIL_1> and <EMAIL_7>.") == (
        "Dear Ida Berg, we wrote to ida@berg.example and […]."
    )


@given(st.text(alphabet="ab <>_1EMAIL", max_size=60), st.lists(st.integers(1, 5), max_size=60))
def test_a_stream_cut_anywhere_is_restored_as_the_whole_text(text: str, cuts: list[int]) -> None:
    placeholders = Placeholders(IDA)
    placeholders.hide("ida@berg.example")
    whole = f"a<EMAIL_1> {text} <EMAIL_1>"
    restoring, heard, place = Restoring(placeholders), "", 0
    for cut in cuts:
        heard += restoring.feed(whole[place : place + cut])
        place += cut
    heard += restoring.feed(whole[place:]) + restoring.finish()
    assert heard == placeholders.restore(whole)


def test_no_more_than_a_stand_in_is_held_back() -> None:
    restoring = Restoring(Placeholders(IDA))
    assert restoring.feed("a < b and so on, at some length " + "x" * LONGEST) != ""
    assert restoring.feed("<") == ""
    assert restoring.finish() == "<"


def test_a_hidden_conversation_holds_none_of_it_and_keeps_ids_and_roles() -> None:
    talk = conversation(
        ("customer", "Ida Berg here, ida@berg.example"), ("agent", "Hello Ida!"), subject="Ida", customer=IDA
    )
    hidden = Placeholders(IDA).hidden(talk)
    assert "ida" not in json.dumps([turn.text for turn in hidden.turns] + [hidden.subject]).lower()
    assert [(turn.id, turn.role) for turn in hidden.turns] == [(turn.id, turn.role) for turn in talk.turns]


@pytest.mark.parametrize(
    ("host", "outside"),
    [
        ("127.0.0.1:8000", False),
        ("localhost", False),
        ("[::1]:80", False),
        ("api.model.localhost", False),
        ("10.0.0.7:8000", True),
        ("127.example.org", True),
        ("api.example.org", True),
        ("localhost.example.org", True),
    ],
)
def test_only_this_machine_is_inside(host: str, outside: bool) -> None:
    assert is_outside(host) is outside
