"""The peer as a server: the same kind of socket, LlamaIndex's asynchronous retriever behind it.

`python -m bench.peer_server DOCUMENTS.jsonl FOLDER --threads N` prints its address when it can answer.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from bench.peer import Peer, PeerDocument, open_peer


def create_app(peer: Peer) -> FastAPI:
    """One socket: `{query, limit, filters}` in, `{snippets}` out, in order."""
    app = FastAPI()

    @app.websocket("/ws")
    async def answer(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                asked = json.loads(await websocket.receive_text())
                hits = await peer.retrieve_async(asked["query"], asked["limit"], asked["filters"])
                snippets = [
                    {"document_id": hit.document_id, "text": hit.text, "score": hit.score} for hit in hits
                ]
                await websocket.send_text(json.dumps({"snippets": snippets}))
        except WebSocketDisconnect:
            return

    return app


def main(documents: Path, folder: Path, threads: Annotated[int, typer.Option(min=1)] = 1) -> None:
    """Serve the documents (JSON lines: id, text, metadata) until SIGTERM."""
    rows = [json.loads(line) for line in documents.read_text(encoding="utf-8").splitlines()]
    peer = open_peer(folder, [PeerDocument(row["id"], row["text"], row["metadata"]) for row in rows], threads)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(peer), log_level="warning", ws="websockets")
    print(f"ws://127.0.0.1:{listener.getsockname()[1]}/ws", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    typer.run(main)
