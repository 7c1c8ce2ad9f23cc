"""A language model behind an OpenAI-compatible endpoint, whose replies the test lets through."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DEADLINE_S = 30.0


@dataclass
class HeldModel:
    """An OpenAI-compatible endpoint: every reply begins with its word and goes on once the test lets it."""

    url: str = ""
    words: tuple[str, ...] = ("Alpha", "Beta", "Gamma", "Delta")
    asked: int = 0
    beginning: str = "begins here "
    _goes_on: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        self._goes_on.set()

    def reply(self) -> Iterator[str]:
        word = self.words[self.asked % len(self.words)]
        self.asked += 1
        yield f"{word} {self.beginning}"
        self._goes_on.wait(DEADLINE_S)
        yield f"and {word} ends here [1]."


@contextmanager
def held_model() -> Iterator[HeldModel]:
    model = HeldModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for text in model.reply():
                self.tell(text)
            self.wfile.write(b"data: [DONE]\n\n")

        def tell(self, text: str) -> None:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
            frame = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "held"}
            chunk = {**frame, "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                """A superseded draft hangs up, as it should."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.go_on()
        server.shutdown()
        server.server_close()
