"""The reports page: who reads and answers what, what is refused, and what a lead sees of all that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from knowledge.document import Document, Passage
from server import signin
from server.events import Event, EventKind, Record, TextRow
from server.people import People
from server.person import Person, PersonRole
from server.reported import Reports
from server.reports import PAGE_SIZE, reports_pages
from server.review import review_pages
from server.store import Store, open_store
from tests.databases import ANA, LEA, MAX, event, flag, opened, passage_reported
from tests.shelf import document, passage

MIRA = Person("Mira.Holt", frozenset({PersonRole.OWNER}), "knowledge")
JO = Person("jo.adeyemi", frozenset({PersonRole.OWNER}), "knowledge")
DELIVERY = passage(
    document("policies/delivery.md", title="Delivery times", owner="mira.holt"), "It arrives on Friday."
)


@dataclass
class LiveShelf:
    """Live knowledge of a few passages."""

    passages: tuple[Passage, ...] = (DELIVERY,)

    def document(self, document_id: str) -> Document | None:
        found = (each.document for each in self.passages if each.document.id == document_id)
        return next(found, None)

    def passage(self, passage_id: str) -> Passage | None:
        return next((each for each in self.passages if each.id == passage_id), None)


@dataclass
class Office:
    """The pages with a store behind them, and one browser."""

    store: Store
    people: People
    browser: TestClient
    shelf: LiveShelf

    def sign_in(self, person: Person) -> None:
        self.browser.get("/signin", params={"code": self.people.link(person.name)})

    def read(self, path: str = "/reports") -> str:
        """A page as it reads."""
        page = self.browser.get(path)
        assert page.status_code == 200, page.text
        body = page.text[page.text.index("<main") :]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))

    def answer(self, key: int, **form: str) -> Any:
        page = self.browser.get("/reports").text
        secret = re.search(r'name="secret" value="(\w+)"', page)
        assert secret
        return self.browser.post(f"/reports/{key}", data={"secret": secret[1], **form})

    def only_key(self) -> int:
        (report,) = Reports(self.store.engine).newest(lambda _: True, answered=False, limit=2)
        return report.key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    people = People(store.engine)
    for person in (ANA, LEA, MAX, MIRA, JO):
        people.add(person.name, person.roles, person.team, 90)
    app, shelf = FastAPI(), LiveShelf()
    app.state.store, app.state.people = store, people
    app.include_router(signin.router)
    app.include_router(review_pages(lambda _: "Delivery times"))
    app.include_router(reports_pages(lambda: shelf))
    store.save(opened())
    yield Office(store, people, TestClient(app, follow_redirects=False), shelf)
    store.close()


def live_report(report_id: str = "r9", **rest: Any) -> Record:
    """A report on the passage as it is live."""
    return passage_reported(report_id, passage_id=DELIVERY.id, **rest)


def test_the_owner_reads_what_was_reported_by_whom_it_is_not_said(office: Office) -> None:
    office.store.save(live_report())
    office.sign_in(MIRA)
    page = office.read()
    for expected in (
        "Delivery times",
        "Out of date",
        "an agent of team billing",
        "It arrives on Friday.",
        "Since June it is Monday.",
        "policies/delivery.md still live as reported",
        "Owner: mira.holt.",
        "Revision r1",
        "20 Nov 2026, 12:00 UTC",
    ):
        assert expected in page
    assert "ana" not in re.findall(r"\w+", page)


def test_what_was_said_in_a_crisis_is_for_the_leads_of_its_team(office: Office) -> None:
    office.store.save(live_report())
    office.store.save(flag(EventKind.FLAG_RAISED, "vulnerability", severity="urgent"))
    office.store.save(chose(2, "How long does a sofa take?"))
    office.sign_in(MIRA)
    page = office.read()
    assert "Somebody may have been in danger: what was said there is for the team's leads." in page
    assert "Since June it is Monday." not in page
    assert "It arrives on Friday." not in page
    assert office.answer(office.only_key(), answer="kept").status_code == 303
    office.sign_in(LEA)
    assert "Since June it is Monday." in office.read("/reports?answered=true")
    review = office.read("/review")
    assert "Sofas › Delivery" in review
    assert "How long does a sofa take?" not in review


def test_a_crisis_of_another_team_hides_nothing(office: Office) -> None:
    office.store.save(live_report())
    office.store.save(opened("c1", MAX))
    office.store.save(flag(EventKind.FLAG_RAISED, "vulnerability", MAX, severity="urgent"))
    office.store.save(flag(EventKind.FLAG_RAISED, "vulnerability"))
    office.sign_in(MIRA)
    assert "Since June it is Monday." in office.read()


def test_an_answer_is_kept_shown_and_told_with_its_note_masked(office: Office) -> None:
    office.store.save(live_report())
    office.sign_in(MIRA)
    answer = office.answer(
        office.only_key(), answer="fixed", note=" It is Monday. Test card 4111 1111 1111 1111 "
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/reports")
    page = office.read()
    assert "Nothing open" in page
    assert "Answered lately" in page
    assert "Fixed by Mira.Holt" in page
    assert "It is Monday. Test card •••• •••• •••• ••••" in page
    assert "Fixed by Mira.Holt" in office.read("/reports?answered=true")
    (told,) = Reports(office.store.engine).unseen_by("ana")
    assert (told.message.answer, told.message.title) == ("fixed", "Delivery times")
    assert told.message.note == "It is Monday. Test card •••• •••• •••• ••••"


def test_only_the_first_answer_counts(office: Office) -> None:
    office.store.save(live_report())
    office.sign_in(MIRA)
    key = office.only_key()
    office.answer(key, answer="kept", note="It is true.")
    second = office.answer(key, answer="fixed")
    assert second.status_code == 409
    assert "answered before" in second.text
    (told,) = Reports(office.store.engine).unseen_by("ana")
    assert told.message.answer == "kept"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ((passage(DELIVERY.document, "It arrives on Monday."),), "this passage has changed since"),
        ((), "this document is no longer in the knowledge"),
    ],
)
def test_a_passage_that_changed_or_went_is_said_to_have(
    office: Office, changed: tuple[Passage, ...], said: str
) -> None:
    office.store.save(live_report())
    office.shelf.passages = changed
    office.sign_in(MIRA)
    assert said in office.read()


def test_reports_are_for_owners_of_the_document_and_leads_of_the_team(office: Office) -> None:
    office.store.save(live_report())
    for person, sees, answers in ((MIRA, True, True), (JO, False, False), (LEA, True, False)):
        office.sign_in(person)
        page = office.browser.get("/reports").text
        assert ("It arrives on Friday." in page) == sees, person
        assert ("<textarea" in page) == answers, person
    office.sign_in(MAX)
    assert "It arrives on Friday." not in office.browser.get("/reports").text
    office.sign_in(ANA)
    assert office.browser.get("/reports").status_code == 403
    office.browser.cookies.clear()
    assert office.browser.get("/reports").status_code == 401


@pytest.mark.parametrize("owner", ["nobody.known", "Lea", "ANA"])
def test_a_document_whose_owner_is_no_known_owner_is_every_owners_and_says_so(
    office: Office, owner: str
) -> None:
    office.shelf.passages = ()
    office.store.save(live_report(owner=owner))
    for person in (MIRA, JO):
        office.sign_in(person)
        assert "That is no known person, so every owner sees this." in office.read()
    assert office.answer(office.only_key(), answer="fixed").status_code == 303


def test_a_gap_without_any_passage_is_every_owners(office: Office) -> None:
    gap = live_report(about="gap", problem="no_answer", quote="Do you ship to the moon?")
    gap.events[0].payload["passages"] = []
    office.store.save(gap)
    office.sign_in(JO)
    page = office.read()
    for expected in (
        "A question that nothing answers",
        "Nothing answers this",
        "ship to the moon",
        "no owner",
    ):
        assert expected in page


def test_an_owner_whose_token_was_revoked_is_not_known_any_more(office: Office) -> None:
    office.store.save(live_report())
    office.people.revoke("Mira.Holt")
    office.sign_in(JO)
    assert "It arrives on Friday." in office.read()


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"answer": "maybe"}, 400, "Answer with Fixed or Kept"),
        ({}, 400, "Answer with Fixed or Kept"),
        ({"answer": "fixed", "note": "x" * 2001}, 400, "The note has 2001 characters; 2000 fit"),
        ({"answer": "fixed", "secret": "guessed"}, 403, "Open the reports again"),
        ({"answer": "fixed", "secret": "ü"}, 403, "Open the reports again"),
    ],
)
def test_a_form_that_cannot_be_taken_changes_nothing_and_says_why(
    office: Office, form: dict[str, str], status: int, said: str
) -> None:
    office.store.save(live_report())
    office.sign_in(MIRA)
    answer = office.answer(office.only_key(), **form)
    assert answer.status_code == status
    assert said in answer.text
    assert office.only_key()


@pytest.mark.parametrize(("person", "status"), [(JO, 404), (LEA, 403), (MAX, 404), (ANA, 403)])
def test_nobody_else_answers(office: Office, person: Person, status: int) -> None:
    office.store.save(live_report())
    office.sign_in(person)
    assert office.answer(office.only_key(), answer="fixed").status_code == status
    assert office.only_key()


@pytest.mark.parametrize("key", ["0", "-1", "999", str(2**63), str(2**70)])
def test_a_report_that_is_not_there_is_not_found(office: Office, key: str) -> None:
    office.store.save(live_report())
    office.sign_in(MIRA)
    assert office.answer(int(key), answer="fixed").status_code == 404


def test_hostile_words_stay_words(office: Office) -> None:
    hostile = "<script>alert(1)</script>\u202e\u200b<img src=x onerror=alert(1)>"
    office.store.save(live_report(quote=hostile, note=hostile))
    office.sign_in(MIRA)
    page = office.browser.get("/reports")
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_pages_of_reports_lose_and_repeat_none(office: Office) -> None:
    count = PAGE_SIZE * 2 + 3
    for number in range(count):
        office.store.save(live_report(f"r{number}", quote=f"quote-{number:02d}."))
    office.sign_in(MIRA)
    seen, path = [], "/reports"
    while path:
        page = office.browser.get(path).text
        seen += re.findall(r"quote-\d\d", page)
        older = re.search(r'href="([^"]+)">Older', page)
        path = unescape(older[1]) if older else ""
    assert seen == [f"quote-{number:02d}" for number in reversed(range(count))]


def test_erased_texts_are_said_to_be_gone(office: Office) -> None:
    office.store.save(opened(customer_email="kim@example.org"))
    office.store.save(live_report())
    office.store.erase_customer("kim@example.org")
    office.sign_in(MIRA)
    page = office.read()
    assert "The text is no longer kept" in page
    assert "It arrives on Friday." not in page


# ---- what a lead sees on the review page -------------------------------------------------------------------


def chose(number: int, question: str | None) -> Record:
    """An agent used a passage of another title than the first."""
    passages = [
        {"passage_id": "p2", "document_id": "policies/sofas.md", "title": "Sofas › Delivery"},
        {"passage_id": "p1", "document_id": "policies/delivery.md"},
    ]
    payload = {"turn_id": "t1", "number": number, "revision": "r1", "passages": passages}
    texts = () if question is None else (TextRow("c1", "question", f"u{number}", question),)
    return Record((event(EventKind.PASSAGE_USED, payload, report_id=f"u{number}"),), texts)


def unread(adapter: str, report_id: str, person: Person = ANA) -> Record:
    """A page that an adapter could not read just now."""
    payload = {"adapter": adapter, "helpdesk": "https://desk.example"}
    now = datetime.now(UTC)
    happened = Event(EventKind.PAGE_UNREAD, now, None, person.name, None, report_id, dict(payload))
    return Record((happened,), team=person.team)


def test_a_lead_sees_which_snippets_agents_chose_over_the_first(office: Office) -> None:
    office.store.save(chose(2, "How long does a sofa take?"))
    office.store.save(chose(3, None))
    office.sign_in(LEA)
    page = office.read("/review")
    assert "How long does a sofa take? first was Delivery times; used was Sofas › Delivery" in page
    assert "Where is my parcel? first was Delivery times" in page
    office.sign_in(MAX)
    assert "chose another snippet" not in office.read("/review")


def test_a_lead_sees_how_often_pages_of_the_team_could_not_be_read(office: Office) -> None:
    for number in range(3):
        office.store.save(unread("django-helpdesk", f"p{number}"))
    office.store.save(unread("django-helpdesk", "p0"))
    office.store.save(unread("request-tracker", "p9", MAX))
    office.sign_in(LEA)
    page = office.read("/review")
    assert f"django-helpdesk 3 times since {datetime.now(UTC).strftime('%-d %b')}" in page
    assert "https://desk.example" in page
    assert "request-tracker" not in page
    assert "could not read" not in office.read("/review?outcome=edited")
