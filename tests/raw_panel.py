"""A socket that speaks WebSocket byte by byte and reads only when told to, unlike a library."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import dataclass

from tests.live_server import DEADLINE_S

TEXT, CONTINUATION, PING, PONG = 0x1, 0x0, 0x9, 0xA
CLOSE = 0x8


def frame(payload: bytes, kind: int = TEXT, *, last: bool = True) -> bytes:
    """A frame with the zero mask."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([(0x80 if last else 0) | kind]) + length + b"\0\0\0\0" + payload


@dataclass
class RawPanel:
    """A socket after the handshake."""

    socket: socket.socket

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def flood(self, data: bytes) -> None:
        while True:
            await self.send(data)

    async def read_until(self, end: bytes) -> None:
        heard = b""
        async with asyncio.timeout(DEADLINE_S):
            while end not in heard:
                more = await asyncio.get_running_loop().sock_recv(self.socket, 65_536)
                assert more, f"the server closed after {heard[-200:]!r}"
                heard = heard[-100:] + more

    async def closed(self) -> int:
        """Wait until the server ends the connection; the code of its close frame."""
        heard = b""
        async with asyncio.timeout(DEADLINE_S):
            while more := await asyncio.get_running_loop().sock_recv(self.socket, 65_536):
                heard += more
        while heard:
            kind, size, start = heard[0] & 0xF, heard[1], 2
            if size == 126:
                size, start = int.from_bytes(heard[2:4], "big"), 4
            if kind == CLOSE:
                return int.from_bytes(heard[start : start + 2], "big")
            heard = heard[start + size :]
        raise AssertionError("the server sent no close frame")


async def raw_panel(url: str, token: str) -> RawPanel:
    """A signed-in raw panel."""
    port = int(url.rsplit(":", 1)[1])
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    raw = RawPanel(connection)
    await raw.send(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await raw.read_until(b"\r\n\r\n")
    hello = {"type": "hello", "oldest_protocol": 1, "newest_protocol": 1, "token": token, "client": "raw"}
    await raw.send(frame(json.dumps(hello).encode()))
    await raw.read_until(b"welcome")
    return raw
