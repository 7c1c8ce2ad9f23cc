"""Inserting into the editors of helpdesks, in a real Chromium: nothing is lost, one undo takes it out.

Every page tells what its editor's own model holds, because that is what the helpdesk would send.
"""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser import Desk, extension, playwright  # noqa: F401
from tests.fixture_pages import at_desk, editor_pages, insert, tell  # noqa: F401

pytestmark = pytest.mark.browser

FIRST = "First paragraph with <b>tags</b> & 🙂."
SECOND = "שלום, the second one."
TEXT = f"{FIRST}\n\n{SECOND}"
SIGNATURE = ["-- ", "Sam of Quillbrook"]
SIGNED = ["--", "Sam of Quillbrook"]
BOX = "#desk :is(textarea, input, [contenteditable=true]):visible"
EDITORS = (
    "textarea",
    "react",
    "contenteditable",
    "frame",
    "tiptap",
    "prosemirror",
    "quill",
    "lexical",
    "summernote",
)
# Every editor that notices typing in a way of its own: by the browser's events, React's, a schema's.
CORE = ("react", "tiptap", "lexical")


class Editor:
    """The agent at one fixture page, and Sotto's side of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page
        self._conversation = ""

    def open(self, address: str, name: str, lines: list[str]) -> None:
        self.name = name
        self.page.goto(f"{address}?{urlencode({'editor': name, 'lines': json.dumps(lines)})}")
        self.page.wait_for_selector("body[data-ready]")
        self._conversation = self.ask_selection()["conversation"]["conversation_id"]

    def ask_selection(self) -> dict[str, Any]:
        self.page.locator("#customer").click(click_count=3)
        return tell(self.desk, {"sotto": "selection_asked"})

    def insert(self, text: str = TEXT, **how: Any) -> dict[str, Any]:
        return insert(self.desk, self._conversation, text, **how)

    def click(self) -> None:
        if self.name == "frame":
            self.page.frame_locator("#desk iframe").locator("body").click()
        else:
            self.page.locator(BOX).first.click()

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def lines(self) -> list[str]:
        """What the editor would send, without blank lines and blanks at the ends of lines."""
        lines: list[str] = self.page.evaluate("fixture.lines()")
        return [line.replace("\xa0", " ").strip() for line in lines if line.strip("\xa0 ​")]

    def raw(self) -> str:
        raw: str = self.page.evaluate("fixture.raw()")
        return raw


@pytest.fixture
def editor(at_desk: Desk) -> Editor:
    return Editor(at_desk)


# ---- the matrix: what the agent did before, and what the editor must hold afterwards -----------------------


def typed(*keys: str, text: str = "Hello Ana, thanks") -> Callable[[Editor], None]:
    def act(editor: Editor) -> None:
        editor.click()
        editor.write(text)
        for key in keys:
            editor.press(key)

    return act


def left_for_the_customer(editor: Editor) -> None:
    typed(*["ArrowLeft"] * 7)(editor)
    editor.ask_selection()


@dataclass(frozen=True)
class Case:
    expected: list[str]
    act: Callable[[Editor], None] | None = None
    lines: list[str] = field(default_factory=list)
    replace: bool = False


CASES = {
    "an empty box": Case([FIRST, SECOND]),
    "an empty box with the caret in it": Case([FIRST, SECOND], act=Editor.click),
    "half-typed text with the caret in it": Case(
        ["Hello Ana,", FIRST, SECOND, "thanks"], act=typed(*["ArrowLeft"] * 7)
    ),
    "a caret that was left for the customer's words": Case(
        ["Hello Ana,", FIRST, SECOND, "thanks"], act=left_for_the_customer
    ),
    "a box that was never focused": Case(["Hello Ana,", FIRST, SECOND], lines=["Hello Ana,"]),
    "a selection": Case(
        ["Hello Ana, tha", FIRST, SECOND, "nks"],
        act=typed(*["ArrowLeft"] * 3, *["Shift+ArrowLeft"] * 3),
    ),
    "a signature": Case(["Hello Ana,", FIRST, SECOND, *SIGNED], lines=["Hello Ana,", "", *SIGNATURE]),
    "nothing but a signature": Case([FIRST, SECOND, *SIGNED], lines=["", *SIGNATURE]),
    "a signature from the first line on": Case([FIRST, SECOND, *SIGNED], lines=SIGNATURE),
    "text to be replaced": Case(
        [FIRST, SECOND, *SIGNED], lines=["Old words", "and more", *SIGNATURE], replace=True
    ),
    "typed text to be replaced": Case([FIRST, SECOND], act=typed(), replace=True),
}


def hold(editor: Editor, pages: str, name: str, case: Case) -> None:
    """The insertion is right, the caret stands behind it, and undo brings back exactly what was there."""
    editor.open(pages, name, case.lines)
    if case.act:
        case.act(editor)
    before, words = editor.raw(), editor.lines()
    assert editor.insert(replace=case.replace) == {"done": True, "box": "reply"}
    assert editor.lines() == case.expected
    editor.press("Control+z")
    assert editor.lines() == words
    assert editor.raw() == before
    editor.press("Control+y" if name == "summernote" else "Control+Shift+z")
    assert editor.lines() == case.expected


@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("case", ["half-typed text with the caret in it", "a signature"])
def test_core(editor: Editor, editor_pages: str, name: str, case: str) -> None:
    hold(editor, editor_pages, name, CASES[case])


@pytest.mark.long
@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("case", CASES)
def test_matrix(editor: Editor, editor_pages: str, name: str, case: str) -> None:
    hold(editor, editor_pages, name, CASES[case])
