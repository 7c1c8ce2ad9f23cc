"""Citation marks in a model's stream, and how well each cited passage carries its sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.document import Passage
from server.sentences import Span, sentence_spans
from server.wire import CitationPart, CitationPiece, DraftPiece, TextPiece, UnsupportedPart
from server.words import content_words, numbers

SUPPORTED = 0.5
# "I understand how frustrating this must be" and "Let me know if you have more questions" state nothing.
FEWEST_WORDS_STATED = 4

_MARK = re.compile(r"[ \t]*\[\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*\]")
_MAY_BECOME_MARK = re.compile(r"[ \t]*(?:\[[\d,\s]{0,24})?\Z")


class MarkParser:
    """Turns a stream of text with marks such as `[2]` into pieces; a mark is never shown, whole or in part.

    `known` are the numbers a mark may name; others are dropped and counted in `unknown`.
    """

    def __init__(self, known: Iterable[int]) -> None:
        self._known = frozenset(known)
        self._held = ""
        self.unknown = 0

    def feed(self, text: str) -> list[DraftPiece]:
        """The pieces that are certain now; what may still become a mark is held back."""
        self._held += text
        pieces: list[DraftPiece] = []
        while mark := _MARK.search(self._held):
            pieces += _text(self._held[: mark.start()])
            pieces += self._citations(mark.group(1))
            self._held = self._held[mark.end() :]
        certain = _uncertain_from(self._held)
        pieces += _text(self._held[:certain])
        self._held = self._held[certain:]
        return pieces

    def finish(self) -> list[DraftPiece]:
        """The end of the stream: half a mark is dropped."""
        rest, self._held = self._held.split("[")[0].rstrip(), ""
        return _text(rest)

    def _citations(self, listed: str) -> list[DraftPiece]:
        named = [int(number) for number in listed.split(",")]
        self.unknown += sum(number not in self._known for number in named)
        return [CitationPiece(number=number) for number in named if number in self._known]


def _uncertain_from(text: str) -> int:
    found = _MAY_BECOME_MARK.search(text, max(0, len(text) - 32))
    return found.start() if found else len(text)


def _text(text: str) -> list[DraftPiece]:
    return [TextPiece(text=text)] if text else []


@dataclass(frozen=True, slots=True)
class Cited:
    """A whole draft: `supported` is the share of its sentences that a cited passage carries.

    `unsupported` are those that state something and aren't carried: neither greetings nor closings.
    """

    text: str
    citations: tuple[CitationPart, ...]
    supported: float
    unsupported: tuple[UnsupportedPart, ...]


def cite(pieces: Iterable[DraftPiece], passages: Mapping[int, Passage], figures_alone: bool = False) -> Cited:
    """The draft's text without marks, and each mark as a citation of the sentence it stands in or behind.

    `figures_alone`: the draft is in another language than the passages, so only its figures can be compared.
    """
    carry = _figures_support if figures_alone else support
    text = ""
    marks: list[tuple[int, int]] = []
    for piece in pieces:
        if isinstance(piece, TextPiece):
            text += piece.text
        else:
            marks.append((len(text), piece.number))
    spans = sentence_spans(text)
    found: dict[tuple[Span, int], float] = {}
    for offset, number in marks:
        span = _span_at(spans, offset)
        if span is not None:
            found[span, number] = carry(text[span.start : span.end], passages[number])
    carried = {span for (span, _), carries in found.items() if carries >= SUPPORTED}
    citations = tuple(
        CitationPart(
            number=number, passage_id=passages[number].id, start=span.start, end=span.end, support=carries
        )
        for (span, number), carries in found.items()
    )
    named = {span for span, _ in found}
    unsupported = tuple(
        UnsupportedPart(start=span.start, end=span.end)
        for span in spans
        if span not in carried and (span in named or _states(text[span.start : span.end]))
    )
    return Cited(text, citations, len(carried) / len(spans) if spans else 0.0, unsupported)


def _states(sentence: str) -> bool:
    """Whether a sentence without a mark says more than a greeting, an apology or a closing does."""
    return bool(numbers(sentence)) or len(set(content_words(sentence))) >= FEWEST_WORDS_STATED


def _span_at(spans: list[Span], offset: int) -> Span | None:
    """The last sentence that begins before the mark; a mark before everything belongs to the first."""
    return next((span for span in reversed(spans) if span.start < offset), spans[0] if spans else None)


def support(sentence: str, passage: Passage) -> float:
    """The share of the sentence's meaning words found in the passage; at most 0.2 with a number it lacks."""
    words = set(content_words(sentence))
    stated = set(content_words(passage.search_text))
    share = len(words & stated) / len(words) if words else 1.0
    return round(min(share, 0.2) if numbers(sentence) - numbers(passage.search_text) else share, 3)


def _figures_support(sentence: str, passage: Passage) -> float:
    """1 unless the sentence has a number that the passage lacks."""
    return 0.2 if numbers(sentence) - numbers(passage.search_text) else 1.0
