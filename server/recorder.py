"""Stores records in the order they were made, off the event loop, and keeps them while the store is down."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from server.database import DatabaseUnavailable
from server.events import Record
from server.logs import logger
from server.metrics import Metrics
from server.store import Store

log = logger("recorder")

MOST_WAITING = 20_000
MOST_CHARACTERS = 50_000_000
BUSY = 1_000
RETRY_AFTER_S = 1.0
# Records come in bursts, and a transaction costs about as much for many as for one.
GATHERED_WITHIN_S = 0.05
MOST_TOGETHER = 200


class NotStored(Exception):
    """A report could not be stored; `code` is the problem to tell, `expected` what would have been needed."""

    def __init__(self, code: str, expected: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected


@dataclass(slots=True)
class _Waiting:
    record: Record
    stored: asyncio.Future[None] | None

    @property
    def characters(self) -> int:
        """How much text it holds."""
        return sum(len(text.text) for text in self.record.texts)


class Recorder:
    """One queue, one thread. Use from one event loop.

    While the database is down, reports are refused at once (the panel resends them) and other records wait:
    at most 20,000 with 50 million characters; the oldest beyond that are dropped, counted and logged.
    """

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._database = store
        self._metrics = metrics
        self._queue: deque[_Waiting] = deque()
        self._characters = 0
        self._something = asyncio.Event()
        self._urgent = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._moved = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._task: asyncio.Task[None] | None = None
        self.is_down = False

    def start(self) -> None:
        """Begin to work; call inside the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._work(), name="recorder")

    def put(self, record: Record) -> None:
        """Store it as soon as the database can."""
        self._add(_Waiting(record, None))

    async def room(self) -> None:
        """Wait while the database works through more than it keeps up with; at once when it is down."""
        while len(self._queue) > BUSY and not self.is_down:
            self._moved.clear()
            await self._moved.wait()

    async def save(self, record: Record) -> None:
        """Store a report and return when it is stored, now or under the same report id before.

        Raises NotStored when the database is down or the store refuses the record.
        """
        stored = asyncio.get_running_loop().create_future()
        self._add(_Waiting(record, stored))
        self._urgent.set()
        await stored

    async def stop(self, within_s: float) -> None:
        """Store what waits, at most that long; what is left then is counted and logged."""
        if self._task is None:
            return
        self._urgent.set()
        try:
            async with asyncio.timeout(within_s):
                await self._empty.wait()
        except TimeoutError:
            log.error("events_lost", who="admin", count=len(self._queue))
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._refuse_reports("store_unavailable")
        await asyncio.to_thread(self._thread.shutdown)

    def _add(self, waiting: _Waiting) -> None:
        self._queue.append(waiting)
        self._characters += waiting.characters
        while len(self._queue) > MOST_WAITING or (
            self._characters > MOST_CHARACTERS and len(self._queue) > 1
        ):
            self._drop_oldest()
        self._empty.clear()
        self._something.set()

    def _drop_oldest(self) -> None:
        oldest = self._queue.popleft()
        self._characters -= oldest.characters
        self._metrics.events_lost.inc()
        log.error("events_lost", who="admin", count=1)
        if oldest.stored is not None and not oldest.stored.done():
            oldest.stored.set_exception(NotStored("store_unavailable"))

    async def _work(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            await self._gather()
            while self._queue:
                stored = await self._store(list(islice(self._queue, MOST_TOGETHER)))
                self._moved.set()
                if not stored:
                    await self._wait_before_retrying()
            self._empty.set()

    async def _gather(self) -> None:
        """Let a burst come in, unless somebody waits for a report."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHERED_WITHIN_S):
                await self._urgent.wait()
        self._urgent.clear()

    async def _store(self, oldest: Sequence[_Waiting]) -> bool:
        """Store them in one transaction; False when the database is down and they must be tried again."""
        records = [waiting.record for waiting in oldest]
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._database.save_all, records)
        except DatabaseUnavailable:
            if not self.is_down:
                log.error("database_unavailable", who="admin", waiting=len(self._queue))
            self.is_down = True
            self._refuse_reports("store_unavailable")
            return not self._queue
        except Exception as error:
            if len(oldest) > 1:  # one of them is at fault; the others must not suffer for it
                return all([await self._store([waiting]) for waiting in oldest])
            code = "report_refused" if isinstance(error, ValueError) else "store_unavailable"
            self._give_up(oldest[0], code, error)
        else:
            self.is_down = False
            for waiting in oldest:
                self._settle(waiting, None)
        return True

    def _give_up(self, waiting: _Waiting, code: str, error: Exception) -> None:
        self._metrics.events_lost.inc()
        log.error("record_refused", who="developer", kind=waiting.record.events[0].kind, error=error)
        expected = str(error) if code == "report_refused" else None
        self._settle(waiting, NotStored(code, expected))

    def _settle(self, waiting: _Waiting, refusal: NotStored | None) -> None:
        if self._queue and self._queue[0] is waiting:
            self._queue.popleft()
            self._characters -= waiting.characters
        if waiting.stored is None or waiting.stored.done():
            return
        if refusal:
            waiting.stored.set_exception(refusal)
        else:
            waiting.stored.set_result(None)

    def _refuse_reports(self, code: str) -> None:
        reports = [waiting for waiting in self._queue if waiting.stored is not None]
        self._queue = deque(waiting for waiting in self._queue if waiting.stored is None)
        self._characters = sum(waiting.characters for waiting in self._queue)
        for waiting in reports:
            if waiting.stored is not None and not waiting.stored.done():
                waiting.stored.set_exception(NotStored(code))

    async def _wait_before_retrying(self) -> None:
        """Until the retry is due, or a report asks whether the database is back."""
        self._something.clear()
        try:
            async with asyncio.timeout(RETRY_AFTER_S):
                await self._something.wait()
        except TimeoutError:
            return
