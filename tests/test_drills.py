"""Drills: killed at a moment that chance chooses, nothing is lost and nothing counts twice.

`make test` repeats each three times, `make test-long` fifty-two; both print the seed that repeats a run.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.live import LiveKnowledge
from knowledge.revisions import Revisions
from server.database import database_url, open_database
from server.tables import events
from tests import live_server
from tests.live_server import HASHED, HeadlessPanel, ServerProcess, customer, person_token, server_process
from tests.shelf import EVERYTHING, ask
from tests.test_live import OTHER, QUESTION
from tests.test_revisions import publish, second_publish

REPORTS = 20
REPETITIONS = [*range(3), *(pytest.param(number, marks=pytest.mark.long) for number in range(3, 55))]


def report(number: int) -> dict[str, Any]:
    return {
        "conversation_id": "c1",
        "report_id": f"r{number}",
        "suggestion_id": f"s{number}",
        "outcome": "edited",
        "sent_text": f"Reply {number}",
    }


async def send_until_killed(server: ServerProcess, panel: HeadlessPanel, chance: Random) -> set[str]:
    """Reports and customer turns in any order, SIGKILL after some answers; the reports confirmed by then."""
    patience = chance.randrange(REPORTS)
    await panel.open("c1", [customer("t", QUESTION)])
    for number in chance.sample(range(REPORTS), REPORTS):
        if chance.random() < 0.3:
            turn = customer(f"t{number}", chance.choice([QUESTION, OTHER]))
            await panel.send("turns_changed", conversation_id="c1", turns=[turn])
        await panel.send("outcome_report", **report(number))
    for _ in range(patience):
        await panel.heard("report_recorded")
    server.process.kill()
    await panel.closed()
    return {message["report_id"] for message in panel.everything if message["type"] == "report_recorded"}


def recorded(home: Path) -> list[str]:
    """The ids of the stored reports."""
    engine = open_database(database_url(None, home))
    try:
        with engine.connect() as connection:
            stored = select(events.c.report_id).where(events.c.kind == "outcome_reported")
            return list(connection.execute(stored).scalars())
    finally:
        engine.dispose()


@pytest.mark.parametrize("repetition", REPETITIONS)
async def test_whenever_the_server_is_killed_each_report_is_stored_exactly_once(
    tmp_path: Path, chance: Random, repetition: int
) -> None:
    live_server.publish(tmp_path)
    token = person_token(tmp_path)
    with server_process(tmp_path) as server:
        server.said("revision_live")
        async with server.panel(token) as panel:
            confirmed = await send_until_killed(server, panel, chance)
    assert confirmed <= set(recorded(tmp_path)), "what was confirmed is on disk"
    with server_process(tmp_path) as server:
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t", QUESTION)])
            for number in range(REPORTS):
                # The panel resends what was not confirmed; a confirmation may also have been lost.
                if f"r{number}" not in confirmed or chance.random() < 0.5:
                    await panel.send("outcome_report", **report(number))
                    await panel.heard("report_recorded", report_id=f"r{number}")
    assert sorted(recorded(tmp_path)) == sorted(f"r{number}" for number in range(REPORTS)), repetition


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps on files a publisher takes."""
    home = tmp_path_factory.mktemp("steps")
    publish(Revisions(home), "first rule")
    done = second_publish(home, "killed at step", "0")
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_whenever_a_publisher_is_killed_a_whole_revision_serves_and_the_next_one_follows(
    tmp_path: Path, chance: Random, steps: int, repetition: int
) -> None:
    publish(Revisions(tmp_path), "first rule")
    step = chance.randint(1, steps)
    assert second_publish(tmp_path, "killed at step", str(step)).returncode == -9, (repetition, step)
    for _ in range(2):
        live = LiveKnowledge(Revisions(tmp_path), HASHED)
        assert live.refresh(), step
        with live.acquire() as knowledge:
            assert knowledge.search([ask("rule")], EVERYTHING), step
        live.close()
        assert second_publish(tmp_path, "none", "").returncode == 0, step
