"""HTML pages: what a visitor reads, without what surrounds it."""

from __future__ import annotations

import pytest

from ingest.errors import UnreadableDocument
from ingest.read.forms import read_document
from ingest.read.pages import read_html
from knowledge.document import Kind

PAGE = """<!doctype html><html><head><title>Shop - Returns</title><style>p {}</style></head><body>
<nav><a href="/">Home</a></nav>
<main><h1>Returns</h1><p>Within <b>30</b> days.</p>
<h2>How</h2><p><a href="#x">Skip</a></p><p>Send:</p>
<ul><li><a href="#x">More</a></li><li>the lamp</li><li>a note<ul><li>signed</li></ul></li></ul>
<table><tr><th>Item</th><th>Fee</th></tr><tr><td>Lamp</td><td>£3</td></tr></table>
<dl><dt>Desk</dt><dd>Ground floor</dd></dl>
<details><summary>And sofas?</summary><p>We collect.</p></details><p>Thank you.</p>
<button aria-controls="x">More</button><div id="x" hidden>Call us.</div><button>OK</button>
<script>track()</script></main><footer>Imprint</footer></body></html>"""


def test_a_page_keeps_headings_lists_tables_and_what_unfolds() -> None:
    reading = read_html(PAGE, Kind.POLICY)
    assert reading.title == "Returns"
    assert [(section.titles, [block.text for block in section.blocks]) for section in reading.sections] == [
        ((), ["Within 30 days."]),
        (
            ("How",),
            ["Send:", "- the lamp", "- a note\n  - signed", "Item: Lamp; Fee: £3", "Desk: Ground floor"],
        ),
        (("How", "And sofas?"), ["We collect."]),
        (("How",), ["Thank you."]),
        (("How", "More"), ["Call us."]),
    ]
    assert reading.sections[1].blocks[1].lead == "Send:"
    assert all(block.first_line is None for section in reading.sections for block in section.blocks)


@pytest.mark.parametrize("gone", ["Home", "Skip", "Imprint", "track", "OK", "p {}"])
def test_what_surrounds_the_text_is_dropped(gone: str) -> None:
    texts = [block.text for section in read_html(PAGE, Kind.POLICY).sections for block in section.blocks]
    assert not any(gone in text for text in texts)


def test_questions_may_be_headings_or_unfold() -> None:
    page = (
        "<h1>Help</h1><h2>May I?</h2><p>Yes.</p><h2>Must I?</h2><p>No.</p><h3>Really</h3><p>Really not.</p>"
    )
    sections = read_html(page, Kind.FAQ).sections
    assert [(s.question, [b.text for b in s.blocks]) for s in sections] == [
        ("May I?", ["Yes."]),
        ("Must I?", ["No.", "Really", "Really not."]),
    ]
    page = "<h1>Help</h1>"
    page += "<details><summary>May I?</summary>Yes.</details><details><summary>Why?</summary>So.</details>"
    assert [s.question for s in read_html(page, Kind.FAQ).sections] == ["May I?", "Why?"]


@pytest.mark.timeout(20)
def test_a_page_nested_beyond_reason_is_given_up_early() -> None:
    with pytest.raises(UnreadableDocument, match="nested too deeply to read: the owner must"):
        read_document("deep.html", Kind.POLICY, b"<b>" * 300_000 + b"x")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["<a ", "<!-- x"])
def test_tags_that_never_end_are_read_in_bounded_time(piece: str) -> None:
    texts = [
        block.text for block in read_html("<p>Seen.</p>" + piece * 50_000, Kind.POLICY).sections[0].blocks
    ]
    assert texts[0] == "Seen."


def test_a_comment_that_never_ends_hides_all_that_follows() -> None:
    blocks = read_html("<p>Seen.</p>1 < 2 <!-- not for customers", Kind.POLICY).sections[0].blocks
    assert [block.text for block in blocks] == ["Seen.", "1 < 2"]
