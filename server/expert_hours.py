"""The hours that an expert sets: weekdays with times in a zone of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLE = "mon-fri 16:00-18:00, sat 10:00-12:00"
MINUTES_OF_A_DAY = 24 * 60
LONGEST = 300
_PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of a weekday (0 is Monday) until another of the same day."""

    day: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Hours:
    """When an expert is there; `text` is as they wrote it, `zone` the name of their time zone."""

    text: str
    zone: str
    spans: tuple[Span, ...]

    def until(self, now: datetime) -> datetime | None:
        """When the expert goes, if they are there now; None if they aren't."""
        at = now.astimezone(ZoneInfo(self.zone))
        here = next((span for span in self.spans if _holds(span, at)), None)
        if here is None:
            return None
        ends, day = here.ends, at.date()
        # At most a week: whoever is always there is there until then.
        for _ in range(len(DAYS) * len(self.spans)):
            if ends == MINUTES_OF_A_DAY:
                ends, day = 0, day + timedelta(days=1)
            longer = [
                each for each in self.spans if each.day == day.weekday() and each.begins <= ends < each.ends
            ]
            if not longer:
                break
            ends = longer[0].ends
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return midnight + timedelta(minutes=ends)


def read_hours(text: str, zone: str) -> Hours:
    """The hours as written, such as "mon-fri 16:00-18:00"; raises ValueError for what can't be."""
    zone = zone.strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"zone: expected a time zone such as Europe/London, received {zone!r}") from error
    written = " ".join(text.casefold().split())
    if len(written) > LONGEST:
        raise ValueError(f"hours: expected at most {LONGEST} characters, received {len(written)}")
    spans = tuple(span for part in written.split(",") if part.strip() for span in _spans(part.strip()))
    return Hours(written, zone, spans)


def _spans(part: str) -> Iterator[Span]:
    found = _PART.fullmatch(part)
    if found is None or found[1] not in DAYS or (found[2] or "mon") not in DAYS:
        raise ValueError(f"hours: expected {EXAMPLE!r}, received {part!r}")
    begins, ends = _minutes(found[3], found[4]), _minutes(found[5], found[6])
    if begins is None or ends is None or begins >= ends:
        raise ValueError(
            f"hours: expected a time and a later one, 00:00-24:00 (a night in two parts), received {part!r}"
        )
    first = DAYS.index(found[1])
    last = DAYS.index(found[2] or found[1])
    for step in range((last - first) % len(DAYS) + 1):
        yield Span((first + step) % len(DAYS), begins, ends)


def _minutes(hour: str, minute: str) -> int | None:
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= MINUTES_OF_A_DAY else None


def _holds(span: Span, at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    return span.day == at.weekday() and span.begins <= minute < span.ends
