"""What an administrator watches, in Prometheus' form."""

from __future__ import annotations

from functools import partial

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
        self._registry = own if shared_folder is None else _added_up(shared_folder)
        gauge = partial(Gauge, registry=own, multiprocess_mode="livesum")
        counter = partial(Counter, registry=own)
        seconds = partial(Histogram, registry=own, buckets=BUCKETS)
        start, unsettled = "From the start of a suggestion to", "settle time excluded."

        self.sockets = gauge("sotto_open_sockets", "Panels connected.")
        self.conversations = gauge("sotto_open_conversations", "Conversations open in panels.")
        self._revision = gauge(
            "sotto_knowledge_revision",
            "1 for the live revision of the knowledge.",
            ["revision"],
            multiprocess_mode="livemax",
        )
        self.snippets = seconds("sotto_first_snippet_seconds", f"{start} its snippets.")
        self.first_text = seconds("sotto_first_text_seconds", f"{start} its first text, {unsettled}")
        self.ready = seconds("sotto_suggestion_ready_seconds", f"{start} the whole text, {unsettled}")
        self._suggestions = counter("sotto_suggestions", "Suggestions begun.")
        self._ends = counter("sotto_suggestion_ends", "How suggestions ended.", ["end"])
        self._outcomes = counter("sotto_outcomes", "Reported outcomes.", ["outcome"])
        self._gaps = counter("sotto_gaps", "Questions for which nothing was good enough.")
        self._problems = counter("sotto_problems", "Problems told to panels.", ["code"])
        self.events_lost = counter("sotto_events_lost", "Records dropped while the database was down.")

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


def _added_up(shared_folder: str) -> CollectorRegistry:
    """The counts of every worker that writes to this folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, shared_folder)  # type: ignore[no-untyped-call]
    return registry
