"""The application: opens what the server works with, mounts pages and WebSocket, closes it all again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from server import admit, health, live, signin
from server.admission import Strangers
from server.answers import tell_answers
from server.assistance import Assistance, Engines, value_rule
from server.database import DatabaseUnavailable, database_url
from server.expert_pages import ExpertParts, expert_pages
from server.flag_review import LiveFlags, flag_pages
from server.flags import shipped_thresholds
from server.handing import HandoverDesk
from server.handovers import Handovers
from server.logs import configure_logs, logger
from server.metrics import Metrics
from server.own_live import LiveOwnTexts, keep_own_texts, read_own_texts
from server.own_match import OwnTextsOf
from server.own_pages import OwnParts, own_pages
from server.own_text import told_to_others
from server.own_texts import OwnTexts
from server.pages import database_away
from server.panels import LiveParts
from server.people import People
from server.rating_pages import rating_pages
from server.recorder import Recorder
from server.reported import Reports
from server.reports import reports_pages
from server.retention import forget_nightly
from server.review import review_pages
from server.settings import Settings
from server.store import Store, open_store
from server.thresholds import StoredThresholds, TeamThresholds
from server.thresholds_live import RunningFlags, keep_thresholds
from server.try_page import panel_pages
from server.waiting_pages import waiting_pages

log = logger("app")
SHIPPED = Engines()
DATABASE_THREADS = 4


def create_app(settings: Settings, engines: Engines = SHIPPED) -> FastAPI:
    """The application for these settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
        configure_logs(settings.log_format, settings.log_level)
        async with _open(settings, engines) as parts:
            app.state.live = parts
            app.state.people = parts.people
            app.state.store = parts.store
            yield {"panels": parts.panels, "drain_within_s": settings.shutdown_within_s}

    app = FastAPI(title="Sotto", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.add_exception_handler(DatabaseUnavailable, database_away)
    app.include_router(health.router)
    app.include_router(live.router)
    app.include_router(signin.router)
    app.include_router(admit.router)
    app.include_router(panel_pages(settings))
    app.include_router(review_pages(lambda document_id: _title_of(app, document_id)))
    app.include_router(reports_pages(lambda: _shelf(app)))
    app.include_router(flag_pages(lambda: _flags(app)))
    app.include_router(waiting_pages(value_rule(settings)))
    app.include_router(expert_pages(lambda: _for_experts(app)))
    app.include_router(rating_pages(lambda: _for_experts(app).engine))
    app.include_router(own_pages(lambda: _for_own_texts(app)))
    return app


def _shelf(app: FastAPI) -> Assistance:
    parts: LiveParts = app.state.live
    return parts.assistance


def _for_experts(app: FastAPI) -> ExpertParts:
    parts: LiveParts = app.state.live
    return ExpertParts(parts.store.engine, parts.handovers, parts.assistance, parts.ask_database)


def _for_own_texts(app: FastAPI) -> OwnParts:
    parts: LiveParts = app.state.live
    reading = partial(read_own_texts, parts.own_texts, parts.assistance)
    return OwnParts(OwnTexts(parts.store.engine), reading, parts.ask_database)


def _flags(app: FastAPI) -> LiveFlags:
    parts: LiveParts = app.state.live
    return RunningFlags(parts.assistance, parts.thresholds)


def _title_of(app: FastAPI, document_id: str) -> str | None:
    document = _shelf(app).document(document_id)
    return document.title if document else told_to_others(document_id)


@asynccontextmanager
async def _open(settings: Settings, engines: Engines) -> AsyncIterator[LiveParts]:
    """Everything the panels of this process share; closed in the opposite order, records flushed."""
    async with AsyncExitStack() as stack:
        metrics = Metrics(str(settings.metrics_folder) if settings.metrics_folder else None)
        store = await asyncio.to_thread(open_store, database_url(settings.database_url, settings.home))
        stack.push_async_callback(asyncio.to_thread, store.close)
        people = People(store.engine)
        recorder = Recorder(store, metrics)
        recorder.start()
        stack.push_async_callback(recorder.stop, settings.shutdown_within_s)
        stack.push_async_callback(_cancel, _nightly(store, people, settings.retention_days))
        thresholds = TeamThresholds(StoredThresholds(store.engine), shipped_thresholds())
        threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="database")
        stack.callback(threads.shutdown, wait=False)
        own = LiveOwnTexts(OwnTexts(store.engine), partial(_in_thread, threads))
        drafting_with = OwnTextsOf(own.of, own.phrases_of)
        assistance = Assistance(settings, engines, metrics, thresholds.of, drafting_with)
        strangers = Strangers(settings.unauthenticated_per_address)
        handovers = Handovers(store.engine, timedelta(seconds=settings.handover_within_s))
        parts = LiveParts(
            settings=settings,
            people=people,
            store=store,
            reports=Reports(store.engine),
            handovers=HandoverDesk(handovers, partial(_in_thread, threads)),
            recorder=recorder,
            metrics=metrics,
            assistance=assistance,
            thresholds=thresholds,
            own_texts=own,
            strangers=strangers,
            version=version("sotto"),
            database_threads=threads,
        )
        assistance.start(parts.panels.on_revision)
        stack.push_async_callback(assistance.stop)
        stack.push_async_callback(_cancel, asyncio.create_task(tell_answers(parts), name="answers"))
        watching = parts.handovers.watch(settings.knowledge_poll_s, parts.panels.tell_handover)
        stack.push_async_callback(_cancel, asyncio.create_task(watching, name="handovers"))
        keeping = keep_thresholds(thresholds, partial(_in_thread, threads), settings.knowledge_poll_s)
        stack.push_async_callback(_cancel, asyncio.create_task(keeping, name="thresholds"))
        reading = keep_own_texts(own, assistance, settings.knowledge_poll_s)
        stack.push_async_callback(_cancel, asyncio.create_task(reading, name="own_texts"))
        log.info("serving", home=str(settings.home.resolve()), settings=_told(settings))
        yield parts
    log.info("stopped")


async def _in_thread(threads: ThreadPoolExecutor, call: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(threads, partial(call, *args))


def _nightly(store: Store, people: People, days: int) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(forget_nightly(store, people, days), name="retention")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _told(settings: Settings) -> dict[str, object]:
    """The settings that matter to someone who reads the log, without secrets."""
    return {"workers": settings.workers, "demo": settings.demo, "model": settings.model_name}
