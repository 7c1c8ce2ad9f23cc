"""What an administrator watches, in Prometheus' form."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from server.effects import Effect, Save, Send, StartAssist
from server.events import EventKind
from server.wire import ProblemReported

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One process's counts; several workers add theirs up through `shared_folder`."""

    def __init__(self, shared_folder: str | None = None) -> None:
        own = CollectorRegistry()
        self._registry = own
        if shared_folder is not None:
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry, shared_folder)  # type: ignore[no-untyped-call]
        self.sockets = Gauge(
            "sotto_open_sockets", "Panels connected.", registry=own, multiprocess_mode="livesum"
        )
        self.conversations = Gauge(
            "sotto_open_conversations",
            "Conversations open in panels.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self.snippets = Histogram(
            "sotto_first_snippet_seconds",
            "From the start of a suggestion to its snippets.",
            registry=own,
            buckets=BUCKETS,
        )
        self.first_text = Histogram(
            "sotto_first_text_seconds",
            "From the start of a suggestion to its first text, settle time excluded.",
            registry=own,
            buckets=BUCKETS,
        )
        self.ready = Histogram(
            "sotto_suggestion_ready_seconds",
            "From the start of a suggestion to the whole text, settle time excluded.",
            registry=own,
            buckets=BUCKETS,
        )
        self._suggestions = Counter("sotto_suggestions", "Suggestions begun.", registry=own)
        self._outcomes = Counter("sotto_outcomes", "Reported outcomes.", ["outcome"], registry=own)
        self._ends = Counter("sotto_suggestion_ends", "How suggestions ended.", ["end"], registry=own)
        self._gaps = Counter("sotto_gaps", "Questions for which nothing was good enough.", registry=own)
        self._problems = Counter("sotto_problems", "Problems told to panels.", ["code"], registry=own)
        self.events_lost = Counter(
            "sotto_events_lost", "Records dropped while the database was down.", registry=own
        )
        self._revision = Gauge(
            "sotto_knowledge_revision",
            "1 for the live revision of the knowledge.",
            ["revision"],
            registry=own,
            multiprocess_mode="livemax",
        )

    def count(self, effect: Effect) -> None:
        """Count what an effect means."""
        match effect:
            case Send(message=ProblemReported(code=code)):
                self._problems.labels(code).inc()
            case StartAssist():
                self._suggestions.inc()
            case Save(record=record):
                for event in record.events:
                    self._count_event(event.kind)
            case _:
                pass

    def reported(self, outcome: str) -> None:
        """Count an outcome once it is stored."""
        self._outcomes.labels(outcome).inc()

    def problem(self, code: str) -> None:
        """Count a problem told outside a session."""
        self._problems.labels(code).inc()

    def live_revision(self, before: str | None, now: str) -> None:
        """Another revision is live."""
        if before is not None and before != now:
            self._revision.labels(before).set(0)
        self._revision.labels(now).set(1)

    def page(self) -> bytes:
        """Everything, in the text format."""
        return generate_latest(self._registry)

    def _count_event(self, kind: EventKind) -> None:
        match kind:
            case EventKind.NOTHING_FOUND:
                self._gaps.inc()
            case EventKind.SUGGESTION_READY:
                self._ends.labels("ready").inc()
            case EventKind.SUGGESTION_SUPERSEDED:
                self._ends.labels("superseded").inc()
            case EventKind.SUGGESTION_FAILED:
                self._ends.labels("failed").inc()
            case _:
                pass
