"""What is needed to act on a routine wish, what of it the customer has given, and what to ask next. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.conversation import Conversation, Role, Turn
from server.intents.finders import FINDERS
from server.quoted import own_words
from server.story import OURS, Line

LONGEST_READ = 6000
_LONGEST_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Needs:
    """What `facts.toml` says: the facts of each intent in the order of asking, and their labels."""

    facts: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NeededFact:
    """A fact that the intent needs; `given` is where the customer told it.

    `known` without a line: the helpdesk has it.
    """

    name: str
    label: str
    known: bool
    given: Line | None = None


def needed_facts(intent: str, conversation: Conversation, needs: Needs) -> tuple[NeededFact, ...]:
    """What acting on this intent needs, each with whether it is there; some intents need nothing."""
    return tuple(_fact(name, conversation, needs.labels[name]) for name in needs.facts.get(intent, ()))


def question_for(
    facts: Sequence[NeededFact], phrases: Mapping[str, Sequence[str]], turns: Sequence[Turn]
) -> str | None:
    """The question for the first fact that is missing, in words that our side has not used here."""
    missing = next((fact for fact in facts if not fact.known), None)
    if missing is None:
        return None
    ours = " ".join(_plain(turn.text) for turn in turns if turn.role in OURS)
    return next((phrase for phrase in phrases[missing.name] if _plain(phrase) not in ours), None)


def _fact(name: str, conversation: Conversation, label: str) -> NeededFact:
    given = _given(FINDERS[name], conversation.turns)
    kept = name == "account" and conversation.customer.email is not None
    return NeededFact(name, label, given is not None or kept, given)


def _given(patterns: Sequence[re.Pattern[str]], turns: Sequence[Turn]) -> Line | None:
    """Where the customer told it first."""
    for turn in turns:
        if turn.role is not Role.CUSTOMER:
            continue
        own = own_words(turn.text)[:LONGEST_READ]
        for pattern in patterns:
            if found := pattern.search(own):
                return _line(turn, found)
    return None


def _line(turn: Turn, found: re.Match[str]) -> Line:
    group = found.lastindex or 0
    start = found.start(group)
    text = turn.text[start : min(found.end(group), start + _LONGEST_QUOTE)].rstrip(" ,.;:\n")
    return Line(turn.id, turn.role, text, start, start + len(text))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
