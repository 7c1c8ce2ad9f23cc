"""Routine or human in the real panel beside a real django-helpdesk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server.database import open_database
from server.tables import events
from tests.browser import Backend, Desk, until
from tests.desk_steps import RETURN, customer_writes, ready, sit_down

pytestmark = pytest.mark.browser

ANGER = "This is the third time I ask and NOBODY answers me."
TOLD = "How long do refunds take? I ask because my mother died."
ANGRY = f"{ANGER} How long do refunds take? I am sick and tired of this. Absolutely useless!!"


def recorded(backend: Backend, kind: str) -> list[dict[str, Any]]:
    """The payloads of the events of this kind, oldest first."""
    engine = open_database(backend.database)
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                select(events.c.payload).where(events.c.kind == kind).order_by(events.c.id)
            )
            return [row.payload for row in rows]
    finally:
        engine.dispose()


def grow_angry(desk: Desk, panel: Page) -> None:
    """The agent has a calm draft on the screen; then the customer loses patience, and the agent goes on."""
    ready(panel)
    customer_writes(desk.page, ANGRY)
    expect(panel.locator(".pending")).to_be_visible()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    desk.press("next")
    expect(panel.locator(".human .fact").first).to_be_visible()


def test_one_click_treats_it_as_routine_answers_the_flag_and_is_remembered(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    grow_angry(desk, panel)
    panel.locator(".human").get_by_role("button", name="Treat as routine").click()
    draft = panel.locator(".suggestion[data-state=ready]")
    expect(draft.locator(".button.primary")).to_have_text("Insert in replyV")
    expect(panel.locator(".flag-line")).to_contain_text("answered")
    until(lambda: recorded(backend, "disposition_chosen"), "the choice on record")
    panel.reload()
    expect(panel.get_by_role("button", name="Routine: treat as human")).to_be_visible()
    expect(draft).to_be_visible()
    expect(panel.locator(".human")).to_have_count(0)
    expect(panel.locator(".calm, .flag-line.dot")).to_be_visible()
    answers = recorded(backend, "flag_answered")
    assert {(each["reason"], each["response"]) for each in answers} == {("frustration", "disagreed")}
    panel.get_by_role("button", name="Routine: treat as human").click()
    expect(panel.locator(".human .fact").first).to_be_visible()
    expect(panel.locator(".human .advice")).to_contain_text("You lead here")
    until(lambda: len(recorded(backend, "disposition_chosen")) == 2, "the second choice on record")
    dispositions = [each["disposition"] for each in recorded(backend, "disposition_chosen")]
    assert dispositions == ["routine", "human"]


def test_who_tells_of_a_death_is_read_first_and_disagreeing_with_the_dot_opens_the_draft(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    ready(panel)
    customer_writes(desk.page, TOLD)
    expect(panel.locator(".pending")).to_be_visible()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    desk.press("next")
    human = panel.locator(".human")
    expect(human.locator("blockquote")).to_contain_text("my mother died")
    expect(human.locator(".advice")).to_contain_text("This may be more than routine")
    expect(panel.locator(".suggestion")).to_have_count(0)
    human.get_by_role("button", name="Draft, if it helps").click()
    expect(panel.locator(".suggestion .draft")).to_contain_text("I am very sorry for your loss.")
    human.get_by_role("button", name="Draft, if it helps").click()
    panel.locator(".flag-line.dot").click()
    panel.get_by_role("button", name="Disagree").click()
    expect(human).to_have_count(0)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
