"""What an expert says of themselves: topics, products, languages, hours, how much at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from server.expert_hours import Hours, read_hours
from server.language import ENGLISH, LANGUAGES

MOST_NAMES = 30
LONGEST_NAME = 60
MOST_AT_ONCE = 20
DEFAULT_MOST = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """An expert's own settings; `most` is how many conversations they take at once."""

    topics: tuple[str, ...]
    products: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    most: int


@dataclass(frozen=True, slots=True)
class Written:
    """A profile as somebody typed it; names are separated by commas."""

    topics: str = ""
    products: str = ""
    languages: str = ENGLISH
    hours: str = ""
    zone: str = "UTC"
    most: str = str(DEFAULT_MOST)


def read_profile(written: Written) -> Profile:
    """The profile as typed; raises ValueError naming the field that can't be."""
    topics, products = _names("topics", written.topics), _names("products", written.products)
    if not topics and not products:
        raise ValueError("topics: expected at least one topic or product, received none")
    hours = read_hours(written.hours, written.zone)
    return Profile(topics, products, _languages(written.languages), hours, _most(written.most))


def as_written(profile: Profile) -> Written:
    """The profile as one would type it."""
    return Written(
        ", ".join(profile.topics),
        ", ".join(profile.products),
        ", ".join(profile.languages),
        profile.hours.text,
        profile.hours.zone,
        str(profile.most),
    )


def _names(field: str, text: str) -> tuple[str, ...]:
    names = {" ".join(name.split()).casefold(): " ".join(name.split()) for name in text.split(",")}
    names.pop("", None)
    if len(names) > MOST_NAMES:
        raise ValueError(f"{field}: expected at most {MOST_NAMES}, received {len(names)}")
    for name in names.values():
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError(
                f"{field}: expected names of at most {LONGEST_NAME} characters, received {name!r}"
            )
    return tuple(names.values())


def _languages(text: str) -> tuple[str, ...]:
    names = tuple(name.capitalize() for name in _names("languages", text)) or (ENGLISH,)
    for name in names:
        if name not in LANGUAGES:
            raise ValueError(f"languages: expected English names such as German, received {name!r}")
    return names


def _most(text: str) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= MOST_AT_ONCE:
        raise ValueError(f"most: expected a number from 1 to {MOST_AT_ONCE}, received {text!r}")
    return int(text)
