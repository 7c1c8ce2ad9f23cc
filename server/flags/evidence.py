"""Which of a turn's sentences are quoted: the one that shows the reason most, and one beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from server.flags.rule import LONGEST_QUOTE, Sentence
from server.sentences import Span


def widened(said: Sequence[Sentence], scores: Sequence[float], least: float) -> Sentence:
    """The strongest sentence, with the stronger of its neighbours where that has at least this score.

    A reason is seldom said in one sentence; both must be short enough to quote.
    """
    strongest = max(range(len(said)), key=lambda at: scores[at])
    beside = [
        (scores[at], at)
        for at in (strongest - 1, strongest + 1)
        if 0 <= at < len(said)
        and scores[at] >= least
        and _both(said[strongest], said[at]).end - _both(said[strongest], said[at]).start <= LONGEST_QUOTE
    ]
    if not beside:
        return said[strongest]
    turn, span = said[strongest].turn, _both(said[strongest], said[max(beside)[1]])
    return Sentence(turn, span, turn.text[span.start : span.end])


def _both(one: Sentence, other: Sentence) -> Span:
    return Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
