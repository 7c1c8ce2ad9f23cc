"""Where sentences begin and end, so that numbers, abbreviations, lists and table rows stay whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STOP = re.compile(r"(?:[.!?…]+[\"'”’)\]]*(?=\s)|\n\s*\n|\n(?=\s*(?:[-*•+]|\d{1,2}[.)])\s))")
_NEVER_LAST = re.compile(
    r"(?:^|[\s(\"'“‘])(?:e\.g|i\.e|mr|mrs|ms|dr|prof|st|vs|approx|incl|excl|cf|fig|tel|ext|[a-z])\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(r"(?:^|[\s(])(?:no|nos|art|sec|p|pp|ca|min|max)\.$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is one sentence without the white space around it."""

    start: int
    end: int


def sentence_spans(text: str) -> list[Span]:
    """The sentences of running text, in order; an empty list for blank text."""
    spans = []
    start = 0
    for stop in _STOP.finditer(text):
        if _ends_here(text, stop):
            spans.append(_trimmed(text, start, stop.end()))
            start = stop.end()
    spans.append(_trimmed(text, start, len(text)))
    return [span for span in spans if span.start < span.end]


def _ends_here(text: str, stop: re.Match[str]) -> bool:
    if "\n" in stop.group():
        return True
    before = text[max(0, stop.start() - 12) : stop.start() + 1]
    after = text[stop.end() :].lstrip()[:1]
    if stop.group().startswith(".") and _NEVER_LAST.search(before):
        return False
    if after.isdigit() and _BEFORE_NUMBER.search(before):
        return False
    return not after.islower()


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def statements(markdown: str) -> list[str]:
    """What a passage states, each fit to stand alone in a reply, in order and without markup.

    A sentence that introduces a list keeps its whole list; a table gives one line per row that names its
    columns; headings and code blocks give nothing.
    """
    return [said for block in _blocks(markdown) for said in _said(block)]


def _blocks(markdown: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            continue
        elif not line.strip() or _HEADING.match(line):
            blocks.append([])
        else:
            blocks[-1].append(line)
    return _with_their_lists([block for block in blocks if block])


def _with_their_lists(blocks: list[list[str]]) -> list[list[str]]:
    joined: list[list[str]] = []
    for block in blocks:
        if joined and joined[-1][-1].rstrip().endswith(":") and _ITEM.match(block[0]):
            joined[-1] = joined[-1] + block
        else:
            joined.append(block)
    return joined


def _said(block: list[str]) -> Iterator[str]:
    if block[0].lstrip().startswith("|"):
        yield from _rows(block)
        return
    first_item = next((place for place, line in enumerate(block) if _ITEM.match(line)), len(block))
    prose = plain(" ".join(line.strip() for line in block[:first_item]))
    sentences = [prose[span.start : span.end] for span in sentence_spans(prose)]
    items = _items(block[first_item:])
    if items and sentences and sentences[-1].endswith(":"):
        yield from sentences[:-1]
        yield "\n".join([sentences[-1], *(f"- {item}" for item in items)])
    else:
        yield from sentences
        yield from items


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items:
            items.append(_ITEM.sub("", line).strip())
        else:
            items[-1] += " " + line.strip()
    return [plain(item) for item in items]


def _rows(block: list[str]) -> Iterator[str]:
    cells = [
        [plain(cell) for cell in line.strip().strip("|").split("|")]
        for line in block
        if not _RULE.match(line)
    ]
    header = cells[0]
    for row in cells[1:]:
        rest = [" ".join(filter(None, pair)) for pair in zip(header[1:], row[1:], strict=False) if pair[1]]
        if row[0] and rest:
            yield f"{row[0]}: {'; '.join(rest)}."


def plain(markdown: str) -> str:
    """The words without bold, code, link and image markup, on one line."""
    for markup, instead in _MARKUP:
        markdown = markup.sub(instead, markdown)
    return " ".join(markdown.split())
