"""Handovers over real sockets: receivers that vanish, a server killed in the middle, two accepting at once.

`make test` hands over twenty conversations, `make test-long` two hundred; the seed repeats a run.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from server.database import database_url, open_database
from server.tables import events, handovers
from tests import live_server
from tests.live_server import (
    HeadlessPanel,
    NotHeard,
    ServerProcess,
    customer,
    panel_at,
    person_token,
    server_process,
)

COUNTS = [20, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
WITHIN_S = 1.5
OVER_S = 150
# To the two who answer, to one who is never there, to the lead, to everybody.
PERSONS = [("person", name) for name in ("ben", "cleo", "gus")]
RECEIVERS = [*PERSONS, ("lead", "billing"), ("team", "billing")]
Message = dict[str, Any]


@dataclass
class Desk:
    """Where the server is now, and what happened so far; waiters are woken by every change."""

    url: str | None = None
    recorded: set[str] = field(default_factory=set)
    states: dict[int, str] = field(default_factory=dict)
    holders: dict[int, set[str]] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def note(self, change: Callable[[], object]) -> None:
        async with self.changed:
            change()
            self.changed.notify_all()

    async def until(self, holds: Callable[[], object]) -> None:
        async with self.changed:
            await self.changed.wait_for(holds)

    async def move(self, url: str | None) -> None:
        await self.note(lambda: setattr(self, "url", url))

    def accepted(self) -> int:
        return sum(state == "accepted" for state in self.states.values())


class Vanished(Exception):
    """The receiver's browser is gone."""


@dataclass
class Somebody:
    """A person whose panel comes back whenever it can."""

    name: str
    token: str
    desk: Desk

    async def work(self) -> None:
        while True:
            await self.desk.until(lambda: self.desk.url)
            url = self.desk.url
            assert url
            try:
                async with panel_at(url, self.token) as panel:
                    await self.welcomed(panel)
                    while True:
                        await self.heard(panel, await panel.next())
            except (Vanished, ConnectionClosed, NotHeard):
                continue
            except (InvalidHandshake, OSError):  # nobody is there: it was killed
                await self.desk.until(partial(self.moved_from, url))

    def moved_from(self, url: str) -> bool:
        return self.desk.url != url

    async def welcomed(self, panel: HeadlessPanel) -> None:
        for message in panel.everything:
            await self.heard(panel, message)

    async def heard(self, _panel: HeadlessPanel, message: Message) -> None:
        if message["type"] == "handover_changed" and message["handover"]["holder"] == self.name:
            self.desk.holders.setdefault(message["handover"]["handover_id"], set()).add(self.name)


@dataclass
class Sender(Somebody):
    """Ana: her panel keeps every request until it is recorded, and sends it again after a loss."""

    requests: dict[str, Message] = field(default_factory=dict)

    async def welcomed(self, panel: HeadlessPanel) -> None:
        await super().welcomed(panel)
        for report_id, request in list(self.requests.items()):
            await panel.open(request["conversation_id"], [customer("t1", "Thanks.")])
            await panel.send("handover_request", report_id=report_id, **request)
            await panel.send("conversation_close", conversation_id=request["conversation_id"])

    async def heard(self, panel: HeadlessPanel, message: Message) -> None:
        await super().heard(panel, message)
        assert message["type"] != "problem_reported" or message["code"] == "starting", message
        if message["type"] == "report_recorded":
            self.requests.pop(message["report_id"], None)
            await self.desk.note(lambda: self.desk.recorded.add(message["report_id"]))
        if message["type"] == "handover_changed":
            handover = message["handover"]
            state = {handover["handover_id"]: handover["state"]}
            await self.desk.note(lambda: self.desk.states.update(state))


@dataclass
class Taker(Somebody):
    """Answers each offer as chance has it, and vanishes from some; the lead takes all that comes back."""

    chance: Random = field(default_factory=Random)
    decided: dict[int, str] = field(default_factory=dict)

    async def heard(self, panel: HeadlessPanel, message: Message) -> None:
        await super().heard(panel, message)
        if message["type"] != "handover_offered":
            return
        handover = message["handover"]
        key = handover["handover_id"]
        assert handover["brief"] == f"Brief of {handover['conversation_id']}"
        new = key not in self.decided
        decision = self.decided.setdefault(key, self.decide(handover))
        if decision == "vanish":
            if new:
                raise Vanished
            return
        answer = {"handover_id": key, "answer": decision, "report_id": f"{self.name}-{key}"}
        await panel.send("handover_answer", **answer)
        if self.chance.random() < 0.3:
            await panel.send("handover_answer", **answer)  # as an impatient panel does

    def decide(self, handover: Message) -> str:
        if self.name == "lea" or handover["to"]["kind"] == "team":
            return "accepted"
        return self.chance.choice(["accepted", "accepted", "declined", "vanish"])


def requests(count: int, chance: Random) -> dict[str, Message]:
    found = {}
    for number in range(count):
        kind, name = RECEIVERS[number] if number < len(RECEIVERS) else chance.choice(RECEIVERS)
        request = {"conversation_id": f"c{number}", "to": {"kind": kind, "name": name}}
        found[f"r{number}"] = {**request, "brief": f"Brief of c{number}"}
    return found


def people(home: Path, desk: Desk, chance: Random, wanted: dict[str, Message]) -> list[Somebody]:
    person_token(home, "gus")
    somebody: list[Somebody] = [Sender("ana", person_token(home, "ana"), desk, dict(wanted))]
    for name, role in (("ben", "agent"), ("cleo", "agent"), ("lea", "lead")):
        somebody.append(Taker(name, person_token(home, name, role), desk, Random(chance.random())))
    return somebody


@asynccontextmanager
async def started(home: Path) -> AsyncIterator[ServerProcess]:
    """A server that everybody else does not wait for while it starts and stops."""
    running = server_process(home, handover_within_s=WITHIN_S)
    server = await asyncio.to_thread(running.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def killed_in_the_middle(server: ServerProcess, desk: Desk, holds: Callable[[], object]) -> None:
    await desk.move(server.url)
    await desk.until(holds)
    server.process.kill()
    await desk.move(None)


def stored(home: Path) -> tuple[list[Any], list[Any]]:
    engine = open_database(database_url(None, home))
    try:
        with engine.connect() as connection:
            happened = select(events).where(events.c.kind.like("handover_%")).order_by(events.c.id)
            return connection.execute(select(handovers)).all(), connection.execute(happened).all()  # type: ignore[return-value]
    finally:
        engine.dispose()


@pytest.mark.parametrize("count", COUNTS)
async def test_no_handover_is_lost_and_none_is_held_twice(tmp_path: Path, chance: Random, count: int) -> None:
    live_server.publish(tmp_path)
    desk = Desk()
    everybody = people(tmp_path, desk, chance, requests(count, chance))
    async with asyncio.timeout(OVER_S), asyncio.TaskGroup() as group:
        tasks = [group.create_task(somebody.work()) for somebody in everybody]
        # Killed while offers come in, then while they are answered, then left alone.
        some, most = chance.randrange(count), chance.randrange(count // 2, count)
        async with started(tmp_path) as server:
            await killed_in_the_middle(server, desk, lambda: len(desk.recorded) > some)
        async with started(tmp_path) as server:
            await killed_in_the_middle(server, desk, lambda: desk.accepted() >= most // 2)
        async with started(tmp_path) as server:
            await desk.move(server.url)
            await desk.until(lambda: desk.accepted() == count)
            for task in tasks:
                task.cancel()
    rows, happened = stored(tmp_path)
    assert Counter(row.state for row in rows) == {"accepted": count}
    assert sorted(row.report_id for row in rows) == sorted(f"r{number}" for number in range(count))
    taken = Counter(row.about for row in happened if row.payload.get("answer") == "accepted")
    assert taken == {row.id: 1 for row in rows}, "each was accepted exactly once"
    told = {key: sorted(names) for key, names in desk.holders.items()}
    assert all(told.get(row.id, [row.holder]) == [row.holder] for row in rows), "nobody was told otherwise"
    assert {row.to_name for row in rows if row.holder == "lea"} >= {"gus"}, "what timed out went to the lead"
