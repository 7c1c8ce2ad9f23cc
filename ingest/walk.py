"""Which files of a folder belong to which source; nothing outside the folder is ever read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ingest.code.wordings import WORDINGS_FILE
from ingest.config import FILE_NAME, SourceConfig
from ingest.errors import IngestError

SKIPPED = frozenset({"__pycache__", "node_modules"})
OUR_OWN = frozenset({FILE_NAME, WORDINGS_FILE})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that exactly one source claims; `path` is relative to the folder, with slashes."""

    path: str
    source: SourceConfig


@dataclass(slots=True)
class Walk:
    """What a folder holds: files in order of their path, and what could not be reached with its reason.

    A failure's path may be a folder: everything below it could not be reached.
    """

    files: list[FoundFile] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def walk(folder: Path, sources: tuple[SourceConfig, ...]) -> Walk:
    """Match every file below `folder` with the sources; order doesn't depend on the file system."""
    found = Walk()
    for path, entry in _entries(folder, "", found.failures):
        claims = [source for source in sources if claims_path(source, path)]
        if reason := _obstacle(
            folder, entry, bool(claims), any(may_hold(source, path) for source in sources)
        ):
            found.failures[path] = reason
        elif len(claims) > 1:
            found.failures[path] = _ambiguous(claims)
        elif claims and entry.is_file():
            found.files.append(FoundFile(path, claims[0]))
    found.files.sort(key=lambda file: file.path)
    return found


def _entries(folder: Path, below: str, failures: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError as error:
        if not below:
            raise IngestError(
                f"{folder}: cannot be read ({error.strerror}). Whoever runs ingest must fix that."
            ) from error
        failures[below] = (
            f"folder cannot be read ({error.strerror}): whoever runs ingest needs permission to read it"
        )
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.name.startswith(".") or entry.name in SKIPPED or path in OUR_OWN:
            continue
        if not _is_unicode(path):
            name = os.fsencode(path).decode("utf-8", "backslashreplace")
            failures[name] = "file name is not UTF-8: the owner must rename it"
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(folder, path, failures)
        else:
            yield path, entry


def _is_unicode(path: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in path)


def _obstacle(folder: Path, entry: os.DirEntry[str], claimed: bool, may_hold_more: bool) -> str | None:
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return (
            f"link leads nowhere ({error.strerror}): the owner must repair or remove it" if claimed else None
        )
    if stat.S_ISDIR(mode):
        reason = "links to folders are not followed: the owner must put the folder here, or exclude the link"
        return reason if may_hold_more else None
    if not claimed:
        return None
    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(folder.resolve()):
        return "link leads outside the folder: the owner must put the file itself here, or exclude the link"
    if not stat.S_ISREG(mode):
        return "not a regular file: the owner must remove or exclude it"
    return None


def _ambiguous(claims: list[SourceConfig]) -> str:
    named = " and ".join(f'"{source.name}" ({source.audience})' for source in claims)
    return f"claimed by the sources {named}: the owner must exclude it from all but one in knowledge.toml"


def claims_path(source: SourceConfig, path: str) -> bool:
    """Whether the source's patterns include `path` and none excludes it."""
    return _matches(source.include, path) and not _matches(source.exclude, path)


def may_hold(source: SourceConfig, folder: str) -> bool:
    """Whether the source could claim a file below `folder`, judged by how its patterns begin."""
    excluded = _matches(source.exclude, folder) or _matches(source.exclude, f"{folder}/x")
    heads = [re.split(r"[*?\[]", pattern, maxsplit=1)[0] for pattern in source.include]
    return not excluded and any(
        f"{folder}/".startswith(head) or head.startswith(f"{folder}/") for head in heads
    )


def _matches(patterns: tuple[str, ...], path: str) -> bool:
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return re.compile("".join(pieces.get(part, re.escape(part)) for part in parts), re.DOTALL)
