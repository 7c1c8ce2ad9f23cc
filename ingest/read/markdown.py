"""Markdown to headings and blocks with exact lines, tolerant of the HTML and templates in real policies.

llama-index's MarkdownNodeParser keeps no line numbers and takes seconds to import.
The only file that imports markdown_it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.read.html import DETAILS_END, html_elements, row_text
from ingest.read.outline import Block, Element, Heading

_LIQUID = re.compile(r"\{%.*?%\}", re.DOTALL)
_ATTRIBUTES = re.compile(r"(?m)^[ \t]*\{:[^{}\n]*\}[ \t]*$|\{:[^{}\n]*\}")
_ALERT = re.compile(r"^\[!\w+\]\s*")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Indented text is a layout accident far more often than code in policies full of HTML.
    return MarkdownIt("commonmark").enable("table").disable("code")


def markdown_elements(body: str, body_line: int = 1) -> list[Element]:
    """Headings and blocks of Markdown that starts on line `body_line` of its file."""
    return list(_walk(_parser().parse(_without_templates(body)), body_line))


def _without_templates(body: str) -> str:
    """Drop template tags and attribute lists; every line stays on its number."""
    # Behind the last end of a tag, each search for one would run through the whole rest in vain.
    head, end, rest = body.rpartition("%}")
    head = _LIQUID.sub(lambda match: "\n" * match[0].count("\n"), head + end)
    return _ATTRIBUTES.sub("", head + rest)


def _walk(tokens: Sequence[Token], offset: int) -> Iterator[Element]:
    at, lead = 0, ""
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside, first, last = tokens[at + 1 : end], *_lines(token, offset)
        if token.type == "heading_open":
            lead = ""
            if text := _inline(inside):
                yield Heading(int(token.tag[1]), " ".join(text.split()), first)
        elif token.type == "paragraph_open" and not _is_jump(inside):
            text = _ALERT.sub("", _inline(inside))
            lead = text if text.endswith(":") else ""
            yield from _made(text, first, last)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield from _list(token, inside, offset, lead)
            lead = ""
        elif token.type == "table_open":
            yield from _table(inside, offset)
        elif token.type == "html_block":
            yield from _html(token.content, first, last)
        elif token.type in ("fence", "code_block"):
            yield from _made(token.content.rstrip("\n"), first, last)
        elif token.type == "blockquote_open":
            yield from _walk(inside, offset)
        at = end + 1


def _html(fragment: str, first: int, last: int) -> list[Element]:
    """Elements of an HTML block; one may open a <details> that a later one closes."""
    elements = html_elements(fragment, first, last)
    opens, closes = "<details" in fragment, "</details" in fragment
    if opens and not closes:
        return elements[:-1] if elements and elements[-1] == DETAILS_END else elements
    return [*elements, DETAILS_END] if closes and not opens else elements


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the element that opens at `at` closes; itself when it has no inside."""
    if tokens[at].nesting != 1:
        return at
    level = tokens[at].level
    return next(i for i in range(at + 1, len(tokens)) if tokens[i].level == level and tokens[i].nesting == -1)


def _lines(token: Token, offset: int) -> tuple[int, int]:
    start, stop = token.map or [0, 1]
    return start + offset, max(start, stop - 1) + offset


def _made(text: str, first: int, last: int, lead: str = "") -> Iterator[Block]:
    if text.strip():
        yield Block(text, first, last, lead)


def _list(opening: Token, tokens: Sequence[Token], offset: int, lead: str) -> Iterator[Block]:
    at, number = 0, int(opening.attrGet("start") or 1)
    while at < len(tokens):
        end = _end(tokens, at)
        mark = f"{number}." if opening.type == "ordered_list_open" else "-"
        inner = [e.text for e in _walk(tokens[at + 1 : end], offset) if e.text]
        # A loose list's map runs on over the blank line behind each item.
        first, last = _lines(tokens[at], offset)
        last = max((_lines(t, offset)[1] for t in tokens[at + 1 : end] if t.type == "inline"), default=last)
        yield from _made(_hanging(mark, inner), first, last, lead) if inner else ()
        at, number = end + 1, number + 1


def _hanging(mark: str, parts: Sequence[str]) -> str:
    lines = "\n".join(parts).split("\n")
    return "\n".join([f"{mark} {lines[0]}", *(f"  {line}" for line in lines[1:])])


def _table(tokens: Sequence[Token], offset: int) -> Iterator[Block]:
    header: list[str] = []
    for at, token in enumerate(tokens):
        if token.type == "tr_open":
            cells = [t for t in tokens[at : _end(tokens, at)] if t.type == "inline"]
            texts = [" ".join(_inline([cell]).split()) for cell in cells]
            if not header and tokens[at - 1].type == "thead_open":
                header = texts
            else:
                yield from _made(row_text(header, texts), *_lines(token, offset))


def _is_jump(tokens: Sequence[Token]) -> bool:
    """Whether a paragraph is only a link within the page: navigation, which answers nothing."""
    inline = [child for token in tokens for child in token.children or ()]
    children = [child for child in inline if child.content.strip() or child.nesting]
    if not children or children[0].type != "link_open" or children[-1].type != "link_close":
        return False
    links = [child for child in children if child.type == "link_open"]
    return len(links) == 1 and str(links[0].attrGet("href")).startswith("#")


def _inline(tokens: Sequence[Token]) -> str:
    """The words of inline Markdown: emphasis, links and tags gone, only meant line breaks kept."""
    out: list[str] = []
    for token in tokens:
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                out.append(child.content)
            elif child.type == "softbreak":
                out.append(" ")
            elif child.type == "hardbreak" or child.content.lower().startswith("<br"):
                out.append("\n")
            elif child.type == "image":
                out.append(child.content)
    return "\n".join(" ".join(line.split()) for line in "".join(out).split("\n")).strip()
