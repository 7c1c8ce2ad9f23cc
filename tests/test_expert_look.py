"""The pages about experts in a real Chromium: readable by everyone, in light and dark, at any width."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from server import signin
from server.assistance import Assistance
from server.expert_pages import ExpertParts, expert_pages
from server.expert_profile import Written, read_profile
from server.expert_ratings import Ratings
from server.experts import Experts
from server.handing import HandoverDesk
from server.handovers import By, Handovers
from server.people import People
from server.person import Person, PersonRole
from server.rating_pages import rating_pages
from server.records import Recording
from server.store import Store, open_store
from server.wire import HandoverRequest, HandoverTo
from tests.browser import SCHEMES
from tests.databases import ANA, opened, told
from tests.test_review_look import in_chromium

pytestmark = pytest.mark.browser

LEA = Person("lea", frozenset({PersonRole.LEAD, PersonRole.EXPERT}), "billing")
BRIEF = (
    "Situation: “My parcel 20418 is stuck at the depot since Monday.”\nTried:\n- “I called them twice.”"
    " (customer)\nKnown: order 20418\nNext step: answer “When does it come?”"
)


@dataclass(frozen=True)
class NoKnowledge:
    """An assistance that has published nothing."""

    parts: Any = None


def asks(store: Store, number: int, state: str) -> int:
    """Ana asks lea about a parcel; the handover's key."""
    conversation, now = f"desk:{4710 + number}", datetime.now(UTC)
    opening = opened(conversation, ANA, subject="Parcel at the depot", customer_name="Kim Park")
    store.save(told(opening, "customer"))
    to = HandoverTo(kind="expert", name="lea")
    asked = HandoverRequest(conversation_id=conversation, report_id=f"r{number}", to=to, brief=BRIEF)
    store.save(Recording(ANA, conversation, now).offered(asked))
    desk = Handovers(store.engine, timedelta(minutes=15))
    key = desk.waiting_for(LEA)[-1].handover.key
    if state != "offered":
        desk.answer(key, "accepted", By(LEA, now, f"a{number}"))
    if state == "answered":
        desk.reply(key, "It leaves the depot tonight.", By(LEA, now, f"t{number}"))
    if state == "over":
        desk.answer(key, "done", By(LEA, now + timedelta(minutes=12), f"d{number}"))
    return key


@dataclass(frozen=True)
class Site:
    """The pages, signed in as lea who leads and is an expert, and a customer's link."""

    client: TestClient
    link: str
    rated: int


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    people = People(store.engine)
    for person in (ANA, LEA):
        people.add(person.name, person.roles, person.team, 1)
    knows = Written("parcels, depots", hours="mon-sun 00:00-24:00", zone="Europe/London", most="9")
    Experts(store.engine).set("lea", read_profile(knows), datetime.now(UTC))
    rated, unrated = asks(store, 1, "over"), asks(store, 2, "over")
    assert Ratings(store.engine).rate(ANA, rated, 4, datetime.now(UTC))
    for number, state in enumerate(("offered", "taken", "answered"), 3):
        asks(store, number, state)
    app = FastAPI()
    app.state.store, app.state.people = store, people
    desk = HandoverDesk(Handovers(store.engine, timedelta(minutes=15)), asyncio.to_thread)
    parts = ExpertParts(store.engine, desk, cast(Assistance, NoKnowledge()), asyncio.to_thread)
    app.include_router(signin.router)
    app.include_router(expert_pages(lambda: parts))
    app.include_router(rating_pages(lambda: store.engine))
    client = TestClient(app)
    client.get("/signin", params={"code": people.link("lea")})
    code = Ratings(store.engine).link(ANA, unrated, datetime.now(UTC))
    yield Site(client, f"/rate/{unrated}/{code}", rated)
    store.close()


def paths(site: Site) -> list[str]:
    return [
        *("/expert", "/expert?gone=true", "/expert/search?q=depot", "/helped"),
        *(site.link, "/rate/1/cut-of", "/rate/1"),
    ]


@SCHEMES
def test_no_page_about_experts_has_an_accessibility_violation(site: Site, scheme: str) -> None:
    def look(page: Page) -> None:
        for path in paths(site):
            page.goto(f"http://sotto.test{path}")
            results = Axe().run(page)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"
            for width in (360, 1000):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)

    in_chromium(site.client, scheme, look)


def test_the_title_counts_what_is_open(site: Site) -> None:
    text = site.client.get("/expert").text
    assert "<title>(1) Helping · Sotto</title>" in text
    assert re.search(r"You know parcels, depots\. Open until \d\d:\d\d\. Names and numbers are hidden", text)
