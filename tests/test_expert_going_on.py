"""An offer that an expert did not take: it goes to the next who matches, then back to the own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server.events import EventKind
from server.expert_profile import Written, read_profile
from server.experts import Experts
from server.handover_rows import Kept
from server.handovers import By, Handovers
from server.people import People
from server.person import Person, PersonRole
from server.records import Recording
from server.store import Store, open_store
from server.tables import events
from server.wire import HandoverRequest, HandoverTo
from tests.databases import ANA, KINDS, LEA, NOW, flag, new_database, opened, told

WITHIN = timedelta(minutes=15)
SOON = NOW + timedelta(minutes=5)
EVA, FINN, GUS, HAL = (
    Person(name, frozenset({PersonRole.EXPERT}), "billing") for name in ("eva", "finn", "gus", "hal")
)
PARCELS = Written("parcels", hours="mon-sun 00:00-24:00")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Ana offers a conversation about a parcel to eva; finn, gus and hal know parcels as well."""
    store = open_store(new_database(request.param, tmp_path))
    people = People(store.engine, lambda: NOW)
    for person in (ANA, LEA, EVA, FINN, GUS, HAL):
        people.add(person.name, person.roles, person.team, 1)
    for expert in (EVA, FINN, GUS, HAL):
        knows(store, expert.name)
    store.save(told(opened(), "customer"))
    to = HandoverTo(kind="expert", name="eva")
    asked = HandoverRequest(conversation_id="c1", report_id="r1", to=to, brief="A parcel")
    store.save(Recording(ANA, "c1", NOW).offered(asked))
    yield store
    store.close()


def knows(store: Store, name: str, **other: str) -> None:
    Experts(store.engine).set(name, read_profile(replace(PARCELS, **other)), NOW)


def handovers(store: Store) -> Handovers:
    return Handovers(store.engine, WITHIN)


def offer(store: Store) -> Kept:
    (kept,) = handovers(store).waiting_for(ANA)
    return kept


def stands(store: Store) -> tuple[str, str]:
    handover = offer(store).handover
    return handover.state.value, handover.to.name


def decline(store: Store, person: Person = EVA) -> None:
    handovers(store).answer(offer(store).handover.key, "declined", By(person, SOON, f"no {person.name}"))


def names_in_the_database(store: Store) -> set[str]:
    """Which experts stand in rows about the handover."""
    with store.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM handovers")).all())
        rows += repr(connection.execute(select(events.c.person, events.c.payload)).all())
    return {expert.name for expert in (EVA, FINN, GUS, HAL) if expert.name in rows}


def test_it_goes_to_three_one_after_the_other_and_then_back_to_the_own_people(store: Store) -> None:
    decline(store)
    assert stands(store) == ("offered", "finn")
    assert offer(store).topics == ("parcels",)
    assert handovers(store).expire(NOW + WITHIN) == 0, "finn has a time of his own"
    assert handovers(store).expire(SOON + WITHIN) == 1
    assert stands(store) == ("offered", "gus")
    assert names_in_the_database(store) == {"gus"}
    assert handovers(store).waiting_for(EVA) == handovers(store).waiting_for(FINN) == []
    assert handovers(store).waiting_for(LEA) == []
    assert handovers(store).expire(SOON + 2 * WITHIN) == 1
    assert stands(store) == ("timed_out", "an expert"), "hal is the fourth"
    assert names_in_the_database(store) == set()
    assert len(handovers(store).waiting_for(LEA)) == 1
    with store.engine.connect() as connection:
        about = events.c.about == offer(store).handover.key
        rows = connection.execute(select(events.c.kind, events.c.person, events.c.payload).where(about)).all()
    assert [(row.kind, row.person, row.payload["state"]) for row in rows] == [
        (EventKind.HANDOVER_TIMED_OUT.value, "ana", state) for state in ("offered", "offered", "timed_out")
    ]


def test_the_second_takes_it_and_the_first_can_not_any_more(store: Store) -> None:
    decline(store)
    key = offer(store).handover.key
    assert handovers(store).answer(key, "accepted", By(EVA, SOON, "late")) is None
    handovers(store).answer(key, "accepted", By(FINN, SOON, "yes"))
    taken = offer(store).handover
    assert (taken.state.value, taken.holder, taken.declined) == ("accepted", "finn", frozenset())


@pytest.mark.parametrize(
    "other",
    [
        {"topics": "tea"},
        {"languages": "German"},
        {"hours": ""},
        {"hours": "sat 00:00-24:00"},
    ],
)
def test_only_who_matches_at_that_time_is_asked(store: Store, other: dict[str, str]) -> None:
    for name in ("finn", "hal"):
        knows(store, name, **other)
    decline(store)
    assert stands(store) == ("offered", "gus")
    decline(store, GUS)
    assert stands(store) == ("timed_out", "an expert")


def test_who_is_busy_is_passed_over(store: Store) -> None:
    store.save(told(opened("c2"), "customer"))
    to = HandoverTo(kind="expert", name="finn")
    asked = HandoverRequest(conversation_id="c2", report_id="r2", to=to, brief="Another parcel")
    store.save(Recording(ANA, "c2", NOW).offered(asked))
    first, _ = handovers(store).waiting_for(ANA)
    handovers(store).answer(first.handover.key, "declined", By(EVA, SOON, "no"))
    assert [kept.handover.to.name for kept in handovers(store).waiting_for(ANA)] == ["gus", "finn"]


def test_what_became_a_dispute_meanwhile_goes_to_no_other_expert(store: Store) -> None:
    store.save(flag(EventKind.FLAG_RAISED, "dispute"))
    decline(store)
    assert stands(store) == ("timed_out", "an expert")


def test_the_sender_who_is_an_expert_too_is_not_asked(store: Store) -> None:
    People(store.engine, lambda: NOW).add("ana", [PersonRole.AGENT, PersonRole.EXPERT], "billing", 1)
    knows(store, "ana")
    for expert in (FINN, GUS, HAL):
        People(store.engine).revoke(expert.name)
    decline(store)
    assert stands(store) == ("timed_out", "an expert")
