"""Somebody's life or health is in danger now, by the customer's words: named, or told without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from server.conversation import Flag, Reason, Severity, Turn
from server.flags.danger_signs import ELSEWHERE, IDIOMS, SIGNS
from server.flags.danger_unnamed import PLEASANT, UNNAMED
from server.flags.rule import FlagView, Sentence, customer_turns, quote, sentences
from server.flags.weighing import CRISIS_ADVICE

CONFIDENCE = 0.95
LESS_SURE = 0.7
# Who names no danger tells it over a few sentences.
TOGETHER = 2
# A turn is asked about again with each that follows.
TURNS_KNOWN = 256

Sign = tuple[str, Sentence, re.Match[str] | None]


@dataclass(frozen=True, slots=True)
class Danger:
    """Somebody's life or health is in danger now, in so many words.

    What it flags: self-harm, violence, pursuit, captivity, a child at risk, an emergency, a disaster.
    Why: a person may die while a reply is being written.
    Example: "he's kicking the bathroom door in"
    Not flagged: everyday exaggeration ("this queue is killing me"); what is long past, studied, or over.
    """

    reason: Reason = Reason.VULNERABILITY

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The newest of the customer's turns that says so, unless an agent said that it is no crisis."""
        signs = filter(None, map(sign_of, newest_first(view)))
        return next((_crisis("danger", CONFIDENCE, *sign) for sign in signs), None)


@dataclass(frozen=True, slots=True)
class UnnamedDanger:
    """Somebody may be in danger, though nobody says so.

    What it flags: a farewell, a question about means, a life under watch, a secret, a person not seen.
    Why: who is in danger often can't say so.
    Example: "if he thinks i answered the door again i won't be able to go to work all week"
    Not flagged: the same words with a pleasant reason ("hide the price, it's a surprise").
    """

    reason: Reason = Reason.VULNERABILITY

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The newest of the customer's turns that reads so, unless an agent said that it is no crisis."""
        signs = filter(None, map(unnamed_in, newest_first(view)))
        return next((_crisis("unnamed", LESS_SURE, *sign) for sign in signs), None)


def told_in_words(view: FlagView) -> Flag | None:
    """The crisis that the customer's words tell of: within a millisecond, where the model takes ten."""
    return Danger().raise_flags(view) or UnnamedDanger().raise_flags(view)


def newest_first(view: FlagView) -> Iterator[Turn]:
    """The customer's turns, but for those of which an agent said that nobody is in danger."""
    return (turn for turn in reversed(customer_turns(view.conversation)) if turn.id not in view.no_crisis)


@lru_cache(TURNS_KNOWN)
def sign_of(turn: Turn) -> Sign | None:
    """The danger that a sentence of the turn names and means, with the words found."""
    for sentence in sentences(turn):
        text = _plain(sentence.text)
        for group, pattern in SIGNS.items():
            found = pattern.search(text)
            if found and not is_borrowed(text):
                return group, sentence, found
    return None


@lru_cache(TURNS_KNOWN)
def unnamed_in(turn: Turn) -> Sign | None:
    """The danger that a few sentences of the turn tell of, with the first of them."""
    said = list(sentences(turn))
    for at, sentence in enumerate(said):
        text = " ".join(_plain(one.text) for one in said[at : at + TOGETHER])
        for group, pattern in UNNAMED.items():
            if pattern.search(text) and not is_borrowed(text) and not PLEASANT.search(text):
                return group, sentence, None
    return None


def _plain(text: str) -> str:
    return text.replace("’", "'")


def is_borrowed(text: str) -> bool:
    """Whether the words only borrow danger, or tell of what is long past, studied or over."""
    return has_idiom(text) or bool(ELSEWHERE.search(_plain(text)))


def has_idiom(text: str) -> bool:
    """Whether the words of danger are exaggeration or jest ("my mum will kill me")."""
    return bool(IDIOMS.search(_plain(text)))


def _crisis(
    kind: str, confidence: float, group: str, sentence: Sentence, found: re.Match[str] | None
) -> Flag:
    rule = f"vulnerability/{kind}/{group}"
    return Flag(
        Reason.VULNERABILITY, Severity.URGENT, confidence, quote(sentence, found), CRISIS_ADVICE, rule
    )
