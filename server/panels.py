"""The panels connected to this process, one object a socket: reads, writes, computes until it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from knowledge.errors import NoKnowledge
from server.admission import Strangers
from server.assist import AssistRequest, assist, second_opinion
from server.assist_events import DraftGrew
from server.assistance import Assistance
from server.clock import moment
from server.database import DatabaseUnavailable
from server.effects import (
    AskOpinion,
    CancelAssist,
    CheckText,
    Effect,
    Save,
    SaveReport,
    Send,
    StartAssist,
    TellOwnRecord,
    WorkOut,
)
from server.events import EventKind
from server.expert_guard import check_for_experts
from server.guarding import Checking
from server.handing import HandoverDesk
from server.handover_rows import Kept
from server.logs import logger
from server.lookup import Lookup
from server.metrics import Metrics
from server.outbox import Outbox
from server.own_live import LiveOwnTexts
from server.own_record import own_record
from server.people import People
from server.person import Person
from server.problems import PROBLEMS, problem, read_message
from server.recorder import NotStored, Recorder
from server.reported import Reports, Told
from server.router import Limits, Router
from server.settings import Settings
from server.store import Store
from server.telling import Hearers, Telling
from server.thresholds import TeamThresholds
from server.timing import Timing
from server.wire import (
    HoldingTold,
    KnowledgeChanged,
    ProblemReported,
    ServerMessage,
)
from server.working_out import WorkingOut

log = logger("panel")
P = ParamSpec("P")
T = TypeVar("T")

CLOSE_WITHIN_S = 1.0
RESTARTING = 1012
STALLED = 1013


class Panels:
    """Every panel of this process."""

    def __init__(self) -> None:
        self._panels: set[Panel] = set()
        self.stopping = False

    @contextlib.contextmanager
    def having(self, panel: Panel) -> Iterator[None]:
        """Count a panel in for the block."""
        self._panels.add(panel)
        try:
            yield
        finally:
            self._panels.discard(panel)

    def __len__(self) -> int:
        return len(self._panels)

    def tell(self, answer: Told) -> None:
        """Tell every panel of a reporter what became of the report."""
        for panel in tuple(self._panels):
            panel.tell(answer)

    def tell_handover(self, kept: Kept) -> None:
        """Tell every panel that it concerns how a handover stands."""
        for panel in tuple(self._panels):
            panel.telling.tell_handover(kept)

    def on_revision(self, revision: str) -> None:
        """Tell every panel that another revision is live."""
        for panel in tuple(self._panels):
            panel.on_revision(revision)

    async def drain(self, within_s: float) -> None:
        """Let live suggestions finish, at most that long, and close every socket as restarting (1012)."""
        self.stopping = True
        log.info("draining", panels=len(self._panels), within_s=within_s)
        deadline = asyncio.get_running_loop().time() + within_s
        await asyncio.gather(*(panel.drain(deadline) for panel in tuple(self._panels)))


@dataclass(frozen=True, slots=True)
class LiveParts:
    """What every panel of this process shares."""

    settings: Settings
    people: People
    store: Store
    reports: Reports
    handovers: HandoverDesk
    recorder: Recorder
    metrics: Metrics
    assistance: Assistance
    thresholds: TeamThresholds
    own_texts: LiveOwnTexts
    strangers: Strangers
    version: str
    database_threads: ThreadPoolExecutor
    panels: Panels = field(default_factory=Panels)
    working_out: WorkingOut = field(default_factory=WorkingOut)

    async def ask_database(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Call something that reads the database; a database that hangs never holds up searches."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.database_threads, partial(call, *args, **named))


class _Ended(Exception):
    """The socket is over; unwinds its task group."""


class Panel:
    """One signed-in socket. `run` returns when it is closed, with everything it started stopped."""

    def __init__(self, socket: WebSocket, person: Person, token: str, parts: LiveParts) -> None:
        settings = parts.settings
        limits = Limits(settings.max_conversations, settings.settle_chat_ms / 1000)
        self._socket = socket
        self._person = person
        self._token = token
        self._parts = parts
        self._lookup = Lookup(person, parts.store, parts.assistance, parts.ask_database)
        self._router = Router(person, limits, lambda: uuid4().hex)
        self._outbox = Outbox(settings.outbound_queue)
        self._tasks: asyncio.TaskGroup = asyncio.TaskGroup()
        self.telling = Telling(
            person, parts.handovers, parts.assistance, self._tasks, Hearers(self.send, self._on_held)
        )
        self._reader: asyncio.Task[None] | None = None
        self._checking = Checking(parts.assistance.guard.check)
        self._assists: dict[str, asyncio.Task[None]] = {}
        self._reports: set[asyncio.Task[None]] = set()
        self._settled = asyncio.Event()
        self._settled.set()
        self._over = asyncio.Event()
        self._leaving = False
        self._close: tuple[int, str] = (1000, "")
        self._conversations = 0
        self._told: set[str] = set()

    async def run(self) -> None:
        """Serve until the panel leaves or is closed."""
        try:
            with self._parts.panels.having(self), self._parts.metrics.sockets.track_inprogress():
                async with self._tasks:
                    self._reader = self._tasks.create_task(self._read())
                    self._tasks.create_task(self._write())
                    self._tasks.create_task(self._recheck())
                    self._tasks.create_task(self._tell_unseen())
                    self._tasks.create_task(self.telling.tell_waiting())
        except* _Ended:
            await self._hang_up()
        finally:
            self._leaving = True
            self._perform(self._router.stop(moment()))
            self._over.set()

    def send(self, *messages: ServerMessage) -> None:
        """Put messages on the wire."""
        self._perform([Send(message) for message in messages])

    def on_revision(self, revision: str) -> None:
        """Another revision is live: say so, and answer what waited for it."""
        if self._leaving:
            return
        self._perform([Send(KnowledgeChanged(revision=revision)), *self._router.on_knowledge(moment())])

    def tell(self, answer: Told) -> None:
        """Say once what became of a report, if it is this person's."""
        if answer.reporter == self._person.name and answer.message.report_id not in self._told:
            self._told.add(answer.message.report_id)
            self.send(answer.message)

    async def drain(self, deadline: float) -> None:
        """Read no more, let suggestions and reports finish until then, fail the rest, and close (1012)."""
        self._leaving = True
        if self._reader:
            self._reader.cancel()
        try:
            async with asyncio.timeout_at(deadline):
                await self._settled.wait()
        except TimeoutError:
            self._perform(
                self._router.fail("The server is restarting; the panel tries again by itself.", moment())
            )
        self._end(RESTARTING, "restarting")
        await self._over.wait()

    # ---- tasks --------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            await self._outbox.room()
            await self._parts.recorder.room()
            frame = await self._socket.receive()
            if frame["type"] == "websocket.disconnect":
                self._close, self._leaving = (0, "gone"), True
                raise _Ended
            text = frame.get("text")
            if text is None:
                return self._refuse(problem("binary_message", expected="text", received="a binary frame"))
            message = read_message(text, self._parts.settings.max_message_bytes)
            if not isinstance(message, ProblemReported):
                known = await self._lookup.known(message)
                self._perform(self._router.on_client(message, moment(), known))
            elif PROBLEMS[message.code].close:
                return self._refuse(message)
            else:
                self.send(message)

    async def _write(self) -> None:
        within_s = self._parts.settings.stalled_after_s
        while (message := await self._outbox.take()) is not None:
            try:
                async with asyncio.timeout(within_s):
                    await self._socket.send_text(message.model_dump_json())
            except TimeoutError:
                log.warning("panel_stalled", waiting=len(self._outbox))
                self._close = (STALLED, "the panel reads too slowly")
                break
            except (WebSocketDisconnect, RuntimeError):
                self._close = (0, "gone")
                break
        self._leaving = True
        raise _Ended

    async def _recheck(self) -> None:
        """A revoked token or changed role ends the socket."""
        while True:
            await asyncio.sleep(self._parts.settings.recheck_s)
            try:
                person = await self._parts.ask_database(self._parts.people.find, self._token, moment().at)
            except DatabaseUnavailable:
                continue
            if person != self._person:
                return self._refuse(problem("not_signed_in"))

    async def _assist(self, start: StartAssist) -> None:
        ids = (start.conversation.id, start.suggestion_id)
        try:
            parts = self._parts.assistance.parts
            if parts is None:
                self._perform(self._router.on_assist_broken(*ids, "starting", moment()))
                return
            timing = Timing(self._parts.metrics, moment().seconds, start.settle_s)
            request = AssistRequest(
                start.conversation,
                start.question,
                start.settle_s,
                moment().at,
                start.misses,
                start.drafted,
                start.wish,
                start.hits,
                start.no_crisis,
            )
            async with aclosing(assist(request, parts)) as events:
                async for event in events:
                    if not isinstance(event, DraftGrew):
                        await self._outbox.room()
                    timing.observe(event)
                    self._perform(self._router.on_assist(*ids, event, moment()))
        except NoKnowledge:
            self._perform(self._router.on_assist_broken(*ids, "knowledge_missing", moment()))
        except Exception as error:
            log.error("assist_failed", who="developer", error=error)
            self._perform(self._router.on_assist_broken(*ids, "assist_failed", moment()))
        else:
            self._perform(self._router.on_assist_end(*ids))
        finally:
            # The draft that was waited for goes on under the same id.
            if self._assists.get(start.suggestion_id) is asyncio.current_task():
                del self._assists[start.suggestion_id]

    async def _answer(self, effect: CheckText | TellOwnRecord | WorkOut | AskOpinion) -> None:
        if isinstance(effect, TellOwnRecord):
            return await self._tell_own_record()
        if isinstance(effect, WorkOut):
            return await self._work_out(effect)
        if isinstance(effect, AskOpinion):
            return await self._ask_opinion(effect)
        checked = await self._checking.check(effect.asked.text, effect.conversation)
        if checked is not None:
            self._perform(self._router.on_checked(effect.asked, checked, moment()))

    async def _work_out(self, wanted: WorkOut) -> None:
        """Beside everything else: whoever waits for snippets or a draft never waits for this."""
        if example := await self._parts.working_out.example(wanted, self._parts.assistance.timezone):
            self._perform(self._router.on_example(wanted, example))

    def _on_held(self, told: HoldingTold) -> None:
        self._perform(self._router.on_held(told, moment()))

    async def _ask_opinion(self, asked: AskOpinion) -> None:
        """Beside everything else, and a failure changes nothing."""
        parts = self._parts.assistance.parts
        if parts is None:
            return
        try:
            flags = await second_opinion(asked.conversation, asked.doubts, parts, moment().at)
        except Exception as error:
            log.error("second_opinion_failed", who="developer", error=error)
            return
        if flags:
            self._perform(self._router.on_opinion(asked, flags, moment()))

    async def _save_report(self, saving: SaveReport) -> None:
        try:
            await check_for_experts(saving, self._parts.assistance.guard.check)
            await self._parts.recorder.save(saving.record)
        except NotStored as refusal:
            self._perform(self._router.on_report_lost(saving, refusal.code, refusal.expected))
        else:
            self._perform(self._router.on_report_saved(saving))
            for event in saving.record.events:
                if event.kind is EventKind.HANDOVER_OFFERED:
                    self._parts.handovers.ring()
                if event.kind is EventKind.OUTCOME_REPORTED:
                    self._parts.metrics.reported(str(event.payload["outcome"]))

    async def _tell_unseen(self) -> None:
        """Say what became of this person's reports while no panel of theirs listened."""
        try:
            unseen = await self._parts.ask_database(self._parts.reports.unseen_by, self._person.name)
        except DatabaseUnavailable as error:
            log.warning("answers_unknown", who="admin", error=error)
            return
        for answer in unseen:
            self.tell(answer)

    async def _tell_own_record(self) -> None:
        parts = self._parts
        try:
            record = await parts.ask_database(
                own_record, parts.store.engine, self._person.name, moment().at, parts.settings.retention_days
            )
        except DatabaseUnavailable:
            self.send(problem("record_unavailable"))
        else:
            self.send(record)

    # ---- effects ------------------------------------------------------------------------------------------

    def _perform(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self._parts.metrics.count(effect)
            match effect:
                case Send(message=message):
                    self._outbox.put(message)
                case StartAssist(suggestion_id=suggestion_id):
                    if not self._leaving:
                        self._assists[suggestion_id] = self._tasks.create_task(self._assist(effect))
                case CancelAssist(suggestion_id=suggestion_id):
                    if task := self._assists.pop(suggestion_id, None):
                        task.cancel()
                case Save(record=record):
                    self._parts.recorder.put(record)
                case SaveReport():
                    task = self._tasks.create_task(self._save_report(effect))
                    self._reports.add(task)
                    task.add_done_callback(self._report_done)
                case CheckText() | TellOwnRecord() | WorkOut() | AskOpinion():
                    self._tasks.create_task(self._answer(effect))
                case _:
                    self.telling.perform(effect)
        self._note_state()

    def _report_done(self, task: asyncio.Task[None]) -> None:
        self._reports.discard(task)
        self._note_state()

    def _note_state(self) -> None:
        if self._router.is_working or self._reports:
            self._settled.clear()
        else:
            self._settled.set()
        self._parts.metrics.conversations.inc(len(self._router) - self._conversations)
        self._conversations = len(self._router)

    def _refuse(self, message: ProblemReported) -> None:
        self.send(message)
        self._end(PROBLEMS[message.code].close or 1000, message.code)

    def _end(self, code: int, reason: str) -> None:
        """Close after what is queued was written."""
        self._close, self._leaving = (code, reason), True
        self._outbox.close()

    async def _hang_up(self) -> None:
        code, reason = self._close
        if code:
            await close_socket(self._socket, code, reason)


async def close_socket(socket: WebSocket, code: int, reason: str) -> None:
    """Close a socket that may be stuck or gone already."""
    with contextlib.suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await socket.close(code, reason)
