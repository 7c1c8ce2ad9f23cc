"""The review page in a real Chromium: readable by everyone, by keyboard, in light and dark."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page, Route, sync_playwright
from sqlalchemy import Engine

from server import signin
from server.conversation import Reason
from server.events import EventKind, Record
from server.flag_review import flag_pages
from server.flags import FlagRule, ValueRule, shipped_rules
from server.own_pages import OwnParts, own_pages
from server.own_text import Keeper
from server.own_texts import OwnTexts
from server.people import People
from server.person import Person, PersonRole
from server.reported import Reports
from server.reports import reports_pages
from server.review import review_pages
from server.store import open_store
from server.thresholds import StoredThresholds, ThresholdChange
from server.waiting_pages import waiting_pages
from tests.browser import CHROMIUM_ARGUMENTS, SCHEMES, chromium_path
from tests.databases import LEA, NOW, flag, opened, passage_reported, reported, suggested, told

pytestmark = pytest.mark.browser


PAGES = {
    "suggestions": ("/review", "/review?outcome=ignored", "/reports", "/signin", "/signin?code=wrong"),
    "own": ("/macros",),
    "flags": ("/review/flags", "/review/flags/frustration?quiet=10&shown=99", "/review/waiting"),
}


class NoShelf:
    """Live knowledge from which everything is gone."""

    def document(self, document_id: str) -> None:
        """It is gone."""

    def passage(self, passage_id: str) -> None:
        """It is gone."""


@dataclass(frozen=True)
class Live:
    """The real rules; nobody changes anything here."""

    rules: Sequence[FlagRule]

    def thresholds_changed(self) -> None:
        """Nothing follows."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The pages with one edited, flagged suggestion on them, signed in as the lead."""
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    for record in (
        angry(),
        flag(EventKind.FLAG_RAISED),
        suggested("s1"),
        reported("s1", "edited", "r1", "It arrives on Monday."),
        passage_reported(),
        passage_reported("r8", "wrong", note="Kim says otherwise. " * 30),
    ):
        store.save(record)
    change = ThresholdChange(LEA.team, Reason.FRUSTRATION, 1, None, 0.8, "lea", NOW, "Too many of them.")
    assert StoredThresholds(store.engine).save(change)
    people = People(store.engine)
    owner = Person(LEA.name, LEA.roles | {PersonRole.OWNER}, LEA.team)
    people.add(owner.name, owner.roles, owner.team, 1)
    reports = Reports(store.engine)
    (_, first) = reports.newest(lambda _: True, answered=False, limit=5)
    assert reports.answer(first, owner, "fixed", "Delivery times", "Corrected on Monday.", NOW)
    app = FastAPI()
    app.state.store, app.state.people = store, people
    app.include_router(signin.router)
    app.include_router(review_pages({"policies/delivery.md": "Delivery times"}.get))
    app.include_router(reports_pages(NoShelf))
    live = Live(shipped_rules())
    app.include_router(flag_pages(lambda: live))
    app.include_router(waiting_pages(ValueRule()))
    app.include_router(own_pages(lambda: kept_by_lea(store.engine)))
    client = TestClient(app)
    client.get("/signin", params={"code": people.link("lea")})
    yield client
    store.close()


def kept_by_lea(engine: Engine) -> OwnParts:
    """The page of own macros, with one of the lead's and one of the team's; nobody drafts here."""
    kept = OwnTexts(engine)
    for keeper in (Keeper(LEA.name), Keeper(LEA.team, is_team=True)):
        if not kept.of(keeper):
            kept.add(keeper, "Late parcel", "Dear {{customer_name}},\n\nit is on its way.", NOW)

    async def read() -> None:
        """Nobody drafts here."""

    return OwnParts(kept, read, asyncio.to_thread)


def angry() -> Record:
    """A page told a conversation with an angry customer."""
    text = "Where is my parcel? This is the third time I ask. Absolutely useless!!"
    return told(opened(turn=text, subject="Where is my parcel?"), "customer")


def in_chromium(client: TestClient, scheme: str, look: Callable[[Page], object]) -> None:
    """Looks at a page whose requests the client answers; in a thread of its own, as Playwright needs one."""

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        got = client.get(f"{parts.path}?{parts.query}")
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    def run() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
            context = browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                bypass_csp=True,  # for axe, which is a script; the pages allow none
                viewport={"width": 420, "height": 800},
            )
            page = context.new_page()
            page.route("**/*", answer)
            look(page)
            browser.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result(180)


@pytest.mark.parametrize("pages", PAGES)
@SCHEMES
def test_no_page_has_an_accessibility_violation(client: TestClient, scheme: str, pages: str) -> None:
    def look(page: Page) -> None:
        for path in PAGES[pages]:
            page.goto(f"http://sotto.test{path}")
            results = Axe().run(page)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    for path in PAGES[pages]:  # a preview loads the flags' model: not while the browser waits
        client.get(path)
    in_chromium(client, scheme, look)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(client: TestClient) -> None:
    def look(page: Page) -> None:
        page.goto("http://sotto.test/review")
        reached = []
        for _ in range(15):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim()"))
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert reached == [
            *("Skip to the content", "Sotto", "Sign out", "What they reported to owners"),
            *("Flags", "Who waits"),
            *("all", "inserted", "edited", "copied", "dismissed", "ignored", "no outcome yet"),
            *("1", "What was sent"),
        ]
        page.keyboard.press("Enter")
        assert page.get_by_text("It arrives on Monday.").is_visible()

    in_chromium(client, "light", look)
