"""Realistic customer turns that no cache has seen: golden questions in ever new wording."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

OPENERS = (
    "Hi, {name} here.",
    "Hello, order {order}:",
    "Good morning, about order {order}.",
    "I wrote on {day} already, my order is {order}.",
    "{name} again, it is about the parcel from {day}.",
    "Quick one before {day}:",
    "My customer number is {order}.",
    "Bought on {day}, order {order}.",
)
CLOSERS = ("Thanks, {name}", "I need to know by {day}.", "Regards, {name}", "", "It was {amount} in all.", "")
NAMES = ("Ines", "Tom", "Priya", "Yusuf", "Maren", "Oskar", "Lena", "Dmitri", "Aoife", "Kwame", "Rosa", "Jun")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "the 3rd", "the 17th", "the 28th")


def read_questions(golden: Path) -> list[str]:
    """The questions of a golden file (JSON lines with `question`); raises ValueError when it holds none."""
    rows = [json.loads(line) for line in golden.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [row["question"] for row in rows]
    if not questions:
        raise ValueError(f"{golden} holds no question; expected JSON lines with a `question`.")
    return questions


def varied(questions: list[str], seed: int) -> Iterator[str]:
    """Endless distinct turns: every question in turn, in a random order, each time told differently."""
    rng = random.Random(seed)
    told: set[str] = set()
    while True:
        for question in rng.sample(questions, len(questions)):
            turn = _told(question, rng)
            while turn in told:
                turn = _told(question, rng)
            told.add(turn)
            yield turn


def _told(question: str, rng: random.Random) -> str:
    facts = {
        "name": rng.choice(NAMES),
        "order": f"QB-{rng.randint(10000, 99999)}",
        "day": rng.choice(DAYS),
        "amount": f"{rng.randint(5, 900)}.{rng.randint(0, 99):02d}",
    }
    parts = (rng.choice(OPENERS), question, rng.choice(CLOSERS))
    return " ".join(part.format(**facts) if part is not question else part for part in parts if part)
