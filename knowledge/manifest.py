"""What a revision says about itself. Pure but for reading and writing one JSON file."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from knowledge.document import Document, Passage
from knowledge.embedder import EmbedderIdentity

FORMAT = 2
# Equal bytes in these mean equal knowledge; everything else is derived from them.
CONTENT = ("documents.jsonl", "passages.jsonl", "vectors.npy")


@dataclass(frozen=True, slots=True)
class Staged:
    """What a sync has read and wants published; `failures` maps a path to the reason it is missing."""

    documents: Sequence[Document]
    passages: Sequence[Passage]
    failures: Mapping[str, str] = field(default_factory=dict)
    name: str = "knowledge"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One revision: what it holds, how it was made, and the digests that prove it undamaged.

    `documents` maps a document's id to its revision; `sources` counts documents by kind; `files` maps each
    file to its SHA-256 (Chroma's own files change when read and are left out).
    """

    id: str
    created_at: datetime
    name: str
    timezone: str
    embedder: EmbedderIdentity
    counts: Mapping[str, int]
    documents: Mapping[str, str]
    sources: Mapping[str, int]
    failures: Mapping[str, str]
    files: Mapping[str, str]
    format: int = FORMAT

    def built_like(self, embedder: EmbedderIdentity) -> bool:
        """Whether this release and `embedder` would write equal documents in the same way again."""
        return self.format == FORMAT and self.embedder.space == embedder.space


def content_id(staged: Staged, embedder: EmbedderIdentity, files: Mapping[str, str]) -> str:
    """16 hex digits over ids, texts, vectors and everything else a search or a citation could show."""
    told = {
        "format": FORMAT,
        "name": staged.name,
        "timezone": staged.timezone,
        "failures": dict(staged.failures),
        "embedder": embedder.space,
        "files": {name: files[name] for name in CONTENT},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def describe(
    revision: str, staged: Staged, embedder: EmbedderIdentity, files: Mapping[str, str], created_at: datetime
) -> Manifest:
    """The manifest of a staged revision."""
    return Manifest(
        id=revision,
        created_at=created_at,
        name=staged.name,
        timezone=staged.timezone,
        embedder=embedder,
        counts={
            "documents": len(staged.documents),
            "passages": len(staged.passages),
            "failures": len(staged.failures),
        },
        documents={document.id: document.revision for document in staged.documents},
        sources=dict(Counter(str(document.kind) for document in staged.documents)),
        failures=dict(staged.failures),
        files=dict(files),
    )


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write `manifest` as JSON."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, default=datetime.isoformat)
    path.write_text(text, encoding="utf-8")


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; raises FileNotFoundError, ValueError, TypeError or KeyError when it isn't whole."""
    fields = json.loads(path.read_text(encoding="utf-8"))
    fields["created_at"] = datetime.fromisoformat(fields["created_at"])
    fields["embedder"] = EmbedderIdentity(**fields["embedder"])
    return Manifest(**fields)
