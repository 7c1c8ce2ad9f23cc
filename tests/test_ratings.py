"""Ratings of experts' help: by the agent who asked or the customer's own link, once each, for the expert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from server import signin
from server.expert_profile import Written, read_profile
from server.expert_ratings import Help, Ratings, average
from server.experts import Experts
from server.handover import Answer
from server.handovers import By, Handovers
from server.people import People
from server.person import Person, PersonRole
from server.rating_pages import rating_pages
from server.records import Recording
from server.store import Store, open_store
from server.tables import events
from server.wire import HandoverRequest, HandoverTo
from tests.databases import ANA, BEN, KINDS, LEA, MAX, NOW, new_database, opened

EVA = Person("eva", frozenset({PersonRole.EXPERT}), "billing")
ENDED = NOW + timedelta(minutes=10)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    yield from with_people(store)


def with_people(store: Store) -> Iterator[Store]:
    people = People(store.engine)
    for person in (ANA, BEN, LEA, MAX, EVA):
        people.add(person.name, person.roles, person.team, 1)
    Experts(store.engine).set("eva", read_profile(Written("parcels")), NOW)
    yield store
    store.close()


def helped(store: Store, conversation: str = "c1", ended_by: Answer | None = "done") -> int:
    """Ana asks eva, who takes it and is done ten minutes later; the handover's key."""
    store.save(opened(conversation, ANA))
    to = HandoverTo(kind="expert", name="eva")
    asked = HandoverRequest(
        conversation_id=conversation, report_id=f"r {conversation}", to=to, brief="A parcel"
    )
    store.save(Recording(ANA, conversation, NOW).offered(asked))
    handovers = Handovers(store.engine, timedelta(hours=1))
    key = handovers.waiting_for(EVA)[-1].handover.key
    handovers.answer(key, "accepted", By(EVA, NOW, f"a {conversation}"))
    if ended_by:
        handovers.answer(key, ended_by, By(EVA if ended_by == "done" else ANA, ENDED, f"d {conversation}"))
    return key


def ratings_of(store: Store) -> list[tuple[int | None, str | None]]:
    return [(each.rating, each.by) for each in Ratings(store.engine).of("eva")]


def test_the_agent_who_asked_rates_once(store: Store) -> None:
    key, ratings = helped(store), Ratings(store.engine)
    assert ratings.of("eva") == [Help(key, "eva", "c1", ENDED, None, None)]
    assert not any(ratings.rate(person, key, 1, ENDED) for person in (BEN, MAX))
    assert ratings.rate(ANA, key, 4, ENDED)
    assert not ratings.rate(ANA, key, 1, ENDED)
    assert ratings_of(store) == [(4, "agent")]


def test_a_lead_rates_what_the_team_asked_for(store: Store) -> None:
    assert Ratings(store.engine).rate(LEA, helped(store), 3, ENDED)
    assert ratings_of(store) == [(3, "agent")]


def test_the_customers_link_is_good_once_for_its_help_and_outweighs_the_agent(store: Store) -> None:
    key, other, ratings = helped(store), helped(store, "c2"), Ratings(store.engine)
    assert ratings.link(BEN, key, ENDED) is None
    code = ratings.link(ANA, key, ENDED)
    assert code
    ratings.rate(ANA, key, 1, ENDED)
    for handover, guess in ((other, code), (key, "x"), (key, "")):
        assert not ratings.rate_by_link(handover, guess, 1, ENDED)
    assert not ratings.rate_by_link(key, code, 1, ENDED + timedelta(days=14))
    assert ratings.rate_by_link(key, code, 5, ENDED)
    assert not ratings.rate_by_link(key, code, 1, ENDED)
    second = ratings.link(ANA, key, ENDED)
    assert second
    assert not ratings.rate_by_link(key, second, 1, ENDED)
    assert ratings_of(store) == [(None, None), (5, "customer")]


@pytest.mark.parametrize("ended_by", [None, "customer_declined"])
def test_what_is_not_over_has_no_time_and_what_the_customer_ended_has(
    store: Store, ended_by: Answer | None
) -> None:
    helped(store, ended_by=ended_by)
    assert len(Ratings(store.engine).of("eva")) == (ended_by is not None)


def test_a_bad_rating_changes_nothing_for_the_expert(store: Store) -> None:
    before = Experts(store.engine).list("billing")
    assert Ratings(store.engine).rate(ANA, helped(store), 1, ENDED)
    assert Experts(store.engine).list("billing") == before
    assert [each.name for each in before] == ["eva"]


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_there_are_ratings_from_1_to_5(store: Store, rating: int) -> None:
    key = helped(store)
    with pytest.raises(ValueError, match=r"^rating: expected 1 to 5"):
        Ratings(store.engine).rate(ANA, key, rating, ENDED)
    assert ratings_of(store) == [(None, None)]


def test_the_time_on_record_is_from_taking_it_until_it_was_over(store: Store) -> None:
    key = helped(store)
    with store.engine.connect() as connection:
        row = connection.execute(select(events).where(events.c.kind == "expert_time")).one()
    assert (row.person, row.about, row.payload) == ("eva", key, {"seconds": 600})


def test_the_average_is_of_the_numbers_there_are() -> None:
    rated = [Help(1, "eva", "c1", NOW, number, None) for number in (5, None, 4)]
    assert (average(rated), average(rated[1:2])) == (4.5, None)


# ---- the pages ---------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Store]:
    yield from with_people(open_store(f"sqlite:///{tmp_path / 'sotto.db'}"))


@pytest.fixture
def browser(desk: Store) -> TestClient:
    app = FastAPI()
    app.state.store, app.state.people = desk, People(desk.engine)
    app.include_router(signin.router)
    app.include_router(rating_pages(lambda: desk.engine))
    return TestClient(app, follow_redirects=False)


def sign_in(browser: TestClient, desk: Store, name: str) -> str:
    """The secret of this person's forms."""
    browser.get("/signin", params={"code": People(desk.engine).link(name)})
    secret = re.search(r'name="secret" value="(\w+)"', browser.get("/helped").text)
    return secret[1] if secret else ""


def test_an_agent_rates_and_gives_the_customer_a_link(browser: TestClient, desk: Store) -> None:
    key = helped(desk)
    secret = sign_in(browser, desk, "ana")
    page = browser.post("/helped/link", data={"handover": key, "secret": secret})
    address = re.search(rf"http://testserver(/rate/{key}/[\w-]+)", page.text)
    assert address
    assert browser.post("/helped", data={"handover": key, "rating": 2, "secret": secret}).status_code == 303
    assert "2 of 5, as an agent was told." in browser.get("/helped").text
    customer = TestClient(browser.app)
    asked = customer.get(address[1])
    assert asked.status_code == 200
    assert not re.search("c1|eva|Parcel|ana", re.sub("<[^>]+>", "", asked.text))
    assert customer.post(address[1], data={"rating": 9}).status_code == 422
    assert "Thank you" in customer.post(address[1], data={"rating": 5}).text
    assert customer.post(address[1], data={"rating": 1}).status_code == 404
    for gone in (address[1], address[1][:-5], f"/rate/{key}", "/rate/"):
        refused = customer.get(gone)
        assert refused.status_code == 404
        assert "This link no longer works" in refused.text
    assert "5 of 5, by the customer." in browser.get("/helped").text


@pytest.mark.parametrize(("name", "status"), [("eva", 403), ("ben", 200), ("max", 200)])
def test_nobody_else_sees_or_rates_it(browser: TestClient, desk: Store, name: str, status: int) -> None:
    key = helped(desk)
    secret = sign_in(browser, desk, name)
    page = browser.get("/helped")
    assert page.status_code == status
    assert "helped</h2>" not in page.text
    browser.post("/helped", data={"handover": key, "rating": 1, "secret": secret})
    assert (
        "http://testserver/rate"
        not in browser.post("/helped/link", data={"handover": key, "secret": secret}).text
    )
    assert ratings_of(desk) == [(None, None)]


def test_a_foreign_page_can_rate_nothing(browser: TestClient, desk: Store) -> None:
    key = helped(desk)
    assert browser.get("/helped").status_code == 401
    sign_in(browser, desk, "ana")
    for path in ("/helped", "/helped/link"):
        forged = browser.post(path, data={"handover": key, "rating": 1, "secret": "guess"})
        assert forged.status_code == 403
    assert ratings_of(desk) == [(None, None)]
