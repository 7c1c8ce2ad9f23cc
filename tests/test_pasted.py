"""Logs, code and settings in a message: told apart from what it tells, and searched beside it."""

from __future__ import annotations

import pytest

from server.pasted import told_and_pasted


def test_what_stands_between_fences_is_told_apart() -> None:
    text = "The import fails.\n```log\nline 7: no column\n```\nWhat can I do?\n```\nid;name\n```"
    told, pasted = told_and_pasted(text)
    assert told.split() == ["The", "import", "fails.", "What", "can", "I", "do?"]
    assert pasted.split() == ["line", "7:", "no", "column", "id;name"]


def test_a_fence_that_is_never_closed_goes_to_the_end() -> None:
    assert told_and_pasted("See this:\n```\nline 7") == ("See this:", "line 7")


@pytest.mark.parametrize("text", ["", "No fence at all", "```\nonly a log\n```", "Told, then nothing: ```"])
def test_where_only_one_of_the_two_is_there_all_of_it_is_told(text: str) -> None:
    assert told_and_pasted(text) == (text, "")
