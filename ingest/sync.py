"""A sync: survey, plan, compose, stage, publish. The live revision answers until the last step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.errors import IngestError
from ingest.plan import Plan, narrowest, plan, vanished_sources
from ingest.split import passages_of
from ingest.survey import Folder, Listener, Survey, allowed_audience, survey
from knowledge.document import Document, Passage
from knowledge.embedder import Embedder, EmbedderIdentity
from knowledge.manifest import Manifest, Staged
from knowledge.revisions import Revisions


@dataclass(frozen=True, slots=True)
class Embedding:
    """An embedder that is loaded only when something must be embedded."""

    identity: EmbedderIdentity
    load: Callable[[], Embedder]


@dataclass(frozen=True, slots=True)
class Options:
    """`dry_run` stops after the plan; `remove_missing_sources` allows whole sources to disappear."""

    dry_run: bool = False
    remove_missing_sources: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sync did: `revision` is live now, `previous` was before; equal when nothing was published."""

    plan: Plan
    failures: Mapping[str, str]
    warnings: Mapping[str, tuple[str, ...]]
    previous: str | None
    revision: str | None
    documents: int
    passages: int


def sync(
    folders: Sequence[Folder],
    revisions: Revisions,
    embedding: Embedding,
    options: Options,
    listen: Listener,
) -> Outcome:
    """Publish exactly what `folders` hold, or nothing at all; raises IngestError, KnowledgeError or OSError.

    `listen` hears (stage, done, total).
    """
    live = _live(revisions)
    documents = dict(live.documents) if live else {}
    comparable = live is not None and live.built_like(embedding.identity)
    found = survey(folders, documents if comparable else {}, listen)
    planned = plan(found.revisions, documents, found.failures)
    old = revisions.passages(live.id) if live and (planned.removed or planned.kept) else ()
    _refuse_lost_sources(planned, found.filled, old, options)
    kept = _kept(planned, folders, old)
    same_content = planned.is_empty and all(documents[d.id] == d.revision for d in kept.values())
    if (live and comparable and same_content and _same_labels(live, folders, found)) or options.dry_run:
        return _outcome(planned, found, live, live)
    if not found.revisions and not kept:
        raise IngestError(
            f"None of {len(found.failures)} files could be read, nothing was published:\n{_listed(found)}"
        )
    if live and comparable and not old and planned.unchanged:
        old = revisions.passages(live.id)
    embedder = embedding.load()
    staged = _compose(folders, found, kept, old, embedder)
    revision = revisions.stage(staged, embedder, lambda done, total: listen("Embedding", done, total))
    revisions.publish(revision)
    return _outcome(planned, found, live, revisions.manifest(revision))


def _live(revisions: Revisions) -> Manifest | None:
    live = revisions.live()
    return revisions.manifest(live) if live else None


def _same_labels(live: Manifest, folders: Sequence[Folder], found: Survey) -> bool:
    name, timezone = _labels(folders)
    return live.name == name and live.timezone == timezone and dict(live.failures) == found.failures


def _labels(folders: Sequence[Folder]) -> tuple[str, str]:
    """Name and timezone of the revision; dates can only mean one zone."""
    zones = {folder.config.timezone: folder.root for folder in folders}
    if len(zones) > 1:
        told = ", ".join(f"{root}: {zone}" for zone, root in zones.items())
        raise IngestError(
            f"Folders of one sync must share one timezone, received {told}. Correct knowledge.toml."
        )
    return " + ".join(dict.fromkeys(folder.config.name for folder in folders)), next(iter(zones))


def _refuse_lost_sources(
    planned: Plan, filled: Collection[str], old: Sequence[Passage], options: Options
) -> None:
    remaining = {*planned.added, *planned.changed, *planned.unchanged, *planned.kept}
    documents = {passage.document.id: passage.document for passage in old}.values()
    lost = vanished_sources(documents, remaining, filled) if planned.removed else {}
    if lost and not options.remove_missing_sources:
        told = ", ".join(f'"{source}" ({count} documents)' for source, count in sorted(lost.items()))
        raise IngestError(
            f"This sync would remove every document of {told} from what is live; nothing was published. "
            "A sync publishes exactly the folders given: name all of them, or add --remove-missing-sources."
        )


def _kept(planned: Plan, folders: Collection[Folder], old: Sequence[Passage]) -> dict[str, Document]:
    """Live documents that stay though their files can't be read, never wider than their source is today."""
    documents = {p.document.id: p.document for p in old}
    kept = {}
    for document_id in planned.kept:
        document = documents[document_id]
        allowed = allowed_audience(folders, document_id) or document.audience
        audience = narrowest([document.audience, allowed])
        if audience is not document.audience:
            document = replace(document, audience=audience, revision=f"{document.revision}-{audience}")
        kept[document_id] = document
    return kept


def _compose(
    folders: Sequence[Folder],
    found: Survey,
    kept: Mapping[str, Document],
    old: Sequence[Passage],
    embedder: Embedder,
) -> Staged:
    """Fresh passages of what was read, the live ones of everything else, ordered by document id."""
    settled: dict[str, list[Passage]] = {}
    for passage in old:
        settled.setdefault(passage.document.id, []).append(passage)
    documents: list[Document] = []
    passages: list[Passage] = []
    for document_id in sorted({*found.revisions, *kept}):
        if document_id in found.read:
            document, reading = found.read[document_id]
            passages += passages_of(document, reading, embedder.count_tokens, embedder.identity.max_tokens)
        else:
            document = kept.get(document_id) or settled[document_id][0].document
            passages += [replace(passage, document=document) for passage in settled[document_id]]
        documents.append(document)
    name, timezone = _labels(folders)
    return Staged(documents, passages, dict(sorted(found.failures.items())), name, timezone)


def _outcome(planned: Plan, found: Survey, before: Manifest | None, after: Manifest | None) -> Outcome:
    return Outcome(
        plan=planned,
        failures=dict(sorted(found.failures.items())),
        warnings=dict(sorted(found.warnings.items())),
        previous=before.id if before else None,
        revision=after.id if after else None,
        documents=after.counts["documents"] if after else 0,
        passages=after.counts["passages"] if after else 0,
    )


def _listed(found: Survey) -> str:
    return "\n".join(f"  {path}: {reason}" for path, reason in sorted(found.failures.items()))
