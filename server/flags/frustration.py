"""The customer is clearly frustrated or angry with us."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.conversation import Evidence, Flag, Reason, Severity, Turn
from server.flags.anger import BUT, JOY, LOUD, OTHERS, SETTLED, SIGNALS, TAKEN_BACK, UNMISTAKABLE, US
from server.flags.evidence import widened
from server.flags.rule import FlagView, Sentence, customer_turns, quote, sentences
from server.quoted import own_words

RAISED_AT = 0.7
URGENT_AT = 2.0
LOOKED_BACK = 4
# A label in capitals is no outburst: where anger is quoted, words count for more than how loud they are.
ONLY_LOUD = 0.5
# A sentence beside the angriest is quoted with it from here on: words of anger, however mild.
LEAST_ANGER = 0.4
_LOUD = frozenset(signal.name for signal in LOUD)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A signal that a sentence shows."""

    name: str
    weight: float
    found: re.Match[str]


@dataclass(frozen=True, slots=True)
class _Heat:
    """How heated a turn is, its angriest sentence and what was seen there."""

    score: float
    sentence: Sentence | None = None
    found: re.Match[str] | None = None
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Frustration:
    """The customer is clearly frustrated or angry with us.

    What it flags: anger, insults, exasperation, bitter sarcasm, being ignored or kept repeating, swearing.
    Why: a routine answer to a furious customer makes it worse, however right it is.
    Example: "This is the third time I ask. Absolutely useless!!"
    Not flagged: a calm report of a problem, mild disappointment, swearing in joy, anger at others; anger
    that the customer has since taken back or thanked away.
    """

    reason: Reason = Reason.FRUSTRATION
    shown_at: float = RAISED_AT

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The hottest of the customer's newest turns since they last were content; the earliest of equals."""
        hottest = _Heat(0.0)
        for turn in customer_turns(view.conversation)[-LOOKED_BACK:]:
            heat = heat_of(turn)
            if heat.score < RAISED_AT and SETTLED.search(own_words(turn.text)):
                hottest = _Heat(0.0)
            elif heat.score > hottest.score:
                hottest = heat
        if hottest.sentence is None or hottest.score < RAISED_AT:
            return None
        return self._flag(hottest, hottest.sentence)

    def _flag(self, heat: _Heat, sentence: Sentence) -> Flag:
        severity = Severity.URGENT if heat.score >= URGENT_AT else Severity.ACT
        confidence = round(1 - 0.5 ** (heat.score / RAISED_AT), 2)
        advice = (
            "Acknowledge what went wrong in one sentence of your own before any answer; no stock phrases."
        )
        return Flag(
            self.reason,
            severity,
            confidence,
            _quoted(sentence, heat.found),
            advice,
            f"frustration/{heat.signal}",
            heat.score >= self.shown_at,
        )


def _quoted(angriest: Sentence, found: re.Match[str] | None) -> Evidence:
    """The angriest sentence and angry ones beside it; a very long one is cut to what was found in it."""
    said = list(sentences(angriest.turn))
    whole = widened(said, [_anger(_signals(sentence)) for sentence in said], LEAST_ANGER)
    return quote(angriest, found) if whole.span == angriest.span else quote(whole)


def heat_of(turn: Turn) -> _Heat:
    """The turn's anger: the sum over its sentences; signals of one name count once a turn."""
    total, angriest, hottest = 0.0, 0.0, _Heat(0.0)
    counted: set[str] = set()
    for sentence in sentences(turn):
        signals = _signals(sentence)
        total += sum(signal.weight for signal in signals if signal.name not in counted)
        counted.update(signal.name for signal in signals)
        anger = _anger(signals)
        if anger > angriest:
            strongest = max(signals, key=lambda signal: signal.weight)
            angriest, hottest = anger, _Heat(0.0, sentence, strongest.found, strongest.name)
    return replace(hottest, score=total)


def _anger(signals: Iterable[_Seen]) -> float:
    return sum(signal.weight * (ONLY_LOUD if signal.name in _LOUD else 1.0) for signal in signals)


def _signals(sentence: Sentence) -> list[_Seen]:
    text = sentence.text.replace("’", "'")
    if TAKEN_BACK.search(text):
        return []
    seen: dict[str, _Seen] = {}
    for signal in SIGNALS:
        found = next((m for m in signal.pattern.finditer(text) if not _about_others(text, m)), None)
        if found and (signal.name not in seen or signal.weight > seen[signal.name].weight):
            seen[signal.name] = _Seen(signal.name, signal.weight, found)
    if JOY.search(text) and not BUT.search(text) and not any(s.name in UNMISTAKABLE for s in seen.values()):
        return []
    for signal in LOUD:
        if found := signal.pattern.search(text):
            seen[signal.name] = _Seen(signal.name, signal.weight, found)
    return list(seen.values())


def _about_others(text: str, found: re.Match[str]) -> bool:
    """Whether the part of the sentence that holds the signal is about somebody else and not about us."""
    start = max(text.rfind(mark, 0, found.start()) for mark in ",;:") + 1
    end = min((place for mark in ",;:" if (place := text.find(mark, found.end())) >= 0), default=len(text))
    clause = text[start:end]
    return bool(OTHERS.search(clause)) and not US.search(clause)
