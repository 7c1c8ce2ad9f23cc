"""What somebody from outside reads: a table of personal data, before and after they took it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.expert_time import Helped, as_csv, month_of
from server.expert_view import shown


@pytest.mark.parametrize(
    ("said", "asked", "taken"),
    [
        ("Kim Park waits", "[name] waits", "Kim Park waits"),
        ("kim park waits, says Kim", "[name] waits, says [name]", "kim park waits, says Kim"),
        ("My name is Olu Adebayo", "My name is [name]", "My name is Olu Adebayo"),
        ("at kim@post.example", "at [e-mail address]", "at [e-mail address]"),
        ("order 20418", "order [number]", "order 20418"),
        ("order #471", "order [number]", "order #471"),
        ("order FB-20418", "order [number]", "order FB-20418"),
        ("order 2041 8877 12", "order [number]", "order 2041 8877 12"),
        ("call 020 7946 0018", "call [number]", "call [number]"),
        ("call +44 20 7946 0018", "call [number]", "call [number]"),
        ("12 Mill Lane, BS1 4DJ", "[address], [postcode]", "[address], [postcode]"),
        ("born 3 May 1980", "born [date of birth]", "born [date of birth]"),
        ("card 4111 1111 1111 1111", "card •••• •••• •••• ••••", "card •••• •••• •••• ••••"),
        ("It costs £120.50 at 10:30", "It costs £120.50 at 10:30", "It costs £120.50 at 10:30"),
        ("<NAME_1> is not me", "[name] is not me", "[…] is not me"),
    ],
)
def test_personal_data_is_hidden_until_it_is_needed(said: str, asked: str, taken: str) -> None:
    before, after = (shown(said, said, "Kim Park", taken=each) for each in (False, True))
    assert (before.subject, before.brief) == (asked, asked)
    assert (after.subject, after.brief) == (taken, taken)


@given(st.text(max_size=80), st.text(max_size=80))
def test_wherever_it_stands_no_name_or_address_is_shown_before(before: str, after: str) -> None:
    text = f"{before} Kim Park kim@post.example {after}"
    assert "Kim Park" not in shown(text, text, "Kim Park", taken=False).brief
    assert "kim@post.example" not in shown(text, text, "Kim Park", taken=True).brief


def test_time_is_counted_in_whole_minutes_a_month_at_a_time() -> None:
    ended = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
    assert as_csv([Helped("eva", 8, ended, 61), Helped("finn", 9, ended, 0)]).splitlines() == [
        "expert,handover,ended (UTC),minutes",
        "eva,8,2026-11-20 17:05,2",
        "finn,9,2026-11-20 17:05,0",
    ]
    assert month_of("2026-12") == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["November", "2026-13", "2026", "2026-11-20"])
def test_what_is_no_month_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=f"^month: expected a month such as 2026-11, received '{text}'"):
        month_of(text)
