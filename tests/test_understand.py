from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from server.conversation import Conversation
from server.needs import needs_knowledge
from server.quoted import own_words
from server.understand import MOST_OLDER, MOST_TEXTS, PASTED_WORDS, judged_on, looked_back_on, understand
from tests.dialogues import NOW, conversation

COURTESIES = [
    "Thanks!",
    "Thank you so much, have a nice weekend",
    "Hi",
    "hello there, good morning",
    "ok",
    "Yes",
    "No, that's all",
    "Bye bye",
    "👍",
    "",
    "   ",
    "perfect, cheers",
    "Hello?",
    "Hi, how can I help?",
]


@pytest.mark.parametrize("text", COURTESIES)
def test_courtesies_need_no_knowledge(text: str) -> None:
    assert not needs_knowledge(text)
    assert understand(conversation(("customer", text))) is None


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, and how do I return it?",
        "refund?",
        "It is broken",
        "How does it work?",
        "Order 12345",
        "Wie geht das?",
    ],
)
def test_anything_with_content_needs_knowledge(text: str) -> None:
    assert needs_knowledge(text)


def weights(talk: Conversation, question: str | None = None) -> dict[str, float]:
    need = understand(talk, question)
    assert need is not None
    return {text.text: text.weight for text in need.texts}


def test_the_newest_words_weigh_most_and_the_oldest_least() -> None:
    talk = conversation(
        ("customer", "My washing machine leaks water everywhere"),
        ("agent", "Is the filter closed properly?"),
        ("customer", "Still the same"),
    )
    weighed = weights(talk)
    assert next(iter(weighed)) == talk.turns[2].text
    assert weighed[talk.turns[2].text] == 1.0
    assert 1.0 > weighed[talk.turns[1].text] > weighed[talk.turns[0].text] > 0


def test_what_is_asked_weighs_more_than_what_is_told() -> None:
    talk = conversation(
        ("customer", "I bought the green lamp, it is lovely. Am I in time for sending a lamp back? Thanks!")
    )
    weighed = weights(talk)
    assert weighed["Am I in time for sending a lamp back?"] == 1.0
    assert weighed["I bought the green lamp, it is lovely."] < 0.5


def test_a_new_matter_is_not_drowned_by_the_old_one() -> None:
    talk = conversation(
        ("customer", "My washing machine leaks water everywhere"),
        ("agent", "Is the filter closed properly?"),
        ("customer", "Do you take cheques?"),
    )
    need = understand(talk)
    assert need is not None
    assert need.text == "Do you take cheques?"
    assert [text.older for text in need.texts] == [False, True, True]


def test_the_next_search_looks_back_on_nothing_that_could_not_be_told_before() -> None:
    told = [
        ("customer", "I bought the green lamp, it is lovely. Can I still send it back?"),
        ("agent", "Yes, within 30 days."),
    ]
    need = understand(conversation(*told, ("customer", "Who pays the parcel for that?")))
    assert need is not None
    assert [text.text for text in need.texts if text.older] == looked_back_on(conversation(*told))
    assert looked_back_on(conversation()) == []


def test_words_that_lean_on_the_dialogue_are_read_with_it() -> None:
    need = understand(
        conversation(("customer", "When does Leeds open?"), ("agent", "At 9."), ("customer", "and sundays?"))
    )
    assert need is not None
    assert need.text == "When does Leeds open?\nand sundays?"


def test_a_burst_is_one_need() -> None:
    talk = conversation(
        ("customer", "hi"), ("customer", "my lamp is broken"), ("customer", "what now? refund?")
    )
    need = understand(talk)
    assert need is not None
    assert need.text == "my lamp is broken\nwhat now? refund?"
    assert [text.weight for text in need.texts] == [1.0, 0.8]


def test_thanks_after_an_answer_needs_nothing_even_when_the_question_before_did() -> None:
    talk = conversation(
        ("customer", "How do I return it?"), ("agent", "Like this."), ("customer", "Thank you!")
    )
    assert understand(talk) is None


def test_notes_inform_and_system_turns_do_not() -> None:
    talk = conversation(
        ("system", "Ticket was moved to billing"),
        ("note", "Customer called about late fees before"),
        ("customer", "Can you take the charge off again, please, like you did?"),
    )
    assert "Customer called about late fees before" in weights(talk)
    assert "Ticket was moved to billing" not in weights(talk)


def test_the_agents_question_leads() -> None:
    talk = conversation(("customer", "It leaks"))
    need = understand(talk, "How long is the warranty?")
    assert need is not None
    assert [(text.text, text.older) for text in need.texts] == [
        ("How long is the warranty?", False),
        ("It leaks", True),
    ]
    assert understand(talk, "thanks") is None


def test_a_mails_subject_helps_without_its_prefixes() -> None:
    talk = conversation(("customer", "See subject please, it is urgent."), subject="Re: [#12] Fwd: Late fee")
    assert "Late fee" in weights(talk)


def test_a_subject_is_part_of_the_need_until_someone_replies() -> None:
    first = conversation(("customer", "When can I get that done?"), subject="Returning an armchair")
    need = understand(first)
    assert need is not None
    assert [(text.text, text.weight, text.older) for text in need.texts] == [
        ("When can I get that done?", 1.0, False),
        ("Returning an armchair", 0.6, False),
    ]
    replied = [("customer", "Hello, it is red"), ("agent", "I see."), ("customer", "When can I do that?")]
    later = understand(conversation(*replied, subject="Returning an armchair"))
    assert later is not None
    assert [text.text for text in later.texts if not text.older] == ["When can I do that?"]
    assert "Returning an armchair" in [text.text for text in later.texts if text.older]


@pytest.mark.parametrize("subject", ["Question about my order", "Help needed please", "QB-O-100901"])
def test_a_subject_that_fits_any_message_is_no_part_of_the_need(subject: str) -> None:
    need = understand(conversation(("customer", "Can I return an opened mattress?"), subject=subject))
    assert need is not None
    assert [text.text for text in need.texts if not text.older] == ["Can I return an opened mattress?"]
    assert [text.text for text in need.texts if text.older] == [subject]


def test_a_subject_that_repeats_the_message_counts_once() -> None:
    need = understand(conversation(("customer", "Lid is cracked"), subject="Lid is cracked"))
    assert need is not None
    assert [(text.text, text.weight, text.older) for text in need.texts] == [("Lid is cracked", 1.0, False)]


def test_a_subject_takes_no_window_from_a_long_mail() -> None:
    mail = " ".join(f"Parcel number {place} never came to our shop." for place in range(400))
    plain = understand(conversation(("customer", mail)))
    headed = understand(conversation(("customer", mail), subject="Lost parcels"))
    assert plain is not None
    assert headed is not None
    assert [text.text for text in headed.texts] == [*(text.text for text in plain.texts), "Lost parcels"]


def test_a_pasted_log_is_one_text_beside_what_is_told_and_drowns_none_of_it() -> None:
    log = " ".join(f"row {place} has no price" for place in range(300))
    need = understand(conversation(("customer", f"The import of our price list fails.\n```\n{log}\n```")))
    assert need is not None
    told, pasted = need.texts
    assert (told.text, told.weight) == ("The import of our price list fails.", 1.0)
    assert log.startswith(pasted.text)
    assert (len(pasted.text.split()), pasted.weight) == (PASTED_WORDS, 1.0)


def test_a_pasted_log_takes_no_more_than_one_window_from_a_long_mail() -> None:
    mail = " ".join(f"Parcel number {place} never came to our shop." for place in range(400))
    need = understand(conversation(("customer", f"{mail}\n```\nno parcel in row 7\n```")))
    assert need is not None
    assert 2 < len(need.texts) <= MOST_TEXTS
    assert need.texts[-1].text == "no parcel in row 7"
    assert " ".join(text.text for text in need.texts[:-1]) == mail


def test_quoted_mail_is_blanked_in_place() -> None:
    text = "New words\n> old words\n-----Original Message-----\nolder words"
    own = own_words(text)
    assert len(own) == len(text)
    assert own.split() == ["New", "words"]


def test_no_more_than_eight_older_turns_are_searched() -> None:
    turns = [
        (role, f"What are {role} words number {place}?")
        for place in range(20)
        for role in ("customer", "agent")
    ]
    need = understand(conversation(*turns))
    assert need is not None
    older = [text.text for text in need.texts if text.older]
    assert older[0] == "What are agent words number 19?"
    assert len(older) == MOST_OLDER


@pytest.mark.parametrize("count", [150, 700, 3000])
def test_a_long_mail_is_searched_window_by_window_and_nothing_is_lost(count: int) -> None:
    sentences = [f"Parcel number {place} never came to our shop." for place in range(count // 8)]
    need = understand(conversation(("customer", " ".join(sentences))))
    assert need is not None
    assert 1 < len(need.texts) <= MOST_TEXTS
    assert " ".join(text.text for text in need.texts) == " ".join(sentences)
    assert sum(text.weight for text in need.texts) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("at", "received", "day"),
    [
        (None, NOW, date(2026, 3, 15)),
        (NOW - timedelta(days=3), NOW, date(2026, 3, 12)),
        (NOW + timedelta(days=3), NOW, date(2026, 3, 15)),
        (None, datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 3, 10, 1, tzinfo=timezone(timedelta(hours=9))), NOW, date(2026, 3, 9)),
        (datetime(2020, 1, 1), NOW, date(2026, 3, 15)),
    ],
)
def test_policies_are_judged_on_the_conversations_day(
    at: datetime | None, received: datetime, day: date
) -> None:
    talk = conversation(("customer", "hello"))
    turn = replace(talk.turns[0], at=at, received_at=received)
    assert judged_on(replace(talk, turns=(turn,)), "Europe/London", NOW) == day


def test_without_a_customer_turn_today_counts() -> None:
    assert judged_on(conversation(("agent", "hello")), "UTC", NOW) == NOW.date()
