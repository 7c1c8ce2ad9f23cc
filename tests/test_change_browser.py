"""Changing drafts: the real panel beside a real django-helpdesk."""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import (  # noqa: F401
    Backend,
    Desk,
    backend,
    chromium,
    demo_home,
    desk,
    extension,
    helpdesk,
    page,
    playwright,
)
from tests.desk_steps import RETURN, insert, ready, sit_down

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
