"""What a sync has to do: the files found against the documents that are live. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from knowledge.document import Audience, Document

WIDTH = (Audience.INTERNAL, Audience.EXPERT, Audience.PUBLIC)


@dataclass(frozen=True, slots=True)
class Plan:
    """Document ids by what becomes of them, each sorted.

    `kept` are live documents that can't be read any more: their last good passages stay.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing would be added, changed or removed."""
        return not (self.added or self.changed or self.removed)


def plan(found: Mapping[str, str], live: Mapping[str, str], failures: Collection[str]) -> Plan:
    """Compare readable documents with live ones (both id → revision); failures name files or folders."""
    kept = {document for document in live if document not in found and covered(document, failures)}
    return Plan(
        added=tuple(sorted(found.keys() - live.keys())),
        changed=tuple(sorted(d for d in found.keys() & live.keys() if found[d] != live[d])),
        removed=tuple(sorted(live.keys() - found.keys() - kept)),
        unchanged=tuple(sorted(d for d in found.keys() & live.keys() if found[d] == live[d])),
        kept=tuple(sorted(kept)),
    )


def covered(document: str, failures: Collection[str]) -> bool:
    """Whether a document or a folder above it failed."""
    parts = document.split("/")
    return any("/".join(parts[:depth]) in failures for depth in range(1, len(parts) + 1))


def vanished_sources(
    live: Iterable[Document], remaining: Collection[str], filled: Collection[str]
) -> dict[str, int]:
    """Live sources that would lose every document, with their number now.

    `remaining` are the ids that stay, `filled` the sources that have documents now: neither a renamed source
    nor one whose files were all renamed has vanished.
    """
    documents = list(live)
    alive = {*filled, *(document.source for document in documents if document.id in remaining)}
    return dict(Counter(document.source for document in documents if document.source not in alive))


def narrowest(audiences: Iterable[Audience]) -> Audience:
    """The audience that the fewest may read."""
    return min(audiences, key=WIDTH.index)
