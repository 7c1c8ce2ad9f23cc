"""The WebSocket endpoint: admits a panel, hears its hello, and hands it over."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from server.access import may_use_panel
from server.admission import origin_allowed
from server.clock import moment
from server.database import DatabaseUnavailable
from server.panels import RESTARTING, LiveParts, Panel, close_socket
from server.parts import person_part
from server.person import Person
from server.problems import PROBLEMS, agree_protocol, problem, read_message
from server.wire import Hello, ProblemReported, Welcome

PATH = "/ws"
FEATURES = [
    *("suggestions", "snippets", "flags", "questions", "outcomes", "reports"),
    *("guard", "story", "forms", "handovers", "dispositions", "intents"),
    *("changes", "summaries", "holding"),
]

router = APIRouter()


@router.websocket(PATH)
async def live(socket: WebSocket) -> None:
    """One panel, from handshake to close."""
    parts: LiveParts = socket.app.state.live
    await socket.accept()
    if parts.panels.stopping:
        return await close_socket(socket, RESTARTING, "restarting")
    try:
        admitted = await _admit(socket, parts)
        if isinstance(admitted, ProblemReported):
            return await _refuse(socket, parts, admitted)
    except WebSocketDisconnect:
        return
    hello, protocol, person = admitted
    panel = Panel(socket, person, hello.token, parts)
    panel.send(_welcome(protocol, person, parts))
    if missing := parts.assistance.missing:
        panel.send(problem(missing.code))
    await panel.run()


async def _admit(socket: WebSocket, parts: LiveParts) -> tuple[Hello, int, Person] | ProblemReported:
    origin, host = socket.headers.get("origin"), socket.headers.get("host", "")
    if not origin_allowed(origin, host, parts.settings.allowed_origins):
        return problem("origin_refused", expected="an allowed origin", received=(origin or "")[:200])
    address = socket.client.host if socket.client else "unknown"
    with parts.strangers.waiting(address) as has_room:
        if not has_room:
            most = parts.settings.unauthenticated_per_address
            return problem("too_many_sockets", expected=f"at most {most}", received="one more")
        hello = await _hello(socket, parts)
        if isinstance(hello, ProblemReported):
            return hello
        protocol = agree_protocol(hello)
        if isinstance(protocol, ProblemReported):
            return protocol
        person = await _person(hello, parts)
        return person if isinstance(person, ProblemReported) else (hello, protocol, person)


async def _hello(socket: WebSocket, parts: LiveParts) -> Hello | ProblemReported:
    within_s = parts.settings.hello_within_s
    try:
        async with asyncio.timeout(within_s):
            frame = await socket.receive()
    except TimeoutError:
        return problem("hello_late", expected=f"hello within {within_s:g} s", received="nothing")
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1006))
    text = frame.get("text")
    if text is None:
        return problem("binary_message", expected="hello as text", received="a binary frame")
    message = read_message(text, parts.settings.max_message_bytes)
    if isinstance(message, Hello):
        return message
    if isinstance(message, ProblemReported):
        if PROBLEMS[message.code].close:
            return message
        return problem("hello_expected", expected=message.expected, received=message.received)
    return problem("hello_expected", expected="hello", received=message.type)


async def _person(hello: Hello, parts: LiveParts) -> Person | ProblemReported:
    try:
        person = await parts.ask_database(parts.people.find, hello.token, moment().at)
    except DatabaseUnavailable:
        return problem("signin_unavailable")
    if person is None:
        return problem("not_signed_in", expected="a valid token", received="an unknown one")
    if not may_use_panel(person):
        return problem("panel_refused", expected="agent or lead", received=", ".join(sorted(person.roles)))
    return person


async def _refuse(socket: WebSocket, parts: LiveParts, refusal: ProblemReported) -> None:
    parts.metrics.problem(refusal.code)
    await socket.send_text(refusal.model_dump_json())
    await close_socket(socket, PROBLEMS[refusal.code].close or 1000, refusal.code)


def _welcome(protocol: int, person: Person, parts: LiveParts) -> Welcome:
    return Welcome(
        protocol=protocol,
        server=parts.version,
        features=[*FEATURES, *(["model_changes"] if parts.assistance.has_model else [])],
        person=person_part(person),
        revision=parts.assistance.revision,
    )
