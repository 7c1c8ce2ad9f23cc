"""What the leak guard says of a text: verdict, pieces, reasons. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from server.known import Place


class LeakReason(StrEnum):
    """Why a piece of text is held back; docs/guard.md defines each."""

    INTERNAL_TEXT = "internal_text"
    NOTE = "note"
    CODE = "code"
    IDENTIFIER = "identifier"
    SECRET = "secret"
    SAVED_REPLY = "saved_reply"
    INTERNAL_CODE = "internal_code"
    SIMILAR = "similar"


class Verdict(StrEnum):
    """What the guard says of a text as a whole."""

    ALLOW = "allow"
    WARN = "warn"
    REFUSE = "refuse"


WARNINGS = frozenset({LeakReason.SIMILAR, LeakReason.INTERNAL_CODE, LeakReason.SAVED_REPLY})


@dataclass(frozen=True, slots=True)
class Leak:
    """`text[start:end]` (code points) must not go out, and why; `place` is the internal passage, if any."""

    start: int
    end: int
    reason: LeakReason
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a text and what led to it, in the order of the text."""

    verdict: Verdict
    leaks: tuple[Leak, ...] = ()
