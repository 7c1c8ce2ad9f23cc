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
from websockets.frames import Frame

from server.logs import configure_logs
from server.settings import Settings, share_metrics_folder
from server.workers import keep_workers

MakeApp = Callable[[Settings], Any]

SEND_BUFFER = 131_072
FORGET_DEAD_PEER_MS = 30_000
# A browser sends one pong a heartbeat, and no proxy cuts messages smaller than a packet.
MOST_IDLE_FRAMES = 200
CRUMB_BYTES = 512


class GentleProtocol(WebSocketsSansIOProtocol):
    """Tells a panel that reads too slowly why it is closed, and ends one that floods with frames of no use.

    Pings, pongs and crumbs of messages are counted between two heartbeats: unlike whole messages they don't
    wait to be read, so that one peer could fill the memory and keep everybody else waiting.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._idle_frames = 0

    async def send(self, message: Any) -> None:
        """Send an ASGI event; a close frame passes a full send buffer."""
        if message["type"] == "websocket.close":
            self.writable.set()
        await super().send(message)

    def send_keepalive_ping(self) -> None:
        """Begin to count anew."""
        self._idle_frames = 0
        super().send_keepalive_ping()

    def handle_ping(self) -> None:
        """Answer a ping."""
        if self._may_go_on():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Note a pong."""
        if self._may_go_on():
            super().handle_pong(event)

    def handle_text(self, event: Frame) -> None:
        """Take a message or its beginning."""
        if not _is_crumb(event) or self._may_go_on():
            super().handle_text(event)

    def handle_cont(self, event: Frame) -> None:
        """Take more of a message."""
        if not _is_crumb(event) or self._may_go_on():
            super().handle_cont(event)

    def _may_go_on(self) -> bool:
        self._idle_frames += 1
        if self._idle_frames > MOST_IDLE_FRAMES and not self.close_sent:
            self.conn.fail(1008, "too many frames that carry nothing")
            self.handle_parser_exception()
        return not self.close_sent


def _is_crumb(frame: Frame) -> bool:
    return not frame.fin and len(frame.data) < CRUMB_BYTES


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
