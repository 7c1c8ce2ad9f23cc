"""Turns texts of many conversations into vectors on a few threads, in small batches, each text once."""

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
    """Embeds for everybody; remembers `cached` texts and gives each of `threads` at most `batch` at a time.

    The threads take batches of their own, so `embedder` should use one itself.
    """

    def __init__(self, embedder: Embedder, *, threads: int = 1, cached: int = 8192, batch: int = 8) -> None:
        self._embedder = embedder
        self._threads = threads
        self._cached = cached
        self._batch = batch
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()
        self._queue: OrderedDict[bytes, _Wanted] = OrderedDict()
        self._patient: OrderedDict[bytes, _Wanted] = OrderedDict()
        self._running: dict[bytes, _Wanted] = {}
        self._something = asyncio.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work; call inside the running event loop."""
        pool = self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="embedding")
        create = asyncio.get_running_loop().create_task
        self._loops = [create(self._work(pool), name="embedding") for _ in range(self._threads)]

    async def stop(self) -> None:
        """Finish the batches in hand, fail who still waits with EmbeddingStopped, and end the threads."""
        loops, pool = self._loops, self._pool
        self._loops, self._pool = [], None
        if pool is None:
            return
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await asyncio.to_thread(pool.shutdown)
        for wanted in [*self._queue.values(), *self._patient.values(), *self._running.values()]:
            if not wanted.vector.done():
                wanted.vector.set_exception(EmbeddingStopped("The embedding worker has stopped."))
        self._queue.clear()
        self._patient.clear()
        self._running.clear()

    @property
    def model_digest(self) -> str:
        """Which model's vectors these are."""
        return self._embedder.identity.model_digest

    @property
    def queued(self) -> int:
        """Texts that wait for their batch."""
        return len(self._queue) + len(self._patient)

    async def embed(self, texts: Sequence[str], *, patient: bool = False) -> list[Vector]:
        """A unit vector for each text, in order; when cancelled, what nobody else wants leaves the queue.

        `patient` texts are embedded when no other text waits.
        """
        if self._pool is None:
            raise EmbeddingStopped("The embedding worker isn't running: call start() first.")
        keys = [sha256(text.encode()).digest() for text in texts]
        known = {key: vector for key in keys if (vector := self._remembered(key)) is not None}
        missing = {
            key: self._want(key, text, patient)
            for key, text in zip(keys, texts, strict=True)
            if key not in known
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

    def _want(self, key: bytes, text: str, patient: bool) -> _Wanted:
        wanted = self._running.get(key) or self._queue.get(key)
        if wanted is None:
            wanted = self._patient.pop(key, None) or _Wanted(text, asyncio.get_running_loop().create_future())
            (self._patient if patient else self._queue)[key] = wanted
            self._something.set()
        wanted.waiting += 1
        return wanted

    def _leave(self, key: bytes, wanted: _Wanted) -> None:
        wanted.waiting -= 1
        for queue in (self._queue, self._patient):
            if not wanted.waiting and queue.get(key) is wanted:
                del queue[key]

    async def _work(self, pool: ThreadPoolExecutor) -> None:
        while True:
            while not self.queued:
                self._something.clear()
                await self._something.wait()
            await self._embed(self._take(), pool)

    def _take(self) -> dict[bytes, _Wanted]:
        """The oldest texts, leaving the other threads their share."""
        queue = self._queue or self._patient
        count = min(self._batch, -(-len(queue) // self._threads))
        taken = dict(queue.popitem(last=False) for _ in range(count))
        self._running.update(taken)
        return taken

    async def _embed(self, taken: dict[bytes, _Wanted], pool: ThreadPoolExecutor) -> None:
        texts = [wanted.text for wanted in taken.values()]
        try:
            vectors = await asyncio.get_running_loop().run_in_executor(pool, self._embedder.embed, texts)
        except Exception as error:
            for wanted in taken.values():
                wanted.vector.set_exception(error)
                wanted.vector.exception()
        else:
            for (key, wanted), vector in zip(taken.items(), vectors, strict=True):
                self._vectors[key] = vector
                if not wanted.vector.done():
                    wanted.vector.set_result(vector)
            while len(self._vectors) > self._cached:
                self._vectors.popitem(last=False)
        for key in taken:
            del self._running[key]
