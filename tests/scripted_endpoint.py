"""A scripted server that speaks the OpenAI protocol over real HTTP and notices when it is left."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

DEADLINE_S = 20.0


class ScriptedEndpoint:
    """Streams `steps`: text to send or an event to wait for. `left` is set when a reader leaves half-way."""

    def __init__(self, *steps: str | asyncio.Event, status: int = 200) -> None:
        self.steps = steps
        self.status = status
        self.asked: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self.url = ""
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self._complete)

    async def _complete(self, request: Request) -> Response:
        self.asked.append(await request.json())
        if self.status != 200:
            return Response('{"error": {"message": "no"}}', self.status, media_type="application/json")
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        try:
            for step in self.steps:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield _chunk({"content": step}, None)
            yield _chunk({}, "stop") + "data: [DONE]\n\n"
        except asyncio.CancelledError:
            self.left.set()
            raise


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n"


@asynccontextmanager
async def serving(endpoint: ScriptedEndpoint) -> AsyncIterator[ScriptedEndpoint]:
    """The endpoint on a free port of loopback until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    endpoint.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    server = uvicorn.Server(uvicorn.Config(endpoint.app, log_level="warning", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield endpoint
    finally:
        server.should_exit = True
        server.force_exit = True
        await running
        listener.close()
