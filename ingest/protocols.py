"""Whether a folder holds what its teams follow in a crisis."""

from __future__ import annotations

from datetime import date

from ingest.errors import UnreadableDocument
from ingest.read.forms import read_document
from ingest.survey import Folder
from ingest.walk import FoundFile, Walk
from knowledge.document import Kind

NO_PROTOCOL = (
    "no protocol for a crisis holds today, so agents would see none: add a document "
    'and a source of kind "protocol" (docs/knowledge.md)'
)


def has_protocol(folder: Folder, walked: Walk, today: date) -> bool:
    """Whether a protocol can be read and holds on that day."""
    protocols = (file for file in walked.files if file.source.kind is Kind.PROTOCOL)
    return any(_holds(folder, file, today) for file in protocols)


def _holds(folder: Folder, file: FoundFile, today: date) -> bool:
    try:
        facts = read_document(file.path, Kind.PROTOCOL, (folder.root / file.path).read_bytes()).facts
    except (OSError, UnreadableDocument):
        return False
    return (facts.effective_from or today) <= today <= (facts.expires_on or today)
