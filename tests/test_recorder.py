"""Records in order and off the event loop; while the database is down they wait, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from server import recorder as recorder_file
from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.database import database_url
from server.events import Event, EventKind, Record
from server.metrics import Metrics
from server.person import Person
from server.recorder import NotStored, Recorder
from server.records import Recording
from server.store import Store, open_store
from server.tables import events
from tests.live_server import DEADLINE_S

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
ANA = Person("ana", frozenset(), "billing")


def opened(number: int, length: int = 1) -> Record:
    turn = Turn("t1", Role.CUSTOMER, "x" * length, NOON)
    conversation = Conversation(f"c{number}", "desk", Channel.EMAIL, "", Customer(), (turn,))
    return Recording(ANA, conversation.id, NOON).opened(conversation)


def stored(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [row.conversation_id for row in connection.execute(select(events).order_by(events.c.id))]


def lost(metrics: Metrics) -> float:
    value: float = metrics.events_lost._value.get()
    return value


class Disk:
    """A store whose database can be taken away and given back."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(database_url(None, folder))

    def take_away(self) -> None:
        self._rename("events", "hidden")

    def give_back(self) -> None:
        self._rename("hidden", "events")

    def _rename(self, before: str, after: str) -> None:
        with self.store.engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")


@pytest.fixture
async def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Disk, Recorder, Metrics]]:
    monkeypatch.setattr(recorder_file, "RETRY_AFTER_S", 0.02)
    disk, metrics = Disk(tmp_path), Metrics()
    recorder = Recorder(disk.store, metrics)
    recorder.start()
    yield disk, recorder, metrics
    await recorder.stop(DEADLINE_S)
    disk.store.close()


async def down(disk: Disk, recorder: Recorder) -> None:
    disk.take_away()
    recorder.put(opened(0))
    async with asyncio.timeout(DEADLINE_S):
        while not recorder.is_down:
            await asyncio.sleep(0.005)


async def test_records_are_stored_in_order_and_stopping_flushes(
    desk: tuple[Disk, Recorder, Metrics],
) -> None:
    disk, recorder, _ = desk
    for number in range(50):
        recorder.put(opened(number))
    await recorder.stop(DEADLINE_S)
    assert stored(disk.store) == [f"c{number}" for number in range(50)]


async def test_what_waited_while_the_database_was_down_is_stored_later_in_order(
    desk: tuple[Disk, Recorder, Metrics],
) -> None:
    disk, recorder, metrics = desk
    await down(disk, recorder)
    for number in range(1, 5):
        recorder.put(opened(number))
    with pytest.raises(NotStored, match="store_unavailable"):
        await recorder.save(opened(9))
    disk.give_back()
    await recorder.stop(DEADLINE_S)
    assert stored(disk.store) == [f"c{number}" for number in range(5)]
    assert lost(metrics) == 0


@pytest.mark.parametrize(("bound", "most", "length"), [("MOST_WAITING", 3, 1), ("MOST_CHARACTERS", 350, 100)])
async def test_the_oldest_beyond_the_bounds_are_dropped_and_counted(
    desk: tuple[Disk, Recorder, Metrics], monkeypatch: pytest.MonkeyPatch, bound: str, most: int, length: int
) -> None:
    disk, recorder, metrics = desk
    await down(disk, recorder)
    monkeypatch.setattr(recorder_file, bound, most)
    for number in range(1, 9):
        recorder.put(opened(number, length))
    disk.give_back()
    await recorder.stop(DEADLINE_S)
    assert stored(disk.store) == ["c6", "c7", "c8"]
    assert lost(metrics) == 6


async def test_readers_wait_for_a_busy_database_but_not_for_one_that_is_down(
    desk: tuple[Disk, Recorder, Metrics], monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, recorder, _ = desk
    monkeypatch.setattr(recorder_file, "BUSY", 0)
    recorder.put(opened(1))
    async with asyncio.timeout(DEADLINE_S):
        await recorder.room()
    assert stored(disk.store) == ["c1"]
    await down(disk, recorder)
    async with asyncio.timeout(DEADLINE_S):
        await recorder.room()
    disk.give_back()


async def test_a_record_that_breaks_the_contract_is_refused_and_holds_up_nobody(
    desk: tuple[Disk, Recorder, Metrics],
) -> None:
    disk, recorder, metrics = desk
    text = Event(EventKind.SUGGESTION_FAILED, NOON, "c1", "ana", payload={"text": "no text in events"})
    with pytest.raises(NotStored, match="report_refused"):
        await recorder.save(Record((text,)))
    await recorder.save(opened(1))
    assert stored(disk.store) == ["c1"]
    assert lost(metrics) == 1


async def test_a_record_that_breaks_the_contract_spoils_none_of_its_burst(
    desk: tuple[Disk, Recorder, Metrics],
) -> None:
    disk, recorder, metrics = desk
    recorder.put(opened(1))
    recorder.put(Record((Event(EventKind.SUGGESTION_FAILED, NOON, "c1", "ana", payload={"text": "no"}),)))
    recorder.put(opened(2))
    await recorder.stop(DEADLINE_S)
    assert stored(disk.store) == ["c1", "c2"]
    assert lost(metrics) == 1
