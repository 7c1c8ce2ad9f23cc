"""The published revision as a running process sees it: swapped during searches, closed after the last one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from knowledge.embedder import Embedder
from knowledge.errors import NoKnowledge
from knowledge.revisions import Revisions
from knowledge.search import Knowledge


@dataclass(slots=True)
class _Serving:
    knowledge: Knowledge
    searches: int = 0
    retired: bool = False

    def close_if_done(self) -> None:
        if self.retired and self.searches == 0:
            self.knowledge.close()


class LiveKnowledge:
    """Always the live revision; safe to use from several threads. Call `refresh` to notice a new one."""

    def __init__(self, revisions: Revisions, embedder: Embedder) -> None:
        self._revisions = revisions
        self._embedder = embedder
        self._serving: _Serving | None = None
        self._counting = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def current_revision(self) -> str | None:
        """The id of the revision that new searches get, or None before the first."""
        serving = self._serving
        return serving.knowledge.revision if serving else None

    def refresh(self) -> bool:
        """Open the live revision if it is another one than is served; True when that happened.

        A revision that can't be opened raises its KnowledgeError and leaves the old one serving.
        """
        with self._refreshing:
            live = self._revisions.live()
            if live is None or live == self.current_revision:
                return False
            self._serve(_Serving(self._revisions.open(live, self._embedder)))
            return True

    @contextmanager
    def acquire(self) -> Iterator[Knowledge]:
        """The revision to search; open until the block ends. Raises NoKnowledge when there is none."""
        with self._counting:
            serving = self._serving
            if serving is None:
                raise NoKnowledge("No knowledge is published yet: run `ingest sync PATH`, then ask again.")
            serving.searches += 1
        try:
            yield serving.knowledge
        finally:
            with self._counting:
                serving.searches -= 1
                serving.close_if_done()

    def close(self) -> None:
        """Stop serving; what is open is closed when its last search ends."""
        self._serve(None)

    def _serve(self, following: _Serving | None) -> None:
        with self._counting:
            retired, self._serving = self._serving, following
            if retired:
                retired.retired = True
                retired.close_if_done()
