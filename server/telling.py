"""What a panel is told of its conversations beside suggestions: their stories, briefs and handovers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.errors import KnowledgeError
from server.assistance import Assistance
from server.brief import CUSTOMER_WORDS, brief, expert_brief
from server.clock import moment
from server.conversation import Conversation
from server.database import DatabaseUnavailable
from server.effects import (
    AnswerHandover,
    StopTelling,
    TellBrief,
    TellHolding,
    TellNeed,
    TellStory,
    TellSummary,
)
from server.expert_parts import offerable
from server.handing import HandoverDesk, handover_message
from server.handover_rows import Kept
from server.handovers import By
from server.holding import ALL_SAID, holding_reply, refused
from server.logs import logger
from server.parts import story_part
from server.person import Person
from server.phrases import ForExperts
from server.problems import problem
from server.routine import read_intent
from server.story import tell
from server.summing_up import sum_up
from server.understand import looked_back_on
from server.waiting import waiting_in
from server.wire import (
    CustomerWords,
    HandoverAnswer,
    HandoverReady,
    HandoverTo,
    HoldingTold,
    NeedTold,
    ReportRecorded,
    ServerMessage,
    StoryTold,
)

Tasks = dict[str, asyncio.Task[None]]
Send = Callable[[ServerMessage], None]
Told = TellStory | TellBrief | TellSummary | StopTelling | TellHolding | TellNeed | AnswerHandover
log = logger("telling")

# People write in bursts: what can wait until they pause is not done for every line.
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears what is told: the panel, and of a holding reply the core, which records it before."""

    send: Send
    held: Callable[[HoldingTold], None]


class Telling:
    """For one panel; its tasks belong to the panel's group and end with it."""

    def __init__(
        self,
        person: Person,
        desk: HandoverDesk,
        assistance: Assistance,
        tasks: asyncio.TaskGroup,
        hearers: Hearers,
    ) -> None:
        self._person = person
        self._desk = desk
        self._assistance = assistance
        self._tasks = tasks
        self._send = hearers.send
        self._held = hearers.held
        self._stories: Tasks = {}
        self._summaries: Tasks = {}

    def perform(self, effect: Told) -> None:
        """Begin what the effect asks for."""
        match effect:
            case TellStory(conversation=conversation):
                self._tell_story(conversation)
            case TellSummary(conversation=conversation, no_crisis=no_crisis):
                self._tell_summary(conversation, no_crisis)
            case StopTelling(conversation_id=conversation_id):
                _stop(self._stories, conversation_id)
                _stop(self._summaries, conversation_id)
            case TellNeed():
                self._tell_need(effect)
            case TellHolding():
                self._tasks.create_task(self._holding(effect))
            case TellBrief():
                self._tasks.create_task(self._brief(effect))
            case AnswerHandover(message=message):
                self._tasks.create_task(self._answer(message))

    def _tell_story(self, conversation: Conversation) -> None:
        """An older telling of this conversation is given up."""
        self._begin(self._stories, conversation.id, self._story(conversation))

    def _tell_summary(self, conversation: Conversation, no_crisis: frozenset[str]) -> None:
        self._begin(self._summaries, conversation.id, self._summary(conversation, no_crisis))

    def _tell_need(self, asked: TellNeed) -> None:
        talk, now = asked.conversation, moment().at
        waiting = waiting_in(talk, asked.flags, self._assistance.value_rule.is_high(talk.customer) or False)
        need, why, since = (
            (waiting.need(now), waiting.cause(now), waiting.since) if waiting else (None, None, None)
        )
        self._send(NeedTold(conversation_id=talk.id, need=need, why=why, since=since))

    def _begin(self, tasks: Tasks, conversation_id: str, telling: Coroutine[Any, Any, None]) -> None:
        _stop(tasks, conversation_id)
        task = tasks[conversation_id] = self._tasks.create_task(telling)
        task.add_done_callback(lambda done: _forget(tasks, conversation_id, done))

    async def tell_waiting(self) -> None:
        """Say what waits for this person since they were last here."""
        try:
            for kept in await self._desk.waiting_for(self._person):
                self.tell_handover(kept)
        except DatabaseUnavailable as error:
            log.warning("handovers_unknown", who="admin", error=error)

    def tell_handover(self, kept: Kept) -> None:
        """Say how a handover stands, if it concerns this person."""
        message = handover_message(kept, self._person, self._desk.within, self._for_experts())
        if message is not None:
            self._send(message)

    async def _brief(self, asked: TellBrief) -> None:
        talk = asked.conversation
        try:
            receivers = await self._desk.receivers(self._person)
            roster = await self._desk.experts(self._person, talk.id)
        except DatabaseUnavailable:
            self._send(problem("record_unavailable", conversation_id=talk.id))
            return
        story = await asyncio.to_thread(tell, talk.turns)
        now, zone = moment().at, self._assistance.timezone
        found = await asyncio.to_thread(offerable, roster, asked, now, zone, self._for_experts())
        ready = HandoverReady(
            conversation_id=talk.id,
            brief=brief(talk, story, asked.flags),
            receivers=[HandoverTo(kind=each.kind, name=each.name) for each in receivers],
            customer_words=CustomerWords(**CUSTOMER_WORDS),
            experts=list(found.experts),
            expert_brief=expert_brief(talk, story) if found.experts else None,
            no_expert=found.why_none,
        )
        self._send(ready)

    def _for_experts(self) -> ForExperts:
        return self._assistance.phrases.of(self._person.name, self._person.team).experts

    async def _holding(self, wanted: TellHolding) -> None:
        """In a thread, by the clock of the knowledge's time zone."""
        asked, talk, me = wanted.asked, wanted.conversation, self._person
        assisting = self._assistance.parts
        if assisting is None:
            self._send(problem("starting", conversation_id=talk.id))
            return
        try:
            with assisting.knowledge.acquire() as knowledge:
                now = moment().at.astimezone(ZoneInfo(knowledge.timezone))
        except KnowledgeError:
            self._send(problem("knowledge_missing", conversation_id=talk.id))
            return
        phrases = assisting.phrases.of(me.name, me.team)
        text = await asyncio.to_thread(holding_reply, talk, phrases, now, wanted.used, me.name)
        told = HoldingTold(conversation_id=talk.id, turn_id=asked.turn_id, text=text, why=None)
        self._held(told if text else refused(asked, ALL_SAID))

    async def _answer(self, message: HandoverAnswer) -> None:
        report_id = message.report_id
        try:
            kept = await self._desk.answer(message, By(self._person, moment().at, report_id))
        except DatabaseUnavailable:
            self._send(problem("store_unavailable", report_id=report_id))
            return
        if kept is None:
            expected = "a handover that was offered to this person, or that they passed on"
            self._send(problem("report_refused", report_id=report_id, expected=expected))
            return
        self.tell_handover(kept)
        self._send(ReportRecorded(conversation_id=kept.handover.conversation_id, report_id=report_id))

    async def _story(self, conversation: Conversation) -> None:
        """In a thread, after the snippets: a long conversation must hold nobody up."""
        if assisting := self._assistance.parts:
            await assisting.precedence.lull()
        try:
            story = await asyncio.to_thread(tell, conversation.turns)
        except Exception as error:
            log.error("story_failed", who="developer", error=error)
            return
        self._send(StoryTold(conversation_id=conversation.id, story=story_part(story)))
        await asyncio.sleep(PAUSE_S)
        await self._intent(conversation)

    async def _intent(self, conversation: Conversation) -> None:
        """Last of all, for nobody waits for it; what the next search looks back on is embedded by then."""
        assisting = self._assistance.parts
        if assisting is None:
            return
        phrases = assisting.phrases.of(self._person.name, self._person.team)
        try:
            await assisting.embedding.embed(looked_back_on(conversation), patient=True)
            self._send(await read_intent(conversation, assisting.embedding, phrases))
        except Exception as error:
            log.error("intent_failed", who="developer", error=error)

    async def _summary(self, conversation: Conversation, no_crisis: frozenset[str]) -> None:
        try:
            async with aclosing(sum_up(conversation, self._assistance.parts, no_crisis)) as tellings:
                async for told in tellings:
                    self._send(told)
        except Exception as error:
            log.error("summary_failed", who="developer", error=error)


def _stop(tasks: Tasks, conversation_id: str) -> None:
    if task := tasks.pop(conversation_id, None):
        task.cancel()


def _forget(tasks: Tasks, conversation_id: str, done: asyncio.Task[None]) -> None:
    if tasks.get(conversation_id) is done:
        del tasks[conversation_id]
