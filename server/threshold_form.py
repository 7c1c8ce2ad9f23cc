"""What a lead typed into the form of thresholds, read without losing it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from server.flags.thresholds import HIGHEST, LOWEST, Thresholds

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as typed; `thresholds` are None when nothing or nothing possible was asked, with a `problem`
    that says so in the latter case.
    """

    quiet: str
    shown: str
    why: str
    thresholds: Thresholds | None = None
    problem: str = ""


def percent(confidence: float) -> int:
    """A confidence as people read and type it."""
    return round(confidence * 100)


def read_form(now: Thresholds | None, quiet: str, shown: str, why: str) -> Asked:
    """What the form asks for; an empty form shows what holds `now`."""
    why = " ".join(why.split())
    if now is None:
        return Asked("", "", why)
    if not quiet.strip() and not shown.strip():
        return Asked(str(percent(now.quiet)), str(percent(now.shown)), why)
    low, high = _percent(quiet), _percent(shown)
    if low is None or high is None:
        least, most = percent(LOWEST), percent(HIGHEST)
        return Asked(quiet, shown, why, problem=f"Type whole percents from {least} to {most} in both fields.")
    if low > high:
        return Asked(quiet, shown, why, problem="“Shown from” can't be less than “A dot from”.")
    return Asked(str(low), str(high), why, Thresholds(low / 100, high / 100))


def _percent(typed: str) -> int | None:
    """The number typed, if it is one that a threshold can be."""
    text = typed.strip().removesuffix("%").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        return None
    number = int(text)
    return number if percent(LOWEST) <= number <= percent(HIGHEST) else None
