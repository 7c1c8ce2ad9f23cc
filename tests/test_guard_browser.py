"""The leak guard between the agent and the customer: the real panel beside a real django-helpdesk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from server.database import open_database
from server.tables import events, texts
from tests.browser import Backend, Desk, until
from tests.desk_steps import RETURN, ready, sit_down
from tests.held_model import HeldModel

pytestmark = pytest.mark.browser

# From the demo's internal guide to returns: near it, and copied from it.
NEAR = "The collection crew brings a blanket kit "
COPIED = "From day 36 to day 45, offer a gift card for the value "


def test_a_draft_near_an_internal_guide_is_inserted_only_with_a_reason_for_its_owner(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    model.beginning = NEAR
    model.go_on()
    panel = sit_down(desk, held_backend, helpdesk, RETURN)
    text = ready(panel)
    panel.get_by_role("button", name="Insert in reply").click()
    held = panel.locator(".held[data-verdict=warn]")
    expect(held.locator("mark")).to_contain_text("crew brings a blanket kit")
    expect(held).to_contain_text("callum.reid")
    expect(desk.page.locator("#commentBox")).to_have_value("")
    share = held.get_by_role("button", name="This is fine to share")
    expect(share).to_be_disabled()
    panel.keyboard.press("Escape")
    expect(held).to_have_count(0)
    panel.get_by_role("button", name="Copy", exact=True).click()
    expect(held).to_contain_text("Not copied yet")
    panel.get_by_role("button", name="Insert in reply").click()
    expect(held).to_contain_text("Not inserted yet")
    held.get_by_label("Why it is fine to share").fill("The carrier tells everybody.")
    share.click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    expect(desk.page.locator("#commentBox")).to_have_value(text)
    expect(held).to_have_count(0)
    assert "The carrier tells everybody." in until(lambda: shared(held_backend), "the owner's report")


def shared(backend: Backend) -> list[str]:
    """The texts of the stored reports that something is fine to share."""
    engine = open_database(backend.database)
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(events.c.report_id, events.c.payload)).all()
            ids = [row.report_id for row in rows if row.payload.get("problem") == "fine_to_share"]
            return list(connection.execute(select(texts.c.text).where(texts.c.ref.in_(ids))).scalars())
    finally:
        engine.dispose()


def test_a_draft_that_copies_an_internal_guide_can_be_read_but_not_inserted(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    model.beginning = COPIED
    model.go_on()
    panel = sit_down(desk, held_backend, helpdesk, RETURN)
    expect(panel.locator(".suggestion[data-state=failed]")).to_contain_text("repeats something internal")
    expect(panel.get_by_role("button", name="Insert in reply")).to_be_disabled()
