"""Handovers as they are stored, on SQLite and PostgreSQL, and what panels hear of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from server import handovers as handovers_file
from server.events import Record
from server.handing import HandoverDesk
from server.handover import Answer
from server.handover_rows import Kept
from server.handovers import By, Handovers
from server.people import People
from server.person import Person
from server.records import Recording
from server.store import Store, open_store
from server.tables import conversations, events
from server.wire import HandoverRequest, HandoverTo
from tests.databases import ANA, BEN, KINDS, LEA, MAX, NOW, new_database, opened
from tests.live_server import HeadlessPanel, Running, customer, revoke, serving
from tests.live_server import person_token as new_person

WITHIN = timedelta(minutes=15)
LATE = NOW + WITHIN
TO_BEN = {"kind": "person", "name": "ben"}


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    people = People(store.engine, lambda: NOW)
    for person in (ANA, BEN, LEA, MAX):
        people.add(person.name, person.roles, person.team, 1)
    store.save(
        opened("c1", ANA, subject="Parcel", customer_name="Kim Park", customer_email="kim@post.example")
    )
    yield store
    store.close()


def request(
    report_id: str = "r1",
    to: dict[str, str] = TO_BEN,
    brief: str = "Situation: late",
    conversation: str = "c1",
) -> Record:
    message = HandoverRequest(
        conversation_id=conversation, report_id=report_id, to=HandoverTo.model_validate(to), brief=brief
    )
    return Recording(ANA, conversation, NOW).offered(message)


def stored(store: Store) -> Handovers:
    return Handovers(store.engine, WITHIN)


def waiting(store: Store, person: Person) -> list[tuple[str, str | None]]:
    return [(each.handover.state.value, each.brief) for each in stored(store).waiting_for(person)]


def only(store: Store) -> int:
    (kept,) = stored(store).waiting_for(ANA)
    return kept.handover.key


def answer(store: Store, word: Answer, person: Person, report_id: str = "a1") -> Kept | None:
    return stored(store).answer(only(store), word, By(person, NOW, report_id))


def kinds(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.id)).scalars())[1:]


# ---- stored ------------------------------------------------------------------------------------------------


def test_an_offer_is_stored_once_masked_and_waits_for_its_receiver_and_its_sender(store: Store) -> None:
    assert store.save(request(brief="Card 4111 1111 1111 1111"))
    assert not store.save(request(brief="Card 4111 1111 1111 1111"))
    assert waiting(store, BEN) == waiting(store, ANA) == [("offered", "Card •••• •••• •••• ••••")]
    assert waiting(store, LEA) == waiting(store, MAX) == []
    (kept,) = stored(store).waiting_for(BEN)
    assert (kept.subject, kept.customer, kept.helpdesk) == ("Parcel", "Kim Park", "desk")


def test_the_first_answer_counts_and_the_same_report_tells_it_again(store: Store) -> None:
    store.save(request(to={"kind": "team", "name": "billing"}))
    key = only(store)
    for report_id, person in (("a1", BEN), ("a1", LEA), ("a1", BEN), ("a2", BEN)):
        kept = stored(store).answer(key, "accepted", By(person, NOW, report_id))
        assert kept is not None
        assert (kept.handover.state, kept.handover.holder) == ("accepted", "ben")
    assert kinds(store) == ["handover_offered", "handover_answered"]
    with store.engine.connect() as connection:
        assert connection.execute(select(conversations.c.agent)).scalar() == "ben"


def test_of_many_who_accept_at_once_one_has_it(store: Store) -> None:
    crowd = [Person(f"p{number}", BEN.roles, "billing") for number in range(8)]
    store.save(request(to={"kind": "team", "name": "billing"}))
    key = only(store)
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda who: stored(store).answer(key, "accepted", By(who, NOW, "a")), crowd)
        )
    assert len({kept and kept.handover.holder for kept in answers}) == 1
    assert kinds(store).count("handover_answered") == 1


def test_an_offer_that_times_out_goes_back_to_its_sender_and_the_lead_once(store: Store) -> None:
    store.save(request())
    assert stored(store).expire(LATE - timedelta(seconds=1)) == 0
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: stored(store).expire(LATE), range(4))) == 1
    assert [state for state, _ in waiting(store, ANA)] == ["timed_out"]
    assert waiting(store, LEA) == waiting(store, BEN) == [("timed_out", "Situation: late")]
    assert kinds(store) == ["handover_offered", "handover_timed_out"]


async def test_what_times_out_before_the_first_look_is_told_to_who_connected_earlier(store: Store) -> None:
    store.save(request())
    assert stored(store).expire(LATE) == 1
    told: asyncio.Queue[Kept] = asyncio.Queue()
    desk = HandoverDesk(stored(store), asyncio.to_thread)
    watching = asyncio.create_task(desk.watch(60, told.put_nowait))
    async with asyncio.timeout(10):
        assert (await told.get()).handover.state.value == "timed_out"
    watching.cancel()


def test_no_offer_is_left_out_however_many_there_are(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handovers_file, "_MOST_TOLD", 1)
    for number in range(2, 5):
        store.save(opened(f"c{number}", ANA))
        store.save(request(f"r{number}", conversation=f"c{number}"))
    assert len(waiting(store, BEN)) == 3
    assert [kept.handover.conversation_id for kept in stored(store).waiting_for(ANA)] == ["c4"]


def test_what_nobody_takes_can_be_kept_and_what_is_done_is_over(store: Store) -> None:
    store.save(request())
    answer(store, "declined", BEN)
    assert waiting(store, BEN) == []
    answer(store, "kept", ANA)
    assert waiting(store, ANA) == waiting(store, LEA) == []
    assert kinds(store)[-1] == "handover_resolved"


def test_somebody_else_can_neither_answer_nor_learn_of_it(store: Store) -> None:
    store.save(request())
    assert answer(store, "accepted", MAX) is None
    assert stored(store).answer(4711, "accepted", By(BEN, NOW, "a1")) is None


@pytest.mark.parametrize(
    "to",
    [
        {"kind": "person", "name": "nobody"},
        {"kind": "person", "name": "ana"},
        {"kind": "lead", "name": "delivery"},
        {"kind": "team", "name": "Kitchen"},
    ],
)
def test_nobody_to_take_it_is_said_at_once(store: Store, to: dict[str, str]) -> None:
    if to["kind"] == "lead":
        People(store.engine, lambda: NOW).revoke("lea")
    with pytest.raises(ValueError, match="who may take it"):
        store.save(request(to=to))
    assert kinds(store) == []


def test_a_conversation_waits_for_one_receiver_at_a_time_and_an_older_handover_ends(store: Store) -> None:
    store.save(request())
    with pytest.raises(ValueError, match="received one offered to ben"):
        store.save(request("r2"))
    answer(store, "declined", BEN)
    assert store.save(request("r3", {"kind": "lead", "name": "billing"}))
    assert [state for state, _ in waiting(store, ANA)] == ["offered"]
    assert kinds(store)[-2:] == ["handover_offered", "handover_resolved"]


def test_erasing_the_customer_leaves_the_handover_without_words(store: Store) -> None:
    store.save(request())
    store.erase_customer("kim@post.example")
    (kept,) = stored(store).waiting_for(BEN)
    assert (kept.subject, kept.customer, kept.brief) == (None, None, None)


def test_everybody_who_can_take_over_is_listed(store: Store) -> None:
    found = [(each.kind, each.name) for each in stored(store).receivers(ANA)]
    assert found == [
        *[
            ("lead", "billing"),
            ("person", "ben"),
            ("person", "lea"),
            ("team", "billing"),
            ("team", "delivery"),
        ]
    ]


def test_no_event_of_a_handover_can_be_changed(store: Store) -> None:
    store.save(request())
    with pytest.raises(Exception, match="append-only"), store.engine.begin() as connection:
        connection.execute(text("UPDATE events SET person = 'x'"))


# ---- over the wire -----------------------------------------------------------------------------------------


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, handover_within_s=600) as server:
        new_person(tmp_path, "ben")
        yield server


async def hand_over(panel: HeadlessPanel, **fields: Any) -> None:
    await panel.open("desk:4711", [customer("t1", "I want a new lid by Friday.")])
    request = {"conversation_id": "desk:4711", "report_id": "r1", "to": TO_BEN, "brief": "A lid"}
    await panel.send("handover_request", **{**request, **fields})


async def test_the_brief_is_written_and_says_who_can_take_over(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "I want a new lid by Friday.")])
        await panel.send("brief_request", conversation_id="c1")
        ready = await panel.heard("handover_ready", conversation_id="c1")
        assert ready["brief"].startswith("Situation: “I want a new lid by Friday.”")
        assert ready["receivers"] == [TO_BEN, {"kind": "team", "name": "billing"}]
        assert "I am passing this on to a colleague" in ready["customer_words"]["person"]
        await panel.send("brief_request", conversation_id="c2")
        await panel.heard("problem_reported", code="conversation_not_open", conversation_id="c2")


async def test_the_receiver_hears_it_at_once_and_both_hear_who_has_it(server: Running) -> None:
    ben = new_person(server.home, "ben")
    async with server.panel() as panel, server.panel(ben) as other:
        await hand_over(panel)
        await panel.heard("report_recorded", report_id="r1")
        offer = (await other.heard("handover_offered"))["handover"]
        assert (offer["sender"], offer["brief"], offer["state"]) == ("ana", "A lid", "offered")
        await other.send(
            "handover_answer", report_id="a1", handover_id=offer["handover_id"], answer="accepted"
        )
        await other.heard("report_recorded", report_id="a1", conversation_id="desk:4711")
        while (told := (await panel.heard("handover_changed"))["handover"])["state"] != "accepted":
            pass
        assert told["holder"] == "ben"
        async with server.panel(ben) as again:
            assert (await again.heard("handover_changed"))["handover"]["holder"] == "ben"
            await again.send(
                "handover_answer", report_id="a2", handover_id=told["handover_id"], answer="done"
            )
            assert (await again.heard("handover_changed"))["handover"]["state"] == "resolved"


async def test_the_slower_of_two_is_told_who_has_it(server: Running) -> None:
    async with (
        server.panel() as panel,
        server.panel(new_person(server.home, "ben")) as ben,
        server.panel(new_person(server.home, "cleo")) as cleo,
    ):
        await hand_over(panel, to={"kind": "team", "name": "billing"})
        offers = [(await each.heard("handover_offered"))["handover"] for each in (ben, cleo)]
        await ben.send(
            "handover_answer", report_id="a", answer="accepted", handover_id=offers[0]["handover_id"]
        )
        await ben.heard("report_recorded")
        await cleo.send(
            "handover_answer", report_id="a", answer="accepted", handover_id=offers[1]["handover_id"]
        )
        await cleo.heard("report_recorded")
        told = [m["handover"] for m in cleo.everything if m["type"] == "handover_changed"]
        assert [(each["state"], each["holder"], each["brief"]) for each in told][-1] == (
            "accepted",
            "ben",
            None,
        )


async def test_an_answer_to_somebody_elses_handover_is_refused(server: Running) -> None:
    async with server.panel() as panel:
        await panel.send("handover_answer", report_id="a1", handover_id=99, answer="accepted")
        refusal = await panel.heard("problem_reported", code="report_refused", report_id="a1")
        assert "offered to this person" in refusal["expected"]


async def test_nobody_to_take_it_is_refused_with_the_reason(server: Running) -> None:
    revoke(server.home, "ben")
    async with server.panel() as panel:
        await hand_over(panel)
        refusal = await panel.heard("problem_reported", code="report_refused", report_id="r1")
        assert "'ben'" in refusal["expected"]
