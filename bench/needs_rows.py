"""The labelled turns on which "needs knowledge" is fitted and measured, each with what was said before it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.report import ROOT
from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.understand import recalled, understand, wondered

DIALOGUES = ROOT / "server" / "needs_data" / "dialogues.jsonl"
OUR_TURNS = ROOT / "server" / "needs_data" / "turns.jsonl"
SGD = "conversations_sgd_services"
# Questions that a page, a policy or an answer settles: the file's folder and how many are taken.
QUESTIONS = {"retrieval_va_faq": 81, "retrieval_stackfaq": 250, "intent_banking77": 600}
NLUPP = "intent_nlupp_multilabel"
ASKING = frozenset(["request_info", "how", "why", "how_long", "how_much", "when", "where"])
TOPICS = frozenset(
    [
        "pets",
        "spa",
        "gym",
        "swimming_pool",
        "accesibility",
        "restaurant",
        "housekeeping",
        "room_service",
        "check_in",
        "check_out",
        "limits",
        "wifi",
        "parking",
    ]
)
BOOKS = frozenset({"booking", "change"})
PLAIN = frozenset(
    [
        "affirm",
        "deny",
        "booking",
        "make_open_apply_setup_get_activate",
        "change",
        "existing",
        "new",
        "acknowledge",
        "thank",
        "greet",
        "end_call",
        "dont_know",
    ]
)
SMALL = PLAIN - BOOKS - {"make_open_apply_setup_get_activate", "existing", "new"}
AN_ACT, RULES, REQUESTS = 130, 150, 500
BACK = 6
# What a policy or a guest tells, though the services of that set keep it as a field of the place.
_RULE = re.compile(
    r"\b(pets?|dogs?|cats?|animals?|smok\w*|alcohol\w*|liquor|wine|live music|band|veg\w*|kids?|child\w*"
    r"|famil\w*|outdoors?|outside|patio)\b",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    _RULE.pattern
    + r"|\b(drinks?|beer|music|good for|suitable|popular|reviews?|refund\w*|insur\w*|cancel\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One turn of a customer, last in `talk`; `group` is its dialogue, `source` where it comes from."""

    source: str
    group: str
    talk: Conversation
    needs: bool

    @property
    def before(self) -> Turn | None:
        """The turn before it."""
        return self.talk.turns[-2] if len(self.talk.turns) > 1 else None

    @property
    def told(self) -> str:
        """The text whose vector the server has of the turn before it; empty for none."""
        return recalled(self.before) if self.before else ""

    @property
    def asking(self) -> str:
        """The text whose vector the server has: what the turn asks."""
        need = understand(self.talk) or wondered(self.talk)
        return need.texts[0].text if need else self.text

    @property
    def text(self) -> str:
        """What the customer said."""
        return self.talk.turns[-1].text


def talk_of(told: Sequence[tuple[str, str]]) -> Conversation:
    """A conversation of (role, text) pairs."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    turns = tuple(Turn(str(place), Role(role), text, at) for place, (role, text) in enumerate(told))
    return Conversation("c", "desk", Channel.CHAT, "", Customer(), turns)


def read(file: Path) -> list[Any]:
    """The rows of a file of lines."""
    # A text may hold line separators that splitlines() would cut at.
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def written() -> Iterator[Labelled]:
    """Our own turns; those of an `apart` list each follow only the line before them."""
    for row in read(DIALOGUES):
        told: list[tuple[str, str]] = []
        for turn in row["turns"]:
            if row["apart"] and told and turn["role"] == "customer" and told[-1][0] == "customer":
                told = []
            told.append((turn["role"], turn["text"]))
            if turn["role"] == "customer":
                kept = told[-2:] if row["apart"] else told[-BACK - 1 :]
                yield Labelled("written", row["id"], talk_of(kept), turn["needs"])


def booked(data: Path) -> Iterator[Labelled]:
    """Turns of booking services, some of every act: not needed, but for what is asked of a place's rules."""
    plain: dict[tuple[str, ...], list[Labelled]] = defaultdict(list)
    rules = []
    for row in read(data / SGD / "dev.jsonl"):
        told: list[tuple[str, str]] = []
        for turn in row["turns"]:
            told.append((turn["role"], turn["text"]))
            if turn["role"] != "customer":
                continue
            one = Labelled("booked", row["id"], talk_of(told[-BACK - 1 :]), False)
            if not _UNCLEAR.search(turn["text"]):
                plain[tuple(sorted(turn["acts"]))].append(one)
            elif "REQUEST" in turn["acts"] and "?" in turn["text"] and _RULE.search(turn["text"]):
                rules.append(Labelled("rules", row["id"], one.talk, True))
    for acts, rows in plain.items():
        yield from spread(rows, REQUESTS if acts == ("REQUEST",) else AN_ACT)
    yield from spread(rules, RULES)


def hotel(data: Path, replies: Sequence[str]) -> Iterator[Labelled]:
    """What guests of hotels ask, and what they say in booking; as below, every other one after a reply."""
    needed, plain = [], []
    for row in read(data / NLUPP / "dev.jsonl"):
        intents = set(row["intents"])
        if row["domain"] != "hotels" and not intents <= SMALL:
            continue
        if intents & ASKING and intents & TOPICS and not intents & BOOKS:
            needed.append(row["text"])
        elif intents <= PLAIN and "?" not in row["text"]:
            plain.append(row["text"])
    for texts, needs in ((needed, True), (spread(plain, 300), False)):
        for place, text in enumerate(texts):
            yield Labelled("hotel", f"{NLUPP}{text}", _after_some(text, place, replies), needs)


def _after_some(text: str, place: int, replies: Sequence[str]) -> Conversation:
    before = [("agent", replies[place % len(replies)])] if place % 2 else []
    return talk_of([*before, ("customer", text)])


def asked(data: Path, replies: Sequence[str]) -> Iterator[Labelled]:
    """Questions that need knowledge whatever went before: every other one after a reply from elsewhere."""
    for name, most in QUESTIONS.items():
        for place, row in enumerate(spread(read(data / name / "dev.jsonl"), most)):
            text = row.get("query") or row["text"]
            yield Labelled("asked", f"{name}{place}", _after_some(text, place, replies), True)


def spread(rows: Sequence[Any], most: int) -> list[Any]:
    """At most `most` of the rows, evenly spaced."""
    return list(rows[:: -(-len(rows) // most)]) if rows else []


def taught(data: Path) -> list[Labelled]:
    """Everything that is fitted on; none of it is from a set that is reported."""
    services = list(booked(data))
    replies = [
        turn.text for one in spread(services, 150) for turn in one.talk.turns if turn.role is Role.AGENT
    ]
    return [*written(), *services, *asked(data, replies), *hotel(data, replies)]


def our_turns() -> list[Labelled]:
    """The turns that were written before any rule, each with the one before it."""
    rows = read(OUR_TURNS)
    before = [[(row["before"]["role"], row["before"]["text"])] if row["before"] else [] for row in rows]
    return [
        Labelled("ours", row["id"], talk_of([*told, ("customer", row["text"])]), row["needs"])
        for row, told in zip(rows, before, strict=True)
    ]


def labelled_turns(rows: Iterable[Any]) -> Iterator[Labelled]:
    """Rows of a set with `context`, `query` and `needs_knowledge`."""
    for row in rows:
        told = [(turn["role"], turn["text"]) for turn in (row.get("context") or [])[-BACK:]]
        yield Labelled(
            "reported", row["query"], talk_of([*told, ("customer", row["query"])]), row["needs_knowledge"]
        )
