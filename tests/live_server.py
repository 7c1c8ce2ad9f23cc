"""The real server for tests, in this event loop or in a process of its own, with knowledge, people, panels.

    async with serving(home) as server, server.panel() as panel:
        await panel.open("c1", [customer("t1", "How long do refunds take?")])
        found = await panel.heard("snippets_found")

`python -m tests.live_server [--hanging-model]` runs it with the hashed embedder and the SOTTO_* settings.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import logging
import multiprocessing
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from knowledge.document import Passage
from knowledge.embedder import HashEmbedder
from knowledge.revisions import Revisions
from server.app import create_app
from server.assistance import Engines, configured_model
from server.database import database_url, open_database
from server.listener import Listener, address_of, bind, listener, serve
from server.model import LanguageModel, ScriptedModel
from server.people import People
from server.settings import Settings
from tests.shelf import document, passage, staged

ROOT = Path(__file__).parent.parent
DEADLINE_S = 20.0
HASHED = HashEmbedder()


# ---- what the server works with ----------------------------------------------------------------------------


def shelf(*extra: str) -> tuple[Passage, ...]:
    """Passages about refunds, delivery and the shop's hours; `extra` texts on top."""
    texts = {
        "refunds.md": "Refunds reach your bank account within five working days after we receive the parcel.",
        "delivery.md": "Standard delivery of sofas takes three weeks and costs nothing above 50 pounds.",
        "hours.md": "The showroom opens at nine and closes at six, Monday to Saturday.",
        **{f"extra-{number}.md": text for number, text in enumerate(extra)},
    }
    return tuple(passage(document(name), text) for name, text in texts.items())


def publish(home: Path, *extra: str) -> str:
    """Publish the shelf in this home and return the revision."""
    if not extra and not (home / "knowledge").exists():
        shutil.copytree(_published() / "knowledge", home / "knowledge")
        return str(Revisions(home).live())
    revisions = Revisions(home)
    revision = revisions.stage(staged(*shelf(*extra)), HASHED)
    revisions.publish(revision)
    return revision


@lru_cache
def _published() -> Path:
    """A home with the shelf published, made once for all tests of this process."""
    home = Path(tempfile.mkdtemp(prefix="sotto-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "knowledge").mkdir()
    publish(home)
    return home


def person_token(
    home: Path, name: str = "ana", *roles: str, team: str = "billing", url: str | None = None
) -> str:
    """Add a person to the server's database and return the token."""
    engine = open_database(database_url(url, home))
    try:
        return People(engine).add(name, roles or ("agent",), team, 1)
    finally:
        engine.dispose()


def revoke(home: Path, name: str) -> None:
    """End a person's tokens."""
    engine = open_database(database_url(None, home))
    try:
        assert People(engine).revoke(name)
    finally:
        engine.dispose()


def hanging_model(_settings: Settings) -> LanguageModel:
    """A language model that begins a reply and never goes on."""
    return ScriptedModel([["Refunds take ", asyncio.Event()]])


def hashed(model: Any = configured_model) -> Engines:
    """Engines that start at once."""
    return Engines(embedder=lambda _home: HASHED, model=model)


# ---- the panel ---------------------------------------------------------------------------------------------


def turn(turn_id: str, role: str, text: str) -> dict[str, Any]:
    return {"id": turn_id, "role": role, "text": text, "at": None, "attachments": []}


def customer(turn_id: str, text: str) -> dict[str, Any]:
    return turn(turn_id, "customer", text)


class NotHeard(AssertionError):
    """The awaited message did not come in time; the text lists what came."""


@dataclass
class HeadlessPanel:
    """A panel without a screen; remembers everything it hears, in order."""

    socket: ClientConnection
    everything: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, type_: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": type_, **fields}))

    async def hello(self, token: str, oldest: int = 1, newest: int = 1) -> None:
        await self.send("hello", oldest_protocol=oldest, newest_protocol=newest, token=token, client="test")

    async def open(self, conversation_id: str, turns: Sequence[dict[str, Any]], **fields: Any) -> None:
        plain = {"helpdesk": "desk", "channel": "email", "subject": "A question", "turns": list(turns)}
        await self.send("conversation_open", conversation_id=conversation_id, **{**plain, **fields})

    async def heard(self, type_: str, **fields: Any) -> dict[str, Any]:
        """The next message of this type with these fields; what comes before it is passed by."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    message = await self.next()
                    if message["type"] == type_ and fields.items() <= message.items():
                        return message
        except (TimeoutError, ConnectionClosed) as error:
            came = [(m["type"], m.get("code")) for m in self.everything]
            raise NotHeard(f"{type_} {fields} did not come ({error!r}); heard {came}") from error

    async def next(self) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(await self.socket.recv())
        self.everything.append(message)
        return message

    async def closed(self) -> tuple[int, str]:
        """Wait for the server to close; the code and reason."""
        async with asyncio.timeout(DEADLINE_S):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self.next()
        return self.socket.close_code or 0, self.socket.close_reason or ""

    def types(self) -> list[str]:
        return [message["type"] for message in self.everything]


@asynccontextmanager
async def panel_at(url: str, token: str | None, **connecting: Any) -> AsyncIterator[HeadlessPanel]:
    """A connected panel; with a token it has said hello and heard welcome."""
    address = url.replace("http://", "ws://") + "/ws"
    connecting = {"proxy": None, "compression": None, **connecting}
    async with connect(address, **connecting) as socket:
        panel = HeadlessPanel(socket)
        if token is not None:
            await panel.hello(token)
            await panel.heard("welcome")
        yield panel


@dataclass
class Served:
    """A server that panels can reach, in whatever process, and the token of one agent of `team`."""

    url: str
    home: Path
    token: str
    team: str
    engine: Engine

    def panel(
        self, token: str | None = "", **connecting: Any
    ) -> contextlib.AbstractAsyncContextManager[HeadlessPanel]:
        """A panel of this server, signed in as that agent unless another token (or None) is given."""
        return panel_at(self.url, self.token if token == "" else token, **connecting)


# ---- in this event loop ------------------------------------------------------------------------------------


@dataclass
class Running(Served):
    """A server in this event loop."""

    app: FastAPI
    uvicorn: Listener

    async def ready(self) -> None:
        """Wait until suggestions are possible."""
        async with asyncio.timeout(DEADLINE_S):
            while self.app.state.live.assistance.missing is not None:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(
    home: Path, *, engines: Engines | None = None, knowledge: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    """A server on a free port of this event loop, with one person (ana) and, usually, the shelf."""
    if knowledge:
        publish(home)
    chosen = {"home": home, "port": 0, "knowledge_poll_s": 0.05, "log_level": "warning", **settings}
    read = Settings(**chosen)
    apps: list[FastAPI] = []

    def make(given: Settings) -> FastAPI:
        apps.append(create_app(given, engines or hashed()))
        return apps[-1]

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    listening = bind(read.host, 0)
    token = person_token(home, url=read.database_url)
    server = listener(read, make)
    task = asyncio.create_task(server.serve([listening]))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not server.started:
                assert not task.done(), "the server ended at once"
                await asyncio.sleep(0.005)
        url = address_of(listening)
        running = Running(url, home, token, "billing", apps[0].state.live.store.engine, apps[0], server)
        if knowledge:
            await running.ready()
        yield running
    finally:
        server.should_exit = True
        await task
        root.handlers[:], root.level = handlers, level


# ---- in a process of its own -------------------------------------------------------------------------------

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([__name__])


class ForkedProcess:
    """A program in a process that comes with this module imported: a server starts two seconds sooner.

    Has what is used of subprocess.Popen.
    """

    def __init__(self, module: str, arguments: Sequence[str], env: dict[str, str]) -> None:
        reading, writing = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(target=_run, args=(module, arguments, env, writing), daemon=True)
        self._process.start()
        writing.close()
        self.stderr = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it has ended."""
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"it runs on after {timeout} s"
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _run(module: str, arguments: Sequence[str], env: dict[str, str], writing: Connection) -> None:
    os.dup2(writing.fileno(), sys.stderr.fileno())
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


@dataclass
class ServerProcess:
    """A server in a process; `lines` is what it wrote so far."""

    process: subprocess.Popen[str] | ForkedProcess
    home: Path
    url: str = ""
    lines: list[str] = field(default_factory=list)
    _spoke: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._spoke:
                self.lines.append(line)
                self._spoke.notify_all()

    def started(self) -> None:
        """Wait until it answers, which tells its address."""
        self.url = self.said(r"serves on (http://\S+)").group(1)
        self.said("Application startup complete")

    def said(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until so many lines match, and return the last of them; fails with everything said."""

        def found() -> re.Match[str] | None:
            matches = [match for line in self.lines if (match := re.search(pattern, line))]
            return matches[times - 1] if len(matches) >= times else None

        with self._spoke:
            self._spoke.wait_for(lambda: found() or self.process.poll() is not None, DEADLINE_S)
            match = found()
        assert match, f"no {pattern!r} in:\n{''.join(self.lines)}"
        return match

    def panel(
        self, token: str | None, **connecting: Any
    ) -> contextlib.AbstractAsyncContextManager[HeadlessPanel]:
        return panel_at(self.url, token, **connecting)

    def terminate(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_S)


@contextmanager
def without_table(engine: Engine, table: str) -> Iterator[None]:
    """The database lacks this table meanwhile, as one that can't be asked."""
    _renamed(engine, table, "hidden")
    try:
        yield
    finally:
        _renamed(engine, "hidden", table)


def _renamed(engine: Engine, before: str, after: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")


@contextmanager
def server_process(home: Path, *arguments: str, **named: Any) -> Iterator[ServerProcess]:
    """A server in a process, on a free port, with the hashed embedder unless `module` says otherwise."""
    with starting_server(home, *arguments, **named) as server:
        server.started()
        yield server


@contextmanager
def starting_server(
    home: Path, *arguments: str, module: str = "tests.live_server", forked: bool = False, **settings: Any
) -> Iterator[ServerProcess]:
    """The same, not waited for; `forked` is quicker."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SOTTO_")}
    env |= {"SOTTO_HOME": str(home), "SOTTO_PORT": "0", "SOTTO_KNOWLEDGE_POLL_S": "0.05"}
    env |= {f"SOTTO_{name.upper()}": str(value) for name, value in settings.items()}
    server = ServerProcess(_process(module, arguments, env, forked), home)
    thread = threading.Thread(target=server.read, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
        thread.join()


def _process(
    module: str, arguments: Sequence[str], env: dict[str, str], forked: bool
) -> subprocess.Popen[str] | ForkedProcess:
    if forked:
        return ForkedProcess(module, arguments, env)
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)


def hashed_app(settings: Settings) -> FastAPI:
    return create_app(settings, hashed())


def hanging_app(settings: Settings) -> FastAPI:
    return create_app(settings, hashed(hanging_model))


if __name__ == "__main__":
    chosen = Settings()
    listening = bind(chosen.host, chosen.port)
    print(f"Sotto serves on {address_of(listening)}", file=sys.stderr, flush=True)
    serve(chosen, listening, hanging_app if "--hanging-model" in sys.argv else hashed_app)
