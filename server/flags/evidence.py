"""Which of a turn's sentences are quoted: the one that shows the reason most, and those beside it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from server.flags.rule import LONGEST_QUOTE, Sentence
from server.sentences import Span


def stretches(said: Sequence[Sentence]) -> list[tuple[int, int]]:
    """The first and last of neighbouring sentences, as many as can be quoted at once; none within another."""
    found: list[tuple[int, int]] = []
    for first, sentence in enumerate(said):
        last = first
        while last + 1 < len(said) and said[last + 1].span.end - sentence.span.start <= LONGEST_QUOTE:
            last += 1
        if not found or last > found[-1][1]:
            found.append((first, last))
    return found


def widened(said: Sequence[Sentence], scores: Sequence[float], least: float) -> Sentence:
    """The strongest sentence and its neighbours of at least this score, while all stay short enough to quote.

    A reason is seldom said in one sentence. Of two neighbours the stronger comes first.
    """
    first = last = max(range(len(said)), key=lambda at: scores[at])
    while True:
        beside = [
            (scores[at], at)
            for at in (first - 1, last + 1)
            if 0 <= at < len(said)
            and scores[at] >= least
            and max(said[at].span.end, said[last].span.end) - min(said[at].span.start, said[first].span.start)
            <= LONGEST_QUOTE
        ]
        if not beside:
            break
        at = max(beside)[1]
        first, last = min(first, at), max(last, at)
    turn, span = said[first].turn, Span(said[first].span.start, said[last].span.end)
    return Sentence(turn, span, turn.text[span.start : span.end])
