"""Observes how long a panel waited for its snippets, its first text and the ready suggestion."""

from __future__ import annotations

from server.assist_events import AssistEvent, DraftGrew, DraftReady, NothingGood, SnippetsReady
from server.clock import moment
from server.metrics import Metrics


class Timing:
    """Observes how long a suggestion took to its snippets, first text and end; settle time is not counted."""

    def __init__(self, metrics: Metrics, began: float, settle_s: float) -> None:
        self._metrics = metrics
        self._began = began
        self._settle_s = settle_s
        self._has_text = False

    def observe(self, event: AssistEvent) -> None:
        """Assist got this far."""
        passed = moment().seconds - self._began
        match event:
            case SnippetsReady() | NothingGood():
                self._metrics.snippets.observe(passed)
            case DraftGrew() if not self._has_text:
                self._has_text = True
                self._metrics.first_text.observe(max(0.0, passed - self._settle_s))
            case DraftReady():
                self._metrics.ready.observe(max(0.0, passed - self._settle_s))
            case _:
                pass
