"""The YAML block at the head of a document: a few known fields, everything else ignored. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import yaml

from ingest.errors import UnreadableDocument
from knowledge.document import Audience

# A mistake here could show text to the wrong people or past its date: the document fails.
GUARDED = ("audience", "effective_from", "expires_on")

# The same safe loader in C, where PyYAML was built with it: ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Far beyond what people write; a few thousand levels end the process inside the C loader.
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says about itself; None where it says nothing and its source decides."""

    title: str | None = None
    owner: str | None = None
    audience: Audience | None = None
    effective_from: date | None = None
    expires_on: date | None = None
    updated_on: date | None = None
    tags: tuple[str, ...] = ()
    product: str | None = None
    entity: str | None = None
    locale: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A text without its front matter: `body` starts on line `body_line` (1-based) of the file."""

    body: str
    body_line: int
    facts: Facts
    warnings: tuple[str, ...] = ()


def open_text(text: str) -> Opened:
    """Take the front matter off; raises UnreadableDocument when a guarded field can't be trusted."""
    match = re.match(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if match is None:
        return Opened(text, 1, Facts())
    facts, warnings = _facts(match[1])
    return Opened(text[match.end() :], 1 + match[0].count("\n"), facts, warnings)


def _facts(block: str) -> tuple[Facts, tuple[str, ...]]:
    try:
        _check_size(block)
        loaded = yaml.load(block, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _salvage(block, error)
    if loaded is None:
        return Facts(), ()
    if not isinstance(loaded, dict):
        return _salvage(block, ValueError("expected `key: value` lines"))
    known = {field.name: loaded[field.name] for field in fields(Facts) if loaded.get(field.name) is not None}
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in known.items():
        try:
            values[name] = _READ.get(name, _text)(value)
        except ValueError as error:
            if name in GUARDED:
                raise UnreadableDocument(
                    f"front matter `{name}`: {error}; the owner must correct it"
                ) from error
            warnings.append(f"front matter `{name}` ignored: {error}")
    return Facts(**values), tuple(warnings)


class _TooIntricate(yaml.YAMLError):
    """Small as text, endless as values."""

    def __init__(self, problem_mark: Any) -> None:
        self.problem_mark = problem_mark


def _check_size(block: str) -> None:
    """Raises YAMLError where a block isn't YAML, has aliases (which may multiply), or nests too deeply."""
    depth = 0
    for event in yaml.parse(block, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
            raise _TooIntricate(event.start_mark)


def _salvage(block: str, error: Exception) -> tuple[Facts, tuple[str, ...]]:
    """Keep the title of a block that isn't YAML, unless a guarded field stands in it."""
    mark = getattr(error, "problem_mark", None)
    where = f" at line {mark.line + 2}" if mark else ""
    wrong = "has aliases or is nested too deeply" if isinstance(error, _TooIntricate) else "is not valid YAML"
    if guarded := next(
        (name for name in GUARDED if re.search(rf"^[ \t\"']*{name}\b", block, re.MULTILINE)), None
    ):
        raise UnreadableDocument(
            f"front matter {wrong}{where}, and it sets `{guarded}`: the owner must correct it"
        ) from error
    title = re.search(r"^title:[ \t]*(.+?)[ \t]*$", block, re.MULTILINE)
    facts = Facts(title=title[1].strip("'\"") or None) if title else Facts()
    return facts, (f"front matter {wrong}{where}; all but the title is ignored",)


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float | date):
        raise ValueError(f"expected text, received a {type(value).__name__}")
    return " ".join(str(value).split())


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"expected a date such as 2026-02-01, received {str(value)[:40]!r}") from None


def _audience(value: Any) -> Audience:
    try:
        return Audience(str(value).strip().lower())
    except ValueError:
        raise ValueError(f"expected public, expert or internal, received {str(value)[:40]!r}") from None


def _tags(value: Any) -> tuple[str, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise ValueError(f"expected a list, received a {type(value).__name__}")
    return tuple(dict.fromkeys(tag for item in listed if (tag := _text(item))))


_READ = {
    "audience": _audience,
    "effective_from": _date,
    "expires_on": _date,
    "updated_on": _date,
    "tags": _tags,
}
