"""The leak guard at work: keeps its index at the live revision and checks in threads, drafts as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge.live import LiveKnowledge
from server.assist_events import AssistEvent, DraftFailed, DraftReady
from server.conversation import Conversation
from server.guard import GuardIndex, build_index, check
from server.leak import Checked, Verdict
from server.logs import logger

log = logger("guard")

MOST_WAITING = 8
WITHHELD = "This draft repeats something internal, so it can't be inserted: reply in your own words."

Check = Callable[[str, Conversation], Awaitable[Checked]]


class Guard:
    """Checks texts against the live revision; a check waits until the first index is there."""

    def __init__(self) -> None:
        self._index: GuardIndex | None = None
        self._built: tuple[str | None, date] | None = None
        self._ready = asyncio.Event()

    async def keep_current(self, knowledge: LiveKnowledge, now: datetime) -> None:
        """Read the live revision once for each day, in a thread; until then the last index counts."""
        wanted = await asyncio.to_thread(_read, knowledge, now, self._built)
        if wanted is not None:
            self._built, self._index = wanted
            self._ready.set()

    async def check(self, text: str, conversation: Conversation) -> Checked:
        """The verdict on a text for this conversation's customer."""
        await self._ready.wait()
        assert self._index is not None, "ready means read"
        return await asyncio.to_thread(check, text, self._index, conversation)


_Built = tuple[str | None, date]


def _read(knowledge: LiveKnowledge, now: datetime, built: _Built | None) -> tuple[_Built, GuardIndex] | None:
    """The index of what is live, or None when that is built; without knowledge one of nothing."""
    if knowledge.current_revision is None:
        wanted: _Built = (None, now.date())
        return None if built == wanted else (wanted, build_index((), now.date()))
    with knowledge.acquire() as live:
        today = now.astimezone(ZoneInfo(live.timezone)).date()
        if built == (live.revision, today):
            return None
        return (live.revision, today), build_index(live.passages, today)


_ALONE = build_index((), date.min)


async def check_alone(text: str, conversation: Conversation) -> Checked:
    """The verdict where there is no knowledge: only secrets and the conversation's notes are held back."""
    return check(text, _ALONE, conversation)


class Checking:
    """The checks that one panel waits for: a panel that asks for too many at once gets no answer to some."""

    def __init__(self, checks: Check) -> None:
        self._checks = checks
        self._waiting = 0

    async def check(self, text: str, conversation: Conversation) -> Checked | None:
        """The verdict, or None: then the panel lets out only what is public."""
        if self._waiting >= MOST_WAITING:
            return None
        self._waiting += 1
        try:
            return await self._checks(text, conversation)
        except Exception as error:
            log.error("check_failed", who="developer", error=error)
            return None
        finally:
            self._waiting -= 1


async def guarded(
    drafting: AsyncGenerator[AssistEvent, None], conversation: Conversation, checks: Check
) -> AsyncGenerator[AssistEvent, None]:
    """The same events, but a whole draft that must not go to the customer ends as failed."""
    async with aclosing(drafting) as events:
        async for event in events:
            if isinstance(event, DraftReady):
                checked = await checks(event.text, conversation)
                yield DraftFailed(WITHHELD) if checked.verdict is Verdict.REFUSE else event
            else:
                yield event
