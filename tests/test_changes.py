"""Drafts said another way: shorter and longer from the passages' own words, other voices by a model alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from knowledge.document import Hit, Kind
from server.answering import Asked
from server.assist_events import AssistEvent, DraftKept, DraftReady, DraftStarted
from server.brief import summary
from server.changing import NEEDS_MODEL, NEWER_COMES, NO_CHANGE, NO_OTHER_LANGUAGE
from server.compose import Form, Line, compose
from server.conversation import Channel, Customer
from server.draft import NOT_CHANGED, Drafting, DraftRequest, draft
from server.model import ModelFailed, ScriptedModel
from server.mood import Mood
from server.phrases import read_phrases
from server.story import tell
from server.suggestion import Rewrite, Wish
from server.understand import Need, WeightedText, steered, understand
from tests.dialogues import conversation
from tests.shelf import document, passage
from tests.test_session import GREW, READY, SNIPPETS, STARTED, Desk, sent, starts, turn, types

PHRASES = read_phrases().company
RETURNS = (
    "You have 30 days to return a lamp. However, a lamp that was used is not taken back. "
    "The 30 days start on the day after delivery. A return is free. Start the return in My account."
)
SHIPPING = "A return label for a lamp comes by e-mail. Boats are red."
NEED = "How many days do I have to return a lamp?"


def hit(text: str, confidence: float = 0.8, **fields: Any) -> Hit:
    return Hit(passage(document(f"doc {text[:12]}", **fields), text), confidence, confidence, confidence, 0.5)


HITS = (hit(RETURNS), hit(SHIPPING, 0.7))


def lines(length: int, channel: Channel = Channel.CHAT, **fields: Any) -> tuple[Line, ...]:
    form = Form(channel, False, "Maria", None, length=length, **fields)
    return compose(Asked(NEED, HITS), form, PHRASES)


def cited(found: Sequence[Line]) -> list[str]:
    return [line.text for line in found if line.number is not None]


# ---- shorter and longer, without a model -------------------------------------------------------------------


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.EMAIL])
def test_the_shortest_draft_is_the_answer_with_its_condition(channel: Channel) -> None:
    assert cited(lines(-1, channel)) == [
        "You have 30 days to return a lamp.",
        "However, a lamp that was used is not taken back.",
    ]


@pytest.mark.parametrize("facts", [False, True])
@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.EMAIL])
def test_each_length_says_all_that_the_shorter_one_says_word_for_word(channel: Channel, facts: bool) -> None:
    sizes = [cited(lines(length, channel, facts=facts)) for length in (-1, 0, 1, 2)]
    for shorter, longer in pairwise(sizes):
        assert set(shorter) <= set(longer)
    assert len(sizes[0]) < len(sizes[-1])
    for found in sizes:
        assert all(text in RETURNS or text in SHIPPING for text in found)


def test_longer_goes_on_into_the_next_passage_but_not_to_what_is_beside_the_point() -> None:
    said = cited(lines(2))
    assert "A return label for a lamp comes by e-mail." in said
    assert "Boats are red." not in said


def test_a_saved_reply_made_longer_keeps_its_words_and_its_closing() -> None:
    macro = hit(
        "Hi there,\n\nA lamp can be returned within 30 days.\n\nKind regards\nThe team", 0.8, kind=Kind.MACRO
    )
    form = Form(Channel.EMAIL, False, "Maria", None, length=1)
    found = compose(Asked(NEED, (macro, HITS[0])), form, PHRASES)
    text = "".join(line.lead + line.text for line in found)
    assert text.startswith("Hi there,\n\nA lamp can be returned within 30 days.\n\nYou have 30 days")
    assert text.endswith("Kind regards\nThe team")


# ---- as events ---------------------------------------------------------------------------------------------


async def changed(
    change: str, text: str, length: int = 0, parts: Drafting | None = None, **talk: Any
) -> list[AssistEvent]:
    wish = Wish(length=length, rewrite=Rewrite(change, (text,)))  # type: ignore[arg-type]
    turns = talk.pop("turns", (("customer", NEED),))
    request = DraftRequest(conversation(*turns, **talk), None, NEED, HITS, wish)
    return [event async for event in draft(request, parts or Drafting(PHRASES))]


async def usual() -> str:
    ready = [
        event
        async for event in draft(
            DraftRequest(conversation(("customer", NEED)), None, NEED, HITS), Drafting(PHRASES)
        )
    ][-1]
    assert isinstance(ready, DraftReady)
    return ready.text


async def test_a_change_that_changes_nothing_keeps_the_draft_and_says_why() -> None:
    shortest = (await changed("shorter", await usual(), -1))[-1]
    assert isinstance(shortest, DraftReady)
    assert await changed("shorter", shortest.text, -1) == [DraftKept(NO_CHANGE["shorter"])]
    longest = (await changed("longer", "", 3))[-1]
    assert isinstance(longest, DraftReady)
    assert await changed("longer", longest.text, 3) == [DraftKept(NO_CHANGE["longer"])]


@pytest.mark.parametrize("change", ["warmer", "more_formal", "translate"])
async def test_another_voice_needs_a_model(change: str) -> None:
    assert await changed(change, "Hi.") == [DraftKept(NEEDS_MODEL)]


async def test_a_model_changes_the_draft_and_what_no_passage_says_is_marked() -> None:
    model = ScriptedModel([["You have 30 days to return a lamp. [1] Lamps are made of gold and silver. [1]"]])
    events = await changed("warmer", "You have 30 days.", parts=Drafting(PHRASES, model=model))
    ready = events[-1]
    assert isinstance(ready, DraftReady)
    (marked,) = ready.unsupported
    assert ready.text[marked.start : marked.end] == "Lamps are made of gold and silver."
    (prompt,) = model.prompts
    assert '{"draft": "You have 30 days."}' in prompt.user
    assert "more warmly" in prompt.system


async def test_a_model_on_another_machine_never_sees_the_name_in_the_draft() -> None:
    model = ScriptedModel([["Dear <NAME_1>, you have 30 days to return a lamp. [1]"]], host="model.example")
    events = await changed(
        "more_formal",
        "Hi Maria, you have 30 days.",
        parts=Drafting(PHRASES, model=model),
        customer=Customer(name="Maria Lind"),
    )
    assert "Maria" not in model.prompts[0].user
    ready = events[-1]
    assert isinstance(ready, DraftReady)
    assert ready.text.startswith("Dear Maria, you have 30 days")


async def test_a_model_that_fails_leaves_the_draft_before_as_it_was() -> None:
    model = ScriptedModel([[ModelFailed("gone")]])
    events = await changed("warmer", "Hi.", parts=Drafting(PHRASES, model=model))
    assert [type(event).__name__ for event in events] == ["DraftStarted", "DraftFailed"]
    assert events[-1].message == NOT_CHANGED  # type: ignore[union-attr]
    instead = await changed("shorter", await usual(), -1, parts=Drafting(PHRASES, model=model))
    assert DraftStarted("extractive (model did not answer)") in instead


GERMAN = (("customer", "Wie viele Tage habe ich Zeit, um die Lampe wieder zurückzuschicken, bitte?"),)


async def test_a_draft_is_translated_into_the_customers_language_and_its_figures_are_checked() -> None:
    model = ScriptedModel([["Sie haben 30 Tage Zeit. [1] Danach kostet es 99 Euro. [1]"]])
    parts = Drafting(PHRASES, model=model)
    ready = (await changed("translate", "You have 30 days.", parts=parts, turns=GERMAN))[-1]
    assert isinstance(ready, DraftReady)
    assert "into German" in model.prompts[0].system
    assert [ready.text[each.start : each.end] for each in ready.unsupported] == ["Danach kostet es 99 Euro."]
    assert await changed("translate", "You have 30 days.", parts=parts) == [DraftKept(NO_OTHER_LANGUAGE)]


# ---- in a session ------------------------------------------------------------------------------------------


def drafted_desk() -> Desk:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    return desk


def change(desk: Desk, how: str = "shorter", of: str = "s1") -> list[Any]:
    return desk.client("draft_change", suggestion_id=of, change=how)


def test_a_change_is_made_from_the_same_snippets_and_names_its_draft() -> None:
    desk = drafted_desk()
    (start,) = starts(change(desk))
    assert start.hits == SNIPPETS.hits
    assert (start.wish.length, start.wish.rewrite) == (-1, Rewrite("shorter", ("Five days.",)))
    (started,) = sent(desk.assist("s2", STARTED))
    assert (started.type, started.changes) == ("suggestion_started", "s1")  # type: ignore[union-attr]
    desk.assist("s2", GREW, READY)
    (again,) = starts(change(desk, "longer", "s2"))
    assert again.wish.length == 0
    (from_the_first,) = starts(change(desk, "longer", "s1"))
    assert from_the_first.wish.length == 1


def test_what_is_changed_may_be_said_again_though_it_was_used() -> None:
    desk = drafted_desk()
    desk.client("outcome_report", report_id="r1", suggestion_id="s1", outcome="inserted")
    (start,) = starts(change(desk))
    assert start.wish.used == ()
    (other,) = starts(desk.turns(turn("t2")))
    assert other.wish.used == ("Five days.",)


def test_a_draft_that_can_not_be_changed_is_kept_and_the_panel_told() -> None:
    desk = drafted_desk()
    change(desk)
    (kept,) = sent(desk.assist("s2", DraftKept("As short as can be.")))
    assert (kept.type, kept.suggestion_id, kept.message) == ("suggestion_kept", "s1", "As short as can be.")  # type: ignore[union-attr]


def test_what_is_newer_comes_before_a_change() -> None:
    desk = drafted_desk()
    desk.turns(turn("t2"))
    (kept,) = sent(change(desk))
    assert kept.message == NEWER_COMES  # type: ignore[union-attr]
    desk.assist("s2", SNIPPETS, STARTED, GREW, READY)
    (start,) = starts(change(desk, of="s1"))
    assert [each.id for each in start.conversation.turns] == ["t1"]


def test_a_draft_that_the_server_forgot_is_made_anew_in_that_length() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    (start,) = starts(change(desk, of="of-an-older-session"))
    assert (start.hits, start.wish.length) == (None, -1)
    empty = Desk()
    empty.open(turn("t1", "agent"))
    assert types(change(empty)) == ["problem_reported"]


def test_a_hint_is_searched_for_and_told_with_what_was_found() -> None:
    desk = drafted_desk()
    (start,) = starts(desk.client("suggestion_request", hint="about express delivery"))
    assert start.wish.hint == "about express delivery"
    (found,) = sent(desk.assist("s2", SNIPPETS))
    assert found.hint == "about express delivery"  # type: ignore[union-attr]
    desk.assist("s2", STARTED, GREW, READY)
    (shorter,) = starts(change(desk, of="s2"))
    assert shorter.wish.hint == "about express delivery"


def test_a_hint_asks_for_what_was_said_already_but_never_cheerfully() -> None:
    talk = conversation(("agent", "A return is free."), ("customer", "My mother died. Must I pay?"))
    asked = DraftRequest(talk, None, NEED, HITS, Wish(hint="a return")).asked
    assert asked.mood is Mood.BEREAVED
    assert not asked.told.holds("A return is free.")


def test_a_hint_counts_for_more_than_what_the_customer_asked() -> None:
    need = understand(conversation(("customer", NEED)))
    assert need is not None
    hinted = steered(need, " express delivery ")
    assert hinted.text == f"{need.text}\nexpress delivery"
    assert hinted.texts[0] == WeightedText("express delivery", 1.0)
    beside = [text for text in hinted.texts[1:] if not text.older]
    assert beside
    assert sum(text.weight for text in beside) < 1.0
    assert steered(None, "express delivery") == Need(
        "express delivery", (WeightedText("express delivery", 1.0),)
    )


# ---- the conversation in a few lines -----------------------------------------------------------------------


def test_a_summary_says_what_was_asked_said_and_promised_in_its_own_words() -> None:
    talk = conversation(
        ("customer", "Can I return the lamp from order 88120-4? It is a present."),
        ("note", "He is a difficult one."),
        ("agent", "You have 30 days to return a lamp. I will send you the label tomorrow."),
    )
    text = summary(talk, tell(talk.turns))
    assert "Asked: “Can I return the lamp from order 88120-4?”" in text
    assert "We said:\n- “You have 30 days to return a lamp.” (agent)" in text
    assert "Promised:\n- “I will send you the label tomorrow.” (agent, tomorrow)" in text
    assert "difficult" not in text
    assert summary(conversation(), tell(())) == "Nothing was asked or said here yet."
