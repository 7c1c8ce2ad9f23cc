"""A server with nothing behind it but a script, so that only the panel's own time counts.

`python -m bench.panel_server WEB_FOLDER` serves the built panel and the peer's page, and prints its address.
Conversations whose id begins with "stream" get a draft of 2 kB in 40 deltas, all others a whole one at once.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.staticfiles import StaticFiles

from bench.processes import ROOT
from knowledge.document import Audience, Kind
from server.wire import (
    CitationPiece,
    Message,
    PersonPart,
    SessionSnapshot,
    SnippetPart,
    SnippetsFound,
    SuggestionDelta,
    SuggestionReady,
    SuggestionStarted,
    TextPiece,
    Welcome,
)

WEB = ROOT / "extension" / "dist" / "web"
PAGES = Path(__file__).parent / "panel_pages"
DELTAS = 40
DELTA_LETTERS = 51
BETWEEN_DELTAS_S = 0.025
SNIPPETS = 6
FILLER = "our customers may send it back within thirty days of purchase "


def create_app(web: Path) -> FastAPI:
    """The pages, a token for everybody, and the scripted socket."""
    app = FastAPI()

    @app.post("/panel/token")
    def token() -> dict[str, str]:
        return {"token": "t", "name": "bench"}

    @app.websocket("/ws")
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                heard = json.loads(await websocket.receive_text())
                async for message in answers(heard):
                    await websocket.send_text(message.model_dump_json())
        except WebSocketDisconnect:
            return

    app.mount("/panel", StaticFiles(directory=web, html=True))
    app.mount("/", StaticFiles(directory=PAGES))
    return app


async def answers(heard: dict[str, object]) -> AsyncIterator[Message]:
    """What the script says to one message."""
    if heard["type"] == "hello":
        person = PersonPart(name="bench", roles=["agent"], team="bench")
        yield Welcome(protocol=1, server="bench", features=[], person=person, revision=None)
    if heard["type"] != "conversation_open":
        return
    conversation_id = str(heard["conversation_id"])
    turn_id = f"turn-{conversation_id}"
    yield SessionSnapshot(
        conversation_id=conversation_id,
        turn_id=turn_id,
        snippets=[],
        suggestion=None,
        flags=[],
        nothing_found=False,
    )
    found = [snippet(number) for number in range(1, SNIPPETS + 1)]
    yield SnippetsFound(conversation_id=conversation_id, turn_id=turn_id, snippets=found, fit="answers")
    async for message in draft(conversation_id, turn_id):
        yield message


async def draft(conversation_id: str, turn_id: str) -> AsyncIterator[Message]:
    """A draft whose every delta begins with a word of its own."""
    draft_id = f"draft-{conversation_id}"
    yield SuggestionStarted(
        conversation_id=conversation_id, suggestion_id=draft_id, seq=1, turn_id=turn_id, source="extractive"
    )
    text = f"Draft for {conversation_id}."
    for number in range(DELTAS if conversation_id.startswith("stream") else 0):
        await asyncio.sleep(BETWEEN_DELTAS_S)
        words = f"{conversation_id}w{number:02} {FILLER}"[:DELTA_LETTERS]
        text = f"{words}{text}"
        pieces: list[TextPiece | CitationPiece] = [TextPiece(text=words)]
        if number % 8 == 7:
            pieces.append(CitationPiece(number=1))
        yield SuggestionDelta(
            conversation_id=conversation_id, suggestion_id=draft_id, seq=2 + number, pieces=pieces
        )
    yield SuggestionReady(
        conversation_id=conversation_id,
        suggestion_id=draft_id,
        seq=2 + DELTAS,
        text=text,
        citations=[],
        confidence=0.9,
    )


def snippet(number: int) -> SnippetPart:
    """A passage of a made-up returns policy."""
    return SnippetPart(
        number=number,
        passage_id=f"passage-{number}",
        document_id=f"returns-{number}",
        kind=Kind.POLICY,
        audience=Audience.PUBLIC,
        title_path=["Returns", f"Rule {number}"],
        question=None,
        text=FILLER * 5,
        url=None,
        first_line=1,
        last_line=5,
        owner="returns",
        updated_on=None,
        confidence=0.9,
    )


def main(web: Path) -> None:
    """Serve until SIGTERM."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(web), log_level="warning", ws="websockets")
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    typer.run(main)
