"""What the agent reports from the panel is on record: the real extension beside a real django-helpdesk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server.database import open_database
from server.tables import events
from tests.browser import Backend, Desk, until
from tests.desk_steps import REPLY, ready, sit_down

pytestmark = pytest.mark.browser


def payloads(backend: Backend, kind: str) -> list[dict[str, Any]]:
    """What is stored of this kind, oldest first."""
    engine = open_database(backend.database)
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(events).where(events.c.kind == kind).order_by(events.c.id))
            return [dict(row.payload) for row in rows]
    finally:
        engine.dispose()


def another_public_snippet(panel: Page) -> None:
    """Open a snippet that may be sent and is not the first."""
    panel.locator(".more > summary").click()
    panel.locator(".snippet[data-audience=public]:not([data-number='1']) .head").first.click()
    expect(panel.locator(".snippet[data-open=true]")).to_have_count(1)


def test_a_saved_reply_is_inserted_with_its_variables_filled(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, REPLY)
    ready(panel)
    question = "how do I start a return and print the label for the drop-off point?"
    panel.get_by_label("Ask the knowledge").fill(question)
    panel.keyboard.press("Enter")
    expect(panel.locator(".heading .about")).to_have_text(f"Found for “{question}”")
    ready(panel)
    more = panel.locator(".more > summary")
    if more.count():
        more.click()
    macro = panel.locator(".snippet", has_text="{{customer_name}}").first
    if macro.get_attribute("data-open") == "false":
        macro.locator(".head").click()
    macro.get_by_role("button", name="Insert text").click()
    box = desk.page.locator("#commentBox")
    expect(box).to_have_value(re.compile(r"send the \[product name\] from order"))
    assert "{{" not in box.input_value()


def test_what_is_wrong_what_was_used_instead_what_is_missing_and_a_flag_by_hand_are_on_record(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, REPLY)
    ready(panel)
    another_public_snippet(panel)
    snippet = panel.locator(".snippet[data-open=true]")
    snippet.get_by_role("button", name="Insert text").click()
    inserted = snippet.locator(".text").inner_text()
    expect(desk.page.locator("#commentBox")).to_have_value(inserted)
    snippet.get_by_text("Something wrong?").click()
    panel.keyboard.press("1")
    expect(snippet.locator("[data-reported=outdated]")).to_be_visible()

    panel.get_by_text("Customer’s messages").click()
    panel.locator(".message").first.get_by_text("Flag this").click()
    panel.locator(".message").first.get_by_role("button", name="Is frustrated").click()
    expect(panel.locator(".flag-line")).to_contain_text("Is frustrated")

    panel.get_by_label("Ask the knowledge").fill("Do you repair motorcycles on the moon?")
    panel.keyboard.press("Enter")
    panel.get_by_role("button", name="Tell the owner").click()
    expect(panel.locator(".nothing .told")).to_be_visible()

    until(lambda: not desk.kept_reports(), "the emptied outbox", desk.page)
    (used,) = payloads(backend, "passage_used")
    assert used["number"] > 1
    instead, first = used["passages"]
    assert instead != first
    reported = payloads(backend, "passage_reported")
    assert [(one["about"], one["problem"]) for one in reported] == [
        ("snippet", "outdated"),
        ("gap", "no_answer"),
    ]
    assert reported[0]["passages"] == [instead]
    assert [flag["reason"] for flag in payloads(backend, "flag_raised")] == ["frustration"]
