"""Where sentences begin and end, so that numbers, abbreviations, lists and table rows stay whole. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STOP = re.compile(r"(?:[.!?…]{1,10}[\"'”’)\]]{0,4}(?=\s)|\n\s*\n|\n(?=\s*(?:[-*•+]|\d{1,2}[.)])\s))")
_NEVER_LAST = re.compile(
    r"(?:^|[\s(\"'“‘])(?:e\.g|i\.e|mr|mrs|ms|dr|prof|st|vs|approx|incl|excl|cf|fig|tel|ext|[a-z])\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(r"(?:^|[\s(])(?:no|nos|art|sec|p|pp|ca|min|max)\.$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s")
_ROW = re.compile(r"[^;.!?\n]{1,120}(?:; [^;:\n]{1,60}: [^;\n]*)+$")
_NEXT_FIELD = re.compile(r"; (?=[a-z][a-z0-9 _-]{0,39}: )")
_MARKUP = (
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,500}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,300})\]\([^()]{0,500}\)"), r"\1"),
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


def statements(text: str) -> list[str]:
    """What a passage states, each fit to stand alone in a reply, in order and without markup.

    A sentence that introduces a list keeps its whole list; a table row ("Class: Parcel; Plus: Free") is one
    statement; headings and code blocks give nothing.
    """
    said: list[str] = []
    for line in _lines(text):
        item = _ITEM.match(line)
        if item and said and (said[-1].endswith(":") or "\n- " in said[-1]):
            said[-1] += f"\n- {plain(line[item.end() :])}"
        elif _ROW.match(line):
            said.append(plain(line))
        else:
            prose = plain(line[item.end() if item else 0 :])
            said += [prose[span.start : span.end] for span in sentence_spans(prose)]
    return said


def facts(record: str) -> list[str]:
    """What a product record ("Name — price: 9.95; description: …") states, each fact under the name.

    The description's sentences come first; stock numbers and addresses of pages are left out. Other text is
    read as statements.
    """
    name, dash, rest = record.partition(" — ")
    if not dash or "\n" in name:
        return statements(record)
    fields = dict(field.partition(": ")[::2] for field in _NEXT_FIELD.split(rest))
    described = fields.pop("description", "")
    found = [f"{name}: {described[span.start : span.end]}" for span in sentence_spans(described)]
    stated = ((label, value) for label, value in fields.items() if label != "sku" and "://" not in value)
    return [*found, *(f"{name} — {label}: {value}" for label, value in stated if value)]


def paragraphs(text: str) -> list[str]:
    """The paragraphs without markup, in order; lists keep their lines."""
    found = ("\n".join(filter(None, map(plain, part.splitlines()))) for part in re.split(r"\n\s*\n", text))
    return [paragraph for paragraph in found if paragraph]


def is_row(statement: str) -> bool:
    """Whether it is a table row and not a sentence."""
    return bool(_ROW.match(statement))


def _lines(text: str) -> list[str]:
    """The lines that say something; one that goes on in lower case belongs to the line before."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or not line.strip() or _HEADING.match(line):
            continue
        elif lines and line.strip()[0].islower():
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return lines


def plain(markdown: str) -> str:
    """The words without bold, code, link and image markup, on one line."""
    for markup, instead in _MARKUP:
        markdown = markup.sub(instead, markdown)
    return " ".join(markdown.split())
