"""Changing drafts and summing conversations up: the real panel beside a real django-helpdesk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk
from tests.desk_steps import RETURN, insert, ready, sit_down
from tests.held_model import HeldModel

pytestmark = pytest.mark.browser


def change(panel: Page, way: str) -> None:
    panel.get_by_role("button", name="Change", exact=True).click()
    panel.get_by_role("group", name="Change the draft").get_by_role("button", name=way).click()


def shows(panel: Page, place: str) -> None:
    expect(panel.locator("[data-place]")).to_have_text(place)


def test_a_draft_is_made_longer_and_the_one_before_stays_one_step_back(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    first = ready(panel)
    expect(panel.get_by_text("Warmer")).to_have_count(0)
    change(panel, "Longer")
    shows(panel, "2 of 2")
    longer = ready(panel)
    assert len(longer) > len(first)
    panel.get_by_role("button", name="Suggestion before").click()
    assert ready(panel) == first
    insert(panel)
    expect(desk.page.locator("#commentBox")).to_have_value(first)


@pytest.mark.long
def test_the_menu_works_by_keys_and_says_when_nothing_is_shorter(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    ready(panel)
    button = panel.get_by_role("button", name="Change", exact=True)
    button.press("Enter")
    expect(panel.get_by_role("button", name="Shorter")).to_be_focused()
    panel.keyboard.press("ArrowDown")
    expect(panel.get_by_role("button", name="Longer")).to_be_focused()
    panel.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(panel.get_by_role("group", name="Change the draft")).to_have_count(0)
    change(panel, "Shorter")
    shows(panel, "2 of 2")
    shortest = ready(panel)
    change(panel, "Shorter")
    expect(panel.locator(".dock")).to_contain_text("as short as the answer and its conditions")
    shows(panel, "2 of 2")
    assert ready(panel) == shortest


@pytest.mark.long
def test_a_hint_steers_the_search_and_the_panel_says_so(desk: Desk, backend: Backend, helpdesk: str) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    ready(panel)
    panel.get_by_role("button", name="Change", exact=True).click()
    panel.get_by_label("What it should be about").press_sequentially("gift cards")
    expect(panel.get_by_role("button", name="Facts only")).to_have_attribute("aria-pressed", "false")
    panel.keyboard.press("Enter")
    expect(panel.locator(".heading")).to_contain_text("Also searched for “gift cards”")
    expect(panel.locator(".snippets")).to_contain_text("ift card")
    shows(panel, "2 of 2")


@pytest.mark.long
def test_a_model_makes_a_draft_warmer(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    model.go_on()
    panel = sit_down(desk, held_backend, helpdesk, RETURN)
    assert "Of course." not in ready(panel)
    model.beginning = "Of course. "
    change(panel, "Warmer")
    shows(panel, "2 of 2")
    assert "Of course." in ready(panel)


@pytest.mark.long
def test_a_conversation_is_summed_up_in_its_own_words_and_copied(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    ready(panel)
    panel.get_by_role("button", name="Summary", exact=True).click()
    summary = panel.locator("[data-summary=done] .words")
    expect(summary).to_contain_text("Asked: “")
    panel.get_by_role("button", name="Copy summary").click()
    expect(panel.locator(".dock")).to_contain_text("Summary copied.")
