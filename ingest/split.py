"""Sections to passages that fit the embedder's window, cut where readers would pause."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ingest.read.outline import Block, Reading, Section
from knowledge.document import Document, Passage, passage_id

# Titles longer than this share of the window are cut for searching room; the text is what answers.
TITLE_SHARE = 0.5
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|(?<=[。！？])|\n+")
# No sentence ends behind these, nor behind a single capital letter.
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|nos|mr|mrs|ms|dr|st|inc|ltd|co|dept|sec|art)|\b[A-Z])\.$", re.I
)


def passages_of(
    document: Document, reading: Reading, count_tokens: Callable[[str], int], window: int
) -> list[Passage]:
    """The passages of one document in reading order.

    `search_text` of each is at most `window` tokens by `count_tokens` (which counts two special ones), except
    for a reading that must stay whole. Lines are those of the blocks in it.
    """
    packer = _Packer(count_tokens, window - 2)
    made: list[Passage] = []
    for section in reading.sections:
        titles = packer.fitting((document.title, *section.titles))
        for blocks in [list(section.blocks)] if reading.whole else packer.pack(section, titles):
            made.append(_passage(document, len(made), replace(section, titles=titles), blocks))
    return made


def _passage(document: Document, ordinal: int, section: Section, blocks: Sequence[Block]) -> Passage:
    text = _joined(blocks)
    lines = [line for block in blocks for line in (block.first_line, block.last_line) if line is not None]
    return Passage(
        id=passage_id(document.id, ordinal, text),
        document=document,
        text=text,
        title_path=section.titles,
        question=section.question,
        first_line=min(lines) if lines else None,
        last_line=max(lines) if lines else None,
        rule=section.rule,
    )


def _joined(blocks: Sequence[Block]) -> str:
    """The blocks' text; a lead is told first unless it already stands before them."""
    first = blocks[0]
    head = f"{first.lead}\n{first.text}" if first.lead else first.text
    return head + "".join(block.joint + block.text for block in blocks[1:])


class _Packer:
    """Fills passages evenly: as few as the window allows, none longer than it has to be."""

    def __init__(self, count_tokens: Callable[[str], int], room: int) -> None:
        self._count, self._room = lru_cache(maxsize=4096)(count_tokens), room

    def fitting(self, titles: tuple[str, ...]) -> tuple[str, ...]:
        """Titles without repetition, the middle ones dropped and long ones cut until text has room."""
        kept = tuple(title for at, title in enumerate(titles) if title and title not in titles[:at])
        while len(kept) > 2 and self._cost(" > ".join(kept)) > self._room * TITLE_SHARE:
            kept = (kept[0], *kept[2:])
        limit = int(self._room * TITLE_SHARE / max(1, len(kept)))
        return tuple(title if self._cost(title) <= limit else self._shortened(title, limit) for title in kept)

    def pack(self, section: Section, titles: tuple[str, ...]) -> list[list[Block]]:
        """Groups of blocks that fit below `titles` and the question."""
        capacity = max(16, self._room - self._cost(" > ".join(titles)) - self._cost(section.question or ""))
        pieces = [piece for block in section.blocks for piece in self._cut(block, capacity)]
        costs = [(self._cost(piece.text), self._cost(piece.lead)) for piece in pieces]
        fewest = len(starts(costs, capacity))
        # Any limit that is high enough gives as few groups; the lowest such limit gives the most even ones.
        limit = bisect_left(range(capacity), True, key=lambda limit: len(starts(costs, limit)) <= fewest)
        bounds = [*starts(costs, limit), len(pieces)]
        return [pieces[start:end] for start, end in pairwise(bounds)]

    def _cost(self, text: str) -> int:
        return self._count(text) - 2 if text else 0

    def _cut(self, block: Block, capacity: int) -> Iterator[Block]:
        """The block itself when it fits below its lead, else its sentences, else its words."""
        lead = block.lead if self._cost(block.lead) <= capacity // 2 else ""
        room = capacity - self._cost(lead)
        if self._cost(block.text) <= room:
            yield replace(block, lead=lead)
            return
        yield from (replace(piece, lead=lead) for piece in self._pieces(block, room))

    def _pieces(self, block: Block, room: int) -> Iterator[Block]:
        """Lines, and sentences or words of lines that are too long; exact lines where rows are the file's."""
        rows = block.text.split("\n")
        first, last = block.first_line or 0, block.last_line or 0
        exact = first > 0 and last - first + 1 == len(rows)
        joint = block.joint
        for at, row in enumerate(rows):
            lines = (first + at, first + at) if exact else (block.first_line, block.last_line)
            for part in self._parts(row, room):
                yield Block(part, *lines, joint=joint)
                joint = " "
            joint = "\n" if row.strip() else "\n\n"

    def _parts(self, row: str, room: int) -> Iterator[str]:
        """A line as it is, else its sentences, else runs of words; blank ones left out."""
        for sentence in [row] if self._cost(row) <= room else sentences(row):
            for part in [sentence] if self._cost(sentence) <= room else self._words(sentence, room):
                if part.strip():
                    yield part

    def _words(self, text: str, room: int) -> Iterator[str]:
        taken: list[str] = []
        used = 0
        for word in re.findall(r"\S+\s*", text):
            for part in [word] if self._cost(word) <= room else re.findall(rf".{{1,{room}}}", word):
                cost = self._cost(part)
                if taken and used + cost > room:
                    yield "".join(taken).rstrip()
                    taken, used = [], 0
                taken.append(part)
                used += cost
        yield "".join(taken).rstrip()

    def _shortened(self, title: str, limit: int) -> str:
        return next(self._words(title, max(1, limit - 1)), "") + "…"


def starts(costs: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Where groups begin when each is filled up to `limit`; costs are those of text and lead."""
    begins: list[int] = []
    used = limit
    for at, (text, lead) in enumerate(costs):
        if not begins or used + text > limit:
            begins.append(at)
            used = lead
        used += text
    return begins


def sentences(text: str) -> list[str]:
    """The sentences of a text in order; nothing is lost but the white space between them."""
    found: list[str] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        head = text[start : match.start()] + match[0].rstrip()
        if head.strip() and not ABBREVIATION.search(head):
            found.append(head.strip())
            start = match.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found
