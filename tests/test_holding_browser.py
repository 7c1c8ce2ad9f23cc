"""What nothing answers: the holding reply in the real panel beside a real django-helpdesk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Backend, Desk
from tests.desk_steps import UNKNOWN, sit_down

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_a_holding_reply_is_opened_and_inserted_by_the_agent_only(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, UNKNOWN)
    expect(panel.locator("[data-state=nothing_found]")).to_be_visible()
    expect(panel.locator(".holding .words")).to_be_hidden()
    panel.locator(".holding > summary").click()
    words = panel.locator(".to-hold[data-state=ready] .words")
    expect(words).to_have_text(
        re.compile(r"Hello.*I do not want to guess.*again by \d\d:[03]0 .*Kind regards", re.S)
    )
    expect(desk.page.locator("#commentBox")).to_have_value("")
    panel.locator(".to-hold").get_by_role("button", name="Insert in reply").click()
    expect(desk.page.locator("#commentBox")).to_have_value(re.compile("I do not want to guess"))
    assert desk.view("conversation")["replyBox"] == {"kind": "reply", "typed": True}
