"""Whether a turn needs knowledge: 342 turns written before the rules, and what is never silenced."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.conversation import Role, Turn
from server.needs import needs_knowledge, says_something
from server.understand import understand
from tests.dialogues import conversation

ROOT = Path(__file__).parent.parent
ROWS = [json.loads(line) for line in (ROOT / "server/needs_data/turns.jsonl").read_text().splitlines()]
GUIDES = [ROOT / "bench/own/guides" / f"{name}.jsonl" for name in ("dev", "unanswered")]
GOLDEN = (ROOT / "examples/quillbrook/golden.jsonl").read_text().splitlines()


def turn(role: str, text: str) -> Turn:
    return Turn("before", Role(role), text, datetime(2026, 3, 15, tzinfo=UTC))


def needed(row: dict[str, object]) -> bool:
    before = row["before"]
    assert before is None or isinstance(before, dict)
    return needs_knowledge(str(row["text"]), turn(before["role"], before["text"]) if before else None)


def test_the_turns_keep_their_form_and_repeat_nothing() -> None:
    assert len(ROWS) >= 300
    assert len({row["id"] for row in ROWS}) == len({(str(row["before"]), row["text"]) for row in ROWS})
    assert all(set(row) == {"id", "kind", "before", "text", "needs"} for row in ROWS)


def test_nineteen_of_twenty_turns_are_read_right() -> None:
    right = sum(needed(row) and row["needs"] for row in ROWS)
    f1 = 2 * right / (sum(map(needed, ROWS)) + sum(row["needs"] for row in ROWS))
    assert f1 >= 0.95


def test_no_question_of_the_demo_is_taken_for_small_talk() -> None:
    silenced = [one for line in GOLDEN if not needs_knowledge(one := json.loads(line)["question"])]
    assert silenced == []


@pytest.mark.parametrize("kind", ["hidden", "followup", "question"])
def test_no_question_behind_thanks_or_in_few_words_is_lost(kind: str) -> None:
    rows = [row for row in ROWS if row["kind"] == kind]
    assert rows
    assert [row["text"] for row in rows if not needed(row)] == []


@pytest.mark.parametrize(
    ("role", "before", "text", "needs"),
    [
        ("agent", "May I have your order number?", "It's LF-20933", False),
        ("agent", "May I have your order number?", "It's LF-20933. Can I still return it?", True),
        ("agent", "Would you like me to book it?", "Yes please, for two people", False),
        ("agent", "Would you like me to book it?", "Is there somewhere to leave a pram?", True),
        ("agent", "Hello.", "My cat is purple.", True),
        ("agent", "Delivery takes three days.", "Wir haben gestern schon einen Schrank bestellt", True),
        ("customer", "Can I exchange the lamp?", "oh and it flickers, it's broken", True),
        ("agent", "What's the matter?", "No signal in the upstairs bedroom", True),
        ("agent", "What's the matter?", "No, thank you", False),
        ("agent", "Tell me a bit more, please.", "The till says 83 and my bank says 79.40", True),
        ("agent", "When did you buy it?", "on the 2nd of March", False),
        ("agent", "What's your full name?", "Mia, my son is 12, can he come along", True),
        ("agent", "Which room?", "It's cold outside today", False),
        ("agent", "Which room?", "Is it warm enough inside?", True),
    ],
)
def test_what_a_turn_follows_decides(role: str, before: str, text: str, needs: bool) -> None:
    assert needs_knowledge(text, turn(role, before)) is needs


@pytest.mark.parametrize(
    "said",
    [
        "Hi, how can I help you today?",
        "Hi there, this is Ana. What's the matter?",
        "Of course, what would you like to know?",
        "Could you tell me a little more?",
        "Please describe your problem.",
    ],
)
def test_what_customers_write_when_asked_what_it_is_about_is_searched(said: str) -> None:
    texts = [json.loads(line)["query"] for file in GUIDES for line in file.read_text("utf-8").splitlines()]
    lost = [text for text in texts if not needs_knowledge(text, turn("agent", said))]
    assert len(texts) >= 2500
    assert len(lost) <= len(texts) // 100, lost


@pytest.mark.parametrize(
    ("before", "text", "needs"),
    [
        (None, "What kinds of appointments can I book online?", True),
        (None, "Can I reserve tickets through your app?", True),
        (None, "I want to show my theatre events in my calendar.", True),
        (None, "Are lectures open to college students, or is there an alternative?", True),
        ("I found the Willow, a cheap hotel.", "Can you book me a room with a nice view?", True),
        ("I found the Willow, a cheap hotel.", "Does it have any restaurants?", True),
        ("I found the Willow, a cheap hotel.", "Can you book me a room for Monday?", False),
        ("I found the Willow, a cheap hotel.", "No, how about a hotel in the north?", False),
        ("I found the Willow, a cheap hotel.", "Okay great. That is all I need to know.", False),
        ("Bistro Lune is in the moderate price range.", "What's the phone number?", False),
        ("Bistro Lune is in the moderate price range.", "Is it in the west part of town?", False),
        ("Bistro Lune is in the moderate price range.", "Do they have a garden?", True),
        ("We can reserve it at our shop in Leeds.", "What's the address?", True),
        ("I need your postcode for that.", "And what is the address for returns?", True),
        ("Which area would you like?", "It doesn't matter.", False),
        ("Which area would you like?", "I don't mind, but is parking free there?", True),
        ("Which colour would you like?", "I don't care, the lamp still leaks oil.", True),
    ],
)
def test_only_what_a_booking_system_surely_does_is_silent(before: str | None, text: str, needs: bool) -> None:
    assert needs_knowledge(text, turn("agent", before) if before else None) is needs


@pytest.mark.parametrize("text", ["How do I do that?", "How much is it?", "how long will it be"])
def test_courteous_words_alone_can_ask(text: str) -> None:
    assert says_something(text)
    assert needs_knowledge(text)


def test_data_given_on_request_is_read_with_the_question_it_goes_with() -> None:
    asked = ("customer", "Can I still return my desk?")
    told = ("customer", "the order is 4711")
    need = understand(conversation(asked, told))
    assert need is not None
    assert "the order is 4711" in [text.text for text in need.texts]
    assert understand(conversation(asked, ("agent", "What is the order number?"), told)) is None


@pytest.mark.parametrize(
    "said",
    [
        "Found it cheaper elsewhere? We match the price of any UK shop, before you buy or afterwards.",
        "Could you give me your order number?",
        "Is there anything else I can help you with?",
    ],
)
def test_a_question_of_the_demo_is_searched_whatever_we_said_before(said: str) -> None:
    after = turn("agent", said)
    assert [one for line in GOLDEN if not needs_knowledge(one := json.loads(line)["question"], after)] == []
