"""What our side has told the customer already, and whether the customer says it did not help. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.conversation import Conversation, Role
from server.quoted import own_words
from server.sentences import sentence_spans
from server.words import content_words, numbers

_TURNS_READ = 60
_ENOUGH_WORDS = 3
_SAME = 0.8
_WORD = re.compile(r"[^\W_]+")
_REJECTS = re.compile(
    r"\b(?:that|this|it|which|your (?:answer|reply|link|advice|suggestion))"
    r"(?: (?:really|still|just|also|simply))?"
    r" (?:does ?n[o']?t|did ?n[o']?t|has ?n[o']?t|is ?n[o']?t|was ?n[o']?t|won'?t|isn'?t|no)"
    r"(?: (?:really|actually|even|exactly))?"
    r" (?:help(?:ed|ful|ing)?|work(?:ed|ing)?|answer(?:ed)?|solve(?:d)?|fix(?:ed)?|make sense"
    r"|what i (?:asked|meant|wanted|need))\b"
    r"|\b(?:i|we)(?:'ve| have)? (?:already|just) (?:tried|did|done|read|seen|checked|looked|know|called|sent"
    r"|been through)\b"
    r"|\b(?:tried|did|done|read|checked|know) (?:that|this|it|all (?:of )?that|all this)(?: \w+)?"
    r" (?:already|before|twice|several times)\b"
    r"|\b(?:not what i (?:asked|meant|wanted|need\w*)|you (?:have|did)(?: ?n[o']?t| not) answer\w*"
    r"|not (?:an answer|helpful|helping|the answer|my question)|no help(?: at all)?"
    r"|doesn'?t help|didn'?t help|does not help|did not help"
    r"|still (?:not|doesn'?t|does not|isn'?t|no)(?: \w+)? (?:work\w*|help\w*|solved|fixed|answer\w*)"
    r"|that'?s what you said (?:before|last time|already)|you (?:already )?(?:said|told me) that)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences that reached the customer, or that the agent took or turned down here.

    `rejected`: the customer's newest turns say that it did not help.
    """

    _run: str = ""
    _sentences: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    rejected: bool = False

    def holds(self, statement: str) -> bool:
        """Whether this was said already, word for word or in nearly the same words with the same numbers."""
        words = _WORD.findall(statement.casefold())
        if len(words) < _ENOUGH_WORDS:
            return False
        if f" {' '.join(words)} " in self._run:
            return True
        meant, stated = frozenset(content_words(statement)), numbers(statement)
        if len(meant) < _ENOUGH_WORDS:
            return False
        return any(
            stated <= figures and len(meant & told) >= _SAME * len(meant) for told, figures in self._sentences
        )

    def has_phrase(self, phrase: str) -> bool:
        """Whether these very words were said, however short they are."""
        return f" {' '.join(_WORD.findall(phrase.casefold()))} " in self._run


def told_in(conversation: Conversation, used: Sequence[str] = ()) -> Told:
    """What was told in this conversation; `used` are drafts that were inserted, copied or dismissed."""
    ours = [
        own_words(turn.text)
        for turn in conversation.turns[-_TURNS_READ:]
        if turn.role in (Role.AGENT, Role.ASSISTANT)
    ]
    texts = [*ours, *used]
    run = " \n ".join(" ".join(_WORD.findall(text.casefold())) for text in texts)
    return Told(f" {run} ", tuple(_meant(texts)), bool(texts) and _rejects(conversation))


def _meant(texts: Iterable[str]) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
    for text in texts:
        for span in sentence_spans(text):
            sentence = text[span.start : span.end]
            yield frozenset(content_words(sentence)), numbers(sentence)


def _rejects(conversation: Conversation) -> bool:
    """Whether the customer's turns since our last one turn down what we said."""
    for turn in reversed(conversation.turns):
        if turn.role in (Role.AGENT, Role.ASSISTANT):
            return False
        if turn.role is Role.CUSTOMER and _REJECTS.search(own_words(turn.text).replace("’", "'")):
            return True
    return False
