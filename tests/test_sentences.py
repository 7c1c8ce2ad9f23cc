from __future__ import annotations

import pytest

from server.sentences import facts, is_row, paragraphs, plain, sentence_spans, statements


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It costs £4.95. Free over £60.", ["It costs £4.95.", "Free over £60."]),
        ("Open 9.30am to 6 p.m. daily.", ["Open 9.30am to 6 p.m. daily."]),
        ("Use a cloth, e.g. A soft one. Then dry.", ["Use a cloth, e.g. A soft one.", "Then dry."]),
        ("Ask Mr. Smith. He knows.", ["Ask Mr. Smith.", "He knows."]),
        ("See art. 5 and No. 7 there.", ["See art. 5 and No. 7 there."]),
        ("No. You cannot.", ["No.", "You cannot."]),
        ('He said "Stop." Then left.', ['He said "Stop."', "Then left."]),
        ("Wait… what?", ["Wait… what?"]),
        ("First paragraph\n\nSecond", ["First paragraph", "Second"]),
        ("Intro:\n- one\n- two", ["Intro:", "- one", "- two"]),
        ("   ", []),
        ("", []),
        ("no end", ["no end"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("Version 2.13.0 is out. Good.", ["Version 2.13.0 is out.", "Good."]),
        ("See help.example.com. Then ask.", ["See help.example.com.", "Then ask."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentence_spans(text)] == sentences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Returns\n\nYou have **30 days**. Keep it.", ["You have 30 days.", "Keep it."]),
        (
            "We cannot take back:\n\n- gift cards\n- mattresses",
            ["We cannot take back:\n- gift cards\n- mattresses"],
        ),
        (
            "- Parcels are left.\n- Measure first. Then wait.",
            ["Parcels are left.", "Measure first.", "Then wait."],
        ),
        ("We take:\n- cash\n- cards\nNever cheques.", ["We take:\n- cash\n- cards", "Never cheques."]),
        ("A line that\ngoes on here.", ["A line that goes on here."]),
        (
            "Class: Parcel; Plus: Free\nOne charge. Only.",
            ["Class: Parcel; Plus: Free", "One charge.", "Only."],
        ),
        ("Before.\n```\ncode = 1\n```\nAfter.", ["Before.", "After."]),
        ("See [our page](https://x.example) and `My account`.", ["See our page and My account."]),
        ("1. Open it.\n2. Print it.", ["Open it.", "Print it."]),
        ("", []),
    ],
)
def test_statements_keep_lists_and_rows_whole_and_drop_markup(text: str, said: list[str]) -> None:
    assert statements(text) == said


def test_a_table_row_is_known_as_one() -> None:
    assert is_row("Class: Parcel; Standard: £4.95, free on orders of £60 or more; Plus: Free")
    assert not is_row("You may stop at once; the rest is refunded.")


def test_product_facts_stand_under_the_products_name() -> None:
    record = (
        "Kettle — sku: K-1; price: 34.95; url: https://x.example/k;"
        " description: Boils fast; quietly too. 2.2 kW."
    )
    assert facts(record) == ["Kettle: Boils fast; quietly too.", "Kettle: 2.2 kW.", "Kettle — price: 34.95"]
    assert facts("A plain sentence. And more.") == ["A plain sentence.", "And more."]


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("Hello **you**,\n\n1. Open\n2. Print\n\n\nBye") == [
        "Hello you,",
        "1. Open\n2. Print",
        "Bye",
    ]


def test_plain_leaves_lone_stars_and_underscores_alone() -> None:
    assert plain("2 * 3 * 4 and snake_case_name") == "2 * 3 * 4 and snake_case_name"
