"""Which values a conversation names without doubt."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.rule import Input
from server.said_values import Known, result_words, values_of

TODAY = date(2026, 3, 15)


def said(source: str, *texts: str, near: tuple[str, ...] = (), question: str | None = None) -> str:
    """What is found for one input: its value and how it is shown, or what is missing."""
    one = Input("x", "x", source, near)
    found = values_of([one], Known(question, texts, " Plus ", TODAY))
    return f"{found.given[0][2]} ({found.shown[0]})" if found.given else found.missing[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("My instalment is £250.", "250.00"),
        ("It was £1,250.50 in all", "1250.50"),
        ("I paid 20 pounds", "20.00"),
        ("I paid 53.28", "53.28"),
        ("€ 12 it is, €12!", "12.00"),
        ("£0.99", "0.99"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, value: str) -> None:
    assert said("amount", text).split(" ")[0] == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order 4711",
        "QB-O-100902",
        "3.5 stars",
        "v1.20.3",
        "1.250,00",
        "12.50%",
        "12.50 %",
        "2026-03-12",
        "a1.50",
    ],
)
def test_what_only_looks_like_an_amount_is_none(text: str) -> None:
    assert said("amount", text) == "x: not said yet"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("£5 and £53.28",), "x: £5.00 or £53.28?"),
        (("It is £5.", "Sorry, £6."), "x: £5.00 or £6.00?"),
        (("It is £5.", "Yes, 5.00."), "5.00 (x: £5.00)"),
        (("about £5",), "x: only roughly said (£5.00)"),
        (("£5 or so",), "x: only roughly said (£5.00)"),
        (("£5 to £6",), "x: only roughly said (£5.00)"),
        (("£5-£6",), "x: only roughly said (£5.00)"),
        (("It went from £5 to £6; £7 now",), "7.00 (x: £7.00)"),
        (("about £5", "exactly £5.20"), "5.20 (x: £5.20)"),
    ],
)
def test_only_one_exact_value_is_without_doubt(texts: tuple[str, ...], told: str) -> None:
    assert said("amount", *texts) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I was 20 days late", "20 (x: 20 days)"),
        ("two weeks late", "14 (x: 14 days)"),
        ("a 30-day plan", "30 (x: 30 days)"),
        ("5 working days", "x: not said yet"),
        ("nearly 20 days", "x: only roughly said (20 days)"),
        ("3-5 days", "x: only roughly said (5 days)"),
        ("5 to 10 days", "x: only roughly said (10 days)"),
        ("within 30 days", "x: only roughly said (30 days)"),
        ("day 20", "x: not said yet"),
    ],
)
def test_days_are_counted(text: str, told: str) -> None:
    assert said("days", text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("on 2026-03-12", "2026-03-12 (x: 12 March 2026)"),
        ("on the 3rd of March 2026", "2026-03-03 (x: 3 March 2026)"),
        ("Mar. 3, 2026", "2026-03-03 (x: 3 March 2026)"),
        ("3 March", "x: not said yet"),
        ("03/04/2026", "x: not said yet"),
        ("31 February 2026", "x: not said yet"),
        ("3 March 2026 or 4 March 2026", "x: 3 March 2026 or 4 March 2026?"),
    ],
)
def test_a_date_needs_its_year_and_no_guess(text: str, told: str) -> None:
    assert said("date", text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A £5 late fee on my £53.28 instalment", "53.28 (x: £53.28)"),
        ("The instalments were £20 each. I paid £99.", "20.00 (x: £20.00)"),
        ("I owe nothing on my instalment. £99 was the price.", "x: not said yet"),
        ("£1 instalment, £2 instalment", "x: £1.00 or £2.00?"),
    ],
)
def test_words_beside_a_value_tell_which_is_meant(text: str, told: str) -> None:
    assert said("amount", text, near=("instalment",)) == told


def test_the_agents_question_goes_before_the_dialogue() -> None:
    assert said("amount", "£5", question="And for £7?") == "7.00 (x: £7.00)"
    assert said("amount", "£5", question="And why?") == "5.00 (x: £5.00)"


def test_the_rest_comes_from_the_customer_the_day_and_the_owner() -> None:
    assert said("tier") == "plus (x: plus)"
    assert said("today") == "2026-03-15 (x: 15 March 2026 (today))"
    assert said("months", "a 12 month plan") == "12 (x: 12 months)"
    fixed = Input("x", "x", "fixed", (), "int", "3")
    assert values_of([fixed], Known(None, (), None, TODAY)).given == (("x", "int", "3"),)
    tier = values_of([Input("x", "tier", "tier")], Known(None, (), None, TODAY))
    assert tier.missing == ("tier: the helpdesk does not show it",)


def test_the_mark_of_the_amount_is_that_of_the_result() -> None:
    found = values_of([Input("x", "x", "amount")], Known(None, ("I paid 20 euros",), None, TODAY))
    assert result_words("late_fee", "7.50", "amount", found.mark) == "late fee: €7.50"
    assert result_words("late_fee", "7", "days", "") == "late fee: 7 days"


def test_a_long_text_is_read_in_time_in_proportion() -> None:
    assert said("amount", "£5 " + "1,234," * 3_000 + "x" * 5_000 + " 12 " * 2_000) == "5.00 (x: £5.00)"
