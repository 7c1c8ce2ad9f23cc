"""Reading folders: every claimed file becomes a document with its reading, or a failure with its reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.code.modules import Modules
from ingest.code.statements import NOTHING, Said, Statements, statements, with_said
from ingest.code.wordings import Approved
from ingest.config import FILE_NAME, KnowledgeConfig, SourceConfig
from ingest.errors import IngestError, UnreadableDocument
from ingest.plan import narrowest
from ingest.read.forms import read_document
from ingest.read.outline import Reading
from ingest.walk import FoundFile, Walk, claims_path, walk
from knowledge.document import Audience, Document, Kind

# Part of every document's revision: raise it when reading or splitting changes what passages come out.
READER = 4

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, what its `knowledge.toml` says of it, and the wordings approved for its code."""

    root: Path
    config: KnowledgeConfig
    wordings: tuple[Approved, ...] = ()


@dataclass(slots=True)
class Survey:
    """What the folders hold now. Keys are document ids; a failure's key may also be a folder.

    `revisions` has every readable document, `read` those whose revision is not in `settled`;
    `filled` are the sources that have a readable document.
    """

    revisions: dict[str, str] = field(default_factory=dict)
    read: dict[str, tuple[Document, Reading]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)


def survey(folders: Collection[Folder], settled: Mapping[str, str], listen: Listener) -> Survey:
    """Read every file whose revision isn't in `settled`; raises IngestError when there is no file at all."""
    found, walks = Survey(), [(folder, walk(folder.root, folder.config.source)) for folder in folders]
    _check_ids(walks)
    total, done = sum(len(walked.files) for _, walked in walks), 0
    for folder, walked in walks:
        prefix = folder.config.prefix
        found.failures |= {prefix + path: reason for path, reason in walked.failures.items()}
        said = said_of_code(folder, walked)
        told = said.warnings()
        if idle := _idle_sources(folder, walked):
            told[FILE_NAME] = (*idle, *told.get(FILE_NAME, ()))
        found.warnings |= {prefix + file: reasons for file, reasons in told.items()}
        for file in walked.files:
            _take(folder, file, said.of(file.path), settled, found)
            done += 1
            listen("Reading", done, total)
    return found


def said_of_code(folder: Folder, walked: Walk) -> Statements:
    """What owners said of the folder's code, held against the code as it is now."""
    owners = {file.path: file.source.owner for file in walked.files if file.source.kind is Kind.CODE}
    return statements(Modules(folder.root), folder.wordings, folder.config.safe, owners.get)


def allowed_audience(folders: Collection[Folder], document: str) -> Audience | None:
    """The narrowest audience that the sources claiming a document set today; None when none claims it."""
    audiences = [
        source.audience
        for folder in folders
        if document.startswith(folder.config.prefix)
        for source in folder.config.source
        if claims_path(source, document.removeprefix(folder.config.prefix))
    ]
    return narrowest(audiences) if audiences else None


def _check_ids(walks: Collection[tuple[Folder, Walk]]) -> None:
    if not any(walked.files or walked.failures for _, walked in walks):
        looked = "; ".join(
            f"{folder.root}: {', '.join(p for s in folder.config.source for p in s.include)}"
            for folder, _ in walks
        )
        raise IngestError(
            f"No file matches any source. Looked for {looked}. "
            "The knowledge owner must add documents or correct `include` in knowledge.toml."
        )
    seen: dict[str, Path] = {}
    for folder, walked in walks:
        for file in walked.files:
            other = seen.setdefault(folder.config.prefix + file.path, folder.root)
            if other is not folder.root:
                raise IngestError(
                    f"{other} and {folder.root} both hold {folder.config.prefix}{file.path}. The knowledge "
                    'owner must give one of them a prefix in its knowledge.toml, such as prefix = "shop/".'
                )


def _idle_sources(folder: Folder, walked: Walk) -> tuple[str, ...]:
    names = {file.source.name for file in walked.files}
    idle = [source for source in folder.config.source if source.name not in names]
    return tuple(
        f'source "{source.name}" matches no file ({", ".join(source.include)}): '
        "correct `include`, or remove it"
        for source in idle
    )


def _take(folder: Folder, file: FoundFile, said: Said, settled: Mapping[str, str], found: Survey) -> None:
    document_id = folder.config.prefix + file.path
    try:
        data = _bytes(folder.root / file.path, folder.config.max_document_mb)
        revision = revision_of(data, document_id, file.source, folder.config.locale, said)
        if settled.get(document_id) != revision:
            reading = with_said(read_document(file.path, file.source.kind, data), said, file.path)
            found.read[document_id] = (describe(folder.config, file, revision, reading), reading)
            if reading.warnings:
                found.warnings[document_id] = reading.warnings
        found.revisions[document_id] = revision
        found.filled.add(folder.config.prefix + file.source.name)
    except UnreadableDocument as error:
        found.failures[document_id] = str(error)


def _bytes(path: Path, max_mb: float) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_mb * 1_000_000:
            raise UnreadableDocument(
                f"too large: {size / 1_000_000:.1f} MB, at most {max_mb:g} MB: "
                "the owner must split or exclude it, or raise max_document_mb in knowledge.toml"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            f"cannot be read ({error.strerror}): whoever runs ingest needs permission to read it"
        ) from error


def revision_of(
    data: bytes, document_id: str, source: SourceConfig, locale: str, said: Said = NOTHING
) -> str:
    """SHA-256 over the bytes, the id, and what shapes the passages: settings, reader, statements."""
    settings = source.model_dump(mode="json", exclude={"include", "exclude"}) | {"default_locale": locale}
    shaped_by = json.dumps([READER, document_id, settings, said.shape], sort_keys=True)
    return hashlib.sha256(shaped_by.encode() + b"\0" + data).hexdigest()


def describe(config: KnowledgeConfig, file: FoundFile, revision: str, reading: Reading) -> Document:
    """What a document says about itself, then what its source says; a file may only narrow its audience."""
    facts, source, path = reading.facts, file.source, PurePosixPath(file.path)
    audience = facts.audience or source.audience
    if narrowest([audience, source.audience]) is not audience:
        raise UnreadableDocument(
            f'front matter says audience {audience}, but its source "{source.name}" is {source.audience}: '
            "the owner must move the file to another source or correct it"
        )
    if facts.effective_from and facts.expires_on and facts.effective_from > facts.expires_on:
        raise UnreadableDocument(
            f"front matter: effective_from {facts.effective_from} is after expires_on {facts.expires_on}; "
            "the owner must correct it"
        )
    url = source.url.replace("{stem}", path.stem).replace("{path}", file.path) if source.url else None
    return Document(
        id=config.prefix + file.path,
        title=reading.title or _title_from(path),
        kind=source.kind,
        audience=audience,
        owner=facts.owner or source.owner,
        revision=revision,
        locale=facts.locale or source.locale or config.locale,
        product=facts.product or source.product,
        entity=facts.entity or source.entity,
        tags=tuple(dict.fromkeys([*source.tags, *facts.tags])),
        effective_from=facts.effective_from,
        expires_on=facts.expires_on,
        updated_on=facts.updated_on,
        url=facts.url or url,
        source=config.prefix + source.name,
    )


def _title_from(path: PurePosixPath) -> str:
    stem = path.parent.name if path.stem.lower() in ("index", "readme") and path.parent.name else path.stem
    words = stem.replace("-", " ").replace("_", " ").strip() or path.name
    return words[0].upper() + words[1:]
