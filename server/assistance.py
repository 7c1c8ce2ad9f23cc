"""What assist works with, opened in the background and kept current: model, live knowledge, embedding."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from knowledge.document import Document, Passage
from knowledge.embedder import Embedder
from knowledge.live import LiveKnowledge
from knowledge.model_files import load_embedder
from knowledge.revisions import Revisions
from server.assist import AssistParts, ThresholdsOf, as_shipped
from server.clock import moment
from server.cross_encoder import PassageReader, shipped_reader
from server.embedding import EmbeddingWorker
from server.flags import FlagRule, ValueRule, shipped_rules
from server.guarding import Guard
from server.language import load_languages
from server.logs import logger
from server.metrics import Metrics
from server.model import LanguageModel, OpenAILikeModel
from server.own_match import NOBODYS, OwnTextsOf
from server.phrases import read_phrases
from server.protocol import protocols_in_force
from server.second_opinion import SecondOpinion
from server.settings import Settings

log = logger("assistance")

Loaded = TypeVar("Loaded")
OnRevision = Callable[[str], None]
RETRY_LOADING_S = 10.0
EMBEDDING_CORES = 2


def pinned_embedder(home: Path) -> Embedder:
    """The pinned embedding model; what an agent waits for is mostly one text."""
    return load_embedder(home, threads=1, cores=EMBEDDING_CORES)


def configured_model(settings: Settings) -> LanguageModel | None:
    """The language model that the settings name, or None."""
    if settings.model_url is None:
        return None
    name = settings.model_name or "default"
    return OpenAILikeModel(
        settings.model_url,
        name,
        settings.model_key,
        timeout_s=settings.model_timeout_s,
        reply_tokens=settings.reply_tokens,
    )


def value_rule(settings: Settings) -> ValueRule:
    """Which customers are of high value here."""
    tiers = frozenset(settings.high_value_tiers)
    return ValueRule(tiers, settings.high_value_lifetime, settings.high_value_seats)


def configured_opinion(settings: Settings, model: LanguageModel | None) -> SecondOpinion | None:
    """The second opinion on flags that the settings ask for, if there is a model to give it."""
    if model is None or not settings.second_opinion:
        return None
    return SecondOpinion(model, settings.model_timeout_s, settings.prompt_tokens)


@dataclass(frozen=True, slots=True)
class Engines:
    """How to get an embedder (of a home folder), a language model, the flags' rules and the cross-encoder."""

    embedder: Callable[[Path], Embedder] = pinned_embedder
    model: Callable[[Settings], LanguageModel | None] = configured_model
    flags: Callable[[ValueRule], Sequence[FlagRule]] = shipped_rules
    reader: Callable[[], PassageReader | None] = shipped_reader


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a customer's turn and a suggestion; `code` is a problem's."""

    code: str
    message: str


class Assistance:
    """Opens everything on its own; `parts` is None until then, and `missing` says what is lacking.

    `complaint` is why the newest revision or the model could not be opened, or None.
    """

    def __init__(
        self,
        settings: Settings,
        engines: Engines,
        metrics: Metrics,
        thresholds: ThresholdsOf = as_shipped,
        own: OwnTextsOf = NOBODYS,
    ) -> None:
        self._settings = settings
        self._engines = engines
        self._metrics = metrics
        self._thresholds = thresholds
        self._model = engines.model(settings)
        self._opinion = configured_opinion(settings, self._model)
        self._own = own
        self.phrases = read_phrases(settings.phrases).with_own(own.phrases)
        self.guard = Guard()
        self.value_rule = value_rule(settings)
        self._task: asyncio.Task[None] | None = None
        self._embedding: EmbeddingWorker | None = None
        self.complaint: str | None = None
        self._documents: dict[str, Document] = {}
        self._documents_of: str | None = None
        self.parts: AssistParts | None = None
        self._knowledge: LiveKnowledge | None = None

    def start(self, on_revision: OnRevision) -> None:
        """Begin to open and to watch; `on_revision` is called in the event loop for every revision opened."""
        self._task = asyncio.get_running_loop().create_task(self._keep_current(on_revision), name="knowledge")

    async def stop(self) -> None:
        """Release everything."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._embedding:
            await self._embedding.stop()
        if self._opinion:
            await self._opinion.close()
        if self._model:
            await self._model.close()
        if self._knowledge:
            self._knowledge.close()

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return self._model is not None

    @property
    def revision(self) -> str | None:
        """The revision that new searches use."""
        return self._knowledge.current_revision if self._knowledge else None

    @property
    def timezone(self) -> str:
        """The zone in which the live revision means its days; UTC without one."""
        if self._knowledge is None or self.revision is None:
            return "UTC"
        with self._knowledge.acquire() as knowledge:
            return knowledge.timezone

    @property
    def missing(self) -> Missing | None:
        """What is missing to make suggestions, or None."""
        if self.parts is None:
            return Missing("starting", self.complaint or "The embedding model is being loaded.")
        if self.revision is None:
            return Missing("knowledge_missing", self.complaint or "Run `ingest sync PATH`.")
        return None

    def document(self, document_id: str) -> Document | None:
        """A document of the live revision, or None when it isn't there; slower once."""
        if self._knowledge is None or self.revision is None:
            return None
        if self._documents_of != self.revision:
            with self._knowledge.acquire() as knowledge:
                found = {passage.document.id: passage.document for passage in knowledge.passages}
                self._documents, self._documents_of = found, knowledge.revision
        return self._documents.get(document_id)

    def has_protocol(self, now: datetime) -> bool:
        """Whether the live revision holds a protocol for a crisis."""
        return self._knowledge is not None and bool(protocols_in_force(self._knowledge, now))

    def passage(self, passage_id: str) -> Passage | None:
        """A passage of the live revision, or None when it isn't there."""
        if self._knowledge is None or self.revision is None:
            return None
        with self._knowledge.acquire() as knowledge:
            return knowledge.passage(passage_id)

    async def _keep_current(self, on_revision: OnRevision) -> None:
        embedder, _ = await asyncio.gather(
            self._loaded(lambda: self._engines.embedder(self._settings.home), "model_not_loaded"),
            asyncio.to_thread(load_languages),
        )
        flags = await self._loaded(
            lambda: self._engines.flags(value_rule(self._settings)), "flags_not_loaded"
        )
        reader = await self._loaded(self._engines.reader, "reader_not_loaded")
        self._embedding = EmbeddingWorker(embedder, threads=self._settings.embedding_threads)
        self._embedding.start()
        await self._embedding.embed(["The first call of a model is slower than the next."])
        if self._model:
            await self._model.prepare()
        # Libraries and models stay; a full collection that walks over them holds up a turn for 70 ms.
        gc.freeze()
        self._knowledge = LiveKnowledge(Revisions(self._settings.home), embedder)
        self.parts = self._assist_parts(self._knowledge, self._embedding, flags, reader)
        while True:
            await self._refresh(self._knowledge, on_revision)
            await self._keep_guard_current(self._knowledge)
            await asyncio.sleep(self._settings.knowledge_poll_s)

    async def _loaded(self, load: Callable[[], Loaded], complaint: str) -> Loaded:
        """What `load` gives, in a thread; a release with a file missing says so until somebody mends it."""
        while True:
            try:
                return await asyncio.to_thread(load)
            except Exception as error:
                self._complain(complaint, error)
                await asyncio.sleep(RETRY_LOADING_S)

    def _assist_parts(
        self,
        knowledge: LiveKnowledge,
        embedding: EmbeddingWorker,
        flags: Sequence[FlagRule],
        reader: PassageReader | None,
    ) -> AssistParts:
        settings = self._settings
        return AssistParts(
            knowledge=knowledge,
            embedding=embedding,
            model=self._model,
            flags=flags,
            phrases=self.phrases,
            model_timeout_s=settings.model_timeout_s,
            prompt_tokens=settings.prompt_tokens,
            check=self.guard.check,
            thresholds=self._thresholds,
            opinion=self._opinion,
            own=self._own.macros,
            reader=reader,
        )

    async def _refresh(self, knowledge: LiveKnowledge, on_revision: OnRevision) -> None:
        """Open what was newly published; when that fails the old revision keeps serving, the log says why."""
        before = knowledge.current_revision
        try:
            changed = await asyncio.to_thread(knowledge.refresh)
        except Exception as error:
            self._complain("revision_not_opened", error)
            return
        self.complaint = None
        revision = knowledge.current_revision
        if changed and revision:
            log.info("revision_live", revision=revision, before=before)
            self._metrics.live_revision(before, revision)
            on_revision(revision)

    async def _keep_guard_current(self, knowledge: LiveKnowledge) -> None:
        try:
            await self.guard.keep_current(knowledge, moment().at)
        except Exception as error:
            self._complain("guard_not_current", error)

    def _complain(self, event: str, error: Exception) -> None:
        """Log a failure of the installation once; its text names paths and digests, no customer's words."""
        message = str(error)
        if message != self.complaint:
            log.error(event, who="admin", message=message, error=error)
        self.complaint = message
