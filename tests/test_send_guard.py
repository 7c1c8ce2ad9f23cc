"""The leak guard at the helpdesk's own Send: the real panel beside a real django-helpdesk."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Backend, Desk, until
from tests.desk_steps import GUARDED, press_send, send, sit_down, time_sending, waited_ms
from tests.test_guard_browser import COPIED, NEAR, shared

pytestmark = pytest.mark.browser

# The panel gives the server so long (leaving.ts); the page gives as long to the panel.
ANSWER_WITHIN_MS = 300
# A machine with other work is late by some of that, never by so much.
NOTICED_MS = 2_000


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
    """Once a test before has replied there is a story instead of snippets."""
    panel = sit_down(desk, backend, helpdesk, GUARDED)
    expect(panel.locator(".snippet, [data-story=told]").first).to_be_visible()
    return panel


@contextmanager
def stopped(backend: Backend) -> Iterator[None]:
    """The server's process hangs: its sockets stay open and nothing is answered."""
    process = backend.logs[-1].process
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


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


def test_what_comes_near_a_guide_is_sent_once_with_a_reason_for_its_owner(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = at_the_ticket(desk, backend, helpdesk)
    write(desk, f"{NEAR}with them.")
    press_send(desk.page)
    expect(beside_send(desk)).to_contain_text("say in Sotto why it is fine to share")
    panel.get_by_label("Why it is fine to share").fill("The carrier tells everybody.")
    panel.get_by_role("button", name="This is fine to share").click()
    expect(panel.locator(".dock")).to_contain_text("Press Send again")
    expect(beside_send(desk)).to_contain_text("Press Send again")
    send(desk.page)
    expect(replies(desk)).to_contain_text(f"{NEAR}with them.")
    assert "The carrier tells everybody." in until(lambda: shared(backend), "the owner's report")
    write(desk, f"{NEAR}with them.")
    press_send(desk.page)
    expect(beside_send(desk)).to_contain_text("Not sent yet")


def test_a_server_that_does_not_answer_keeps_nobody_from_sending(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = at_the_ticket(desk, backend, helpdesk)
    write(desk, "Hello Ada, this went although nobody could check it.")
    time_sending(desk.page)
    with stopped(backend):
        send(desk.page)
        assert 0.9 * ANSWER_WITHIN_MS < waited_ms(desk.page) < NOTICED_MS
        expect(replies(desk)).to_contain_text("this went although nobody could check it")
        expect(panel.locator(".dock")).to_contain_text("Sent unchecked: the leak check did not answer.")


@pytest.mark.long
def test_a_note_for_colleagues_and_a_page_without_a_panel_are_sent_at_once(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = at_the_ticket(desk, backend, helpdesk)
    write(desk, f"For you: {COPIED} of it.")
    desk.page.locator("#id_public").uncheck()
    send(desk.page)
    expect(replies(desk)).to_contain_text(f"For you: {COPIED.strip()}")
    panel.close()
    write(desk, "Hello Ada, nobody looks on.")
    send(desk.page)
    expect(replies(desk)).to_contain_text("nobody looks on")
