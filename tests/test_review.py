"""The pages: who gets in, what a lead sees, and that nothing on them can act for someone else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from server import signin
from server.events import EventKind, Record, TextRow
from server.pages import COOKIE
from server.people import People
from server.review import PAGE_SIZE, pieces, review_pages
from server.reviewed import Cited
from server.store import Store, open_store
from tests.databases import ANA, BEN, LEA, MAX, event, flag, opened, reported, suggested

TITLES = {"policies/delivery.md": "Delivery times"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    yield store
    store.close()


@pytest.fixture
def people(store: Store) -> People:
    people = People(store.engine)
    for person in (ANA, LEA, MAX):
        people.add(person.name, person.roles, person.team, 90)
    return people


@pytest.fixture
def browser(store: Store, people: People) -> TestClient:
    app = FastAPI()
    app.state.store, app.state.people = store, people
    app.include_router(signin.router)
    app.include_router(review_pages(TITLES.get))
    return TestClient(app, follow_redirects=False)


def sign_in(browser: TestClient, people: People, name: str) -> None:
    answer = browser.get("/signin", params={"code": people.link(name), "next": "/review"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")


def words(page: str) -> str:
    """The page as it reads."""
    body = page[page.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))


def test_a_lead_sees_how_often_holding_replies_were_opened_and_sent_in_the_own_team(
    browser: TestClient, store: Store, people: People
) -> None:
    now = datetime.now(UTC)
    shown, ours = {"turn_id": "t1", "length": 9}, {"turn_id": "t1", "sent_turn_id": "t2"}
    for thread, person in (("c1", ANA), ("c2", BEN), ("c3", MAX)):
        store.save(opened(thread, person))
        for _ in range(2):
            again = event(EventKind.HOLDING_SHOWN, shown, person, conversation_id=thread, at=now)
            store.save(Record((again,), (TextRow(thread, "holding", "t1", "Soon."),)))
    store.save(Record((event(EventKind.HOLDING_SENT, ours, at=now),)))
    sign_in(browser, people, "lea")
    line = "Where nothing was found, a holding reply was opened for 2 messages and sent for 1."
    assert line in words(browser.get("/review").text)
    assert "holding reply" not in words(browser.get("/review?outcome=none").text)
    states = [store.state_for(thread, person) for thread, person in (("c1", ANA), ("c2", BEN), ("c2", MAX))]
    assert [state.held if state else None for state in states] == [{}, {"t1": "Soon."}, None]


def test_a_lead_sees_the_turn_the_suggestion_and_what_became_of_it(
    browser: TestClient, store: Store, people: People
) -> None:
    store.save(opened(turn="Where is my parcel? card 4111 1111 1111 1111", subject="Late parcel"))
    store.save(flag(EventKind.FLAG_RAISED))
    store.save(flag(EventKind.FLAG_ANSWERED, report_id="r0", response="disagreed"))
    chosen = {"disposition": "routine", "turn_id": "t1"}
    store.save(Record((event(EventKind.DISPOSITION_CHOSEN, chosen, report_id="d1"),)))
    raised = flag(EventKind.FLAG_RAISED, "human_requested", report_id="f1", rule="raised by hand")
    store.save(replace(raised, texts=(TextRow("c1", "note", "f1", "He called twice."),)))
    store.save(suggested("s1", "It arrives on Friday."))
    store.save(reported("s1", "edited", "r1", "It arrives on Monday."))
    sign_in(browser, people, "lea")
    page = browser.get("/review")
    assert page.status_code == 200
    text = words(page.text)
    for expected in (
        "Late parcel",
        "Where is my parcel? card •••• •••• •••• ••••",
        "It arrives on Friday.1",
        "edited",
        "3 characters changed",
        "after 3 s",
        "treated as routine",
        "It arrives on Monday.",
        "Delivery times policies/delivery.md support 90 %",
        "frustration “Where” agent disagreed",
        "human requested “Where” noted: He called twice.",
        "extractive · confidence 80 %",
        "20 Nov 2026, 12:00 UTC",
    ):
        assert expected in text
    assert "ana" not in re.findall(r"\w+", text)


def test_a_flag_that_was_withdrawn_is_not_shown(browser: TestClient, store: Store, people: People) -> None:
    for record in (opened(), flag(EventKind.FLAG_RAISED), flag(EventKind.FLAG_WITHDRAWN), suggested("s1")):
        store.save(record)
    sign_in(browser, people, "lea")
    assert "frustration" not in browser.get("/review").text


def test_texts_that_are_gone_are_said_to_be_gone(browser: TestClient, store: Store, people: People) -> None:
    store.save(opened(customer_email="kim@example.org"))
    store.save(suggested("s1"))
    store.save(reported("s1", "dismissed", "r1"))
    store.erase_customer("kim@example.org")
    sign_in(browser, people, "lea")
    text = words(browser.get("/review").text)
    assert "The customer's turn is no longer kept" in text
    assert "The suggestion's text is no longer kept" in text
    assert "dismissed" in text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"]
)
def test_what_customers_write_is_shown_as_text(
    browser: TestClient, store: Store, people: People, hostile: str
) -> None:
    store.save(opened(turn=hostile, subject=hostile))
    store.save(suggested("s1", hostile))
    store.save(reported("s1", "edited", "r1", hostile + "!"))
    sign_in(browser, people, "lea")
    page = browser.get("/review").text
    assert hostile not in page or hostile == "{{ 7*7 }}"
    assert "<script" not in page
    assert "<img" not in page
    assert words(page).count(hostile) == 4


def test_the_list_is_filtered_by_outcome_and_paged(browser: TestClient, store: Store, people: People) -> None:
    store.save(opened())
    for number in range(PAGE_SIZE + 5):
        store.save(suggested(f"s{number}", f"suggestion number {number}."))
        if number % 2:
            store.save(reported(f"s{number}", "dismissed", f"r{number}"))
    sign_in(browser, people, "lea")
    seen: list[int] = []
    path = "/review"
    while path:
        page = browser.get(path).text
        seen += [int(found) for found in re.findall(r"suggestion number (\d+)", page)]
        older = re.search(r'href="([^"]+)">Older', page)
        path = unescape(older[1]) if older else ""
    assert seen == list(range(PAGE_SIZE + 5))[::-1]
    dismissed = re.findall(r"suggestion number (\d+)", browser.get("/review?outcome=dismissed").text)
    assert [int(number) % 2 for number in dismissed] == [1] * 12
    assert len(re.findall(r"suggestion number", browser.get("/review?outcome=none").text)) == 13
    assert "Nothing here" in browser.get("/review?outcome=copied").text


def test_an_empty_team_is_told_what_will_appear(browser: TestClient, people: People) -> None:
    sign_in(browser, people, "lea")
    assert "Nothing yet" in browser.get("/review").text


def test_a_lead_of_another_team_sees_nothing_of_it(browser: TestClient, store: Store, people: People) -> None:
    store.save(opened())
    store.save(suggested("s1"))
    sign_in(browser, people, "max")
    assert "Nothing yet" in browser.get("/review").text


def test_only_leads_get_in(browser: TestClient, people: People) -> None:
    answer = browser.get("/review")
    assert (answer.status_code, "Please sign in" in answer.text) == (401, True)
    sign_in(browser, people, "ana")
    answer = browser.get("/review")
    assert (answer.status_code, "not for your role" in answer.text) == (403, True)


def test_revoking_a_lead_closes_the_page_at_once(browser: TestClient, people: People) -> None:
    sign_in(browser, people, "lea")
    people.revoke("lea")
    assert browser.get("/review").status_code == 401


@pytest.mark.parametrize("query", ["outcome=loved", "before=x", "before=0", f"before={2**64}"])
def test_a_query_that_means_nothing_is_refused(browser: TestClient, people: People, query: str) -> None:
    sign_in(browser, people, "lea")
    assert browser.get(f"/review?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/review", "/signin", "/signin?code=wrong"])
def test_every_page_forbids_scripts_frames_and_caches(browser: TestClient, path: str) -> None:
    page = browser.get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_a_link_works_once(browser: TestClient, people: People) -> None:
    code = people.link("lea")
    assert browser.get("/signin", params={"code": code}).status_code == 303
    again = browser.get("/signin", params={"code": code})
    assert (again.status_code, "no longer works" in again.text) == (403, True)


def test_the_cookie_is_out_of_reach_of_scripts_and_foreign_pages(browser: TestClient, people: People) -> None:
    cookie = browser.get("/signin", params={"code": people.link("lea")}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    browser.base_url = "https://testserver"
    assert "Secure" in browser.get("/signin", params={"code": people.link("lea")}).headers["set-cookie"]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/\n/evil", ""]
)
def test_signing_in_leads_nowhere_else(browser: TestClient, people: People, target: str) -> None:
    answer = browser.get("/signin", params={"code": people.link("lea"), "next": target})
    assert answer.headers["location"] == "/signin"


def test_signing_out_needs_the_pages_own_form(browser: TestClient, people: People) -> None:
    sign_in(browser, people, "lea")
    cookie = browser.cookies[COOKIE]
    for secret in ("", "guess", "é"):
        assert browser.post("/signout", data={"secret": secret}).status_code == 403
    assert people.signed_in(cookie, datetime.now(UTC)) == LEA
    form = re.search(r'name="secret" value="(\w+)"', browser.get("/review").text)
    assert form
    assert browser.post("/signout", data={"secret": form[1]}).status_code == 303
    assert people.signed_in(cookie, datetime.now(UTC)) is None
    assert browser.get("/review").status_code == 401


def test_the_panel_gets_a_token_for_the_signed_in_person(browser: TestClient, people: People) -> None:
    assert browser.post("/panel/token").status_code == 401
    sign_in(browser, people, "ana")
    answer = browser.post("/panel/token", headers={"origin": "http://testserver"})
    assert answer.headers["cache-control"] == "no-store"
    assert people.find(answer.json()["token"], datetime.now(UTC)) == ANA


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_foreign_page_gets_no_token(browser: TestClient, people: People, origin: str) -> None:
    sign_in(browser, people, "ana")
    assert browser.post("/panel/token", headers={"origin": origin}).status_code == 401


@pytest.mark.parametrize(("path", "kind"), [("/pages.css", "text/css"), ("/pages.svg", "image/svg+xml")])
def test_style_sheet_and_icon_are_served(browser: TestClient, path: str, kind: str) -> None:
    assert browser.get(path).headers["content-type"].startswith(kind)


def test_a_second_agent_of_the_team_is_reviewed_beside_the_first(
    browser: TestClient, store: Store, people: People
) -> None:
    store.save(opened())
    store.save(opened("c2", BEN, "Another question"))
    store.save(suggested("s1"))
    store.save(suggested("s2", "Another answer.", BEN, "c2"))
    store.save(reported("s2", "inserted", "r1", "Another answer.", BEN, "c2"))
    sign_in(browser, people, "lea")
    text = words(browser.get("/review").text)
    assert text.index("Another answer.") < text.index("It arrives on Friday.")
    assert "sent unchanged" in text
    assert "What was sent" not in text


CITED = Cited(number=1, document_id="d", end=0, support=1.0)


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 60)), max_size=8))
def test_pieces_are_the_whole_text_with_every_mark_once(text: str, marks: list[tuple[int, int]]) -> None:
    cut = list(pieces(text, [replace(CITED, number=number, end=end) for number, end in marks]))
    assert "".join(piece for piece, _ in cut) == text
    shown = {(number, min(end, len(text))) for number, end in marks}
    assert sum(len(numbers) for _, numbers in cut) == len(shown)
