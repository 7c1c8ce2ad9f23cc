"""Runs the application on a port, in one process or several; on SIGTERM panels go gently. Owns uvicorn."""

from __future__ import annotations

import signal
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.logs import configure_logs
from server.settings import Settings, share_metrics_folder
from server.workers import keep_workers

MakeApp = Callable[[Settings], Any]

SEND_BUFFER = 131_072
FORGET_DEAD_PEER_MS = 30_000


class GentleProtocol(WebSocketsSansIOProtocol):
    """Lets a close frame pass a full send buffer, so that a panel that reads too slowly is told why."""

    async def send(self, message: Any) -> None:
        """Send an ASGI event."""
        if message["type"] == "websocket.close":
            self.writable.set()
        await super().send(message)


class Listener(uvicorn.Server):
    """uvicorn's server that drains the panels before it closes its sockets."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready, then 1012 to every panel once its suggestions are finished or failed, then the rest."""
        panels = self.lifespan.state.get("panels")
        if panels is not None:
            await panels.drain(self.lifespan.state["drain_within_s"])
        await super().shutdown(sockets)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGTERM or SIGINT, then return.

        uvicorn's own handlers come later, and it raises the signal again when it is done: this one catches
        what comes before and after, so that neither is lost nor ends the process with another status.
        """
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._leave)
        super().run(sockets)

    def _leave(self, _signal: int, _frame: object) -> None:
        self.should_exit = True


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. Raises OSError when the address is taken.

    Its connections buffer little, so that a panel that doesn't read is noticed, and are dropped by the kernel
    when a peer takes no data for half a minute.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, FORGET_DEAD_PEER_MS)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    listening.listen(2048)
    listening.set_inheritable(True)
    return listening


def address_of(listening: socket.socket) -> str:
    """The web address of a listening socket."""
    address, port = listening.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def listener(settings: Settings, make_app: MakeApp) -> Listener:
    """A server for one process; run it with a socket of `bind`."""
    return Listener(_config(settings, make_app))


def serve(settings: Settings, listening: socket.socket, make_app: MakeApp) -> None:
    """Serve on this socket until SIGTERM or SIGINT, with as many workers as the settings say.

    `make_app` is a function of a module: workers are new processes and import it.
    """
    if settings.workers == 1:
        listener(settings, make_app).run([listening])
        return
    configure_logs(settings.log_format, settings.log_level)
    with tempfile.TemporaryDirectory(prefix="sotto-metrics-") as folder:
        share_metrics_folder(folder)
        shared = settings.model_copy(update={"metrics_folder": Path(folder)})
        keep_workers(settings.workers, _serve_worker, (shared, listening, make_app))


def _serve_worker(settings: Settings, listening: socket.socket, make_app: MakeApp) -> None:
    listener(settings, make_app).run([listening])


def _config(settings: Settings, make_app: MakeApp) -> uvicorn.Config:
    return uvicorn.Config(
        partial(make_app, settings),
        factory=True,
        ws=GentleProtocol,
        # Twice the limit reaches the endpoint, which says what was wrong; larger ones are cut off unread.
        ws_max_size=2 * settings.max_message_bytes,
        ws_ping_interval=settings.heartbeat_s,
        ws_ping_timeout=settings.heartbeat_s,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
