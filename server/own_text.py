"""What agents and teams keep of their own for drafts: macros, greetings and closings. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from knowledge.document import Audience, Document, Kind, Passage, passage_id
from server.phrases import VARIABLES

LONGEST_TITLE = 80
LONGEST_MACRO = 4000
LONGEST_PHRASE = 300
MOST_MACROS = 100
"""So many a person, and so many a team."""

_DOCUMENT = "own-macro:"
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class OwnKind(StrEnum):
    """What an own text is for."""

    MACRO = "macro"
    GREETING = "greeting"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose own texts they are: one agent's, or a team's."""

    name: str
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class OwnText:
    """An own text as it is stored; `version` counts its states from 1. Only a macro has a title."""

    key: int
    keeper: Keeper
    kind: OwnKind
    title: str
    text: str
    version: int
    changed_at: datetime


def read_macro(title: str, text: str) -> tuple[str, str]:
    """The macro as typed, tidied; raises ValueError saying what to change."""
    title, text = " ".join(_tidy(title).split()), _tidy(text)
    if not title:
        raise ValueError("Give it a title, so that you know it again.")
    if len(title) > LONGEST_TITLE:
        raise ValueError(f"The title has {len(title)} characters; {LONGEST_TITLE} fit.")
    if not text:
        raise ValueError("Write what the customer is to read.")
    return title, _sound("The text", text, LONGEST_MACRO)


def read_phrase(what: OwnKind, text: str) -> str:
    """A greeting or closing as typed, tidied; empty for none. Raises ValueError saying what to change."""
    return _sound(f"The {what.value}", _tidy(text), LONGEST_PHRASE)


def _tidy(text: str) -> str:
    """Without what no database keeps, white space at the ends of lines and lines of a browser's own kind."""
    kept = re.sub("[\0\ud800-\udfff]", "", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in kept.strip().split("\n"))


def _sound(what: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"{what} has {len(text):,} characters; {longest:,} fit.")
    known = ", ".join(f"{{{{{name}}}}}" for name in VARIABLES)
    unknown = sorted({name for name in _VARIABLE.findall(text) if name.lower() not in VARIABLES})
    if unknown:
        raise ValueError(f"There is no variable {{{{{unknown[0]}}}}}: there are {known}.")
    rest = _VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ValueError(f"A variable has two braces on both sides: {known}.")
    return text


def as_passage(macro: OwnText) -> Passage:
    """The macro as something that a draft may cite: public, for it is written to be sent."""
    keeper = macro.keeper
    whose = "Team macro" if keeper.is_team else "Your macro"
    document = Document(
        id=f"{_DOCUMENT}{'team' if keeper.is_team else 'agent'}:{macro.key}",
        title=f"{whose}: {macro.title}",
        kind=Kind.MACRO,
        audience=Audience.PUBLIC,
        owner=keeper.name,
        revision=str(macro.version),
        updated_on=macro.changed_at.date(),
    )
    key = passage_id(document.id, macro.version, macro.text)
    return Passage(key, document, macro.text, (document.title,))


def whose_own(document_id: str) -> Literal["agent", "team"] | None:
    """Who keeps this document as a macro of their own; None for one of the knowledge."""
    if not document_id.startswith(_DOCUMENT):
        return None
    return "team" if document_id.startswith(f"{_DOCUMENT}team:") else "agent"


def told_to_others(document_id: str) -> str | None:
    """What others read in place of an own macro's title; None for a document of the knowledge."""
    whose = whose_own(document_id)
    return whose and f"A macro of the {'team' if whose == 'team' else 'agent’s own'}"


def searched(macro: OwnText) -> str:
    """The text whose meaning stands for the macro, as a passage's does."""
    return f"{macro.title}\n{macro.text}"
