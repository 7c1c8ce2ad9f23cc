"""Who is in danger is heard, by words or without a name; exaggeration, loss and illness are no crisis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.conversation import Conversation, Flag
from server.flags import FlagView, crisis_of, shipped_rules
from server.flags.danger import Danger, UnnamedDanger
from server.flags.danger_signs import SIGNS
from server.flags.danger_unnamed import UNNAMED
from tests.dialogues import conversation

ROOT = Path(__file__).parent.parent
# Written beside the rule by the same hand: a guard against loss, not a measure.
OURS = [json.loads(line) for line in (Path(__file__).parent / "crises.jsonl").read_text().splitlines()]
DEMO = sorted((ROOT / "examples/quillbrook/conversations").glob("*.json"))
RULES = shipped_rules()


def heard(talk: Conversation) -> Flag | None:
    return crisis_of(RULES, FlagView(talk))


def said(text: str) -> Conversation:
    return conversation(("customer", text))


def of(kind: str) -> list[str]:
    return [row["text"] for row in OURS if row["kind"] == kind]


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("self_harm", "Cancel it. I'm going to kill myself when the children are asleep."),
        ("self_harm", "i have taken forty tablets"),
        ("violence", "my boyfriend hit me and he took the keys"),
        ("violence", "There's a bloke in the foyer waving a machete."),
        ("followed", "a man has followed me from the tram and he is outside now"),
        ("held", "the driver won't let me out"),
        ("child", "my uncle touches me at night"),
        ("medical", "She isn't breathing, what do I do?"),
        ("medical", "Dad has collapsed and I can't wake him"),
        ("disaster", "the kitchen is on fire and the stairs are full of smoke"),
    ],
)
def test_danger_in_so_many_words_is_urgent_whatever_the_model_says(group: str, text: str) -> None:
    flag = Danger().raise_flags(FlagView(said(f"Order 4471 came.\n\n{text}\n\nThanks")))
    assert flag is not None
    assert flag.is_crisis
    assert flag.rule == f"vulnerability/danger/{group}"
    assert flag.evidence.quote in f"Order 4471 came.\n\n{text}\n\nThanks"
    assert "Order" not in flag.evidence.quote


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("farewell", "no need to renew. i won't be here any more"),
        ("means", "how many of these would it take at once"),
        (
            "watched",
            "mark it as signed by me. if he thinks i answered the door again i won't be able to work",
        ),
        ("secret", "he says it's our secret what happens in the car"),
        ("coerced", "They have my passport until I work off the flight"),
        ("not_seen", "She hasn't moved since breakfast"),
    ],
)
def test_danger_that_nobody_names_is_heard_by_what_goes_with_it(group: str, text: str) -> None:
    flag = UnnamedDanger().raise_flags(FlagView(said(text)))
    assert flag is not None
    assert flag.is_crisis
    assert flag.rule == f"vulnerability/unnamed/{group}"
    assert flag.evidence.quote in text


@pytest.mark.parametrize(
    "text",
    [
        "I'm dying to see it, when does it ship?",
        "this queue is killing me",
        "I could murder a coffee",
        "shoot me an email",
        "My mum will kill me if the dress is late",
        "These knives are killer, do you have the bread knife too?",
        "I nearly had a heart attack when I saw the bill",
        "Which of your boxes closes well? The old one is dead.",
        "Do you run first aid training for choking?",
        "We were bored to death in the queue, shoot me now haha",
        "Where is my parcel? The order number is 4471.",
        "Please send it to my sister instead, I'm away after Friday.",
        "I'm trapped in your contract",
        "Hide the price please, he opens everything and it's a surprise",
        "The tracking hasn't moved since Tuesday",
    ],
)
def test_words_that_only_borrow_danger_are_none(text: str) -> None:
    assert heard(said(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "I won't be here after Friday, leave it with the porter",
        "Three days and no answer. The chain on the bike is loose",
        "She left her phone on the train, and I won't be able to go to the lost property office",
        "When they get back to me again I can say more",
        "Everyone would be happier if you fixed the app, I can't see a reason to upgrade",
        "How many can I order at once? One way, no return please, no luggage",
        "The album gets released next Friday, keep it a secret when you ship it",
        "The driver went the wrong way, and it'll be the last time that I order",
        "The chair is grey, I ordered blue. It's blue and white in the picture.",
        "They broke my lamp and the courier broke the window of the cabinet. The glass is off.",
        "The mower stopped moving and the app is not responding. It doesn't wake from sleep.",
        "I broke my wrist, so I can't come. My son is missing from the booking and locked out of it.",
        "My husband ordered the bread knife, my dad got a hammer. The knife block is on the roof shelf.",
        "I'm tracking my order: they are outside, he is at the door.",
        "You got my address wrong: my ex's address is still on the account.",
        "Could you break down the invoice? The scooter keeps breaking down and I'm breaking in the boots.",
        "The pen is empty, a thread is hanging off. Please don't wake him up, leave it face down.",
        "I'm going to do it today, I'm on the edge of my seat. The tile at the end of the pool came off.",
        "I have my passport and can't upload it. They have my papers until Monday.",
        "I've fallen behind since March, send someone out to the house, nobody is coming.",
        "My dad had a stroke and can't sign. I'm diabetic and need the sugar-free one.",
        "The tent collapsed, the shelf slumped, the ears of the toy are floppy, the page is unresponsive.",
    ],
)
def test_what_is_said_of_every_delivery_raises_no_worded_crisis(text: str) -> None:
    view = FlagView(said(text))
    assert (Danger().raise_flags(view), UnnamedDanger().raise_flags(view)) == (None, None)


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_no_scripted_conversation_of_the_demo_is_a_crisis(path: Path) -> None:
    turns = [(turn["role"], turn["text"]) for turn in json.loads(path.read_text())["turns"]]
    talks = [conversation(*turns[:last]) for last in range(1, len(turns) + 1)]
    assert [heard(talk) for talk in talks] == [None] * len(talks)


def test_nearly_all_that_is_named_is_heard_and_much_of_what_is_not() -> None:
    assert len([text for text in of("explicit") if heard(said(text)) is None]) <= 2
    unnamed = of("implicit")
    assert len(unnamed) >= 60
    assert len([text for text in unnamed if heard(said(text))]) >= 0.6 * len(unnamed)


def test_loss_illness_jest_and_ordinary_wishes_are_hardly_ever_a_crisis() -> None:
    texts = of("negative")
    assert len(texts) >= 220
    views = [FlagView(said(text)) for text in texts]
    worded = [view for view in views if Danger().raise_flags(view) or UnnamedDanger().raise_flags(view)]
    assert len(worded) <= 1
    assert len([view for view in views if crisis_of(RULES, view)]) <= 9


def groups() -> Iterator[str]:
    yield from SIGNS
    yield from UNNAMED


def test_every_group_is_in_the_docs() -> None:
    page = (ROOT / "docs/flags.md").read_text()
    assert [group for group in groups() if f"`{group}`" not in page] == []
