"""Who waits: what each needs and why, who comes first, and who may ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from server import signin
from server.conversation import Channel, Conversation, Customer, Reason, Role, Severity, Turn
from server.events import EventKind, Record, TextRow
from server.flags import ValueRule
from server.followed import FirstAnswers, first_answers, followed
from server.people import People
from server.person import Person, PersonRole
from server.store import Store, open_store
from server.triage import LEADING
from server.waiting import DISTRESS_H, OVERDUE_H, Waiting, WaitingNeed, in_order, waiting_in
from server.waiting_pages import waiting_pages
from tests.databases import ANA, BEN, KINDS, LEA, MAX, NOW, event, flag, new_database, opened, told

EXPERT = Person("eli", frozenset({PersonRole.EXPERT}), "billing")
OWNER = Person("mira", frozenset({PersonRole.OWNER}), "billing")


def waits(name: str = "c1", hours: float = 1.0, valued: bool = False, **flags: str) -> Waiting:
    found = {Reason(reason): Severity(severity) for reason, severity in flags.items()}
    return Waiting(name, NOW - timedelta(hours=hours), found, valued)


# ---- deciding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiting", "need", "why"),
    [
        (waits(), "routine", "routine; waiting 1 h"),
        (waits(valued=True, hours=0.5), "routine", "routine; a valued customer; waiting 30 min"),
        (waits(upsell="note", low_confidence="act"), "routine", "routine; waiting 1 h"),
        (
            waits(churn_risk="note", dispute="act"),
            "human",
            "a person should lead: dispute, churn risk; waiting 1 h",
        ),
        (waits(hours=50, valued=True), "overdue", "waiting for more than a day; waiting 2 days"),
        (
            waits(vulnerability="act", frustration="urgent"),
            "vulnerable",
            "the customer is in distress: frustration; waiting 1 h",
        ),
        (waits(hours=30, vulnerability="urgent"), "crisis", "somebody may be in danger; waiting 30 h"),
    ],
)
def test_every_waiting_conversation_has_a_need_and_says_why(waiting: Waiting, need: str, why: str) -> None:
    assert (waiting.need(NOW), waiting.why(NOW), waiting.tag(NOW)) == (need, why, f"sotto-{need}")


def test_danger_comes_first_then_distress_then_whom_a_person_should_lead() -> None:
    order = [
        waits("crisis", 0.1, vulnerability="urgent"),
        waits("for days", 80),
        waits("distress", 0.1, vulnerability="act"),
        waits("long", 40),
        waits("boiling", 1, frustration="urgent"),
        waits("dispute", 1, dispute="act"),
        waits("valued", 1, True),
        waits("leaving", 1, churn_risk="note"),
        waits("plain", 1),
        waits("new", 0.5),
    ]
    assert [one.conversation_id for one in in_order(reversed(order), NOW)] == [
        one.conversation_id for one in order
    ]


SEVERITIES = st.sampled_from(["note", "act", "urgent"])
CALM = st.dictionaries(st.sampled_from(sorted(set(Reason) - {Reason.VULNERABILITY})), SEVERITIES, max_size=4)
HOURS = st.floats(0, 500)


@given(HOURS, HOURS, CALM, st.booleans())
def test_value_never_comes_before_distress(
    calm_h: float, distressed_h: float, flags: dict[Reason, str], urgent: bool
) -> None:
    distressed = waits("d", distressed_h, vulnerability="urgent" if urgent else "act")
    named = {reason.value: severity for reason, severity in flags.items()}
    without, valued = waits("v", calm_h, False, **named), waits("v", calm_h, True, **named)
    if in_order([without, distressed], NOW)[0] is distressed:
        assert in_order([valued, distressed], NOW)[0] is distressed
    if calm_h < OVERDUE_H:
        assert in_order([valued, distressed], NOW)[0] == distressed


@given(HOURS, st.floats(0.01, 100), CALM, st.booleans())
def test_waiting_longer_never_puts_anyone_back(
    hours: float, more: float, flags: dict[Reason, str], valued: bool
) -> None:
    named = {reason.value: severity for reason, severity in flags.items()}
    younger, older = waits("y", hours, valued, **named), waits("o", hours + more, valued, **named)
    assert in_order([younger, older], NOW)[0] == older


@given(CALM, st.booleans())
def test_nobody_is_overtaken_for_ever(flags: dict[Reason, str], valued: bool) -> None:
    """However many come in distress or boiling, each overtakes only who waited less than three days more."""
    plain = waits("plain", DISTRESS_H + 2)
    named = {reason.value: severity for reason, severity in flags.items()}
    late = [
        waits("a", 1, valued, **named),
        waits("b", 1, vulnerability="act"),
        waits("c", 23, valued, **named),
    ]
    assert in_order([*late, plain], NOW)[0] == plain


def test_equals_stay_in_the_order_in_which_they_came() -> None:
    same = [waits(f"c{number}") for number in range(5)]
    assert in_order(same, NOW) == same


def test_only_reasons_that_ask_for_a_person_count() -> None:
    assert waits(upsell="urgent").reasons == []
    everything = dict.fromkeys(Reason, Severity.NOTE)
    assert set(Waiting("c1", NOW, everything).reasons) == LEADING


# ---- from the record ---------------------------------------------------------------------------------------


def turn(turn_id: str, role: str, hours: float, person: Person = ANA, thread: str = "c1") -> Record:
    """A turn came in, so many hours after NOW, told at that moment."""
    at = NOW + timedelta(hours=hours)
    payload = {"turn_id": turn_id, "role": role, "length": 1, "at": at.isoformat()}
    received = event(EventKind.TURN_RECEIVED, payload, person, conversation_id=thread, at=at)
    return Record((received,), (TextRow(thread, "turn", turn_id, "Words."),))


def of_team(store: Store) -> dict[str, Waiting | None]:
    found = followed(store.engine, "billing", NOW - timedelta(days=7), 100)
    return {each.conversation_id: each.waiting(ValueRule()) for each in found}


@pytest.mark.parametrize("kind", KINDS)
def test_a_conversation_waits_from_the_first_words_that_nobody_answered(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    store.save(told(opened(), "customer", tier="premium"))
    store.save(told(opened("c2"), "customer", "agent"))
    store.save(told(opened("c3", MAX), "customer"))
    store.save(told(opened("c4"), "customer", "assistant", "note"))
    waiting = of_team(store)
    assert waiting["c1"] == Waiting("c1", NOW, {}, True)
    assert (waiting["c2"], waiting["c4"], "c3" in waiting) == (None, None, False)
    for number, (role, hours) in enumerate([("agent", 1), ("customer", 2), ("customer", 3), ("note", 4)], 2):
        store.save(turn(f"t{number}", role, hours))
    again = of_team(store)["c1"]
    assert again is not None
    assert again.since == NOW + timedelta(hours=2)
    assert followed(store.engine, "billing", NOW + timedelta(hours=5), 100) == []
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_flags_that_count_stand_and_are_shown_or_agreed_to(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    store.save(told(opened(), "customer"))
    quiet, confirmed = (flag(EventKind.FLAG_RAISED, reason) for reason in ("dispute", "policy_exception"))
    for dot in (quiet, confirmed):
        dot.events[0].payload["shown"] = False
    for record in (
        flag(EventKind.FLAG_RAISED),
        flag(EventKind.FLAG_ANSWERED, report_id="r1", response="agreed"),
        flag(EventKind.FLAG_RAISED, "churn_risk"),
        flag(EventKind.FLAG_ANSWERED, "churn_risk", report_id="r2", response="disagreed"),
        flag(EventKind.FLAG_RAISED, "upsell"),
        flag(EventKind.FLAG_WITHDRAWN, "upsell"),
        quiet,
        confirmed,
        flag(EventKind.FLAG_ANSWERED, "policy_exception", report_id="r3", response="agreed"),
    ):
        assert store.save(record)
    (waiting,) = of_team(store).values()
    assert waiting is not None
    assert waiting.flags == {Reason.FRUSTRATION: Severity.ACT, Reason.POLICY_EXCEPTION: Severity.ACT}
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_time_to_the_first_answer_is_measured_by_tier(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    for number, hours in enumerate([1, 3, 5, None]):
        thread = f"p{number}"
        store.save(told(opened(thread), "customer", tier="premium"))
        store.save(turn("bot", "assistant", 0.1, thread=thread))
        if hours is not None:
            store.save(turn("a1", "agent", hours, thread=thread))
            store.save(turn("a2", "agent", hours + 1, thread=thread))
    store.save(told(opened("unknown"), "customer"))
    measured = first_answers(followed(store.engine, "billing", NOW - timedelta(days=7), 100))
    assert measured == [
        FirstAnswers("not known", 1, ()),
        FirstAnswers("premium", 4, (3600.0, 3 * 3600.0, 5 * 3600.0)),
    ]
    assert (measured[0].within(0.5), measured[1].within(0.5), measured[1].within(0.9)) == (None, 10800, 18000)
    store.close()


def test_turns_that_came_together_without_times_measure_nothing(tmp_path: Path) -> None:
    store = open_store(new_database("sqlite", tmp_path))
    record = told(opened(), "customer", "agent")
    turns: Any = record.events[0].payload["turns"]
    for each in turns:
        each["at"] = None
    store.save(record)
    (measured,) = first_answers(followed(store.engine, "billing", NOW - timedelta(days=7), 100))
    assert (measured.conversations, measured.waits) == (1, ())
    store.close()


# ---- who may ask -------------------------------------------------------------------------------------------


@dataclass
class Office:
    """The pages and the API with a store behind them; tokens by name."""

    store: Store
    people: People
    browser: TestClient
    tokens: dict[str, str]

    def needs(self, person: Person) -> list[dict[str, str]]:
        answer = self.browser.get(
            "/api/needs", headers={"Authorization": f"Bearer {self.tokens[person.name]}"}
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        found: list[dict[str, str]] = answer.json()["conversations"]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    people = People(store.engine)
    everyone = (ANA, BEN, LEA, MAX, EXPERT, OWNER)
    tokens = {each.name: people.add(each.name, each.roles, each.team, 90) for each in everyone}
    app = FastAPI()
    app.state.store, app.state.people = store, people
    app.include_router(signin.router)
    app.include_router(waiting_pages(ValueRule()))
    yield Office(store, people, TestClient(app, follow_redirects=False), tokens)
    store.close()


def waiting_now(store: Store) -> None:
    """Ana's customer is in distress, Ben's has a question; both wait since a moment ago."""
    now = datetime.now(UTC)
    for thread, person in (("c1", ANA), ("c2", BEN), ("c3", MAX)):
        told_now = told(opened(thread, person, "My <b>secret</b> words", at=now), "customer", tier="premium")
        store.save(told_now)
    store.save(flag(EventKind.FLAG_RAISED, "vulnerability", conversation_id="c1"))


def test_a_lead_hears_what_waits_in_the_team_an_agent_what_waits_for_them(office: Office) -> None:
    waiting_now(office.store)
    needs = office.needs(LEA)
    assert [(each["conversation_id"], each["need"], each["tag"]) for each in needs] == [
        ("c1", "vulnerable", "sotto-vulnerable"),
        ("c2", "routine", "sotto-routine"),
    ]
    assert needs[1]["why"].startswith("routine; a valued customer; waiting ")
    assert [each["conversation_id"] for each in office.needs(BEN)] == ["c2"]
    assert [each["conversation_id"] for each in office.needs(MAX)] == ["c3"]


def test_the_needs_carry_nobodys_words(office: Office) -> None:
    waiting_now(office.store)
    (first, *_) = office.needs(LEA)
    assert first.keys() == {"conversation_id", "helpdesk", "need", "why", "tag", "waiting_since"}
    assert "secret" not in str(office.needs(LEA))


def spoken(*said: tuple[str, float, float | None]) -> Conversation:
    """Turns as role, the hour they were received, and the hour that the page claims, counted from NOW."""
    turns = tuple(
        Turn(f"t{place}", Role(role), "", hours(came), None if claimed is None else hours(claimed))
        for place, (role, came, claimed) in enumerate(said)
    )
    return Conversation("c1", "desk", Channel.EMAIL, "", Customer(), turns)


def hours(after: float) -> datetime:
    return NOW + timedelta(hours=after)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ([("customer", 0, None)], 0),
        ([("customer", 0, -5)], -5),
        ([("customer", 0, 7)], 0),
        ([("customer", 0, -9), ("customer", 0, -2)], -9),
        ([("customer", 0, -9), ("agent", 0, -8), ("note", 0, -7), ("customer", 0, -2)], -2),
        ([("customer", 0, -9), ("note", 0, -7)], -9),
        ([("customer", 0, -9), ("assistant", 0, -8)], None),
        ([], None),
    ],
)
def test_a_conversation_waits_since_the_first_of_the_customers_words_that_nobody_answered(
    said: list[tuple[str, float, float | None]], since: float | None
) -> None:
    waiting = waiting_in(spoken(*said), {}, False)
    assert (waiting and waiting.since) == (None if since is None else hours(since))


@pytest.mark.parametrize("person", [EXPERT, OWNER])
def test_experts_and_owners_hear_nothing_of_who_waits(office: Office, person: Person) -> None:
    headers = {"Authorization": f"Bearer {office.tokens[person.name]}"}
    answer = office.browser.get("/api/needs", headers=headers)
    assert (answer.status_code, answer.json()) == (
        403,
        {"problem": "What waits is for agents and team leads."},
    )


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YW5hOmE=", "Bearer \u00fc"]
)
def test_without_a_persons_token_nothing_is_told(office: Office, header: str) -> None:
    waiting_now(office.store)
    answer = office.browser.get("/api/needs", headers={b"Authorization": header.encode()})
    assert (answer.status_code, list(answer.json())) == (401, ["problem"])
    office.people.revoke("lea")
    headers = {"Authorization": f"Bearer {office.tokens['lea']}"}
    assert office.browser.get("/api/needs", headers=headers).status_code == 401


def test_the_page_is_the_leads_and_shows_need_reason_and_times(office: Office) -> None:
    waiting_now(office.store)
    office.browser.get("/signin", params={"code": office.people.link("lea")})
    answer = office.browser.get("/review/waiting")
    page = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :])))
    assert "Parcel vulnerable the customer is in distress; waiting 0 min desk, c1" in page
    assert page.index("vulnerable") < page.index("routine")
    assert "premium 0 of 2 – –" in page
    assert "c3" not in page
    assert WaitingNeed.VULNERABLE in page
    office.browser.get("/signin", params={"code": office.people.link("ana")})
    assert office.browser.get("/review/waiting").status_code == 403
    office.browser.cookies.clear()
    assert office.browser.get("/review/waiting").status_code == 401
