"""Reads labelled turns and dialogues about flags: ours, the shared ones, and files to measure on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.flags.reading import context_of

OURS = Path(__file__).resolve().parent.parent / "server" / "flags" / "data"

SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
BUSINESSES = Path(__file__).resolve().parent / "own"
# The questions to every fourth business measure, and are never learned from.
HELD_BUSINESSES = 4
ASKED = ("dev", "unanswered")
# Questions to those businesses by which a careful person would be alarmed, or might be.
ALARMING = frozenset(
    {
        "guides/a03-12",
        "guides/a04-6",
        "guides/a10-10",
        "guides/a10-15",
        "guides/b09-2",
        "guides/c12-15",
        "guides/e02-3",
        "guides/e19-11",
        "guides/e21-1",
        "guides/e22-0",
        "guides/e23-1",
        "guides/e28-8",
    }
)
VALUE = ("tier", "lifetime_value", "seats", "tenure_months")

Row = dict[str, Any]
FOLDS = 5
CHURN = ("churn_risk", "churn_signal", "churn")
# Turns that share six words in a row with a conversation that is measured: never learned from.
SHARES_WORDS = frozenset({"guides/a13-9", "train-t1-116", "train-t1-496", "train-t3-437"})


@dataclass(frozen=True, slots=True)
class Example:
    """A customer's turn with what came before; `unsure` reasons are not counted either way."""

    id: str
    domain: str
    channel: str
    context: str
    text: str
    reasons: frozenset[str]
    unsure: frozenset[str] = frozenset()
    mood: str | None = None
    crisis: str | None = None
    quotes: tuple[tuple[str, str], ...] = ()


def rows(path: Path) -> list[Row]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def split_domains() -> tuple[frozenset[str], frozenset[str]]:
    """Our businesses that only measure, and those that only calibrate."""
    split = json.loads((OURS / "split.json").read_text(encoding="utf-8"))
    return frozenset(split["sealed"]), frozenset(split["calibration"])


def our_examples(files: Sequence[str] = ("turns.jsonl",)) -> list[Example]:
    """Every customer turn of our own data: of these files of single turns, and of the dialogues."""
    turns = [_turn(row) for file in files for row in rows(OURS / file)]
    return [
        *turns,
        *(example for row in rows(OURS / "dialogues.jsonl") for example in dialogue_examples(row)),
    ]


def shared_examples(path: Path) -> list[Example]:
    """The shared training turns that share no words with what is measured: `prev`, `text`, `reasons`."""
    return [
        Example(
            row["id"],
            row["domain"],
            "chat",
            context_of([("support", row["prev"])]) if row["prev"] else "",
            row["text"],
            frozenset(map(reason_name, row["reasons"])),
        )
        for row in rows(path)
        if row["id"] not in SHARES_WORDS
    ]


def crisis_examples() -> list[Example]:
    """Our turns about crises and what only resembles one: `kind` is explicit, implicit or negative."""
    return [
        Example(
            row["id"],
            row["domain"],
            "chat",
            context_of([("support", row["before"])]) if "before" in row else "",
            row["text"],
            frozenset(),
            crisis="idiom" if row["kind"] == "negative" else row["kind"],
        )
        for row in rows(OURS / "crises.jsonl")
    ]


def business_questions() -> Iterator[tuple[bool, Example]]:
    """Ordinary questions to the businesses of `bench/own`, each with whether its business is held back."""
    for file in sorted(BUSINESSES.glob("*/*.jsonl")):
        for row in rows(file) if file.stem in ASKED else ():
            name, business = f"{file.parent.name}/{row['id']}", int(row["id"][1:].partition("-")[0])
            if name not in ALARMING | SHARES_WORDS:
                question = Example(name, "", "chat", "", row["query"], frozenset())
                yield business % HELD_BUSINESSES == 0, question


def dialogue_examples(row: Row) -> Iterator[Example]:
    """The customer's turns of a dialogue; once raised, a reason may or may not show in later turns."""
    raised: set[str] = set()
    for at, turn in enumerate(row["turns"]):
        if turn["role"] != "customer":
            continue
        here = [flag for flag in row["flags"] if flag["turn"] == at]
        reasons = frozenset(reason_name(flag["reason"]) for flag in here)
        quotes = tuple((reason_name(f["reason"]), f.get("quote") or f.get("evidence") or "") for f in here)
        before = context_of([(speaker(said["role"]), said["text"]) for said in row["turns"][:at]])
        unsure = frozenset(raised - reasons) | _value_hides(row.get("customer"), reasons)
        yield Example(
            f"{row['id']}/{at}", row["domain"], row["channel"], before, turn["text"], reasons, unsure,
            quotes=quotes,
        )  # fmt: skip
        raised |= reasons


def speaker(role: str) -> str:
    """How the model's context names a role."""
    return "customer" if role == "customer" else "support"


def reason_name(label: str) -> str:
    """Leaving is one reason to the model, whatever the customer is worth."""
    return "churn" if label in CHURN else label


def _turn(row: Row) -> Example:
    reasons = [reason_name(label) for label in row["reasons"]]
    said: Sequence[Row] = row.get("context", ())
    return Example(
        row["id"],
        row["domain"],
        row["channel"],
        context_of([(speaker(turn["role"]), turn["text"]) for turn in said]),
        row["text"],
        frozenset(reasons),
        _value_hides(row.get("customer"), reasons),
        row["mood"],
        row.get("crisis"),
        tuple(zip(reasons, row["quotes"], strict=True)),
    )


def _value_hides(customer: Row | None, reasons: Sequence[str] | frozenset[str]) -> frozenset[str]:
    """A known customer of low value who leaves carries no flag, though the words are the same."""
    return frozenset({"churn"} if customer and "churn" not in reasons else ())


def conversation_of(row: Row) -> Conversation:
    """A row as the server would have it; ids of turns are their places. Only `id` and `turns` are needed."""
    known = row.get("customer") or {}
    customer = Customer(**{name: known.get(name) for name in VALUE})
    turns = tuple(
        Turn(str(place), Role(turn["role"]), turn["text"], SOME_DAY)
        for place, turn in enumerate(row["turns"])
    )
    return Conversation(str(row["id"]), "bench", channel_of(row.get("channel")), "", customer, turns)


def channel_of(name: str | None) -> Channel:
    """The channel as the server knows it: reviews are public, forms are written like mail."""
    return {
        "email": Channel.EMAIL,
        "form": Channel.EMAIL,
        "phone": Channel.PHONE,
        "social": Channel.SOCIAL,
        "review": Channel.SOCIAL,
    }.get(name or "", Channel.CHAT)


def turn_as_dialogue(row: Row) -> Row:
    """A row of single turns in the form of a dialogue."""
    turns = [*row.get("context", ()), {"role": "customer", "text": row["text"]}]
    flags = [
        {"reason": reason, "turn": len(turns) - 1, "evidence": quote}
        for reason, quote in zip(row["reasons"], row["quotes"], strict=True)
    ]
    kept: Row = {key: row[key] for key in ("id", "domain", "channel", "crisis") if key in row}
    return {**kept, "customer": row.get("customer"), "turns": turns, "flags": flags}


def our_dialogues(domains: Collection[str]) -> list[Row]:
    """Our turns and dialogues of these businesses, in the form of a file to measure on."""
    turns = [turn_as_dialogue(row) for row in rows(OURS / "turns.jsonl")]
    dialogues = rows(OURS / "dialogues.jsonl")
    for flag in (flag for row in dialogues for flag in row["flags"]):
        flag["evidence"] = flag["quote"]
    return [row for row in [*turns, *dialogues] if row["domain"] in domains]


def folds_of(domains: Sequence[str]) -> list[set[str]]:
    """The domains in five groups of about equally many conversations, the same on every machine."""
    sizes = sorted(((domains.count(one), one) for one in set(domains)), reverse=True)
    folds: list[tuple[int, set[str]]] = [(0, set()) for _ in range(FOLDS)]
    for size, domain in sizes:
        at = min(range(FOLDS), key=lambda place: folds[place][0])
        folds[at] = (folds[at][0] + size, folds[at][1] | {domain})
    return [group for _, group in folds if group]
