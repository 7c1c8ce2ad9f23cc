"""HTML to headings and blocks: what a reader of the page would read, without navigation and scripts.

llama-index's HTMLNodeParser keeps no heading path and tears the rows of a table apart.
The only file that imports BeautifulSoup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString, PageElement

from ingest.read.outline import Block, Element, Heading

DROPPED = ("script", "style", "nav", "footer", "noscript", "template", "svg", "iframe", "select", "form")
DEEPEST = 5_000
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# fmt: off
INLINE = frozenset([
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "dfn", "em", "font",
    "i", "img", "input", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
])
# fmt: on
# Deeper than every heading, so that a summary always opens below the heading it stands under.
SUMMARY_LEVEL = 7
DETAILS_END = Heading(SUMMARY_LEVEL, "")


class _Page(BeautifulSoup):
    """A page that stops with RecursionError where it is nested beyond reason: depth costs time squared."""

    def pushTag(self, tag: Tag) -> None:
        if len(self.tagStack) > DEEPEST:
            raise RecursionError(f"more than {DEEPEST} elements inside each other")
        super().pushTag(tag)


def _closed(text: str) -> str:
    """The page without tags that never end, each of which the parser would seek through the whole rest."""
    head, end, rest = text.rpartition(">")
    return head + end + rest.partition("<!--")[0].replace("<", "&lt;")


def html_title(text: str) -> str | None:
    """The page's own title: its first h1, else its <title>."""
    soup = _Page(_closed(text), "html.parser")
    tag = soup.find("h1") or soup.find("title")
    return (_flat(tag) or None) if isinstance(tag, Tag) else None


def html_elements(text: str, line: int | None = None, last_line: int | None = None) -> list[Element]:
    """Headings and blocks of a page or fragment; each gets the given lines, for fragments inside Markdown."""
    soup = _Page(_closed(text), "html.parser")
    # What is `hidden` stays: it is mostly the inside of something a visitor can unfold.
    for tag in soup.find_all(DROPPED):
        tag.decompose()
    root = soup.find("main") or soup.find("article") or soup.find("body") or soup
    return list(_Walk(line, last_line).children(root)) if isinstance(root, Tag) else []


class _Walk:
    """One pass over a tree; remembers the last paragraph so that a list can carry it as its lead."""

    def __init__(self, line: int | None, last_line: int | None) -> None:
        self._lines = (line, last_line)
        self._lead = ""

    def children(self, tag: Tag) -> Iterator[Element]:
        run: list[PageElement] = []
        for child in tag.children:
            if _is_inline(child):
                run.append(child)
                continue
            yield from self._paragraph(run)
            run = []
            if isinstance(child, Tag):
                yield from self._block(child)
        yield from self._paragraph(run)

    def _block(self, tag: Tag) -> Iterator[Element]:
        if tag.name in HEADINGS or tag.name == "button":
            yield from self._heading(tag)
        elif tag.name in ("ul", "ol"):
            yield from self._list(tag)
        elif tag.name == "table":
            yield from (self._made(row) for row in _rows(tag))
        elif tag.name == "dl":
            yield from (self._made(pair) for pair in _definitions(tag))
        elif tag.name == "details":
            yield from self._details(tag)
        elif tag.name == "pre":
            yield from self._verbatim(tag)
        elif tag.name not in ("summary", "head"):
            yield from self.children(tag)

    def _heading(self, tag: Tag) -> Iterator[Element]:
        """A heading, or the button that unfolds a section; other buttons say nothing about the subject."""
        text = _flat(tag)
        if text and (tag.name in HEADINGS or tag.has_attr("aria-controls")):
            self._lead = ""
            yield Heading(HEADINGS.get(tag.name, SUMMARY_LEVEL), text, self._lines[0])

    def _paragraph(self, run: Sequence[PageElement]) -> Iterator[Element]:
        text = _told(run)
        if text:
            self._lead = text if text.endswith(":") else ""
            yield self._made(text)

    def _verbatim(self, tag: Tag) -> Iterator[Element]:
        if text := tag.get_text().strip("\n"):
            yield self._made(text)

    def _list(self, tag: Tag) -> Iterator[Element]:
        lead, self._lead = self._lead, ""
        for text in _items(tag, 0):
            yield self._made(text, lead)

    def _details(self, tag: Tag) -> Iterator[Element]:
        summary = tag.find("summary")
        text = _flat(summary) if isinstance(summary, Tag) else ""
        if text:
            yield Heading(SUMMARY_LEVEL, text, self._lines[0])
        yield from self.children(tag)
        if text:
            yield DETAILS_END

    def _made(self, text: str, lead: str = "") -> Block:
        return Block(text, *self._lines, lead=lead)


def _items(tag: Tag, depth: int) -> Iterator[str]:
    for number, item in enumerate(tag.find_all("li", recursive=False), start=1):
        mark = f"{number}." if tag.name == "ol" else "-"
        own = [c for c in item.children if not (isinstance(c, Tag) and c.name in ("ul", "ol"))]
        nested = [c for c in item.children if isinstance(c, Tag) and c.name in ("ul", "ol")]
        text = _told(own)
        lines = [f"{'  ' * depth}{mark} {text}"] if text else []
        lines += [line for inner in nested for line in _items(inner, depth + 1)]
        if lines:
            yield "\n".join(lines)


def _rows(table: Tag) -> Iterator[str]:
    rows = [[_flat(cell) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    rows = [row for row in rows if any(row)]
    first = table.find("tr")
    has_header = isinstance(first, Tag) and bool(first.find("th")) and not first.find("td")
    header = rows[0] if rows and has_header else []
    for row in rows[1:] if header and len(rows) > 1 else rows:
        yield row_text(header, row)


def row_text(header: list[str], cells: list[str]) -> str:
    """One table row as a line that is understood without the rest: "Header: cell; Header: cell"."""
    named = [(header[at] if at < len(header) else "", cell) for at, cell in enumerate(cells) if cell]
    return "; ".join(f"{name}: {cell}" if name and name != cell else cell for name, cell in named)


def _definitions(tag: Tag) -> Iterator[str]:
    term = ""
    for child in tag.find_all(["dt", "dd"]):
        if child.name == "dt":
            term = _flat(child)
        elif text := _flat(child):
            yield f"{term}: {text}" if term else text


def _is_inline(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return node.name in INLINE and not node.find(lambda inner: inner.name not in INLINE)
    return True


def _inline(node: PageElement) -> str:
    if isinstance(node, Comment) or not isinstance(node, NavigableString | Tag):
        return ""
    if isinstance(node, NavigableString):
        return "" if type(node) is not NavigableString else re.sub(r"\s+", " ", node)
    if node.name == "br":
        return "\n"
    return "".join(_inline(child) if _is_inline(child) else f" {_inline(child)} " for child in node.children)


def _told(run: Sequence[PageElement]) -> str:
    """The text of inline nodes; none when they are only a link within the page, which answers nothing."""
    filled = [node for node in run if isinstance(node, Tag) or _inline(node).strip()]
    if len(filled) == 1 and isinstance(filled[0], Tag) and str(filled[0].get("href", "")).startswith("#"):
        return ""
    return _clean("".join(_inline(node) if _is_inline(node) else f" {_inline(node)} " for node in run))


def _flat(tag: Tag) -> str:
    return " ".join(_inline(tag).split())


def _clean(raw: str) -> str:
    return "\n".join(line for part in raw.split("\n") if (line := " ".join(part.split())))
