"""Questions and products in CSV, questions in Markdown."""

from __future__ import annotations

import pytest

from ingest.errors import UnreadableDocument
from ingest.read.faq import read_faq_table
from ingest.read.pages import read_markdown
from ingest.read.table import read_table
from knowledge.document import Kind

PRODUCTS = 'sku,name,price_gbp\nL-1,"Lamp, small",9.50\n\nS-2,"Sofa\nin two parts",\n'


def test_a_product_row_is_understood_alone_and_keeps_its_lines() -> None:
    sections = read_table(PRODUCTS).sections
    assert [
        (s.titles, s.blocks[0].text, s.blocks[0].first_line, s.blocks[0].last_line) for s in sections
    ] == [
        (("Lamp, small",), "Lamp, small — sku: L-1; price gbp: 9.50", 2, 2),
        (("Sofa in two parts",), "Sofa in two parts — sku: S-2", 4, 5),
    ]


def test_semicolons_separate_too() -> None:
    assert read_table("name;price\nLamp;9,50\n").sections[0].blocks[0].text == "Lamp — price: 9,50"


def test_question_rows_become_pairs() -> None:
    section = read_faq_table("Category,Question,Answer,note\nPay,May I?,Yes.,weekdays\n").sections[0]
    assert (section.titles, section.question) == (("Pay",), "May I?")
    assert section.blocks[0].text == "Yes.\nnote: weekdays"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "question,reply\nMay I?,Yes\n",
            "line 1: expected the columns question and answer, received question, reply",
        ),
        ("question,answer\nMay I?,\n", "line 2: question or answer is empty"),
        ("question,answer\nMay I?,Yes, of course\n", "line 2: expected 2 cells, received 3"),
        ("question,answer\n", "no questions below the column names"),
        ("question,answer,answer\na,b,c\n", "line 1: a column name is empty or used twice"),
        ('question,answer\n"May I?,Yes\n', "not valid CSV"),
    ],
)
def test_a_broken_table_names_its_line(text: str, told: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_faq_table(text)
    assert told in str(caught.value)
    assert "owner must" in str(caught.value)


def test_every_heading_on_the_level_of_the_questions_is_one() -> None:
    text = "# Help\n\n## May I?\n\nYes.\n\n- now\n\n## I was charged twice.\n\nSorry.\n\n### Where\n\nHere.\n"
    sections = read_markdown(text, Kind.FAQ).sections
    assert [(s.question, [b.text for b in s.blocks]) for s in sections] == [
        ("May I?", ["Yes.", "- now"]),
        ("I was charged twice.", ["Sorry.", "Where", "Here."]),
    ]
    assert [s.blocks[0].first_line for s in sections] == [3, 9]


def test_groups_above_the_questions_are_titles() -> None:
    text = "# Help\n\n## Paying\n\n### May I?\n\nYes.\n\n### Must I?\n\nNo.\n"
    sections = read_markdown(text, Kind.FAQ).sections
    assert [(s.titles, s.question) for s in sections] == [(("Paying",), "May I?"), (("Paying",), "Must I?")]
