"""Markdown and HTML pages. FAQ pages become question-answer pairs; saved replies and protocols stay whole."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.errors import UnreadableDocument
from ingest.read.front_matter import Facts, open_text
from ingest.read.html import html_elements, html_title
from ingest.read.markdown import markdown_elements
from ingest.read.outline import Block, Element, Reading, Section, first_title, question_level, sections_of
from knowledge.document import Kind


def read_markdown(text: str, kind: Kind) -> Reading:
    """A Markdown file, with exact lines; raises UnreadableDocument when nothing readable is in it."""
    opened = open_text(text)
    if kind in (Kind.MACRO, Kind.PROTOCOL):
        return _whole(opened.body, opened.body_line, opened.facts, opened.warnings)
    elements = markdown_elements(opened.body, opened.body_line)
    title = opened.facts.title or first_title(elements)
    return Reading(title, _sections(elements, title, kind), opened.facts, opened.warnings)


def read_html(text: str, kind: Kind) -> Reading:
    """An HTML page, without line numbers; raises UnreadableDocument when nothing readable is in it."""
    title = html_title(text)
    return Reading(title, _sections(html_elements(text), title, kind), whole=kind is Kind.MACRO)


def _sections(elements: Sequence[Element], title: str | None, kind: Kind) -> tuple[Section, ...]:
    questions_at = question_level(elements) if kind is Kind.FAQ else None
    sections = tuple(sections_of(elements, title, questions_at))
    if not sections:
        raise UnreadableDocument("no text in it but headings: the owner must fill, remove or exclude it")
    return sections


def _whole(body: str, body_line: int, facts: Facts, warnings: tuple[str, ...]) -> Reading:
    """A saved reply or a protocol: the text as written, variables and all, below its title."""
    lines = body.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    title = facts.title
    if filled and lines[filled[0]].startswith("# "):
        title = title or lines[filled[0]][2:].strip()
        filled = filled[1:]
    if not filled:
        raise UnreadableDocument("nothing in it but a title: the owner must fill, remove or exclude it")
    first, last = filled[0], filled[-1]
    block = Block("\n".join(lines[first : last + 1]), first + body_line, last + body_line)
    return Reading(title, (Section((), (block,)),), facts, warnings, whole=True)
