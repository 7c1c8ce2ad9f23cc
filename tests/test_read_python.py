"""Python source: module, classes, functions and methods with the lines they stand on."""

from __future__ import annotations

import pytest

from ingest.errors import UnreadableDocument
from ingest.read.python_code import read_python

SOURCE = '''\
"""Late fees."""

import math

# Percent of what is overdue.
RATE = 3


@cached
def fee(amount: int) -> int:
    """In pence."""
    part = amount * RATE

    return math.ceil(part / 100)


class Plan:
    """Three payments."""

    months = 3

    async def pay(self) -> None: ...

    class Inner:
        x = 1


def bare(
    a,
    b,
): return a
'''


def test_definitions_become_sections_with_their_own_lines() -> None:
    found = [
        (section.titles, section.blocks[0].first_line, section.blocks[-1].last_line)
        for section in read_python(SOURCE, "shop/fees.py").sections
    ]
    assert found == [
        ((), 1, 6),
        (("fee",), 9, 14),
        (("Plan",), 17, 20),
        (("Plan", "pay"), 22, 22),
        (("Plan", "Inner"), 24, 25),
        (("bare",), 28, 31),
    ]


def test_comments_above_a_constant_belong_to_it_and_imports_to_nothing() -> None:
    blocks = read_python(SOURCE, "fees.py").sections[0].blocks
    assert [block.text for block in blocks] == ['"""Late fees."""', "# Percent of what is overdue.\nRATE = 3"]


def test_a_function_starts_with_its_decorators_and_every_statement_knows_its_signature() -> None:
    blocks = read_python(SOURCE, "fees.py").sections[1].blocks
    assert blocks[0].text == "@cached\ndef fee(amount: int) -> int:"
    assert {block.lead for block in blocks[1:]} == {"def fee(amount: int) -> int:"}
    assert blocks[-1].joint == "\n\n"


@pytest.mark.parametrize(
    ("path", "title"), [("shop/fees.py", "shop.fees"), ("shop/__init__.py", "shop"), ("fees.py", "fees")]
)
def test_the_title_is_the_module(path: str, title: str) -> None:
    assert read_python(SOURCE, path).title == title


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\ndef f(:\n    pass\n", "line 2: not valid Python"),
        ("if True:\nprint()\n", "line 2: not valid Python"),
        ("import os\n", "no docstring, constant, class or function"),
        ("x = " + "(" * 5000 + ")" * 5000, ""),
    ],
)
def test_code_that_does_not_parse_fails_with_its_line(text: str, told: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_python(text, "fees.py")
    assert told in str(caught.value)
