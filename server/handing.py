"""Handovers as the panels of this process hear of them, whichever process stored what happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from server.access import may_use_panel
from server.clock import moment
from server.database import DatabaseUnavailable
from server.expert_view import shown
from server.handover import HandoverState, Receiver, asked_before, concerns, may_read_brief, may_take
from server.handover_rows import Kept
from server.handovers import By, Handovers
from server.logs import logger
from server.matching import Roster
from server.person import Person
from server.phrases import ForExperts
from server.wire import HandoverAnswer, HandoverChanged, HandoverOffered, HandoverPart, HandoverTo

log = logger("handovers")


class HandoverDesk:
    """The stored handovers for this process; `ask_database` calls a function in a thread."""

    def __init__(self, stored: Handovers, ask_database: Callable[..., Awaitable[Any]]) -> None:
        self._stored = stored
        self._ask = ask_database
        self._news = asyncio.Event()
        self.within = stored.within

    def ring(self) -> None:
        """Something happened here: tell it at once."""
        self._news.set()

    async def answer(self, message: HandoverAnswer, by: By) -> Kept | None:
        """As `Handovers.answer`, and everyone concerned hears of it."""
        kept: Kept | None = await self._ask(self._stored.answer, message.handover_id, message.answer, by)
        self.ring()
        return kept

    async def reply(self, key: int, text: str, by: By) -> bool:
        """As `Handovers.reply`, and its sender hears of it."""
        stored: bool = await self._ask(self._stored.reply, key, text, by)
        self.ring()
        return stored

    async def waiting_for(self, person: Person) -> list[Kept]:
        """As `Handovers.waiting_for`."""
        kept: list[Kept] = await self._ask(self._stored.waiting_for, person)
        return kept

    async def receivers(self, person: Person) -> list[Receiver]:
        """As `Handovers.receivers`."""
        found: list[Receiver] = await self._ask(self._stored.receivers, person)
        return found

    async def experts(self, person: Person, conversation_id: str) -> Roster:
        """As `Handovers.experts`."""
        found: Roster = await self._ask(self._stored.experts, person, conversation_id)
        return found

    async def watch(self, every_s: float, tell: Callable[[Kept], None]) -> None:
        """End offers in time and tell what happened to any handover, until cancelled."""
        told: dict[int, int] | None = None
        while True:
            try:
                await self._ask(self._stored.expire, moment().at)
                told = await self._tell_since(told, tell)
            except DatabaseUnavailable as error:
                log.warning("handovers_unknown", who="admin", error=error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(every_s):
                    await self._news.wait()
            self._news.clear()

    async def _tell_since(self, told: dict[int, int] | None, tell: Callable[[Kept], None]) -> dict[int, int]:
        """At the first look, what is not over: a panel may have connected just before."""
        newest = max(told, default=0) if told is not None else await self._ask(self._stored.newest_event)
        found: dict[int, int] = await self._ask(self._stored.events_since, newest)
        fresh = {handover for event, handover in found.items() if event not in (told or ())}
        for kept in await self._ask(self._stored.find, fresh) if fresh else ():
            if told is not None or kept.handover.state is not HandoverState.RESOLVED:
                tell(kept)
        return found


def handover_message(
    kept: Kept, person: Person, within: timedelta, phrases: ForExperts
) -> HandoverOffered | HandoverChanged | None:
    """What this person hears of a handover as it stands; None when it does not concern them."""
    if may_take(kept.handover, person):
        return HandoverOffered(handover=_part(kept, person, within))
    if concerns(kept.handover, person):
        words = _customer_words(kept, person, phrases)
        return HandoverChanged(handover=_part(kept, person, within, words))
    return None


def _customer_words(kept: Kept, person: Person, phrases: ForExperts) -> str | None:
    """What the sender may tell the customer of the expert who is asked or helps."""
    handover = kept.handover
    if person.name != handover.sender or not kept.topics:
        return None
    return phrases.naming(handover.holder or handover.to.name, kept.topics)


def for_expert(kept: Kept, person: Person) -> Kept:
    """The handover as somebody from outside may see it."""
    taken = kept.handover.state is HandoverState.ACCEPTED and kept.handover.holder == person.name
    seen = shown(kept.subject or "", kept.brief or "", kept.customer, taken=taken)
    return replace(kept, subject=seen.subject, brief=seen.brief, customer=kept.customer if taken else None)


def _part(kept: Kept, person: Person, within: timedelta, customer_words: str | None = None) -> HandoverPart:
    handover = kept.handover
    reads = may_read_brief(handover, person)
    seen = kept if may_use_panel(person) else for_expert(kept, person)
    return HandoverPart(
        handover_id=handover.key,
        conversation_id=handover.conversation_id,
        sender=handover.sender,
        to=HandoverTo(kind=handover.to.kind, name=handover.to.name),
        state=handover.state,
        holder=handover.holder,
        offered_at=handover.offered_at,
        until=handover.offered_at + within,
        helpdesk=kept.helpdesk,
        subject=seen.subject if reads else None,
        customer=seen.customer if reads else None,
        brief=seen.brief if reads else None,
        reply=kept.reply if reads else None,
        customer_words=customer_words,
        asked_before=asked_before(handover),
        move_to=kept.move_to,
    )
