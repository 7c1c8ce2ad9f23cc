"""What every flag rule promises, and what the rules share in reading the customer's turns. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from server.conversation import Conversation, Evidence, Flag, Reason, Role, Turn
from server.flags.thresholds import Moved
from server.language import is_tested
from server.quoted import own_words
from server.sentences import Span, sentence_spans

LONGEST_QUOTE = 300
LONGEST_SENTENCE = 800
# A turn is read up to here, and a conversation this many customer turns back: enough for people, and bounded.
LONGEST_READ = 6000
TURNS_READ = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What the search gave: the best confidence (None: no hit at all) and whether that was good enough.

    `misses` counts the customer's earlier needs in this conversation for which nothing was good enough.
    """

    best: float | None
    good: bool
    misses: int = 0


@dataclass(frozen=True, slots=True)
class FlagView:
    """All that a rule may look at; `found` is None when nothing was searched.

    `thresholds` are those of the reasons that the agent's team has moved; `no_crisis` are the turns of which
    an agent said that nobody is in danger.
    """

    conversation: Conversation
    found: Found | None = None
    thresholds: Moved = field(default_factory=dict)
    no_crisis: frozenset[str] = frozenset()


class FlagRule(Protocol):
    """One reason: deterministic, from customer turns only, with the customer's own words as evidence.

    The docstring of a rule has four lines: What it flags, Why, Example, Not flagged.
    """

    @property
    def reason(self) -> Reason:
        """The reason this rule decides."""
        ...

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The flag that stands now, or None."""
        ...


@runtime_checkable
class Doubting(Protocol):
    """A rule that knows when it was nearly sure."""

    def doubt(self, view: FlagView) -> Flag | None:
        """The dot that a second opinion on the newest turn may add where nothing was raised, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a turn; `text` is `turn.text[span.start:span.end]`."""

    turn: Turn
    span: Span
    text: str


def customer_turns(conversation: Conversation) -> list[Turn]:
    """What the customer wrote lately in a language that the rules are tested for, oldest first."""
    newest = [turn for turn in conversation.turns if turn.role is Role.CUSTOMER][-TURNS_READ:]
    return [turn for turn in newest if is_tested(own_words(turn.text))]


def sentences(turn: Turn) -> Iterator[Sentence]:
    """The turn's sentences without quoted earlier mail; endless ones in parts, so that time stays linear."""
    own = own_words(turn.text)[:LONGEST_READ]
    for whole in sentence_spans(own):
        for span in _parts(own, whole):
            yield Sentence(turn, span, turn.text[span.start : span.end])


def _parts(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        end = space if space > start else start + LONGEST_SENTENCE
        yield Span(start, end)
        start = end + (text[end] == " ")
    yield Span(start, span.end)


def quote(sentence: Sentence, found: re.Match[str] | None = None) -> Evidence:
    """The sentence as evidence; a very long one is cut to the words around `found`."""
    start, end = sentence.span.start, sentence.span.end
    if end - start > LONGEST_QUOTE:
        around = found.start() if found else 0
        left = sentence.text.rfind(" ", 0, max(0, around - 60)) + 1
        start, end = start + left, start + min(left + LONGEST_QUOTE, end - start)
    text = sentence.turn.text[start:end]
    end = start + len(text.rstrip())
    return Evidence(sentence.turn.id, sentence.turn.text[start:end], start, end)
