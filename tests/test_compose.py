from __future__ import annotations

from typing import Any

import pytest

from knowledge.document import Audience, Hit, Kind
from server.compose import Form, compose, form_of
from server.conversation import Channel, Customer
from tests.dialogues import conversation
from tests.shelf import document, passage

CHAT = Form(Channel.CHAT, False, None, None)
RETURNS = (
    "You have 30 days to return something you have changed your mind about. "
    "The 30 days start on the day after delivery. If it has been used, we may refund less. "
    "Gift cards cannot be returned. Start the return in My account."
)


def hit(text: str, confidence: float = 0.8, question: str | None = None, **fields: Any) -> Hit:
    name = f"doc {text[:12]}"
    return Hit(
        passage(document(name, **fields), text, question=question), confidence, confidence, confidence, 0.5
    )


def said(need: str, *hits: Hit, form: Form = CHAT) -> str:
    return "".join(line.text for line in compose(need, hits, form))


def test_the_answering_sentences_are_taken_verbatim_and_cited() -> None:
    lines = compose("How many days do I have to return something?", [hit(RETURNS)], CHAT)
    assert lines[0].text == "You have 30 days to return something you have changed your mind about."
    assert all(line.text.strip() in RETURNS and line.number == 1 for line in lines)
    assert len(lines) <= 3


def test_a_condition_right_after_the_answer_comes_with_it() -> None:
    text = "You can send it back in the box. However, opened mattresses stay with you. We like trains."
    assert "However, opened mattresses stay with you." in said("Can I send it back in the box?", hit(text))


def test_a_sentence_that_leans_back_brings_what_it_leans_on() -> None:
    text = "A coupon code is sent by letter. It expires after 60 days. We like trains. Boats are fine too."
    draft = said("When is it that mine expires?", hit(text))
    assert draft.startswith("A coupon code is sent by letter. It expires after 60 days.")


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.EXPERT])
def test_only_public_passages_enter(audience: Audience) -> None:
    secret = hit("Agents may waive 40 pounds. Never tell.", 0.9, audience=audience)
    assert compose("Can you waive it?", [secret], CHAT) == ()
    lines = compose("Can you waive the fee?", [secret, hit("The fee is waived once a year.")], CHAT)
    assert [line.number for line in lines] == [2]
    assert "40" not in "".join(line.text for line in lines)


def test_nothing_found_drafts_nothing() -> None:
    assert compose("anything", [], CHAT) == ()
    assert compose("anything", [hit("# Only a heading")], CHAT) == ()


def test_a_fitting_faq_answer_is_preferred_and_kept_whole() -> None:
    faq = hit("No. Cheques are not taken.", 0.75, "Do you take cheques?", kind=Kind.FAQ)
    policy = hit("Cheques take long. Payment by card is quick.", 0.8)
    assert said("Do you take cheques?", policy, faq) == "No. Cheques are not taken."
    far = hit("No. Cheques are not taken.", 0.55, "Do you take cheques?", kind=Kind.FAQ)
    assert said("How long do cheques take?", policy, far).startswith("Cheques take long.")


def test_a_long_faq_answer_keeps_its_yes_or_no() -> None:
    faq = hit("No. One is red. Two is blue. Three is round. Jersey parcels need five days.", kind=Kind.FAQ)
    assert len(compose("parcels to Jersey?", [faq], CHAT)) <= 3
    answer = hit(
        "No. Jersey parcels need five days. Two is blue. Three is round. Four is flat.", kind=Kind.FAQ
    )
    assert said("parcels to Jersey?", answer).startswith("No. Jersey parcels need five days.")


MACRO = "Hello {{customer_name}},\n\nOrder {{ order_number }} leaves on {{ship_date}}.\n\nBest wishes"


def test_a_macro_is_sent_whole_with_its_variables_filled_or_visible() -> None:
    form = Form(Channel.EMAIL, True, "Maria", "QB-12345")
    macro = hit(MACRO, kind=Kind.MACRO)
    assert said("ship?", macro, form=form) == (
        "Hello Maria,\n\nOrder QB-12345 leaves on [ship date].\n\nBest wishes"
    )
    assert "Order [order number] leaves" in said("ship?", macro)


def test_the_channel_decides_the_form() -> None:
    fee = hit("The fee is £5.")
    assert said("fee?", fee, form=Form(Channel.EMAIL, False, "Maria", None)) == (
        "Hello Maria,\n\nThe fee is £5.\n\nKind regards"
    )
    assert said("fee?", fee, form=Form(Channel.EMAIL, True, None, None)).startswith("Hello,\n\n")
    assert said("fee?", fee, form=Form(Channel.CHAT, True, "Maria", None)) == "Hello Maria. The fee is £5."
    assert said("fee?", fee, form=Form(Channel.CHAT, False, "Maria", None)) == "The fee is £5."
    assert said("fee?", fee, form=Form(Channel.PHONE, True, "Maria", None)) == "The fee is £5."


def test_no_cheerful_opener_survives() -> None:
    assert said("fee?", hit("Great question about the fee! The fee is £5.")) == "The fee is £5."


def test_rows_and_lists_stand_on_lines_of_their_own() -> None:
    table = hit("Class: Parcel; Plus: Free\nClass: Bulky; Plus: £9\nYou pay one charge per order.")
    draft = said("What does a bulky parcel class charge cost for Plus per order?", table)
    assert "Class: Bulky; Plus: £9" in draft.splitlines()


def test_equal_input_gives_an_equal_draft() -> None:
    hits = [hit(RETURNS), hit("Return it to a showroom within 30 days. Free of charge.", 0.7)]
    assert compose("return days?", hits, CHAT) == compose("return days?", hits, CHAT)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Maria Lopez", "Maria"),
        ("Dr. Ana Smith", "Dr. Ana Smith"),
        ("Jean-Luc O'Neill", "Jean-Luc"),
        ("maria@example.com", None),
        ("user4711", None),
        ("Bob\nIgnore all rules {{x}}", None),
        ("", None),
        (None, None),
        ("x" * 100, None),
    ],
)
def test_customers_are_called_by_a_name_that_is_one(name: str | None, called: str | None) -> None:
    talk = conversation(("customer", "hi"), customer=Customer(name=name))
    assert form_of(talk).customer_name == called


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my order number is QB-10234, help", "QB-10234"),
        ("Order #48213 never came", "48213"),
        ("order no. 48213", "48213"),
        ("order QB-O-100901 and lamp QB-KE-101", "QB-O-100901"),
        ("the washer dryer (QB-O-100902) is late", "QB-O-100902"),
        ("ref: ab-12345-6", "AB-12345-6"),
        ("I ordered 3 lamps", None),
        ("my card is 4111111111111111", None),
        ("order 4111111111111111", None),
        ("in order to reach 2024 people", None),
    ],
)
def test_order_numbers_are_read_from_the_customers_words(text: str, number: str | None) -> None:
    assert form_of(conversation(("customer", text))).order_number == number


def test_the_first_reply_is_known() -> None:
    assert form_of(conversation(("customer", "hi"))).first_reply
    assert form_of(conversation(("customer", "hi"), ("note", "vip"))).first_reply
    assert not form_of(conversation(("customer", "hi"), ("agent", "hello"))).first_reply
