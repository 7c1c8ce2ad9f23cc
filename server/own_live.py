"""The own texts of the running server: in memory, and embedded when they change, never later."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from server.assistance import Assistance
from server.database import DatabaseUnavailable
from server.embedding import EmbeddingStopped, EmbeddingWorker
from server.logs import logger
from server.own_match import NOTHING_OWN, Own, ReadyMacro
from server.own_text import Keeper, OwnKind, OwnText, as_passage, searched
from server.own_texts import Mark, OwnTexts
from server.phrases import OwnPhrases

log = logger("own_texts")


class LiveOwnTexts:
    """What everybody keeps, as this process last read it; safe to read from any thread."""

    def __init__(self, stored: OwnTexts, ask_database: Callable[..., Awaitable[Any]]) -> None:
        self._stored = stored
        self._ask_database = ask_database
        self._reading = asyncio.Lock()
        self._mark: Mark | None = None
        self._macros: Mapping[Keeper, Sequence[ReadyMacro]] = {}
        self._phrases: Mapping[Keeper, OwnPhrases] = {}

    def of(self, agent: str, team: str) -> Own:
        """The macros that this agent of this team may draft with."""
        macros = self._macros
        if not macros:
            return NOTHING_OWN
        return Own(macros.get(Keeper(agent), ()), macros.get(Keeper(team, is_team=True), ()))

    def phrases_of(self, agent: str, team: str) -> tuple[OwnPhrases, OwnPhrases]:
        """The greetings and closings of the team and of the agent."""
        phrases, none = self._phrases, OwnPhrases()
        return phrases.get(Keeper(team, is_team=True), none), phrases.get(Keeper(agent), none)

    async def read(self, embedding: EmbeddingWorker) -> None:
        """Read again what any process changed; raises DatabaseUnavailable, and what was read still holds."""
        async with self._reading:
            mark = await self._ask_database(self._stored.mark)
            if mark == self._mark:
                return
            texts: list[OwnText] = await self._ask_database(self._stored.all)
            self._macros = await self._ready(texts, embedding)
            self._phrases = _phrases(texts)
            self._mark = mark

    async def _ready(
        self, texts: Sequence[OwnText], embedding: EmbeddingWorker
    ) -> Mapping[Keeper, Sequence[ReadyMacro]]:
        known = {ready.passage.id: ready.vector for kept in self._macros.values() for ready in kept}
        macros: dict[Keeper, list[ReadyMacro]] = defaultdict(list)
        for text in texts:
            if text.kind is not OwnKind.MACRO:
                continue
            passage = as_passage(text)
            vector = known.get(passage.id)
            if vector is None:
                # One at a time, behind whatever is to be searched: nobody's turn waits for more than one.
                (vector,) = await embedding.embed([searched(text)], patient=True)
            macros[text.keeper].append(ReadyMacro(passage, vector))
        return dict(macros)


def _phrases(texts: Sequence[OwnText]) -> Mapping[Keeper, OwnPhrases]:
    kept: dict[Keeper, dict[str, str]] = defaultdict(dict)
    for text in texts:
        if text.kind is not OwnKind.MACRO:
            kept[text.keeper][text.kind.value] = text.text
    return {keeper: OwnPhrases(**phrases) for keeper, phrases in kept.items()}


async def read_own_texts(own: LiveOwnTexts, assistance: Assistance) -> None:
    """Have what any process changed hold here, once the model is loaded; what can't be read is logged."""
    try:
        if assistance.parts is not None:
            await own.read(assistance.parts.embedding)
    except (DatabaseUnavailable, EmbeddingStopped) as error:
        log.warning("own_texts_unknown", who="admin", error=error)


async def keep_own_texts(own: LiveOwnTexts, assistance: Assistance, every_s: float) -> None:
    """Read them again as often as for a new revision, until cancelled."""
    while True:
        await read_own_texts(own, assistance)
        await asyncio.sleep(every_s)
