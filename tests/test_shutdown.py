"""Starting, stopping, being killed, and several workers: the server as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from server.database import database_url, open_database
from server.tables import events
from tests.live_server import (
    DEADLINE_S,
    ROOT,
    ServerProcess,
    customer,
    person_token,
    publish,
    server_process,
    turn,
)
from tests.test_live import OTHER, QUESTION

HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "llama_index", "openai", "onnxruntime")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path)
    return tmp_path


def kinds(home: Path) -> list[str]:
    """Every stored event's kind."""
    engine = open_database(database_url(None, home))
    try:
        with engine.connect() as connection:
            return [row.kind for row in connection.execute(select(events.c.kind).order_by(events.c.id))]
    finally:
        engine.dispose()


def ready(server: ServerProcess) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while httpx.get(f"{server.url}/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.02)


# ---- SIGTERM -----------------------------------------------------------------------------------------------


async def test_idle_panels_are_told_to_come_back_and_the_server_exits_at_once(home: Path) -> None:
    token = person_token(home)
    with server_process(home, shutdown_within_s=10 * DEADLINE_S) as server:
        async with server.panel(token) as panel:
            server.process.send_signal(signal.SIGTERM)
            assert (await panel.closed())[0] == 1012
        assert server.process.wait(DEADLINE_S) == 0


async def test_a_suggestion_that_can_finish_is_finished_and_recorded(home: Path) -> None:
    token = person_token(home)
    with server_process(home, settle_chat_ms=700) as server:
        ready(server)
        async with server.panel(token) as panel:
            await panel.open("c1", [turn("t0", "agent", "Hello")], channel="chat")
            await panel.send("turns_changed", conversation_id="c1", turns=[customer("t1", QUESTION)])
            await panel.heard("snippets_found")
            server.process.send_signal(signal.SIGTERM)
            await panel.heard("suggestion_ready")
            assert (await panel.closed())[0] == 1012
        assert server.process.wait(DEADLINE_S) == 0
    assert "suggestion_ready" in kinds(home)


async def test_a_suggestion_that_cannot_finish_is_failed_within_the_deadline(home: Path) -> None:
    token = person_token(home)
    with server_process(home, "--hanging-model", shutdown_within_s=0.5) as server:
        ready(server)
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("suggestion_delta")
            server.process.send_signal(signal.SIGTERM)
            assert "restarting" in (await panel.heard("suggestion_failed"))["message"]
            assert (await panel.closed())[0] == 1012
        assert server.process.wait(DEADLINE_S) == 0
    assert kinds(home) == ["conversation_opened", "snippets_shown", "suggestion_failed"]


async def test_a_draining_server_is_not_ready_and_sends_newcomers_away(home: Path) -> None:
    token = person_token(home)
    with server_process(home, "--hanging-model", shutdown_within_s=3) as server:
        ready(server)
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("suggestion_delta")
            server.process.send_signal(signal.SIGTERM)
            server.said('"draining"')
            answer = httpx.get(f"{server.url}/readyz")
            assert answer.status_code == 503
            assert [entry["what"] for entry in answer.json()["missing"]] == ["server"]
            async with server.panel(None) as newcomer:
                assert (await newcomer.closed())[0] == 1012
            await panel.closed()
        assert server.process.wait(DEADLINE_S) == 0


async def test_a_killed_server_loses_only_the_stream_and_the_panel_continues(home: Path) -> None:
    token = person_token(home)
    with server_process(home, "--hanging-model") as server:
        ready(server)
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("suggestion_delta")
            server.process.kill()
            await panel.closed()
    with server_process(home) as server:
        ready(server)
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("session_snapshot")
            await panel.heard("suggestion_ready")


# ---- several workers ---------------------------------------------------------------------------------------


async def test_two_workers_on_one_database_serve_and_stop_together(home: Path) -> None:
    token = person_token(home)
    with server_process(home, workers=2) as server:
        ready(server)
        suggestions = []
        for number in range(8):
            async with server.panel(token) as panel:
                await panel.open(f"c{number}", [customer("t1", QUESTION if number % 2 else OTHER)])
                suggestions.append((await panel.heard("suggestion_ready"))["suggestion_id"])
                report = {
                    "report_id": f"r{number // 2}",
                    "suggestion_id": suggestions[-1],
                    "outcome": "copied",
                }
                await panel.send("outcome_report", conversation_id=f"c{number}", **report)
                await panel.heard("report_recorded")
        assert len(set(suggestions)) == 8
        page = httpx.get(f"{server.url}/metrics").text
        assert "sotto_first_snippet_seconds_count 8.0" in page, "any worker counts for all"
        assert server.terminate() == 0
    assert kinds(home).count("outcome_reported") == 4
    assert kinds(home).count("suggestion_ready") == 8


async def test_a_worker_that_dies_is_replaced(home: Path) -> None:
    token = person_token(home)
    with server_process(home, workers=2) as server:
        ready(server)
        (first, *_) = children(server.process.pid)
        os.kill(first, signal.SIGKILL)
        server.said("worker_died")
        deadline = time.monotonic() + DEADLINE_S
        while len(children(server.process.pid)) < 2 or first in children(server.process.pid):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        async with server.panel(token) as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("suggestion_ready")
        assert server.terminate() == 0


def test_workers_do_not_outlive_the_process_that_keeps_them(home: Path) -> None:
    with server_process(home, workers=2) as server:
        ready(server)
        workers = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        deadline = time.monotonic() + DEADLINE_S
        while any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def children(parent: int) -> list[int]:
    """The worker processes of a server (not Python's resource tracker)."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    command = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found}
    return [pid for pid, text in command.items() if b"spawn_main" in text]


# ---- starting ----------------------------------------------------------------------------------------------


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SOTTO_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**env, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_starting_imports_nothing_heavy() -> None:
    code = (
        "import sys, server.__main__, server.app, server.listener;"
        "from server.settings import Settings; server.app.create_app(Settings());"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = run("-c", code)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SOTTO_PROT": "1"}, "SOTTO_PROT: no such setting"),
        ({"SOTTO_PORT": "many"}, "SOTTO_PORT: Input should be a valid integer"),
        ({"SOTTO_DATABASE_URL": "mysql://x"}, "SOTTO_DATABASE_URL: expected sqlite"),
        ({"SOTTO_HOST": "203.0.113.1"}, "Can't listen on 203.0.113.1"),
    ],
)
def test_a_server_that_cannot_start_says_what_to_change(
    tmp_path: Path, settings: dict[str, Any], told: str
) -> None:
    done = run("-m", "server", "run", **{"SOTTO_HOME": str(tmp_path), "SOTTO_PORT": "0", **settings})
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_prints_the_wire() -> None:
    assert '"ConversationOpen"' in run("-m", "server", "wire").stdout
