"""Markdown: headings, lists, tables and HTML become blocks with the file's own lines."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from ingest.errors import UnreadableDocument
from ingest.read.front_matter import open_text
from ingest.read.outline import Block, Reading
from ingest.read.pages import read_markdown
from knowledge.document import Audience, Kind

PAGE = """\
---
title: Returns
effective_from: 2026-02-01
tags: [returns, lamps]
audience: internal
layout: {nested: [1, 2]}
---
# Returns

You may return a **lamp** within [30 days](https://shop.example/x).
It must be unused.

## What to send

Please send:

- the lamp
- the receipt,
  or a photo of it
  1. both sides

| Item | Fee |
|------|-----|
| Lamp | £3  |
| Sofa | £40 |

### Where

To our desk.
"""


def read(text: str, kind: Kind = Kind.POLICY) -> Reading:
    return read_markdown(text, kind)


def flat(reading: Reading) -> list[tuple[tuple[str, ...], str, int | None, int | None]]:
    return [(s.titles, b.text, b.first_line, b.last_line) for s in reading.sections for b in s.blocks]


def test_blocks_carry_their_headings_and_exact_lines() -> None:
    assert flat(read(PAGE)) == [
        ((), "You may return a lamp within 30 days. It must be unused.", 8, 11),
        (("What to send",), "Please send:", 13, 15),
        (("What to send",), "- the lamp", 17, 17),
        (("What to send",), "- the receipt, or a photo of it\n  1. both sides", 18, 20),
        (("What to send",), "Item: Lamp; Fee: £3", 24, 24),
        (("What to send",), "Item: Sofa; Fee: £40", 25, 25),
        (("What to send", "Where"), "To our desk.", 27, 29),
    ]


def test_list_items_remember_the_sentence_that_leads_in() -> None:
    blocks = read(PAGE).sections[1].blocks
    assert [block.lead for block in blocks] == ["", "Please send:", "Please send:", "", ""]


def test_front_matter_is_read_and_unknown_fields_are_ignored() -> None:
    facts = read(PAGE).facts
    assert (facts.title, facts.effective_from, facts.audience) == (
        "Returns",
        date(2026, 2, 1),
        Audience.INTERNAL,
    )
    assert facts.tags == ("returns", "lamps")


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<div class='x' markdown=\"1\">\n\nInside.\n\n</div>\n", ["Inside."]),
        ("Before.\n<script>alert(1)</script>\n", ["Before."]),
        ("<script>\nalert(1)\n</script>\n\nAfter.\n", ["After."]),
        ("<p>One<br>two</p>\n", ["One\ntwo"]),
        ("{% include nav.html %}\nHello {{ customer }}.\n", ["Hello {{ customer }}."]),
        ("Text.\n{: .note}\n", ["Text."]),
        ("> [!NOTE]\n> Careful.\n", ["Careful."]),
        ("    <td>indented</td>\n", ["indented"]),
        ("```\ncode  here\n```\n", ["code  here"]),
        ("<!-- a\ncomment -->\n\nSeen.\n", ["Seen."]),
        ("<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n", ["A: 1; B: 2"]),
        ("- [How](#how)\n- [Fees](#fees) apply\n\n[Top](#top)\n", ["- Fees apply"]),
        ("![A lamp](lamp.png) is bright.\n", ["A lamp is bright."]),
    ],
)
def test_html_and_templates_in_markdown_become_plain_text(text: str, blocks: list[str]) -> None:
    found = [block.text for section in read(text).sections for block in section.blocks]
    assert found == blocks


def test_unfolding_html_around_markdown_is_a_section_of_its_own() -> None:
    text = "# T\n\n<details>\n<summary>May I?</summary>\n\nYou **may**.\n\n</details>\n\nAfter.\n"
    assert [(titles, words) for titles, words, _, _ in flat(read(text))] == [
        (("May I?",), "You may."),
        ((), "After."),
    ]


def test_broken_front_matter_is_a_warning_and_the_body_is_read() -> None:
    reading = read("---\ntitle: A: b\nother: [\n---\nBody.\n")
    assert reading.title == "A: b"
    assert reading.warnings == ("front matter is not valid YAML at line 2; all but the title is ignored",)


@pytest.mark.parametrize(
    ("front", "told"),
    [
        (
            "audience: everyone",
            "front matter `audience`: expected public, expert or internal, received 'everyone'",
        ),
        (
            "expires_on: soon",
            "front matter `expires_on`: expected a date such as 2026-02-01, received 'soon'",
        ),
        ("a: [\naudience: internal", "not valid YAML at line"),
        ("a: [\n'expires_on': 2026-01-01", "it sets `expires_on`"),
    ],
)
def test_a_mistake_that_could_show_text_to_the_wrong_people_fails_the_document(front: str, told: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(f"---\n{front}\n---\nBody.\n")
    assert told in str(caught.value)
    assert "owner must correct it" in str(caught.value)


@pytest.mark.parametrize(
    ("front", "warning"),
    [("tags: 7", "front matter `tags` ignored"), ("product: {a: 1}", "front matter `product` ignored")],
)
def test_a_mistake_in_a_harmless_field_is_a_warning(front: str, warning: str) -> None:
    assert read(f"---\n{front}\n---\nBody.\n").warnings[0].startswith(warning)


MULTIPLYING = "a: &a {k: v}\n" + "".join(
    f"{name}: &{name}\n  <<: [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghij")
)


@pytest.mark.parametrize("front", [MULTIPLYING, "x: " + "[" * 100_000 + "]" * 100_000], ids=["alias", "deep"])
def test_front_matter_that_would_exhaust_the_machine_is_not_unfolded(front: str) -> None:
    reading = read(f"---\ntitle: Fees\n{front}\n---\nBody.\n")
    assert (reading.title, reading.sections[0].blocks[0].text) == ("Fees", "Body.")
    assert "front matter has aliases or is nested too deeply at line" in reading.warnings[0]
    with pytest.raises(UnreadableDocument, match="and it sets `audience`"):
        read(f"---\naudience: internal\n{front}\n---\nBody.\n")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["{% ", "{:"])
def test_tags_that_never_end_are_read_in_bounded_time(piece: str) -> None:
    assert read(f"{{% if a %}}Seen.\n\n{piece * 100_000}").sections[0].blocks[0].text == "Seen."


@pytest.mark.parametrize("text", ["# Only a heading\n", "---\ntitle: x\n---\n", "<div></div>\n"])
def test_a_page_without_text_fails(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="no text in it"):
        read(text)


def test_a_rule_in_the_middle_is_not_front_matter() -> None:
    assert open_text("Text.\n\n---\n\nMore.\n").body_line == 1


def test_a_saved_reply_stays_whole_with_its_variables() -> None:
    reading = read("---\ntitle: Refund\n---\n\nHello {{name}},\n\n- **paid**: {{sum}}\n\n", Kind.MACRO)
    assert reading.whole
    assert reading.sections[0].blocks == (Block("Hello {{name}},\n\n- **paid**: {{sum}}", 5, 7),)


def test_a_saved_reply_takes_its_title_from_its_first_heading() -> None:
    reading = read("# Refund\n\nHello.\n", Kind.MACRO)
    assert (reading.title, reading.sections[0].blocks[0].text) == ("Refund", "Hello.")
