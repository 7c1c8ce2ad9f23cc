"""Several conversations beside one panel, and a draft in use: real extension, real django-helpdesk."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk, until
from tests.desk_steps import ALONE, FIT, MANAGER, PASSWORD, REPLY, RETURN, customer_writes, ready, sit_down
from tests.held_model import HeldModel

pytestmark = pytest.mark.browser

FIVE = (RETURN, PASSWORD, ALONE, FIT, REPLY)
SUGGESTION = ".suggestion[data-state=ready]"


def in_view(panel: Page, ticket: int) -> None:
    expect(panel.locator(f".panel[data-conversation$=':{ticket}']")).to_be_visible()


def use(panel: Page, ticket: int) -> str:
    """Wait for the draft, begin a question and open a snippet beside it; the suggestion's id."""
    in_view(panel, ticket)
    ready(panel)
    panel.get_by_label("Ask the knowledge").fill(f"Half a question about {ticket}")
    panel.locator(".snippet .head").first.click()
    expect(panel.locator(".snippet[data-open=true]")).to_have_count(1)
    found: str | None = panel.locator(SUGGESTION).get_attribute("data-suggestion")
    assert found
    return found


def is_as_left(panel: Page, ticket: int, suggestions: Mapping[int, str]) -> None:
    """The very same suggestion, question and open snippet as `use` left, and nothing that waits."""
    in_view(panel, ticket)
    expect(panel.locator(SUGGESTION)).to_have_attribute("data-suggestion", suggestions[ticket])
    expect(panel.get_by_label("Ask the knowledge")).to_have_value(f"Half a question about {ticket}")
    expect(panel.locator(".snippet[data-open=true]")).to_have_count(1)
    expect(panel.locator("[data-state=pending]")).to_have_count(0)


def test_five_conversations_in_one_tab_are_each_as_the_agent_left_them(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    suggestions = {RETURN: use(panel, RETURN)}
    for ticket in FIVE[1:]:
        desk.open_ticket(helpdesk, ticket)
        suggestions[ticket] = use(panel, ticket)
    assert len(set(suggestions.values())) == len(FIVE)
    for ticket in (ALONE, RETURN, REPLY, PASSWORD, FIT):
        desk.open_ticket(helpdesk, ticket)
        is_as_left(panel, ticket, suggestions)


def test_five_conversations_in_five_tabs_follow_the_tab_and_an_urgent_one_calls_from_behind(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    tabs = {RETURN: desk.page}
    suggestions = {RETURN: use(panel, RETURN)}
    for ticket in (PASSWORD, MANAGER, FIT, REPLY):
        tabs[ticket] = desk.new_tab(f"{helpdesk}/tickets/{ticket}/")
        suggestions[ticket] = use(panel, ticket) if ticket != MANAGER else ""
        in_view(panel, ticket)
        if ticket == MANAGER:
            expect(panel.locator(".flag-line")).to_contain_text("Asks for a person")
    for ticket in (PASSWORD, REPLY, RETURN, FIT):
        tabs[ticket].bring_to_front()
        is_as_left(panel, ticket, suggestions)
    calling = panel.locator(f"[data-elsewhere$=':{MANAGER}']")
    expect(calling).to_contain_text(f"#{MANAGER} asks for a person")
    calling.get_by_role("button", name="Go there").click()
    in_view(panel, MANAGER)
    assert tabs[MANAGER].evaluate("document.visibilityState") == "visible"
    tabs[MANAGER].close()
    expect(panel.locator(f".panel[data-conversation$=':{MANAGER}']")).to_have_count(0)


def shows(panel: Page, word: str) -> None:
    expect(panel.locator(".draft")).to_contain_text(f"{word} begins here")


def test_a_draft_in_use_stays_until_the_key_and_the_last_three_stay_within_reach(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    panel = sit_down(desk, held_backend, helpdesk, RETURN)
    shows(panel, "Alpha")
    panel.locator(".suggestion").hover()
    customer_writes(desk.page, "What does it cost to send a large item back?")
    waiting = panel.locator("[data-state=pending]")
    expect(waiting).to_contain_text("New message: update suggestion")
    shows(panel, "Alpha")
    model.go_on()
    desk.press("next")
    expect(panel.locator(SUGGESTION)).to_contain_text("Beta begins here and Beta ends here")
    expect(waiting).to_have_count(0)
    customer_writes(desk.page, "How long do refunds take?")
    expect(waiting).to_be_visible()
    shows(panel, "Beta")
    desk.press("next")
    shows(panel, "Gamma")
    customer_writes(desk.page, "Can I return an item in the showroom instead?")
    expect(waiting).to_be_visible()
    desk.press("next")
    shows(panel, "Delta")
    expect(panel.locator("[data-place]")).to_have_text("3 of 3")
    desk.press("next")
    shows(panel, "Gamma")
    panel.get_by_role("button", name="Suggestion before").click()
    shows(panel, "Beta")
    expect(panel.get_by_role("button", name="Suggestion before")).to_be_disabled()
    desk.press("next")
    shows(panel, "Delta")
    reported = until(held_backend.outcomes, "the drafts that were left unused", desk.page)
    assert {outcome["outcome"] for outcome in reported} == {"ignored"}


def test_an_untouched_draft_that_still_streams_gives_way_by_itself(
    desk: Desk, held_backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, held_backend, helpdesk, RETURN)
    shows(panel, "Alpha")
    customer_writes(desk.page, "What does it cost to send a large item back?")
    shows(panel, "Beta")
    expect(panel.locator("[data-place]")).to_have_count(0)
