"""Looks up what a message needs before the core can decide on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from server.assistance import Assistance
from server.database import DatabaseUnavailable
from server.known import NOTHING_KNOWN, Known
from server.logs import logger
from server.parts import place_of
from server.person import Person
from server.store import Store, StoredState
from server.wire import ClientMessage, ConversationOpen, PassageReport, PassageUsed

log = logger("lookup")

STATE_WITHIN_S = 2.0


class Lookup:
    """For one person; `ask_database` calls a function in a thread."""

    def __init__(
        self,
        person: Person,
        store: Store,
        assistance: Assistance,
        ask_database: Callable[..., Awaitable[Any]],
    ) -> None:
        self._person = person
        self._store = store
        self._assistance = assistance
        self._ask_database = ask_database

    async def known(self, message: ClientMessage) -> Known:
        """What this message needs from the store or the live knowledge."""
        match message:
            case ConversationOpen():
                return await self._flagged(message)
            case PassageReport(passage_id=str(passage_id)):
                return await asyncio.to_thread(self._places, passage_id)
            case PassageReport():
                return await asyncio.to_thread(self._places)
            case PassageUsed(passage_id=used, first_passage_id=first):
                return await asyncio.to_thread(self._places, used, first)
            case _:
                return NOTHING_KNOWN

    def _places(self, *passage_ids: str) -> Known:
        assistance = self._assistance
        found = (assistance.passage(passage_id) for passage_id in passage_ids)
        places = {passage.id: place_of(passage) for passage in found if passage}
        return Known(revision=assistance.revision, places=places)

    async def _flagged(self, message: ConversationOpen) -> Known:
        """Which flags this person may know; none when the database doesn't say in time."""
        try:
            async with asyncio.timeout(STATE_WITHIN_S):
                stored, visited = await self._ask_database(self._remembered, message.conversation_id)
        except (TimeoutError, DatabaseUnavailable) as error:
            log.warning("state_unknown", who="admin", error=error)
            return NOTHING_KNOWN
        if stored is None:
            return Known(visited=visited)
        return Known(
            answered=stored.answered_flags,
            raised=stored.raised_flags,
            used=stored.used,
            responses=stored.responses,
            chosen=stored.chosen,
            no_crisis=stored.no_crisis,
            visited=visited,
            held=stored.held,
        )

    def _remembered(self, conversation_id: str) -> tuple[StoredState | None, bool]:
        store, person = self._store, self._person
        return store.state_for(conversation_id, person), store.has_visited(conversation_id, person)
