"""Hard filters: what each document is, as arrays, and a filter as a mask over passages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.document import Document, Filter, Kind

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

# A year of cached filters would otherwise pile up in a server that never restarts.
CACHED_MASKS = 64
FIRST_DAY, LAST_DAY = 0, 10**7


class Columns:
    """Filterable fields of a revision's documents; `document_of` is the document's row for each passage."""

    def __init__(self, documents: Sequence[Document], document_of: NDArray[np.int32]) -> None:
        self._document_of = document_of
        self._ids = [document.id for document in documents]
        self._audience = np.array([document.audience for document in documents], dtype=str)
        self._kind = np.array([document.kind for document in documents], dtype=str)
        self._product = np.array([document.product or "" for document in documents], dtype=str)
        self._language = np.array([base_language(document.locale) for document in documents], dtype=str)
        self._from = np.array(
            [_day(document.effective_from, FIRST_DAY) for document in documents], dtype=np.int64
        )
        self._until = np.array(
            [_day(document.expires_on, LAST_DAY) for document in documents], dtype=np.int64
        )
        self._masks: dict[Filter, Mask] = {}

    def mask(self, limits: Filter) -> Mask:
        """True for every passage that `limits` admits; the caller must not write to it."""
        mask = self._masks.get(limits)
        if mask is None:
            if len(self._masks) >= CACHED_MASKS:
                self._masks.clear()
            mask = self._masks[limits] = self._admitted(limits)[self._document_of]
        return mask

    def of_kind(self, kind: Kind, rows: Rows) -> Mask:
        """Which of the passages in `rows` are of a document of that kind."""
        found: Mask = self._kind[self._document_of[rows]] == str(kind)
        return found

    def _admitted(self, limits: Filter) -> Mask:
        day = limits.as_of.toordinal()
        admitted: Mask = (self._from <= day) & (day <= self._until)
        admitted &= np.isin(self._audience, [str(audience) for audience in limits.audiences])
        admitted &= np.isin(self._kind, [str(kind) for kind in limits.kinds])
        if limits.product is not None:
            admitted &= (self._product == limits.product) | (self._product == "")
        if limits.locale is not None:
            admitted &= self._language == base_language(limits.locale)
        if limits.documents is not None:
            admitted &= np.array([name.startswith(limits.documents) for name in self._ids], dtype=bool)
        return admitted


def base_language(locale: str) -> str:
    """The language of a locale without its region: "en" for "en-GB"."""
    return locale.replace("_", "-").partition("-")[0].casefold()


def _day(bound: date | None, missing: int) -> int:
    return missing if bound is None else bound.toordinal()
