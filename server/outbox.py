"""What waits for one panel to read it: in order, bounded, losing nothing but the seams between deltas."""

from __future__ import annotations

import asyncio
from collections import deque

from server.wire import KnowledgeChanged, ServerMessage, SuggestionDelta


class Outbox:
    """A queue of messages for the one writer of a socket. Use from one event loop.

    From `limit` messages on, deltas of one suggestion merge and callers are expected to await `room` before
    they produce more; nothing is ever dropped but an older knowledge_changed in favour of a newer one.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[ServerMessage] = deque()
        self._closed = False
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()

    def put(self, message: ServerMessage) -> None:
        """Append a message, or merge it where that says the same."""
        if isinstance(message, KnowledgeChanged):
            self._forget_older_news()
        if not (len(self._waiting) >= self._limit and self._merge(message)):
            self._waiting.append(message)
        self._filled.set()
        if len(self._waiting) >= self._limit:
            self._roomy.clear()

    async def take(self) -> ServerMessage | None:
        """The oldest message, waiting for one; None once closed and empty."""
        while not self._waiting:
            if self._closed:
                return None
            self._filled.clear()
            await self._filled.wait()
        message = self._waiting.popleft()
        if len(self._waiting) < self._limit:
            self._roomy.set()
        return message

    async def room(self) -> None:
        """Wait until fewer than `limit` messages wait."""
        await self._roomy.wait()

    def close(self) -> None:
        """Nothing more follows; what waits can still be taken."""
        self._closed = True
        self._filled.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def _forget_older_news(self) -> None:
        kept = [message for message in self._waiting if not isinstance(message, KnowledgeChanged)]
        if len(kept) < len(self._waiting):
            self._waiting = deque(kept)

    def _merge(self, message: ServerMessage) -> bool:
        """Add a delta to the newest waiting one of its suggestion; nothing of it can wait in between."""
        if not isinstance(message, SuggestionDelta):
            return False
        for place in range(len(self._waiting) - 1, -1, -1):
            older = self._waiting[place]
            if getattr(older, "suggestion_id", None) != message.suggestion_id:
                continue
            if not isinstance(older, SuggestionDelta):
                return False
            pieces = [*older.pieces, *message.pieces]
            self._waiting[place] = message.model_copy(update={"pieces": pieces})
            return True
        return False
