"""Realistic customer turns that no cache has seen: golden questions, ever new words, one topic a dialogue."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

# The customer's first turn says who they are; later ones go on.
OPENERS = (
    "Hi, {name} here.",
    "Hello, order {order}:",
    "Good morning, about order {order}.",
    "I wrote on {day} already, my order is {order}.",
    "{name} again, it is about my order from {day}.",
    "Quick one before {day}:",
)
FOLLOWING = (
    "And for my order from {day}:",
    "One more thing about {order}:",
    "Thanks. Then for {name}, my partner:",
    "OK, and if it is {day}?",
    "Also, with {amount} on the bill:",
)
CLOSERS = ("Thanks, {name}", "I need to know by {day}.", "Regards, {name}", "", "", "")
NAMES = ("Ines", "Tom", "Priya", "Yusuf", "Maren", "Oskar", "Lena", "Dmitri", "Aoife", "Kwame", "Rosa", "Jun")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "the 3rd", "the 17th", "the 28th")
LONGEST = 3


def read_topics(golden: Path) -> list[list[str]]:
    """The answerable questions of a golden file, grouped by the document that answers them first.

    Raises ValueError when there are none.
    """
    topics: dict[str, list[str]] = {}
    for line in golden.read_text(encoding="utf-8").splitlines():
        row = json.loads(line) if line.strip() else {"documents": []}
        if row["documents"]:
            topics.setdefault(row["documents"][0], []).append(row["question"])
    if not topics:
        raise ValueError(f"{golden} holds no question; expected JSON lines with `question` and `documents`.")
    return list(topics.values())


def dialogues(topics: Sequence[Sequence[str]], seed: int) -> Iterator[list[str]]:
    """Endless dialogues of up to three customer turns on one topic; no turn is ever worded as one before."""
    rng = random.Random(seed)
    told: set[str] = set()
    while True:
        for topic in rng.sample(topics, len(topics)):
            asked = rng.sample(topic, min(LONGEST, len(topic)))
            yield [_new(question, place == 0, rng, told) for place, question in enumerate(asked)]


def _new(question: str, first: bool, rng: random.Random, told: set[str]) -> str:
    turn = _told(question, first, rng)
    while turn in told:
        turn = _told(question, first, rng)
    told.add(turn)
    return turn


def _told(question: str, first: bool, rng: random.Random) -> str:
    facts = {
        "name": rng.choice(NAMES),
        "order": f"QB-{rng.randint(10000, 99999)}",
        "day": rng.choice(DAYS),
        "amount": f"{rng.randint(5, 900)}.{rng.randint(0, 99):02d}",
    }
    before = rng.choice(OPENERS if first else FOLLOWING).format(**facts)
    after = rng.choice(CLOSERS).format(**facts)
    return " ".join(part for part in (before, question, after) if part)
