"""A panel without a screen: speaks the wire over a real socket and takes the time of what it hears."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from server.wire import PROTOCOL

ANSWERS_WITHIN_S = 30.0
DRAFT_STARTS_WITHIN_S = 3.0


class WrongAnswer(Exception):
    """The server answered with a problem, or not at all; the text holds what it said."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds from the sending of a customer turn; None for what never came (a gap has no draft).

    `answer_ms` is the first answer of the search: snippets, or that nothing was found.
    """

    answer_ms: float
    snippet_ms: float | None
    text_ms: float | None
    ready_ms: float | None


@dataclass(slots=True)
class Heard:
    """What a panel has heard of one turn so far; `draft` is the ready text."""

    turn_id: str
    suggestion_id: str | None = None
    answer_ms: float = math.nan
    snippet_ms: float | None = None
    text_ms: float | None = None
    ready_ms: float | None = None
    draft: str = ""
    complete: bool = False

    @property
    def awaits(self) -> bool:
        """Whether more must come; after snippets that answer, nothing may be left to draft."""
        return self.snippet_ms is None or self.suggestion_id is not None

    def take(self, message: Mapping[str, Any], elapsed_ms: float) -> None:
        """Note one message; those of other turns pass by. Raises WrongAnswer on a reported problem."""
        kind = message["type"]
        if kind == "problem_reported":
            raise WrongAnswer(f"{message['code']}: {message['message']}")
        if message.get("turn_id") == self.turn_id:
            self._take_of_turn(kind, message, elapsed_ms)
        elif self.suggestion_id is not None and message.get("suggestion_id") == self.suggestion_id:
            self._take_of_draft(kind, message, elapsed_ms)

    def _take_of_turn(self, kind: str, message: Mapping[str, Any], elapsed_ms: float) -> None:
        if kind == "snippets_found":
            self.answer_ms = self.snippet_ms = elapsed_ms
            # What only might help seldom gets a draft (when it reads better than it was found): waiting for
            # one would leave the next turn a rested machine.
            self.complete = message["fit"] != "answers"
        elif kind == "suggestion_started":
            self.suggestion_id = message["suggestion_id"]
        elif kind == "fit_changed":
            self.complete = message["fit"] != "answers"
        elif kind == "nothing_found":
            self.answer_ms, self.complete = elapsed_ms, True

    def _take_of_draft(self, kind: str, message: Mapping[str, Any], elapsed_ms: float) -> None:
        if kind == "suggestion_delta" and self.text_ms is None:
            self.text_ms = elapsed_ms
        elif kind == "suggestion_ready":
            self.ready_ms, self.draft, self.complete = elapsed_ms, message["text"], True
        elif kind in ("suggestion_failed", "suggestion_superseded"):
            self.complete = True


class Panel:
    """One socket with one conversation after the other."""

    def __init__(self, socket: ClientConnection, name: str) -> None:
        self._socket = socket
        self._name = name
        self._conversations = 0
        self._turns = 0
        self._conversation_id = ""
        self.draft = ""

    async def open_conversation(self) -> None:
        """Leave the present conversation and open an empty one; returns when the snapshot is here."""
        if self._conversation_id:
            await self._send("conversation_close")
        self._conversations += 1
        self._conversation_id = f"bench-{self._name}-{self._conversations}"
        await self._send(
            "conversation_open", helpdesk="bench", channel="chat", customer={"id": self._name}, turns=[]
        )
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            while (await self._receive())["type"] != "session_snapshot":
                pass

    async def customer_says(self, text: str) -> Timing:
        """Send a customer turn and listen until its suggestion is ready or known not to come."""
        turn_id = self._next_turn()
        started = time.perf_counter()
        await self._turn(turn_id, "customer", text)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                return await self._listen(turn_id, started)
        except TimeoutError:
            raise WrongAnswer(
                f"No end of the suggestion for {text!r} within {ANSWERS_WITHIN_S:.0f} s."
            ) from None

    async def agent_says(self, text: str) -> None:
        """Send the agent's reply; nothing is expected back."""
        await self._turn(self._next_turn(), "agent", text)

    async def _listen(self, turn_id: str, started: float) -> Timing:
        heard = Heard(turn_id)
        while not heard.complete:
            patience = ANSWERS_WITHIN_S if heard.awaits else DRAFT_STARTS_WITHIN_S
            try:
                message = await asyncio.wait_for(self._receive(), patience)
            except TimeoutError:
                if heard.awaits:
                    raise WrongAnswer(f"Heard nothing for {patience:.0f} s: {heard}") from None
                break
            heard.take(message, (time.perf_counter() - started) * 1000)
        self.draft = heard.draft
        return Timing(heard.answer_ms, heard.snippet_ms, heard.text_ms, heard.ready_ms)

    def _next_turn(self) -> str:
        self._turns += 1
        return f"{self._name}-t{self._turns}"

    async def _turn(self, turn_id: str, role: str, text: str) -> None:
        await self._send("turns_changed", turns=[{"id": turn_id, "role": role, "text": text}])

    async def _send(self, kind: str, **fields: Any) -> None:
        await self._socket.send(
            json.dumps({"type": kind, "conversation_id": self._conversation_id, **fields})
        )

    async def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await self._socket.recv())
        return message


@asynccontextmanager
async def open_panel(address: str, token: str, name: str) -> AsyncIterator[Panel]:
    """Connect and say hello; raises WrongAnswer unless the server welcomes us."""
    async with connect(address, max_size=None) as socket:
        hello = {"type": "hello", "oldest_protocol": PROTOCOL, "newest_protocol": PROTOCOL}
        await socket.send(json.dumps({**hello, "token": token, "client": "sotto-bench"}))
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            welcome = json.loads(await socket.recv())
        if welcome["type"] != "welcome":
            raise WrongAnswer(f"Expected welcome, received {welcome}")
        yield Panel(socket, name)


class PeerSocket:
    """The peer's socket: one query out, its snippets back."""

    def __init__(self, socket: ClientConnection, limit: int, filters: dict[str, list[str]]) -> None:
        self._socket = socket
        self._limit = limit
        self._filters = filters

    async def customer_says(self, text: str) -> Timing:
        """Send the query and take the time until its snippets are here; a peer writes no draft."""
        started = time.perf_counter()
        await self._socket.send(json.dumps({"query": text, "limit": self._limit, "filters": self._filters}))
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            answer = json.loads(await self._socket.recv())
        elapsed = (time.perf_counter() - started) * 1000
        return Timing(elapsed, elapsed if answer["snippets"] else None, None, None)


@asynccontextmanager
async def open_peer_socket(
    address: str, limit: int, filters: dict[str, list[str]]
) -> AsyncIterator[PeerSocket]:
    """Connect to the peer's server."""
    async with connect(address, max_size=None) as socket:
        yield PeerSocket(socket, limit, filters)
