"""The values that a conversation gives a rule: only those that it names without doubt. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.plain import day_words, name_words, plain
from knowledge.rule import Input

_NEAR_WORDS = 3
_MARKS = {
    "pounds": "£",
    "pound": "£",
    "gbp": "£",
    "euros": "€",
    "euro": "€",
    "eur": "€",
    "dollars": "$",
    "usd": "$",
}
_NUMBERS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)})"
_AMOUNT = re.compile(
    r"(?<![\w.,£€$-])(?:(?P<mark>[£€$])\s?(?P<marked>\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d{1,7}(?:\.\d{2})?)"
    r"|(?P<named>\d{1,7}(?:\.\d{2})?)\s?(?P<unit>pounds?|euros?|dollars|gbp|eur|usd|€)"
    r"|(?P<bare>\d{1,7}\.\d{2}))(?![\w%]|[.,]\d|\s?%)",
    re.IGNORECASE,
)
_DAYS = re.compile(
    rf"(?<![\w.,])(?<![A-Za-z]-){_COUNT}[\s-]+(?:calendar\s+)?(?P<unit>days?|weeks?)\b", re.IGNORECASE
)
_MONTHS = re.compile(rf"(?<![\w.,])(?<![A-Za-z]-){_COUNT}[\s-]+months?\b", re.IGNORECASE)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}\.?"
_DATES = (
    re.compile(r"(?<![\w-])(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\w-])"),
    re.compile(
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?P<y>20\d\d)(?!\w)", re.IGNORECASE
    ),
    re.compile(rf"(?<!\w){_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>20\d\d)(?!\w)", re.IGNORECASE),
)
_ROUGHLY_BEFORE = re.compile(
    r"\b(?:about|around|roughly|approximately|approx|nearly|almost|over|under|more than|less than|up to"
    r"|within|at least|at most|some|maybe|perhaps)\.?\s*$",
    re.IGNORECASE,
)
_FROM_ANOTHER = re.compile(r"\d\s?(?:-|–|to|or)\s*$", re.IGNORECASE)
_TO_ANOTHER = re.compile(r"\s?(?:-|–|to)\s?[£€$]?\d", re.IGNORECASE)
_ROUGHLY_AFTER = re.compile(r"\s*(?:or so|or more|or less|ish|\+)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?](?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Said:
    """A value that somebody named: `tag` and `value` for sums, `shown` for people; `rough` if only about."""

    tag: str
    value: str
    shown: str
    rough: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """What is `given` as (name, tag, value), `shown` to people, or `missing`, and the currency's mark."""

    given: tuple[tuple[str, str, str], ...]
    shown: tuple[str, ...]
    missing: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Known:
    """Where values may come from: the dialogue, before it the agent's question, the customer, the day."""

    question: str | None
    texts: Sequence[str]
    tier: str | None
    today: date


def values_of(inputs: Sequence[Input], known: Known) -> Values:
    """The value of each input, or why it is missing."""
    given, shown, missing, mark = [], [], [], ""
    for one in inputs:
        found = _found(one, known)
        if isinstance(found, str):
            missing.append(f"{one.label}: {found}")
            continue
        given.append((one.name, found.tag, found.value))
        shown.append(f"{one.label}: {found.shown}")
        mark = mark or found.mark
    return Values(tuple(given), tuple(shown), tuple(missing), mark)


def _found(one: Input, known: Known) -> Said | str:
    match one.source:
        case "fixed":
            return Said(one.tag, one.value, one.value)
        case "today":
            return Said("date", known.today.isoformat(), f"{day_words(known.today)} (today)")
        case "tier":
            tier = (known.tier or "").strip().lower()
            return Said("str", tier, tier) if tier else "the helpdesk does not show it"
    if known.question and (asked := _candidates(one, [known.question])):
        return _without_doubt(asked)
    return _without_doubt(_candidates(one, known.texts))


def _without_doubt(said: Sequence[Said]) -> Said | str:
    exact = {one.value: one for one in sorted(said, key=lambda one: bool(one.mark)) if not one.rough}
    if len(exact) == 1:
        return next(iter(exact.values()))
    if exact:
        return " or ".join(one.shown for one in exact.values()) + "?"
    return f"only roughly said ({said[0].shown})" if said else "not said yet"


def _candidates(one: Input, texts: Sequence[str]) -> list[Said]:
    read = _READERS[one.source]
    return [
        said for text in texts for match, said in read(text) if not one.near or _is_near(one, text, match)
    ]


def _is_near(one: Input, text: str, match: re.Match[str]) -> bool:
    """Whether one of the words stands at most three words from the value, in the same sentence."""
    before = _SENTENCE.split(text[max(0, match.start() - 200) : match.start()])[-1]
    after = _SENTENCE.split(text[match.end() : match.end() + 200])[0]
    beside = [*re.findall(r"\w+", before)[-_NEAR_WORDS:], *re.findall(r"\w+", after)[:_NEAR_WORDS]]
    wanted = {form for word in one.near for form in (word.lower(), f"{word.lower()}s")}
    return any(word.lower() in wanted for word in beside)


def _is_rough(match: re.Match[str]) -> bool:
    text = match.string
    before = text[max(0, match.start() - 30) : match.start()]
    return bool(_ROUGHLY_BEFORE.search(before) or _ROUGHLY_AFTER.match(text, match.end()))


def _is_range(match: re.Match[str]) -> bool:
    """Whether it is one end of "£5 to £6" or "5 or 10 days"."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    return bool(_FROM_ANOTHER.search(before) or _TO_ANOTHER.match(match.string, match.end()))


Found = Iterator[tuple[re.Match[str], Said]]


def _amounts(text: str) -> Found:
    for match in _AMOUNT.finditer(text):
        number = (match["marked"] or match["named"] or match["bare"]).replace(",", "")
        value = number if "." in number else f"{number}.00"
        mark = match["mark"] or _MARKS.get((match["unit"] or "").lower(), match["unit"] or "")
        yield match, Said("decimal", value, f"{mark}{value}", _is_rough(match) or _is_range(match), mark)


def _days(text: str) -> Found:
    for match in _DAYS.finditer(text):
        days = _counted(match["count"]) * (7 if match["unit"].lower().startswith("week") else 1)
        yield match, Said("int", str(days), f"{days} days", _is_rough(match) or _is_range(match))


def _months(text: str) -> Found:
    for match in _MONTHS.finditer(text):
        months = _counted(match["count"])
        yield match, Said("int", str(months), f"{months} months", _is_rough(match) or _is_range(match))


def _dates(text: str) -> Found:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            fields = match.groupdict()
            month = fields.get("m") or _MONTH_NAMES.index(match["month"].lower()) + 1
            try:
                day = date(int(match["y"]), int(month), int(match["d"]))
            except ValueError:
                continue
            yield match, Said("date", day.isoformat(), day_words(day), _is_rough(match))


def _counted(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


_READERS: dict[str, Callable[[str], Found]] = {
    "amount": _amounts,
    "days": _days,
    "months": _months,
    "date": _dates,
}


def result_words(function: str, result: str, gives: str, mark: str) -> str:
    """The result as people read it: "late fee: £7.50"."""
    unit = {"amount": f"{mark}{result}", "days": f"{result} days", "percent": f"{result} %"}
    return f"{name_words(function)}: {unit.get(gives, plain(result) or result)}"
