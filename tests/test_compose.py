from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.document import Audience, Hit, Kind
from server.answering import Asked
from server.compose import Form, Line, compose, form_of
from server.conversation import Channel, Customer
from server.mood import Mood
from server.phrases import read_phrases
from server.sentences import plain, sentence_spans
from server.told import Told, told_in
from tests.dialogues import conversation
from tests.shelf import document, passage

PHRASES = read_phrases().company
CHAT = Form(Channel.CHAT, False, None, None)
EMAIL = Form(Channel.EMAIL, False, "Maria", None)
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


def lines(need: str, *hits: Hit, form: Form = CHAT, **fields: Any) -> tuple[Line, ...]:
    return compose(Asked(need, hits, **fields), form, PHRASES)


def said(need: str, *hits: Hit, form: Form = CHAT, **fields: Any) -> str:
    return "".join(line.lead + line.text for line in lines(need, *hits, form=form, **fields))


def after(*turns: tuple[str, str], used: tuple[str, ...] = ()) -> Told:
    return told_in(conversation(*turns), used)


def test_the_answering_sentences_are_taken_verbatim_and_cited() -> None:
    found = lines("How many days do I have to return something?", hit(RETURNS))
    assert found[0].text == "You have 30 days to return something you have changed your mind about."
    assert all(line.text in RETURNS and line.number == 1 for line in found)
    assert len(found) <= 3


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
    assert lines("Can you waive it?", secret) == ()
    found = lines("Can you waive the fee?", secret, hit("The fee is waived once a year."))
    assert [line.number for line in found] == [2]
    assert "40" not in "".join(line.text for line in found)


def test_nothing_found_drafts_nothing() -> None:
    assert lines("anything") == ()
    assert lines("anything", hit("# Only a heading")) == ()


def test_a_fitting_faq_answer_is_preferred_and_kept_whole() -> None:
    faq = hit("No. Cheques are not taken.", 0.75, "Do you take cheques?", kind=Kind.FAQ)
    policy = hit("Cheques take long. Payment by card is quick.", 0.8)
    assert said("Do you take cheques?", policy, faq) == "No. Cheques are not taken."
    far = hit("No. Cheques are not taken.", 0.55, "Do you take cheques?", kind=Kind.FAQ)
    assert said("How long do cheques take?", policy, far).startswith("Cheques take long.")


@pytest.mark.parametrize(
    ("need", "opens"),
    [
        ("Does the return have to reach you in 30 days?", "No. You"),
        ("It is too big. Can I send it later when I am back?", "No. You"),
        ("How about sending it back after 30 days?", "No. You"),
        ("It is too big. And how many days do I have to return it?", "You"),
        ("Hi, what is the time to return it?", "You"),
        ("Return of a lamp\nHow many days do I have to return it?", "You"),
    ],
)
def test_a_question_for_more_than_yes_or_no_is_not_answered_by_one(need: str, opens: str) -> None:
    answer = "No. You need to start the return within the 30 days. You then have 14 more days to send it."
    assert said(need, hit(answer, question="Does the return have to reach you in 30 days?")).startswith(opens)


def test_a_long_faq_answer_keeps_its_yes_or_no() -> None:
    faq = hit("No. One is red. Two is blue. Three is round. Jersey parcels need five days.", kind=Kind.FAQ)
    assert len(lines("parcels to Jersey?", faq)) <= 3
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
    assert said("fee?", fee, form=Form(Channel.CHAT, True, "Maria", None)) == "Hello Maria,\nThe fee is £5."
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
    assert lines("return days?", *hits) == lines("return days?", *hits)


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


# ---- mood and phrases --------------------------------------------------------------------------------------

FEE = "The late fee is £5. A late fee is charged once."


@pytest.mark.parametrize("mood", [Mood.BEREAVED, Mood.ANGRY, Mood.WORRIED])
def test_a_reply_opens_as_the_mood_asks_and_is_never_cheerful(mood: Mood) -> None:
    glad = hit("Good news about the late fee! " + FEE + " We are happy to help with a late fee.")
    draft = said("late fee?", glad, form=EMAIL, mood=mood)
    opening = getattr(PHRASES.opening, mood.value)[0]
    assert draft.startswith(f"Hello Maria,\n\n{opening} The late fee is £5.")
    assert "news" not in draft
    assert "happy" not in draft
    assert said("late fee?", hit(FEE), form=EMAIL).startswith("Hello Maria,\n\nThe late fee is £5.")


def test_where_a_death_is_only_mentioned_nothing_is_said_of_it_and_nothing_glad() -> None:
    glad = hit("Good news about the late fee! " + FEE)
    assert said("late fee?", glad, mood=Mood.GRAVE) == FEE


def test_a_cheerful_macro_is_not_sent_to_somebody_in_grief() -> None:
    macro = hit("I am glad that is sorted out. The late fee is gone.", kind=Kind.MACRO)
    assert "glad" in said("late fee?", macro)
    assert (
        said("late fee?", macro, mood=Mood.BEREAVED) == "I am very sorry for your loss. The late fee is gone."
    )


def test_no_opening_phrase_comes_twice() -> None:
    first, second, third = PHRASES.opening.angry
    talk = (("customer", "late fee?"), ("agent", f"Hello Maria, {first}"), ("customer", "Still waiting!!"))
    draft = said("late fee?", hit(FEE), form=EMAIL, mood=Mood.ANGRY, told=after(*talk))
    assert draft.startswith(f"Hello again Maria,\n\n{second} ")
    spent = after(("agent", f"{first} {second} {third}"))
    assert said("late fee?", hit(FEE), mood=Mood.ANGRY, told=spent).startswith("The late fee is £5.")


def test_a_chat_reply_has_three_sentences_at_most_with_its_opening() -> None:
    text = "The late fee is £5. The late fee comes after the due date. A late fee is one. Late fees end."
    draft = said("late fee?", hit(text), mood=Mood.ANGRY)
    assert len(sentence_spans(draft)) == 3
    assert len(sentence_spans(said("late fee?", hit(text)))) == 3


# ---- conditions, steps ------------------------------------------------------------------------------------


def test_what_limits_the_answer_comes_along_from_further_down() -> None:
    text = (
        "Returns of lamps are free within 30 days. We like trains a lot. Boats are fine as well. "
        "Returns of lamps made to measure are refused unless they are faulty."
    )
    assert said("How long are returns of lamps free?", hit(text)) == (
        "Returns of lamps are free within 30 days. "
        "Returns of lamps made to measure are refused unless they are faulty."
    )


def test_an_answer_whose_conditions_do_not_fit_is_left_out_whole() -> None:
    text = "Lamps are free to return. It helps. " + " ".join(
        f"Lamps to return of sort {number} are charged unless faulty." for number in range(4)
    )
    draft = said("Are lamps free to return?", hit(text))
    assert "Lamps are free to return." not in draft


def test_the_next_step_is_named() -> None:
    text = "Parcels weigh up to 30 kg. Trains are as long. Choose a slot in My account. Boats are fine too."
    draft = said("How much may parcels weigh?", hit(text))
    assert draft == "Parcels weigh up to 30 kg. Choose a slot in My account."


def test_a_step_on_something_named_before_brings_it() -> None:
    text = "A payment day is any day to the 28th. Change it two days before. Boats are fine. Cars too."
    draft = said("When must I change the day of payment, two days before?", hit(text))
    assert draft.startswith("A payment day is any day to the 28th. Change it two days before.")


def test_sentences_are_chosen_by_meaning_as_well_as_words() -> None:
    text = "The sofa is grey. Money comes back in five days. The sofa is soft. The sofa is wide."
    question = "When do I see my refund for the sofa?"
    assert "Money" not in said(question, hit(text)).split(".")[0]
    meaning = {"Money comes back in five days.": 0.8}
    assert said(question, hit(text), meaning=meaning) == "Money comes back in five days."


# ---- what was said already --------------------------------------------------------------------------------


def test_what_was_said_inserted_or_dismissed_is_not_suggested_again() -> None:
    answers = hit("Returns are free within 30 days."), hit("Returns need the original box.", 0.75)
    assert said("returns free?", *answers).startswith("Returns are free within 30 days.")
    spoken = after(("customer", "returns?"), ("agent", "Returns are free, within 30 days!"))
    assert said("returns free?", *answers, told=spoken) == "Returns need the original box."
    dismissed = after(("customer", "returns?"), used=("Hello,\nReturns are free within 30 days.",))
    assert said("returns free?", *answers, told=dismissed) == "Returns need the original box."
    assert said("returns free?", answers[0], told=dismissed) == ""


def test_what_was_said_with_other_numbers_may_be_corrected() -> None:
    told = after(("agent", "Returns are free of charge within 14 days."))
    assert "30 days" in said("returns?", hit("Returns are free of charge within 30 days."), told=told)


def test_a_rejected_answer_is_followed_by_another_way_or_by_handing_over() -> None:
    tried = "Press the red button for ten seconds."
    talk = (("customer", "lamp blinks?"), ("agent", tried), ("customer", "That didn't help."))
    told = after(*talk)
    assert told.rejected
    passage_ = hit(f"{tried} The lamp stops blinking. If it still blinks, call us and we swap the lamp.")
    other = PHRASES.moving_on.another_way[0]
    assert said("lamp blinks?", passage_, told=told) == (
        f"{other} If it still blinks, call us and we swap the lamp."
    )
    handed = lines("lamp blinks?", hit(f"{tried} The lamp stops blinking."), told=told)
    assert [(line.text, line.number) for line in handed] == [(PHRASES.moving_on.hand_over[0], None)]


# ---- facts only -------------------------------------------------------------------------------------------


def test_facts_only_are_bullets_without_greeting_opening_or_closing() -> None:
    form = Form(Channel.EMAIL, True, "Maria", None, facts=True)
    found = lines("late fee?", hit(FEE), form=form, mood=Mood.ANGRY)
    assert (
        "".join(line.lead + line.text for line in found)
        == "- The late fee is £5.\n- A late fee is charged once."
    )
    assert [line.number for line in found] == [1, 1]


# ---- every draft ------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["late", "fee", "refund", "unless", "however", "it", "this", "please", "open", "30", "£5", "yes"]
)
SENTENCES = st.builds(
    lambda words, stop: " ".join(words).capitalize() + stop,
    st.lists(WORDS, min_size=1, max_size=9),
    st.sampled_from([".", ".", "!", ":"]),
)
PASSAGES = st.builds(
    lambda sentences, gap: gap.join(sentences),
    st.lists(SENTENCES, min_size=1, max_size=7),
    st.sampled_from([" ", "\n\n", "\n- ", " **so** "]),
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(PASSAGES, st.sampled_from([Kind.POLICY, Kind.FAQ])), min_size=1, max_size=4),
    st.sampled_from(list(Mood)),
    st.lists(SENTENCES, max_size=3),
    st.sampled_from([CHAT, EMAIL, Form(Channel.CHAT, True, None, None, facts=True)]),
)
def test_every_cited_sentence_is_verbatim_in_its_passage_and_new(
    texts: list[tuple[str, Kind]], mood: Mood, spoken: list[str], form: Form
) -> None:
    hits = [hit(text, 0.9 - place / 10, "late fee?", kind=kind) for place, (text, kind) in enumerate(texts)]
    told = after(*(("agent", text) for text in spoken))
    for line in lines("late fee refund?", *hits, form=form, told=told, mood=mood):
        if line.number is not None:
            assert as_said(line.text) in as_said(texts[line.number - 1][0])
            assert not told.holds(line.text)


def as_said(text: str) -> str:
    """Without markup, and with the bullets of lists as one sign."""
    return " ".join(plain(text.replace("\n- ", " ")).split())
