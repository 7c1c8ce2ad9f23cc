"""What stops a whole ingest, and what stops one file; every text says who must act and what to do."""

from __future__ import annotations


class IngestError(Exception):
    """Nothing was published; the live revision is untouched."""


class UnreadableDocument(Exception):
    """One document can't be read; the reason is the text. Other documents are not affected."""
