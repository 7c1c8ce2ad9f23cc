"""What is masked, what stays, and that lengths never change."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.mask import hidden_mentions, mask, storable

CARDS = [
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111111111111111",
    "378282246310005",
    "6011 0009 9013 9424",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("frame", ["{}", "it is {}, valid 04/29", "({})", "card:{}.", "\n{}\n"])
def test_a_card_number_is_masked_digit_by_digit(card: str, frame: str) -> None:
    masked = mask(frame.format(card))
    assert masked == frame.format("".join("•" if letter.isdigit() else letter for letter in card))


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112",  # fails the Luhn check
        "order QB-20260711-00042",
        "call +44 20 7946 0958",
        "0000 0000 0000 0000",
        "1234567890",
        "parcel JD014600003812345678",
        "it cost 1,299.00 on 2026-11-20",
        "I forgot my password",
        "my password is not working",
        "The password is wrong!",
        "password reset does nothing",
        "the security code is missing",
        "Your pin is needed. Thanks",
        "is spinning: 5",
        "GB is short for Great Britain",
    ],
)
def test_ordinary_numbers_and_sentences_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password is hunter2", "hunter2"),
        ("my Password: S3cret!pass, thanks", "S3cret!pass,"),
        ("password = abc", "abc"),
        ("passwort: geheim", "geheim"),
        ("The password for my account is tiger99", "tiger99"),
        ("my password is now blue-Horse-7", "blue-Horse-7"),
        ('pwd:"two words here"', '"two words here"'),
        ("PIN: 4821", "4821"),
        ("my pin is 4821.", "4821."),
        ("cvv 123 no, CVV: 123", "123"),
        ("the verification code is 882 or so", "882"),
        ("password:\nhunter2", "hunter2"),
        ("Password is set to   blue7", "blue7"),
    ],
)
def test_a_told_secret_is_masked(text: str, secret: str) -> None:
    masked = mask(text)
    at = text.rindex(secret)
    assert masked[at : at + len(secret)] == "•" * len(secret)
    assert masked[:at] == text[:at]


@pytest.mark.parametrize(
    "iban", ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "fr1420041010050500013m02606"]
)
def test_an_iban_is_masked_and_the_words_after_it_stay(iban: str) -> None:
    hidden = "".join(letter if letter == " " else "•" for letter in iban)
    assert mask(f"refund to {iban} please and thank you") == f"refund to {hidden} please and thank you"


@settings(deadline=None)
@given(st.text())
def test_masking_keeps_the_length_and_twice_is_once(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_what_is_storable_keeps_its_length_and_encodes(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    assert b"\0" not in kept.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim Park wrote", "•••••••• wrote"),
        ("kim park's order, KIM PARK", "••••••••'s order, ••••••••"),
        ("Kim Parker wrote", "Kim Parker wrote"),
    ],
)
def test_only_whole_mentions_are_hidden(text: str, expected: str) -> None:
    assert hidden_mentions(text, "Kim Park") == expected


@pytest.mark.parametrize(
    "nasty",
    [
        *("1 " * 10_000, "password is " * 1_700, "AB12 " * 4_000, "1" * 20_000, "pass " * 4_000),
        *("password is" + " " * 20_000, "password" + " " * 20_000, "password is set" + "\n" * 20_000),
        *("pin for my " * 1_800, "password:'" * 2_000, "4111-" * 4_000, "password is now " * 1_200),
    ],
    ids=lambda nasty: nasty[:12],
)
def test_no_text_makes_masking_slow(nasty: str) -> None:
    began = time.process_time()
    assert len(mask(nasty)) == len(nasty)
    assert time.process_time() - began < 1  # milliseconds in truth; a backtracking pattern takes many seconds
