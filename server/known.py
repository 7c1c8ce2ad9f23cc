"""What is looked up for a message before the core decides on it. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from server.conversation import Reason
from server.events import Value
from server.triage import Disposition, Response

Flagged = frozenset[tuple[str, str]]
"""Flags as (reason, turn id)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage of the live revision stands: its document, the titles down to it, and the owner."""

    passage_id: str
    document_id: str
    title: str
    owner: str

    def payload(self) -> dict[str, Value]:
        """As a record keeps it."""
        return {
            "passage_id": self.passage_id,
            "document_id": self.document_id,
            "title": self.title,
            "owner": self.owner,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What store and knowledge say: flags this person may know to be answered or raised by hand, drafts taken
    or turned down (`used`), the newest answer to each reason, the disposition that was chosen, the turns said
    to be no crisis, the live revision, whether this person opened the conversation before, the holding
    replies shown and not yet sent (`held`, by turn id), and the places of the passages that the message
    names, as far as they are there.
    """

    answered: Flagged = frozenset()
    raised: Flagged = frozenset()
    used: tuple[str, ...] = ()
    responses: Mapping[Reason, Response] = field(default_factory=lambda: MappingProxyType({}))
    chosen: Disposition | None = None
    no_crisis: frozenset[str] = frozenset()
    revision: str | None = None
    visited: bool = False
    held: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))


NOTHING_KNOWN = Known()
