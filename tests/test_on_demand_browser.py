"""A draft of what only might help, opened by the agent: the real panel beside a real django-helpdesk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk
from tests.desk_steps import ALONE, insert, ready, sit_down

pytestmark = pytest.mark.browser

# The demo's passages tell of damage to what was bought and of crews at the door, and not quite of this.
QUESTION = "What if the crew scratch my wall?"
OTHER = "Who pays if the crew scratch my wall?"


def ask(panel: Page, question: str) -> None:
    panel.get_by_label("Ask the knowledge").fill(question)
    panel.keyboard.press("Enter")
    expect(panel.locator(".heading .about")).to_have_text(f"Found for “{question}”")


def test_a_draft_of_what_might_help_is_made_when_the_agent_opens_it_and_not_before(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, ALONE)
    first = ready(panel)
    ask(panel, QUESTION)
    expect(panel.locator(".fit")).to_have_text("? Might help: check")
    line = panel.get_by_role("button", name="Draft, if it helps")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(panel.locator(".suggestion")).to_have_count(0)
    desk.press("insert")
    expect(panel.locator(".dock")).to_contain_text("There is no draft yet")
    before = line.bounding_box()
    line.press("Enter")
    made = ready(panel)
    assert made != first
    assert line.bounding_box() == before
    expect(line).to_be_focused()
    expect(panel.locator(".suggestion h2")).to_have_text("Draft to check")
    expect(panel.locator(".suggestion .cite").first).to_be_visible()
    expect(panel.get_by_role("button", name="Insert in reply")).not_to_have_class(re.compile("primary"))
    panel.get_by_role("button", name="Facts only").click()
    expect(panel.locator(".suggestion[data-state=ready] .draft")).to_contain_text("- ")
    expect(line).to_have_attribute("aria-expanded", "true")
    written = ready(panel)
    insert(panel)
    expect(desk.page.locator("#commentBox")).to_have_value(written)
    ask(panel, OTHER)
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(panel.locator(".suggestion")).to_have_count(0)
