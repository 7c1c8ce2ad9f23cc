"""What `assist` yields, in the order the panel should see it. Pure data between assist and the session."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.document import Hit, Passage
from server.conversation import Flag
from server.wire import CitationPart, DraftPiece, Fit, UnsupportedPart


@dataclass(frozen=True, slots=True)
class FlagsDecided:
    """Every flag that stands now; the session compares them with those it shows.

    `doubts` are dots that a second opinion may add; without a model to ask there are none.
    """

    flags: tuple[Flag, ...]
    doubts: tuple[Flag, ...] = ()

    @property
    def crisis(self) -> bool:
        """Whether somebody may be in danger: then nothing is generated."""
        return any(flag.is_crisis for flag in self.flags)


@dataclass(frozen=True, slots=True)
class SnippetsReady:
    """The hits that are good enough, best first (a snippet's number is its place, from 1).

    `fit` is "answers" when the best is sure enough to draft from. In a language that Sotto is not tested for
    there may be no hits, and then no fit.
    """

    hits: tuple[Hit, ...]
    revision: str
    fit: Fit | None = "might_help"


@dataclass(frozen=True, slots=True)
class HitsRead:
    """The same hits in the same order, as sure as they are since the first were read; and their fit now."""

    hits: tuple[Hit, ...]
    fit: Fit


@dataclass(frozen=True, slots=True)
class NothingGood:
    """Nothing was good enough; `nearest` is the passage that came closest, if any."""

    nearest: Passage | None
    revision: str


@dataclass(frozen=True, slots=True)
class NothingNeeded:
    """The turn needs no knowledge ("thanks, bye"): what the panel shows stays as it is."""


@dataclass(frozen=True, slots=True)
class UntestedLanguage:
    """The turn is in a language that Sotto is not tested for; `off` says in words what is left out."""

    language: str
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftStarted:
    """A draft begins; `source` is "extractive" or the model's name and host."""

    source: str


@dataclass(frozen=True, slots=True)
class DraftGrew:
    """More of the draft."""

    pieces: tuple[DraftPiece, ...]


@dataclass(frozen=True, slots=True)
class DraftReady:
    """The whole draft; citation offsets are code points in `text`."""

    text: str
    citations: tuple[CitationPart, ...]
    confidence: float
    unsupported: tuple[UnsupportedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFailed:
    """The draft could not be finished; `message` is written for the agent."""

    message: str


@dataclass(frozen=True, slots=True)
class DraftKept:
    """The draft could not be changed as wished and stays as it is; `message` is written for the agent."""

    message: str


AssistEvent = (
    FlagsDecided
    | SnippetsReady
    | HitsRead
    | NothingGood
    | NothingNeeded
    | UntestedLanguage
    | DraftStarted
    | DraftGrew
    | DraftReady
    | DraftFailed
    | DraftKept
)
