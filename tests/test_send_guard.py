"""The leak guard at the helpdesk's own Send: the real panel beside a real django-helpdesk."""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import (  # noqa: F401
    Backend,
    Desk,
    backend,
    demo_home,
    desk,
    extension,
    helpdesk,
    playwright,
)
from tests.desk_steps import GUARDED, press_send, send, sit_down
from tests.test_guard_browser import COPIED

pytestmark = pytest.mark.browser


def write(desk: Desk, text: str) -> None:
    box = desk.page.locator("#commentBox")
    if not box.is_visible():
        desk.page.locator("#respond-tab").click()
    box.fill(text)


def beside_send(desk: Desk) -> Locator:
    return desk.page.locator("[data-sotto=not-sent]")


def replies(desk: Desk) -> Locator:
    return desk.page.locator("#followup-list")


def at_the_ticket(desk: Desk, backend: Backend, helpdesk: str) -> Page:
    panel = sit_down(desk, backend, helpdesk, GUARDED)
    expect(panel.locator(".snippet").first).to_be_visible()
    return panel


def test_what_is_copied_from_an_internal_guide_is_not_sent_until_it_is_taken_out(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = at_the_ticket(desk, backend, helpdesk)
    write(desk, f"Hello Ada, {COPIED} of it.")
    press_send(desk.page)
    expect(beside_send(desk)).to_contain_text("Not sent: this must not go to the customer.")
    expect(beside_send(desk)).to_contain_text("Copied from an internal passage")
    expect(panel.locator(".held[data-verdict=refuse]")).to_contain_text("Not sent")
    expect(panel.locator(".held mark").first).to_contain_text("offer a gift card for the value")
    expect(panel.get_by_role("button", name="This is fine to share")).to_have_count(0)
    expect(desk.page.locator("#commentBox")).to_have_value(f"Hello Ada, {COPIED} of it.")
    write(desk, "Hello Ada, we will look into it.")
    expect(beside_send(desk)).to_have_count(0)
    send(desk.page)
    expect(replies(desk)).to_contain_text("Hello Ada, we will look into it.")
    expect(replies(desk)).not_to_contain_text("offer a gift card for the value")
    expect(panel.locator(".held")).to_have_count(0)
