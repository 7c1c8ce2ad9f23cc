"""How soon help is on the screen: customer turn sent, first snippet, first text, ready, beside the peer.

Real servers in processes of their own, real sockets, ever new wordings of the demo's golden questions, settle
time 0. Every panel sends its next turn when the last suggestion is ready, the peer on its snippets, both
after `--pause` more (none by default). Both get the same customer turns in alternating rounds; more rounds
add the agent's replies, only for us.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import subprocess
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.live_client import Panel, PeerSocket, Timing, open_panel, open_peer_socket
from bench.peer import THREADS
from bench.processes import running, wait_until_ready
from bench.questions import dialogues, read_topics
from bench.report import HOME, RESULTS, ROOT, Measure, compare, conditions, screen, show, write
from bench.stats import Estimate, percentile_estimate
from knowledge.document import Audience, Kind
from knowledge.model_files import load_embedder
from knowledge.revisions import Revisions
from server.database import database_url, open_database
from server.people import People
from server.person import PersonRole

EXAMPLES = ROOT / "examples" / "quillbrook"
LEVELS = (1, 20, 100)
LEAST_TURNS = 5
TIMES = ("snippet", "answer", "text", "ready")
WARM_UP = 10
SNIPPETS = 8
ROUNDS = 6
OURS, REPLIED, PEER = "ours", "ours with replies", "peer "
SEED = 13


Runs = dict[str, dict[int, list[Timing]]]


class Asker(Protocol):
    """One simulated customer and the panel beside them."""

    async def begin(self) -> None:
        """Start a new conversation."""
        ...

    async def say(self, text: str) -> Timing:
        """Send a customer turn and return how long the answers took."""
        ...


OpenAsker = Callable[[int], AbstractAsyncContextManager[Asker]]


class PanelAsker:
    """Talks through a panel; with `replies` the agent sends each draft before the customer goes on."""

    def __init__(self, panel: Panel, replies: bool) -> None:
        self._panel = panel
        self._replies = replies

    async def begin(self) -> None:
        """Open another conversation on the same socket."""
        await self._panel.open_conversation()

    async def say(self, text: str) -> Timing:
        """One customer turn."""
        timing = await self._panel.customer_says(text)
        if self._replies and self._panel.draft:
            await self._panel.agent_says(self._panel.draft)
        return timing


class PeerAsker:
    """Talks to the peer's socket, which knows no conversations."""

    def __init__(self, socket: PeerSocket) -> None:
        self._socket = socket

    async def begin(self) -> None:
        """Nothing to do."""

    async def say(self, text: str) -> Timing:
        """One query."""
        return await self._socket.customer_says(text)


async def load(
    open_asker: OpenAsker, level: int, turns: int, talks: Iterator[list[str]], pause_s: float = 0.0
) -> list[Timing]:
    """Have `level` askers talk at once until `turns` turns are answered, shared out evenly."""
    each = -(-turns // level)
    async with AsyncExitStack() as stack:
        # One after the other: a server admits only a few sockets that haven't said hello.
        askers = [await stack.enter_async_context(open_asker(number)) for number in range(level)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(talk(asker, each, talks, pause_s)) for asker in askers]
    return [timing for task in tasks for timing in task.result()]


async def talk(asker: Asker, turns: int, talks: Iterator[list[str]], pause_s: float) -> list[Timing]:
    """Hold one conversation after the other until `turns` turns are answered, pausing after each."""
    timings: list[Timing] = []
    while len(timings) < turns:
        await asker.begin()
        for text in next(talks)[: turns - len(timings)]:
            timings.append(await asker.say(text))
            await asyncio.sleep(pause_s)
    return timings


def turns_at(level: int, turns: int) -> int:
    """Turns to answer at a level: `turns` with one panel, twice that with many, at least 5 a panel."""
    return max(turns if level == 1 else 2 * turns, LEAST_TURNS * level)


def measure(
    openers: Mapping[str, OpenAsker], turns: Mapping[int, int], topics: list[list[str]], pause_s: float
) -> Runs:
    """Timings of every side at every level, in alternating rounds, so that a busy minute slows all sides."""
    talks = {side: dialogues(topics, SEED + (side == REPLIED)) for side in openers}
    for side, open_asker in openers.items():
        asyncio.run(load(open_asker, 1, WARM_UP, talks[side]))
    runs: Runs = {side: {level: [] for level in turns} for side in openers}
    for level, _round, side in itertools.product(turns, range(ROUNDS), openers):
        wanted = -(-turns[level] // ROUNDS)
        runs[side][level] += asyncio.run(load(openers[side], level, wanted, talks[side], pause_s))
    return runs


def figures(level: int, ours: Sequence[Timing], peer: Sequence[Timing]) -> list[Measure]:
    """All measures of one level; `peer` may be empty. Times that no turn has are left out."""
    made = []
    heard = [name for name in TIMES if any(getattr(timing, f"{name}_ms") is not None for timing in ours)]
    for name, share in itertools.product(heard, (50, 95)):
        theirs = estimate(peer, name, share) if peer and name == "snippet" else None
        mine = estimate(ours, name, share)
        made.append(compare(f"{name}_p{share}_ms@{level}", "ms", mine, theirs))
        if theirs is not None:
            made.append(Measure(f"{name}_p{share}_ratio@{level}", mine.value / theirs.value, "ours / peer"))
    for name, label in (("snippet", "nothing_found"), ("ready", "without_draft")):
        without = sum(getattr(timing, f"{name}_ms") is None for timing in ours) / len(ours)
        made.append(Measure(f"{label}@{level}", without, "share of turns", count=len(ours)))
    return made


def replied_figures(level: int, replied: Sequence[Timing]) -> list[Measure]:
    """The snippet's time when the agent has sent each draft: the server then reads those replies as well."""
    if all(timing.snippet_ms is None for timing in replied):
        return []
    return [
        compare(f"snippet_p{share}_ms@{level} with replies", "ms", estimate(replied, "snippet", share))
        for share in (50, 95)
    ]


def estimate(timings: Sequence[Timing], name: str, share: int) -> Estimate:
    """A percentile over the turns that have this time at all."""
    taken = [value for timing in timings if (value := getattr(timing, f"{name}_ms")) is not None]
    return percentile_estimate(taken, share / 100)


def best_peer(runs: Runs, level: int) -> tuple[str, list[Timing]]:
    """The peer whose snippet p95 is lowest at this level, with its timings; ("no peer", []) without any."""
    peers = [side for side in runs if side.startswith(PEER)]
    if not peers:
        return "no peer", []
    best = min(peers, key=lambda side: estimate(runs[side][level], "snippet", 95).value)
    return best.removeprefix(PEER), runs[best][level]


@contextmanager
def our_server(home: Path, threads: int) -> Iterator[Callable[[bool], OpenAsker]]:
    """This product's server over the knowledge in `home`; yields how to open an asker, given `replies`."""
    token = add_person(home)
    env = {
        "SOTTO_HOME": str(home),
        "SOTTO_PORT": "0",
        "SOTTO_SETTLE_CHAT_MS": "0",
        "SOTTO_EMBEDDING_THREADS": str(threads),
    }
    with running([sys.executable, "-m", "server", "run"], env, r"http://127\.0\.0\.1:[1-9]\d*") as address:
        wait_until_ready(f"{address}/readyz")

        @asynccontextmanager
        async def open_asker(number: int, replies: bool) -> AsyncIterator[Asker]:
            socket = address.replace("http", "ws", 1) + "/ws"
            # Ids of an earlier run with the same home belong to its conversations.
            async with open_panel(socket, token, f"{uuid.uuid4().hex[:8]}-{number}") as panel:
                yield PanelAsker(panel, replies)

        yield lambda replies: partial(open_asker, replies=replies)


def add_person(home: Path) -> str:
    """A token of an agent called bench in this home's database."""
    engine = open_database(database_url(None, home))
    try:
        return People(engine).add("bench", [PersonRole.AGENT], "bench", days=1)
    finally:
        engine.dispose()


@contextmanager
def peer_server(home: Path, documents: Path, threads: int) -> Iterator[OpenAsker]:
    """The peer's server over the same documents, and how to open an asker on it."""
    command = [
        sys.executable,
        "-m",
        "bench.peer_server",
        str(documents.resolve()),
        str((home / "peer").resolve()),
    ]
    filters = {"audience": [one.value for one in Audience], "kind": [one.value for one in Kind]}
    with running([*command, "--threads", str(threads)], {}, r"ws://127\.0\.0\.1:\d+/ws") as address:

        @asynccontextmanager
        async def open_asker(_number: int) -> AsyncIterator[Asker]:
            async with open_peer_socket(address, SNIPPETS, filters) as socket:
                yield PeerAsker(socket)

        yield open_asker


def publish(home: Path, examples: Path) -> None:
    """Index the demo company below `home` anew; vectors are kept, so nothing is embedded twice."""
    # A revision of an earlier release may be unreadable for this one.
    (home / "knowledge" / "live").unlink(missing_ok=True)
    shutil.rmtree(home / "knowledge" / "revisions", ignore_errors=True)
    command = [sys.executable, "-m", "ingest", "sync", str(examples), "--home", str(home)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def write_peer_documents(home: Path) -> Path:
    """The live revision's documents with equal text for the peer, one JSON line each."""
    revisions = Revisions(home)
    live = revisions.live()
    assert live is not None, "publish comes first"
    knowledge = revisions.open(live, load_embedder(home))
    rows: dict[str, dict[str, object]] = {}
    for passage in knowledge.passages:
        of_it = passage.document
        fields = {"title": of_it.title, "kind": of_it.kind.value, "audience": of_it.audience.value}
        row = rows.setdefault(of_it.id, {"id": of_it.id, "metadata": fields, "text": ""})
        row["text"] = f"{row['text']}\n\n{passage.question or ''}\n{passage.text}".strip()
    knowledge.close()
    path = home / "peer-documents.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows.values()), encoding="utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the figures."""
    options = parser().parse_args(arguments)
    home = (options.home / "latency").resolve()
    publish(home, options.examples.resolve())
    topics = read_topics(options.examples / "golden.jsonl")
    turns = {level: turns_at(level, options.turns) for level in options.levels}
    with ExitStack() as servers:
        opener = servers.enter_context(our_server(home, options.threads))
        openers = {OURS: opener(False), REPLIED: opener(True)}
        documents = write_peer_documents(home)
        for threads in THREADS if options.peer else ():
            openers[f"{PEER}{threads}"] = servers.enter_context(peer_server(home, documents, threads))
        runs = measure(openers, turns, topics, options.pause / 1000)
    stated: dict[str, object] = {
        "settle": "0 ms",
        "pause": f"{options.pause:g} ms",
        "our threads": options.threads,
    }
    measures = []
    for level in turns:
        stated[f"peer threads@{level}"], theirs = best_peer(runs, level)
        measures += figures(level, runs[OURS][level], theirs)
        measures += replied_figures(level, runs[REPLIED][level])
    show("Latency on the socket", measures, conditions(**stated), screen())
    write(options.results, measures)
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.latency", description=__doc__)
    made.add_argument(
        "--examples", type=Path, default=EXAMPLES, help="folder with knowledge.toml, golden.jsonl"
    )
    made.add_argument(
        "--results", type=Path, default=RESULTS / "latency.json", help="write the figures there"
    )
    made.add_argument("--turns", type=int, default=600, help="turns to answer at one conversation")
    made.add_argument("--levels", type=int, nargs="+", default=LEVELS, help="simultaneous conversations")
    made.add_argument("--pause", type=float, default=0, help="ms between an answer and the next turn")
    made.add_argument("--threads", type=int, default=2, help="SOTTO_EMBEDDING_THREADS of our server")
    made.add_argument("--home", type=Path, default=HOME, help="where indexes and vectors are kept")
    made.add_argument("--no-peer", dest="peer", action="store_false", help="leave the peer out")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
