"""An expert from outside helps an agent: the real panel beside a real helpdesk, two browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from server.database import open_database
from server.expert_profile import Written, read_profile
from server.experts import Experts
from server.people import People
from server.person import PersonRole
from tests.browser import Backend, Desk
from tests.desk_steps import HANDED, send, sit_down

pytestmark = pytest.mark.browser

REPLY = "Please take a photo of the hinge: a new door is sent from that alone."


@pytest.fixture
def eva(backend: Backend, chromium: Browser) -> Iterator[Page]:
    """Eva's own page: she knows doors and wardrobes, and is always there."""
    engine = open_database(backend.database)
    try:
        people = People(engine)
        people.add("eva", [PersonRole.EXPERT], "billing", 1)
        knows = read_profile(Written("wardrobes, doors", hours="mon-sun 00:00-24:00"))
        Experts(engine).set("eva", knows, datetime.now(UTC))
        code = people.link("eva")
    finally:
        engine.dispose()
    page = chromium.new_page(viewport={"width": 420, "height": 800})
    page.goto(f"{backend.url}/signin?code={code}")
    page.goto(f"{backend.url}/expert")
    yield page
    page.close()


def test_an_agent_asks_an_expert_reads_the_answer_inserts_and_sends_it(
    desk: Desk, backend: Backend, helpdesk: str, eva: Page
) -> None:
    panel = sit_down(desk, backend, helpdesk, HANDED)
    expect(eva).to_have_title("Helping · Sotto")
    panel.locator(".handover > summary").click()
    form = panel.locator(".hand-over")
    listed = form.locator("option", has_text="eva, from outside: 2 of 2 topics (wardrobes, doors)")
    form.locator("select").select_option(value=listed.get_attribute("value"))
    expect(form).to_contain_text("I would like to ask eva, who knows wardrobes and doors well")
    panel.get_by_role("button", name="Hand over", exact=True).click()
    line = panel.locator(".dock .line[data-handover]")
    expect(line).to_contain_text(f"#{HANDED}: eva is asked")
    eva.reload()
    expect(eva).to_have_title("(1) Helping · Sotto")
    expect(eva.get_by_role("heading", name="ana asks: Broken door")).to_be_visible()
    eva.get_by_role("button", name="Take it").click()
    expect(line).to_contain_text(f"#{HANDED}: eva helps")
    eva.get_by_label(re.compile("^Your answer to the customer")).fill(REPLY)
    eva.get_by_role("button", name="Give it to ana").click()
    expect(line).to_contain_text(f"#{HANDED}: eva answered")
    panel.locator(".dock").get_by_role("button", name=re.compile("more$|Read it all")).click()
    expect(line.locator(".detail")).to_have_text(REPLY)
    expect(line.get_by_role("button", name="Customer says no")).to_be_visible()
    expect(desk.page.locator("#commentBox")).to_have_value("")
    line.get_by_role("button", name="Insert").click()
    expect(desk.page.locator("#commentBox")).to_have_value(re.compile(f"^{re.escape(REPLY)}\\s*$"))
    send(desk.page)
    expect(desk.page.locator("#followup-list > li").last).to_contain_text(REPLY)
    expect(line.get_by_role("button", name="Insert")).to_be_visible()
    line.get_by_role("button", name="Done").click()
    expect(line).to_have_count(0)
    eva.reload()
    expect(eva.get_by_role("main")).to_contain_text("Nobody asks for you now")
    expect(eva.get_by_role("main")).to_contain_text(re.compile(r"\d+ minutes? in 1 conversation\."))
