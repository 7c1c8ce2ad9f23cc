"""The extension's settings in a real Chromium: signing in on the server's page, and what an admin set."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from server.database import open_database
from server.origin import EXTENSION_ID
from server.people import People
from tests.browser import Backend, Desk, chromium_path

pytestmark = pytest.mark.browser

SETTINGS = f"chrome-extension://{EXTENSION_ID}/options.html"


@contextmanager
def people_of(backend: Backend) -> Iterator[People]:
    engine = open_database(backend.database)
    yield People(engine)
    engine.dispose()


def link(backend: Backend) -> str:
    with people_of(backend) as people:
        return f"{backend.url}/signin?code={people.link('ana')}"


def browsers(backend: Backend) -> int:
    with people_of(backend) as people:
        return people.browsers("ana")


def open_settings(desk: Desk, backend: Backend) -> Page:
    desk.page.goto(SETTINGS)
    desk.page.get_by_label("Address").fill(backend.url)
    return desk.page


def press_sign_in(page: Page) -> Page:
    """The window that the browser opens for the server's page."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Sign in", exact=True).click()
    return opened.value


def test_an_agent_signs_in_with_one_click_and_out_again(desk: Desk, backend: Backend) -> None:
    page = open_settings(desk, backend)
    window = press_sign_in(page)
    window.get_by_label("Your link").fill(link(backend))
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading")).to_have_text("Let this browser's panel in?")
    assert Axe().run(window).violations_count == 0
    window.get_by_role("button", name="Let it in").click()
    expect(page.locator("[data-result=good]")).to_have_text("Connected as ana (agent), team billing.")
    assert browsers(backend) == 1
    stored = desk.worker.evaluate("chrome.storage.local.get()")
    assert stored["server"] == backend.url
    assert stored["token"] != backend.token
    assert Axe().run(page).violations_count == 0
    page.reload()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_label("Address").fill("https://elsewhere.example")  # gets no token
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-result=good]")).to_contain_text("Signed out")
    assert browsers(backend) == 0
    assert "token" not in desk.worker.evaluate("chrome.storage.local.get()")


def test_saying_no_or_closing_the_window_signs_nobody_in(desk: Desk, backend: Backend) -> None:
    desk.page.goto(link(backend))
    page = open_settings(desk, backend)
    press_sign_in(page).get_by_role("button", name="No", exact=True).click()
    expect(page.locator("[data-result=bad]")).to_have_text("You were not signed in: you said no.")
    press_sign_in(page).close()
    expect(page.locator("[data-result=bad]")).to_contain_text("the window was closed")
    assert browsers(backend) == 0
    assert "token" not in desk.worker.evaluate("chrome.storage.local.get()")


POLICIES = Path("/etc/chromium/policies/managed")


@pytest.fixture
def policy(backend: Backend) -> Iterator[None]:
    """What an admin of two hundred browsers sets; Chromium reads it from one place of the machine only."""
    if Path(chromium_path()).name != "chromium" or not os.access("/etc", os.W_OK):
        pytest.skip("needs Debian's Chromium and the right to write its policy (root)")
    made = [folder for folder in (POLICIES, *POLICIES.parents) if not folder.exists()]
    POLICIES.mkdir(parents=True, exist_ok=True)
    file = POLICIES / f"sotto-tests-{os.getpid()}.json"
    named = {"server": backend.url, "hosts": ["https://desk.example.com", "not an address"]}
    file.write_text(json.dumps({"3rdparty": {"extensions": {EXTENSION_ID: named}}}))
    try:
        yield
    finally:
        file.unlink()
        for folder in made:
            folder.rmdir()


@pytest.mark.long
@pytest.mark.usefixtures("policy")
def test_what_the_admin_set_is_shown_and_fixed_and_signing_in_is_all_that_is_left(
    desk: Desk, backend: Backend
) -> None:
    desk.page.goto(link(backend))
    page = desk.page
    page.goto(SETTINGS)
    expect(page.get_by_label("Address")).to_have_value(backend.url)
    assert not page.get_by_label("Address").is_editable()
    expect(page.locator("#fixed")).to_have_text("Set by your admin.")
    expect(page.locator(".line.wait")).to_contain_text("Your admin named https://desk.example.com.")
    expect(page.get_by_role("button", name="Allow")).to_be_visible()
    press_sign_in(page).get_by_role("button", name="Let it in").click()
    expect(page.locator("[data-result=good]")).to_have_text("Connected as ana (agent), team billing.")
