"""Handing over between two real agents: two Chromiums with the real panel beside one real django-helpdesk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect
from sqlalchemy import select

from server.database import open_database
from server.tables import events, handovers
from tests.browser import Backend, Desk, browsing, results_of, until
from tests.desk_steps import ALONE, HANDED, press_send, sit_down
from tests.live_server import person_token

pytestmark = pytest.mark.browser

OFFERED = ".dock .line[data-handover=offered]"
TAKEN = ".dock .line[data-handover=accepted]"
OWNER = "#ticket-respond-form select[name=owner]"
PRESENT_OWNER = "form:has(a[href='?take']) select[name=owner] option[selected]"


@pytest.fixture
def ben(
    playwright: Playwright, extension: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """Ben's browser beside Ana's."""
    failures = request.session.testsfailed
    with browsing(playwright, tmp_path / "ben", extension) as context:
        sitting = Desk(context, playwright, tmp_path / "ben" / "profile")
        yield sitting
        if request.session.testsfailed > failures:
            sitting.keep(results_of(request.node) / "ben")


def ben_sits_down(ben: Desk, backend: Backend, demo_home: Path, helpdesk: str, ticket: int) -> Page:
    token = person_token(demo_home, "ben", url=backend.database)
    return sit_down(ben, backend, helpdesk, ticket, token, agent="ben")


def offer_to_ben(panel: Page, more: str) -> None:
    """Ana writes a line below the brief and hands over."""
    offer(panel, "ben", more)
    expect(panel.locator(".dock")).to_contain_text(f"#{HANDED} is offered to ben")


def offer(panel: Page, to: str, more: str) -> None:
    """The same to whom the list of receivers calls so."""
    panel.locator(".handover > summary").click()
    brief = panel.get_by_label("Brief")
    expect(brief).to_have_value(re.compile("I want to speak to a manager"))
    brief.fill(f"{brief.input_value()}\n{more}")
    panel.locator(".hand-over select").select_option(label=to)
    panel.get_by_role("button", name="Hand over", exact=True).click()


def owner(page: Page) -> Locator:
    """Who is chosen in the form of the reply."""
    return page.locator(f"{OWNER} option:checked")


def on_record(backend: Backend) -> tuple[str, str | None, list[str]]:
    """How the one handover stands, who has it, and what happened to it."""
    engine = open_database(backend.database)
    try:
        with engine.connect() as connection:
            row: Any = connection.execute(select(handovers)).one()
            happened = select(events.c.kind).where(events.c.kind.like("handover_%")).order_by(events.c.id)
            return row.state, row.holder, list(connection.execute(happened).scalars())
    finally:
        engine.dispose()


def test_accepting_fills_in_note_and_owner_and_saving_them_ends_the_handover(
    desk: Desk, ben: Desk, backend: Backend, demo_home: Path, helpdesk: str
) -> None:
    anas = sit_down(desk, backend, helpdesk, HANDED)
    bens = ben_sits_down(ben, backend, demo_home, helpdesk, HANDED)
    offer_to_ben(anas, "She prefers mail.")
    expect(bens.locator(OFFERED)).to_contain_text(f"ana hands over #{HANDED}")
    expect(owner(ben.page)).to_have_text("Unassigned")
    bens.locator(OFFERED).get_by_role("button", name="Accept").click()
    expect(ben.page.locator("#commentBox")).to_have_value(re.compile(r"She prefers mail\.\s*$"))
    expect(ben.page.locator("#id_public")).not_to_be_checked()
    expect(owner(ben.page)).to_have_text("ben")
    expect(ben.page.locator(OWNER)).to_be_visible()
    expect(bens.locator(".dock")).to_contain_text("now save it in the helpdesk")
    expect(anas.locator(TAKEN)).to_contain_text(f"Now assign #{HANDED} to ben in the helpdesk")
    assert on_record(backend)[:2] == ("accepted", "ben"), "nothing is done before the agent saves"
    with ben.page.expect_navigation():
        press_send(ben.page)
    expect(ben.page.locator(PRESENT_OWNER)).to_have_text("ben")
    expect(ben.page.locator("#followup-list > li").last).to_contain_text("She prefers mail.")
    for panel in (anas, bens):
        expect(panel.locator(TAKEN)).to_have_count(0)
    assert backend.outcomes() == [], "a note to colleagues is no reply"
    offered = ["handover_offered", "handover_answered", "handover_resolved"]
    assert on_record(backend) == ("resolved", "ben", offered)


@pytest.mark.long
@pytest.mark.parametrize("team", ["delivery", "Kitchen"])
def test_a_handover_to_another_team_is_over_once_the_ticket_is_in_its_queue(
    desk: Desk, ben: Desk, backend: Backend, demo_home: Path, helpdesk: str, team: str
) -> None:
    fills = team == "delivery"
    anas = sit_down(desk, backend, helpdesk, HANDED)
    token = person_token(demo_home, "ben", team=team, url=backend.database)
    bens = sit_down(ben, backend, helpdesk, HANDED, token, agent="ben")
    offer(anas, f"Anyone in {team}", "She prefers mail.")
    bens.locator(OFFERED).get_by_role("button", name="Accept").click()
    moving = f"Now move #{HANDED} to {team}"
    # Tests before may have made it ben's.
    expect(anas.locator(TAKEN)).to_contain_text(
        re.compile(f"{moving}( and assign it to ben)? in the helpdesk")
    )
    expect(ben.page.locator("#commentBox")).to_have_value(re.compile(r"She prefers mail\.\s*$"))
    if fills:
        expect(ben.page.locator("#ticket-respond-form select[name=queue] option:checked")).to_have_text(
            "Delivery"
        )
    with ben.page.expect_navigation():
        press_send(ben.page)
    expect(ben.page.locator(PRESENT_OWNER)).to_have_text("ben")
    if not fills:  # a team without a queue of its name: what is left is said until somebody ticks it off
        bens.get_by_role("button", name=re.compile("more$|Read it all")).click()
        expect(bens.locator(TAKEN)).to_contain_text(f"{moving} in the helpdesk")
        assert on_record(backend)[:2] == ("accepted", "ben")
        bens.locator(TAKEN).get_by_role("button", name="Done").click()
    for panel in (anas, bens):
        expect(panel.locator(TAKEN)).to_have_count(0)
    assert on_record(backend)[:2] == ("resolved", "ben")


@pytest.mark.long
def test_what_is_left_to_do_stands_through_reloads_until_somebody_ticks_it_off(
    desk: Desk, ben: Desk, backend: Backend, demo_home: Path, helpdesk: str
) -> None:
    anas = sit_down(desk, backend, helpdesk, HANDED)
    bens = ben_sits_down(ben, backend, demo_home, helpdesk, ALONE)
    offer_to_ben(anas, "She wrote twice.")
    bens.locator(OFFERED).get_by_role("button", name="Accept").click()
    expect(bens.locator(TAKEN)).to_contain_text(f"#{HANDED} to yourself in the helpdesk")
    expect(bens.locator(TAKEN).get_by_role("button")).to_have_text(["Done", "…"])
    expect(ben.page.locator("#commentBox")).to_have_value("")
    anas.reload()
    expect(anas.locator(TAKEN)).to_contain_text(re.compile(f"#{HANDED} (to ben|is ben’s) in the helpdesk"))
    bens.locator(TAKEN).get_by_role("button", name="Done").click()
    for panel in (anas, bens):
        expect(panel.locator(TAKEN)).to_have_count(0)
    assert on_record(backend)[:2] == ("resolved", "ben")


@pytest.mark.long
def test_a_reply_that_is_begun_stays_a_reply_and_the_note_waits(
    desk: Desk, ben: Desk, backend: Backend, demo_home: Path, helpdesk: str
) -> None:
    anas = sit_down(desk, backend, helpdesk, HANDED)
    bens = ben_sits_down(ben, backend, demo_home, helpdesk, HANDED)
    ben.page.click("#respond-tab")
    ben.page.locator("#commentBox").fill("Dear Ms Vos,")
    before = owner(ben.page).inner_text()
    offer_to_ben(anas, "She was promised a door.")
    bens.locator(OFFERED).get_by_role("button", name="Accept").click()
    expect(bens.locator(".dock [data-notice=bad]")).to_contain_text("A reply is begun in this box.")
    expect(ben.page.locator("#commentBox")).to_have_value("Dear Ms Vos,")
    expect(ben.page.locator("#id_public")).to_be_checked()
    expect(owner(ben.page)).to_have_text(before)
    ben.page.locator("#commentBox").fill("")
    bens.get_by_role("button", name=re.compile("more$|Read it all")).click()
    bens.locator(TAKEN).get_by_role("button", name=re.compile("Fill in|Add note")).click()
    expect(ben.page.locator("#commentBox")).to_have_value(re.compile(r"She was promised a door\.\s*$"))
    expect(ben.page.locator("#id_public")).not_to_be_checked()
    until(lambda: ben.view("conversation")["replyBox"]["kind"] == "note", "the private note", ben.page)


@pytest.mark.long
@pytest.mark.parametrize(
    ("ticket", "spoil", "why"),
    [
        (ALONE, "box => {}", "This page shows another conversation now."),
        (HANDED, "box => { box.maxLength = 5; }", "The reply box takes 5 characters"),
        (HANDED, "box => { box.readOnly = true; }", "No reply box is open here."),
        (HANDED, "box => { box.form.querySelector('#id_public').remove(); }", "This text is internal"),
    ],
)
def test_what_can_not_be_filled_in_leaves_the_form_as_it_was(
    desk: Desk, backend: Backend, helpdesk: str, ticket: int, spoil: str, why: str
) -> None:
    desk.configure(backend)
    desk.sign_in(helpdesk)
    desk.open_ticket(helpdesk, HANDED)
    conversation = desk.view("conversation")["conversation"]["conversation_id"]
    desk.open_ticket(helpdesk, ticket)
    desk.view("conversation")
    desk.page.locator("#commentBox").evaluate(spoil)
    form = "form => JSON.stringify([...new FormData(form)].filter(([name]) => name !== 'attachment'))"
    before = desk.page.locator("#ticket-respond-form").evaluate(form)
    insertion: dict[str, Any] = {"conversation_id": conversation, "suggestion_id": None, "replace": False}
    insertion |= {"text": "Situation: a broken door", "audience": "internal"}
    answer = desk.ask_page({"sotto": "take_over", "insertion": insertion})
    assert (answer["done"], answer["message"][: len(why)]) == (False, why)
    assert desk.page.locator("#ticket-respond-form").evaluate(form) == before
