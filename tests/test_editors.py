"""Inserting into the editors of helpdesks, in a real Chromium: nothing is lost, one undo takes it out.

Every page tells what its editor's own model holds, because that is what the helpdesk would send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser import Backend, Desk
from tests.fixture_pages import insert, tell

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
# These keep what a helpdesk marks as the signature; the others have no such thing in their schema.
MARKING = ("contenteditable", "frame", "summernote")
# Every editor that notices typing in a way of its own: by the browser's events, React's, a schema's.
CORE = ("react", "tiptap", "lexical")


class Editor:
    """The agent at one fixture page, and Sotto's side of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page
        self._conversation = ""

    def open(self, address: str, name: str, lines: Sequence[str | dict[str, str]] = ()) -> None:
        self.name = name
        self.page.goto(f"{address}?{urlencode({'editor': name, 'lines': json.dumps(list(lines))})}")
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

    def is_focused(self) -> bool:
        """Whether what the agent types next goes into the box."""
        focused = "document.activeElement.matches('#desk *') && document.hasFocus()"
        return bool(self.page.evaluate(focused))

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
    lines: Sequence[str | dict[str, str]] = ()
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

MARKED = [{"signature": "Sam of Quillbrook"}]
MARKED_CASES = {
    "typed text": Case(["Hello Ana,", FIRST, SECOND, SIGNED[1]], lines=["Hello Ana,", *MARKED]),
    "an empty line": Case([FIRST, SECOND, SIGNED[1]], lines=["", *MARKED]),
    "nothing": Case([FIRST, SECOND, SIGNED[1]], lines=MARKED),
    "text to be replaced": Case([FIRST, SECOND, SIGNED[1]], lines=["Old", "words", *MARKED], replace=True),
}


def hold(editor: Editor, pages: str, name: str, case: Case) -> None:
    """The insertion is right, the caret stands behind it, and undo brings back exactly what was there."""
    editor.open(pages, name, case.lines)
    if case.act:
        case.act(editor)
    before, words = editor.raw(), editor.lines()
    assert editor.insert(replace=case.replace) == {"done": True, "box": "reply"}
    assert editor.lines() == case.expected
    assert editor.is_focused()
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


@pytest.mark.long
@pytest.mark.parametrize("name", ["textarea", "react", "quill"])
@pytest.mark.parametrize("lines", [["Hello Ana,", *SIGNATURE], ["Hello Ana,", "", *SIGNATURE]])
def test_where_lines_stand_close_an_empty_one_separates_the_text(
    editor: Editor, editor_pages: str, name: str, lines: list[str]
) -> None:
    editor.open(editor_pages, name, lines)
    assert editor.insert()["done"]
    assert editor.page.evaluate("fixture.lines()") == ["Hello Ana,", "", FIRST, "", SECOND, "", *SIGNATURE]


@pytest.mark.long
@pytest.mark.parametrize("name", MARKING)
@pytest.mark.parametrize("case", MARKED_CASES)
def test_a_signature_that_the_helpdesk_marks_stays_last(
    editor: Editor, editor_pages: str, name: str, case: str
) -> None:
    hold(editor, editor_pages, name, MARKED_CASES[case])


@pytest.mark.long
@pytest.mark.parametrize("name", EDITORS)
def test_the_agent_goes_on_typing_behind_the_text(editor: Editor, editor_pages: str, name: str) -> None:
    editor.open(editor_pages, name)
    typed(*["ArrowLeft"] * 7)(editor)
    assert editor.insert()["done"]
    editor.write(" More.")
    assert editor.lines() == ["Hello Ana,", FIRST, f"{SECOND} More.", "thanks"]


# Summernote's own undo also steps over clicks, which change nothing.
@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in EDITORS if name != "summernote"])
def test_two_insertions_are_two_steps_of_undo(editor: Editor, editor_pages: str, name: str) -> None:
    editor.open(editor_pages, name)
    assert editor.insert("One more thing.")["done"]
    assert editor.insert("And another one.")["done"]
    assert editor.lines() == ["One more thing.", "And another one."]
    editor.press("Control+z")
    assert editor.lines() == ["One more thing."]
    editor.press("Control+z")
    assert editor.lines() == []


@pytest.mark.long
@pytest.mark.parametrize("name", EDITORS)
def test_an_address_stands_in_the_line(editor: Editor, editor_pages: str, name: str) -> None:
    editor.open(editor_pages, name)
    typed(*["ArrowLeft"] * 7)(editor)
    assert editor.insert("https://shop.example/returns")["done"]
    assert editor.lines() == ["Hello Ana, https://shop.example/returns thanks"]


def test_a_box_of_one_line_takes_the_text_in_one_line(editor: Editor, editor_pages: str) -> None:
    editor.open(editor_pages, "input")
    typed(*["ArrowLeft"] * 3, *["Shift+ArrowLeft"] * 3)(editor)
    assert editor.insert()["done"]
    assert " ".join(editor.raw().split()) == f"Hello Ana, tha {FIRST} {SECOND} nks"
    editor.press("Control+z")
    assert editor.raw() == "Hello Ana, thanks"


def test_of_two_boxes_the_one_that_the_agent_used_is_meant(editor: Editor, editor_pages: str) -> None:
    editor.open(editor_pages, "two")
    assert editor.ask_selection()["replyBox"] is None
    assert "No reply box is open here" in editor.insert()["message"]
    assert editor.lines() == []
    editor.page.locator("textarea").last.click()
    editor.write("Hello")
    assert editor.ask_selection()["replyBox"] == {"kind": "reply", "typed": True}
    assert editor.insert()["done"]
    assert editor.lines() == ["Hello", FIRST, SECOND]
    assert editor.page.locator("textarea").first.input_value() == ""


SWALLOWS = "event.preventDefault()"
TAKES_HALF = "event.preventDefault(); document.execCommand('insertText', false, 'First')"
TAKES_ITS_OWN = "event.preventDefault(); event.target.append('Something else')"


@pytest.mark.parametrize(
    ("on_paste", "left", "message"),
    [
        (SWALLOWS, ["Hello Ana,"], "did not take the text"),
        (TAKES_HALF, ["Hello Ana,"], "did not take the text"),
        (TAKES_ITS_OWN, ["Hello Ana,", "Something else"], "read it before you send"),
    ],
)
def test_an_editor_that_takes_something_else_is_put_back_or_told_of(
    editor: Editor, editor_pages: str, on_paste: str, left: list[str], message: str
) -> None:
    editor.open(editor_pages, "contenteditable", ["Hello Ana,"])
    editor.page.locator("#desk p").evaluate(f"box => box.parentElement.onpaste = event => {{ {on_paste} }}")
    answer = editor.insert()
    assert answer["done"] is False
    assert message in answer["message"]
    assert editor.lines() == left


@pytest.mark.long
@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("button", ["Insert in reply", "Replace my text"])
def test_the_panels_own_buttons_insert_and_replace(
    desk: Desk, backend: Backend, editor_pages: str, name: str, button: str
) -> None:
    """With the real side panel, which has the focus when its button is pressed."""
    desk.configure(backend)
    editor = Editor(desk)
    typed = [] if button == "Insert in reply" else ["Half typed."]
    editor.open(editor_pages, name, [*typed, "", *SIGNATURE])
    panel = desk.open_panel()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    panel.get_by_role("button", name=button).click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    inserted = editor.lines()
    assert inserted[-2:] == SIGNED
    assert "Half typed." not in inserted
    assert len(inserted) > len(SIGNED)
    assert editor.is_focused()
    editor.write(" More.")
    assert editor.lines()[-3].endswith(" More.")
