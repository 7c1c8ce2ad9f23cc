"""Frames that no library sends, byte by byte, to the real server: it survives, and others notice nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.listener import CRUMB_BYTES, MOST_IDLE_FRAMES, GentleProtocol
from tests.live_server import (
    DEADLINE_S,
    Running,
    ServerProcess,
    customer,
    person_token,
    publish,
    server_process,
    serving,
)
from tests.raw_panel import CONTINUATION, PING, PONG, TEXT, frame, raw_panel

QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"
CLOSING = json.dumps({"type": "conversation_close", "conversation_id": "c1"}).encode()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server in a process of its own, and everything it logs."""
    home = tmp_path_factory.mktemp("frames")
    publish(home)
    with server_process(home, log_level="debug") as running:
        running.said("revision_live")
        yield running


async def no_panels(server: Running) -> None:
    """Wait until the server holds no panel."""
    async with asyncio.timeout(DEADLINE_S):
        while server.app.state.live.panels._panels:
            await asyncio.sleep(0.01)


async def test_a_panel_that_reads_nothing_is_closed(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, stalled_after_s=0.3) as server:
        raw = await raw_panel(server.url, server.token)
        flood = asyncio.create_task(raw.flood(frame(b'{"type":"x"}') * 1000))
        await no_panels(server)
        flood.cancel()
        await asyncio.gather(flood, return_exceptions=True)
        await raw.read_until(b"reads too slowly")
        raw.socket.close()


async def test_a_silent_peer_is_noticed_by_the_heartbeat(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, heartbeat_s=0.1) as server:
        raw = await raw_panel(server.url, server.token)
        await no_panels(server)
        assert await raw.closed() == 1011
        raw.socket.close()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b'{"type":"violet-mark \xff\xfe"}'), 1007),
        (frame(b'{"type":"violet-mark \xf0\x9f', last=False) + frame(b'"}', CONTINUATION), 1007),
        (frame(b"violet-mark", last=False) + frame(b"violet-mark"), 1002),
        (frame(b"violet-mark", CONTINUATION), 1002),
        (frame(b"violet-mark", 0x3), 1002),
        (frame(b"violet-mark" * 20, PING), 1002),
        (bytes([0x81, 11]) + b"violet-mark", 1002),
    ],
    ids=[
        "not UTF-8",
        "cut UTF-8",
        "no continuation",
        "nothing to continue",
        "opcode",
        "long ping",
        "no mask",
    ],
)
async def test_a_broken_frame_ends_its_own_socket_only_and_is_logged_without_its_text(
    process: ServerProcess, sent: bytes, code: int
) -> None:
    token = person_token(process.home)
    raw = await raw_panel(process.url, token)
    async with process.panel(token) as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        await raw.send(sent)
        assert await raw.closed() == code
        await panel.heard("suggestion_ready")
    raw.socket.close()
    async with process.panel(token):
        pass
    assert "violet" not in "".join(process.lines)


async def test_a_fragmented_message_is_read_and_one_beyond_the_limit_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, max_message_bytes=2048) as server:
        raw = await raw_panel(server.url, server.token)
        await raw.send(frame(b'{"type":', TEXT, last=False) + frame(b'"made_up"', CONTINUATION, last=False))
        await raw.send(frame(b"", PONG) + frame(b"}", CONTINUATION))
        await raw.read_until(b"malformed_message")
        await raw.send(frame(b"x" * 1024, last=False) + frame(b"x" * 1024, CONTINUATION, last=False) * 4)
        assert await raw.closed() == 1009
        await no_panels(server)
        raw.socket.close()


FLOODS = {
    "pings": frame(b"", PING),
    "long pings": frame(b"x" * 125, PING),
    "pongs": frame(b"", PONG),
    "empty pieces": frame(b"", CONTINUATION, last=False),
    "crumbs": frame(b"x", CONTINUATION, last=False),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_peer_that_floods_with_frames_of_no_use_is_told_so_and_closed(
    process: ServerProcess, name: str
) -> None:
    raw = await raw_panel(process.url, person_token(process.home))
    begun = frame(b"x" * CRUMB_BYTES, last=False) if name in ("empty pieces", "crumbs") else b""
    await raw.send(begun + FLOODS[name] * MOST_IDLE_FRAMES)
    await raw.send(FLOODS[name])
    assert await raw.closed() == 1008
    raw.socket.close()


@pytest.mark.parametrize("name", FLOODS)
async def test_others_are_served_during_a_flood(process: ServerProcess, name: str) -> None:
    token = person_token(process.home)
    raw = await raw_panel(process.url, token)
    flood = asyncio.create_task(raw.flood(frame(CLOSING[:5], last=False) + FLOODS[name] * 1000))
    async with process.panel(token) as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        await panel.heard("suggestion_ready")
    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        await flood
    raw.socket.close()


async def test_frames_are_counted_anew_after_each_heartbeat(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False) as server:
        raw = await raw_panel(server.url, server.token)
        (connection,) = server.uvicorn.server_state.connections
        assert isinstance(connection, GentleProtocol)
        for mark in (b"a", b"b", b"c"):
            await raw.send(frame(b"", PING) * (MOST_IDLE_FRAMES - 1) + frame(mark, PING))
            await raw.read_until(b"\x8a\x01" + mark)
            connection.send_keepalive_ping()
        raw.socket.close()
