"""What can go wrong with the knowledge; every text says who must act and what to do."""

from __future__ import annotations


class KnowledgeError(Exception):
    """Root of every error that `knowledge` raises on purpose."""


class NoKnowledge(KnowledgeError):
    """Nothing is published, or the index directory is missing."""


class UnknownRevision(KnowledgeError):
    """A revision was named that this home doesn't hold."""


class DamagedRevision(KnowledgeError):
    """A revision's files don't match its manifest."""


class EmbedderMismatch(KnowledgeError):
    """A revision was built with other weights or settings than the embedder that would search it."""


class UntrustedWeights(KnowledgeError):
    """The installed weights are not the ones this release pins."""


class BadStaging(KnowledgeError):
    """What was handed to `stage` contradicts itself."""


class WriteFailed(KnowledgeError):
    """The disk is full or may not be written; what was live stays live."""
