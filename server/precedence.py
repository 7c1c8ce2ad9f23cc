"""Lets what an agent waits for go first: snippets of every conversation before anybody's flags and drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Nobody's flags, reading of a passage or draft wait longer than this for other conversations' snippets.
AT_MOST_S = 0.25
# People write in bursts: the next line is often there before a thread is through with the last one.
LULL_S = 0.02


class Precedence:
    """Counts the searches that somebody waits for. Use from one event loop."""

    def __init__(self) -> None:
        self._searches = 0
        self._begun = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Count a search in for the block."""
        self._searches += 1
        self._begun += 1
        self._none.clear()
        try:
            yield
        finally:
            self._searches -= 1
            if not self._searches:
                self._none.set()

    async def give_way(self) -> None:
        """Return when no search is waited for, or after a quarter of a second at the latest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(AT_MOST_S):
                await self._none.wait()

    async def lull(self) -> None:
        """Return when no search was waited for during a fiftieth of a second, under the same limit."""
        with suppress(TimeoutError):
            async with asyncio.timeout(AT_MOST_S):
                begun = None
                while begun != self._begun or self._searches:
                    begun = self._begun
                    await self._none.wait()
                    await asyncio.sleep(LULL_S)
