"""What every reader hands on: headings and blocks in reading order, folded into sections. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.read.front_matter import Facts
from knowledge.rule import Rule


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that is cut only when it must be: a paragraph, a list item, a table row, a statement.

    `lead` belongs before it and is repeated when the block starts a passage of its own: the sentence before a
    list, a function's signature. `joint` stands between it and the block before it in the same passage. Lines
    are 1-based and inclusive in the file, or None.
    """

    text: str
    first_line: int | None = None
    last_line: int | None = None
    lead: str = ""
    joint: str = "\n"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6; an empty text closes every open heading of that level and below."""

    level: int
    text: str
    line: int | None = None


Element = Block | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks below one heading; `titles` run from the top to it, without the document's own title.

    `rule` is what they decide, where they are code.
    """

    titles: tuple[str, ...]
    blocks: tuple[Block, ...]
    question: str | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: what it is called, what its front matter says, its sections, and what looked odd.

    `whole` keeps it in one passage however long it is (a saved reply is inserted whole or not at all).
    """

    title: str | None
    sections: tuple[Section, ...]
    facts: Facts = field(default_factory=Facts)
    warnings: tuple[str, ...] = ()
    whole: bool = False


def sections_of(
    elements: Iterable[Element], title: str | None, questions_at: int | None = None
) -> list[Section]:
    """Fold elements into sections, one a heading; headings at level `questions_at` become questions.

    Everything below a question stays in its answer. A heading equal to `title` is not repeated.
    """
    sections: list[Section] = []
    open_headings: list[Heading] = []
    blocks: list[Block] = []

    def close() -> None:
        if blocks:
            sections.append(_section(open_headings, blocks, title, questions_at))
            blocks.clear()

    for element in elements:
        if isinstance(element, Block):
            blocks.append(element)
        elif (
            questions_at
            and element.level > questions_at
            and any(h.level == questions_at for h in open_headings)
        ):
            if element.text:
                blocks.append(Block(element.text, element.line, element.line))
        else:
            close()
            open_headings = [heading for heading in open_headings if heading.level < element.level]
            open_headings += [element] if element.text else []
    close()
    return sections


def _section(
    headings: Sequence[Heading], blocks: list[Block], title: str | None, questions_at: int | None
) -> Section:
    question = next((heading for heading in headings if heading.level == questions_at), None)
    titles = tuple(h.text for h in headings if h is not question and not _same(h.text, title))
    first = blocks[0]
    if headings and headings[-1].line is not None and first.first_line is not None:
        # A citation that opens at the heading is easier to recognise than one that opens below it.
        blocks[0] = replace(first, first_line=headings[-1].line)
    return Section(titles, tuple(blocks), question.text if question else None)


def _same(left: str, right: str | None) -> bool:
    """Whether a heading only repeats the title; marks and capitals often differ."""
    return right is not None and _words(left) == _words(right)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def question_level(elements: Iterable[Element]) -> int | None:
    """The heading level on which a FAQ asks its questions: where most headings end in a question mark.

    Without any question mark it is the deepest level but the first; None when there are no such headings.
    """
    headings = [element for element in elements if isinstance(element, Heading) and element.text]
    asking = Counter(heading.level for heading in headings if heading.text.endswith("?"))
    if asking:
        return min(asking, key=lambda level: (-asking[level], level))
    return max((heading.level for heading in headings if heading.level > 1), default=None)


def first_title(elements: Iterable[Element]) -> str | None:
    """The text of the first level-1 heading."""
    return next((e.text for e in elements if isinstance(e, Heading) and e.level == 1 and e.text), None)
