"""Names and values of code in plain words. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

MOST_PLACES = 4
_RATE = frozenset({"rate", "percent", "percentage", "share"})
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def name_words(name: str) -> str:
    """`LATE_FEE_CAP` and `lateFeeCap` as "late fee cap"."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", name).strip()
    return parted.lower() or name


def is_rate(name: str) -> bool:
    """Whether a constant of this name is read as a percentage when it lies between 0 and 1."""
    return name_words(name).split()[-1] in _RATE


def day_words(day: date) -> str:
    """`1 January 2026`, whatever the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def number_words(number: Decimal, rate: bool = False) -> str:
    """A number as it is written; a rate below 1 in per cent."""
    if rate and number.is_finite() and abs(number) < 1:
        return f"{(number * 100).normalize():f} %"
    long = number.is_finite() and int(number.as_tuple().exponent) < -MOST_PLACES
    return f"{round(number, MOST_PLACES):f}…" if long else f"{number:f}"


def plain(value: object, rate: bool = False) -> str | None:
    """A simple value in words; None for anything that has no short ones."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return number_words(Decimal(value), rate)
        case Decimal():
            return number_words(value, rate)
        case float():
            return number_words(Decimal(f"{value:.10g}"), rate)
        case date():
            return day_words(value)
        case timedelta() if value.seconds == value.microseconds == 0:
            return f"{value.days} days"
        case str() if len(value) <= 60:
            return value
    return None
