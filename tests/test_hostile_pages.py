"""Pages that work against an insertion, or become another one: nothing lands in a wrong place."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import Desk, until
from tests.fixture_pages import insert, tell

pytestmark = pytest.mark.browser

RETURN, PASSWORD = 1, 2
TEXT = "First paragraph.\n\nSecond one."
NOTHING = "Nothing was inserted."
BOXES = "[...document.querySelectorAll('textarea')].map(box => box.value).filter(Boolean)"

# What the page does -> what it does it on, and what the agent reads.
REMOVES = "document.querySelector('#commentBox').remove()"
HIDES = "document.querySelector('#commentBox').style.display = 'none'"
DOUBLES = "{ const box = document.querySelector('#commentBox'); box.after(box.cloneNode(true)); }"
EXCHANGES = "{ const box = document.querySelector('#commentBox'); box.replaceWith(box.cloneNode(true)); }"
SHOWS_ANOTHER = "document.querySelector('h2 .badge').textContent = '#2'"
EMPTIES = "document.querySelector('#commentBox').value = ''"
ATTACKS = {
    "removes the box while it opens": ("#respond-tab", "click", REMOVES, "No reply box is open here."),
    "removes the box when it is entered": ("#commentBox", "focus", REMOVES, "No reply box is open here."),
    "hides the box when it is entered": ("#commentBox", "focus", HIDES, "No reply box is open here."),
    "doubles the box while it opens": ("#respond-tab", "click", DOUBLES, "shows its reply box twice"),
    "exchanges the box when it is entered": ("#commentBox", "focus", EXCHANGES, "No reply box is open here."),
    "shows another conversation once the box opens": (
        "#respond-tab",
        "click",
        SHOWS_ANOTHER,
        "another conversation",
    ),
    "shows another one once the box is entered": (
        "#commentBox",
        "focus",
        SHOWS_ANOTHER,
        "another conversation",
    ),
    "throws away what is written": ("#commentBox", "input", EMPTIES, "did not take the text"),
}


@pytest.fixture
def ticket(at_desk: Desk, helpdesk: str) -> Page:
    """The first ticket of a real django-helpdesk."""
    open_ticket(at_desk, helpdesk)
    return at_desk.page


def open_ticket(desk: Desk, address: str) -> None:
    desk.page.goto(f"{address}/tickets/{RETURN}/")
    if "/login" in desk.page.url:
        desk.sign_in(address)
        desk.open_ticket(address, RETURN)
    desk.page.bring_to_front()


def conversation(desk: Desk) -> str:
    view = tell(desk, {"sotto": "view_read"})
    found: str = view["conversation"]["conversation_id"]
    return found


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_that_changes_its_reply_box_meanwhile_gets_nothing(
    at_desk: Desk, ticket: Page, attack: str
) -> None:
    element, event, script, refusal = ATTACKS[attack]
    about = conversation(at_desk)
    ticket.locator(element).evaluate(
        f"(element, event) => element.addEventListener(event, () => {script})", event
    )
    answer = insert(at_desk, about, TEXT)
    assert answer["done"] is False
    assert refusal in answer["message"]
    assert NOTHING in answer["message"]
    assert ticket.evaluate(BOXES) == []


def test_a_box_that_takes_less_than_the_text_gets_none_of_it(at_desk: Desk, ticket: Page) -> None:
    ticket.locator("#commentBox").evaluate("box => { box.maxLength = 20; }")
    answer = insert(at_desk, conversation(at_desk), TEXT)
    assert "takes 20 characters" in answer["message"]
    assert ticket.evaluate(BOXES) == []


def test_internal_text_goes_into_a_private_note_only(at_desk: Desk, ticket: Page) -> None:
    about = conversation(at_desk)
    assert "internal" in insert(at_desk, about, TEXT, audience="internal")["message"]
    assert ticket.evaluate(BOXES) == []
    ticket.locator("#id_public").evaluate("box => { box.checked = false; }")
    assert insert(at_desk, about, TEXT, audience="internal") == {"done": True, "box": "note"}
    assert ticket.evaluate(BOXES) == [TEXT]


def test_a_second_click_while_the_first_insertion_waits_inserts_nothing(at_desk: Desk, ticket: Page) -> None:
    about = conversation(at_desk)
    twice = """async message => {
      const [tab] = await chrome.tabs.query({ active: true });
      const answers = [0, 1].map(() => chrome.tabs.sendMessage(tab.id, message));
      return (await Promise.all(answers)).map(answer => answer.done);
    }"""
    insertion = {"conversation_id": about, "suggestion_id": "s", "audience": "public", "replace": False}
    message = {"sotto": "insert", "insertion": {**insertion, "text": TEXT}}
    assert at_desk.worker.evaluate(twice, message) == [True, False]
    assert ticket.evaluate(BOXES) == [TEXT]


# ---- addresses that change without a navigation ------------------------------------------------------------

HEAR = """() => {
  if (self.heard) self.heard.length = 0;
  else {
    self.heard = [];
    const hear = ({ view }) => void self.heard.push({ at: Date.now(), view });
    chrome.runtime.onMessage.addListener(hear);
  }
}"""
# As a single-page helpdesk does: the new address first, then the other ticket in place of this one.
SWITCH = """async number => {
  history.pushState({}, "", `/tickets/${number}/`);
  const answer = await fetch(location.href);
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.body.replaceWith(document.adoptNode(other.body));
  return Date.now();
}"""


def heard(desk: Desk, look: str) -> Any:
    """When the panel was told of the view that `look` describes."""
    find = f"self.heard.find(({{ view }}) => view && {look})?.at"
    return until(lambda: desk.worker.evaluate(find), "the new view", desk.page)


def test_another_conversation_on_the_same_page_is_noticed_within_200_ms(at_desk: Desk, ticket: Page) -> None:
    waited = []
    for number in (PASSWORD, RETURN) * 4:
        at_desk.worker.evaluate(HEAR)
        switched = ticket.evaluate(SWITCH, number)
        seen = f"view.conversation?.conversation_id.endsWith(':{number}')"
        waited.append(heard(at_desk, seen) - switched)
    assert median(waited) <= 200, waited


def test_an_address_that_changes_alone_is_noticed_within_200_ms(at_desk: Desk, editor_pages: str) -> None:
    page, waited = at_desk.page, []
    for number in range(8):
        page.goto(f"{editor_pages}?editor=textarea&number={number}")
        page.locator("#customer").click(click_count=3)
        about = tell(at_desk, {"sotto": "selection_asked"})["conversation"]["conversation_id"]
        at_desk.worker.evaluate(HEAR)
        left = page.evaluate("() => { history.pushState({}, '', '?elsewhere'); return Date.now(); }")
        waited.append(heard(at_desk, "view.kind === 'unknown_page'") - left)
        assert "another conversation" in insert(at_desk, about, TEXT)["message"]
        assert page.evaluate(BOXES) == []
    assert median(waited) <= 200, waited
