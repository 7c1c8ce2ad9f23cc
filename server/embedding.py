"""Turns texts of many conversations into vectors on one thread, in small batches, each distinct text once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder

Vector = NDArray[np.float32]


class EmbeddingStopped(RuntimeError):
    """The worker isn't running; the caller asked too early or too late."""


@dataclass(slots=True)
class _Wanted:
    """One text that somebody waits for; it leaves the queue when nobody does any more."""

    text: str
    vector: asyncio.Future[Vector]
    waiting: int = 0


class EmbeddingWorker:
    """Embeds for everybody; remembers `cached` texts and gives the model at most `batch` at a time."""

    def __init__(self, embedder: Embedder, *, cached: int = 4096, batch: int = 8) -> None:
        self._embedder = embedder
        self._cached = cached
        self._batch = batch
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()
        self._queue: OrderedDict[bytes, _Wanted] = OrderedDict()
        self._running: dict[bytes, _Wanted] = {}
        self._something = asyncio.Event()
        self._thread: ThreadPoolExecutor | None = None
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; call inside the running event loop."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
        self._loop = asyncio.get_running_loop().create_task(self._work(self._thread), name="embedding")

    async def stop(self) -> None:
        """Finish the batch in hand, fail who still waits with EmbeddingStopped, and end the thread."""
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await asyncio.to_thread(thread.shutdown)
        for wanted in [*self._queue.values(), *self._running.values()]:
            if not wanted.vector.done():
                wanted.vector.set_exception(EmbeddingStopped("The embedding worker has stopped."))
        self._queue.clear()
        self._running.clear()

    @property
    def queued(self) -> int:
        """Texts that wait for their batch."""
        return len(self._queue)

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A unit vector for each text, in order; when cancelled, what nobody else wants leaves the queue."""
        if self._loop is None:
            raise EmbeddingStopped("The embedding worker isn't running: call start() first.")
        keys = [sha256(text.encode()).digest() for text in texts]
        known = {key: vector for key in keys if (vector := self._remembered(key)) is not None}
        missing = {
            key: self._want(key, text) for key, text in zip(keys, texts, strict=True) if key not in known
        }
        try:
            if missing:
                await asyncio.wait([wanted.vector for wanted in missing.values()])
        finally:
            for key, wanted in missing.items():
                self._leave(key, wanted)
        known.update({key: wanted.vector.result() for key, wanted in missing.items()})
        return [known[key] for key in keys]

    def _remembered(self, key: bytes) -> Vector | None:
        vector = self._vectors.get(key)
        if vector is not None:
            self._vectors.move_to_end(key)
        return vector

    def _want(self, key: bytes, text: str) -> _Wanted:
        wanted = self._running.get(key) or self._queue.get(key)
        if wanted is None:
            wanted = self._queue[key] = _Wanted(text, asyncio.get_running_loop().create_future())
            self._something.set()
        wanted.waiting += 1
        return wanted

    def _leave(self, key: bytes, wanted: _Wanted) -> None:
        wanted.waiting -= 1
        if not wanted.waiting and self._queue.get(key) is wanted:
            del self._queue[key]

    async def _work(self, thread: ThreadPoolExecutor) -> None:
        while True:
            await self._something.wait()
            while self._queue:
                for _ in range(min(self._batch, len(self._queue))):
                    key, wanted = self._queue.popitem(last=False)
                    self._running[key] = wanted
                await self._embed_running(thread)
            self._something.clear()

    async def _embed_running(self, thread: ThreadPoolExecutor) -> None:
        texts = [wanted.text for wanted in self._running.values()]
        try:
            vectors = await asyncio.get_running_loop().run_in_executor(thread, self._embedder.embed, texts)
        except Exception as error:
            self._fail_running(error)
            return
        for (key, wanted), vector in zip(self._running.items(), vectors, strict=True):
            self._vectors[key] = vector
            if not wanted.vector.done():
                wanted.vector.set_result(vector)
        self._running.clear()
        while len(self._vectors) > self._cached:
            self._vectors.popitem(last=False)

    def _fail_running(self, error: Exception) -> None:
        for wanted in self._running.values():
            wanted.vector.set_exception(error)
            wanted.vector.exception()
        self._running.clear()
