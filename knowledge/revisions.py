"""The life of a revision: staged whole, published in one step, opened, rolled back, at last cleaned away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from knowledge.chroma_store import write_store
from knowledge.dense import EXACT_LIMIT
from knowledge.document import Passage
from knowledge.durable import exclusive, flush, flush_tree, is_held, replace_text, sha256_of
from knowledge.embedder import Embedder
from knowledge.embedding_cache import Progress, embed_cached, forget_unused
from knowledge.errors import BadStaging, DamagedRevision, EmbedderMismatch, UnknownRevision, WriteFailed
from knowledge.lexical import write_lexical
from knowledge.manifest import (
    CONTENT,
    FORMAT,
    Manifest,
    Staged,
    content_id,
    describe,
    read_manifest,
    write_manifest,
)
from knowledge.passage_file import PassageFile, write_passages
from knowledge.search import Knowledge

__all__ = ["Manifest", "Revisions", "Staged"]

KEEP_NEWEST = 5
KEEP_FOR = timedelta(days=7)


def utc_now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def silent(_done: int, _total: int) -> None:
    """Hear progress and say nothing."""


class Revisions:
    """All revisions below one home directory. Any number of processes may use the same home.

    Above `exact_limit` admitted passages, what is opened searches through Chroma instead of comparing all.
    """

    def __init__(
        self, home: Path, clock: Callable[[], datetime] = utc_now, exact_limit: int = EXACT_LIMIT
    ) -> None:
        self._root = home / "knowledge"
        self._folder = self._root / "revisions"
        self._vectors = self._root / "embeddings.sqlite"
        self._clock = clock
        self._exact_limit = exact_limit

    def live(self) -> str | None:
        """The id of the published revision, or None when nothing was ever published or its folder is gone."""
        try:
            revision = (self._root / "live").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return revision if revision and (self._folder / revision / "manifest.json").exists() else None

    def list(self) -> list[Manifest]:
        """Every whole revision, newest first."""
        found = [self.manifest(path.parent.name) for path in self._folder.glob("[!.]*/manifest.json")]
        return sorted(found, key=lambda manifest: (manifest.created_at, manifest.id), reverse=True)

    def stage(self, staged: Staged, embedder: Embedder, on_progress: Progress = silent) -> str:
        """Write a complete revision beside the live one and return its id; equal content gives the same id.

        `on_progress` hears (texts embedded, texts to embed). A crash at any point leaves no visible revision.
        Raises BadStaging when ids repeat or a passage names an unknown document, WriteFailed on a full disk.
        """
        check(staged)
        with self._writing():
            return self._stage(staged, embedder, on_progress)

    def _stage(self, staged: Staged, embedder: Embedder, on_progress: Progress) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        texts = [passage.search_text for passage in staged.passages]
        vectors = embed_cached(self._vectors, embedder, texts, on_progress, self._clock())
        with self._scratch() as scratch:
            write_passages(scratch, staged.documents, staged.passages)
            np.save(scratch / "vectors.npy", vectors)
            content = {name: sha256_of(scratch / name) for name in CONTENT}
            revision = content_id(staged, embedder.identity, content)
            if not (self._folder / revision / "manifest.json").exists():
                self._complete(scratch, revision, staged, embedder)
        return revision

    def publish(self, revision: str) -> None:
        """Make a staged revision live in one step; readers see the old one or the new one, never neither."""
        self.manifest(revision)
        with self._writing(), exclusive(self._root / "publish.lock"):
            replace_text(self._root / "live", revision + "\n")

    def roll_back(self, revision: str) -> None:
        """Make an older revision live again."""
        self.publish(revision)

    def open(self, revision: str, embedder: Embedder) -> Knowledge:
        """Open a revision for searching, after checking its files against its manifest.

        Raises UnknownRevision, DamagedRevision, or EmbedderMismatch when `embedder` makes other vectors.
        """
        manifest = self.manifest(revision)
        if manifest.embedder.space != embedder.identity.space:
            raise EmbedderMismatch(
                f"Revision {revision} was built with {manifest.embedder}, but this process embeds with "
                f"{embedder.identity}. Run `ingest sync` with this installation to build it anew."
            )
        self._check_files(manifest)
        return Knowledge(self._folder / revision, manifest, self._exact_limit)

    def passages(self, revision: str) -> tuple[Passage, ...]:
        """Every passage of a revision in row order, whichever embedder built it; raises as `open` does."""
        self._check_files(self.manifest(revision))
        stored = PassageFile(self._folder / revision)
        try:
            return tuple(stored)
        finally:
            stored.close()

    def manifest(self, revision: str) -> Manifest:
        """The manifest of one revision; raises UnknownRevision or DamagedRevision."""
        path = self._folder / revision / "manifest.json"
        try:
            return read_manifest(path)
        except FileNotFoundError:
            raise UnknownRevision(
                f"There is no revision {revision!r} below {self._folder}. See `ingest show` for those kept."
            ) from None
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedRevision(f"{path} is not a whole manifest ({error}). {REPAIR}") from error

    def pin(self, revision: str) -> None:
        """Keep a revision until it is unpinned, however old it gets."""
        self.manifest(revision)
        (self._folder / revision / "pinned").touch()

    def unpin(self, revision: str) -> None:
        """Let `clean` judge a pinned revision by its age again."""
        (self._folder / revision / "pinned").unlink(missing_ok=True)

    def clean(self, now: datetime, in_use: Collection[str] = ()) -> tuple[str, ...]:
        """Delete old revisions and return their ids; also sweeps up after crashed stagings.

        Kept: the newest five, any younger than seven days, and always the live one, those pinned, those named
        in `in_use`, and those that any process on this machine has open. Vectors that
        none of these has and no sync used for thirty days are forgotten.
        """
        if not self._folder.exists():
            return ()
        with exclusive(self._root / "publish.lock"):
            kept = {self.live(), *in_use}
            doomed = [
                manifest.id
                for manifest in self.list()[KEEP_NEWEST:]
                if manifest.id not in kept
                and now - manifest.created_at > KEEP_FOR
                and self._is_idle(manifest.id)
            ]
            for revision in doomed:
                # Out of sight first: a crash in the middle must not leave a half revision behind.
                os.rename(self._folder / revision, self._folder / f".deleted-{revision}")
            for leftover in self._folder.glob(".*"):
                if not is_held(leftover / "lock"):
                    shutil.rmtree(leftover)
        # What can't be forgotten now (a full disk, say) can wait for the next cleaning.
        with suppress(sqlite3.Error):
            forget_unused(self._vectors, self._kept_texts, now)
        return tuple(doomed)

    def _kept_texts(self) -> Iterator[tuple[str, str]]:
        """Weights and text of every vector that the kept revisions hold."""
        for manifest in self.list():
            # Gone or damaged meanwhile: no sync can build on it.
            with suppress(OSError, ValueError), closing(PassageFile(self._folder / manifest.id)) as stored:
                for passage in stored:
                    yield manifest.embedder.space, passage.search_text

    def _is_idle(self, revision: str) -> bool:
        folder = self._folder / revision
        return not (folder / "pinned").exists() and not is_held(folder / "lock")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise WriteFailed(
                f"Could not write below {self._root}: {error}. Whoever runs this machine must make room or "
                f"grant write access; until then the live revision stays {self.live() or 'none'}."
            ) from error

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A hidden folder beside the revisions, locked while written, gone afterwards unless renamed."""
        scratch = Path(tempfile.mkdtemp(prefix=".staging-", dir=self._folder))
        try:
            with exclusive(scratch / "lock"):
                yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _complete(self, scratch: Path, revision: str, staged: Staged, embedder: Embedder) -> None:
        """Add what is derived, then the manifest, then the name by which the revision becomes visible."""
        write_lexical(scratch / "bm25", [passage.search_text for passage in staged.passages])
        files = {str(path.relative_to(scratch)): sha256_of(path) for path in sorted(scratch.rglob("*.*"))}
        write_store(scratch / "chroma", staged.passages, np.load(scratch / "vectors.npy", mmap_mode="r"))
        manifest = describe(revision, staged, embedder.identity, files, self._clock())
        write_manifest(scratch / "manifest.json", manifest)
        flush_tree(scratch)
        with exclusive(self._root / "publish.lock"):
            # Another process may have staged the same content meanwhile; then its copy stands.
            if not (self._folder / revision).exists():
                os.rename(scratch, self._folder / revision)
        flush(self._folder)

    def _check_files(self, manifest: Manifest) -> None:
        if manifest.format != FORMAT:
            raise DamagedRevision(
                f"Revision {manifest.id} has format {manifest.format}, this release reads {FORMAT}. {REPAIR}"
            )
        folder = self._folder / manifest.id
        for name, digest in manifest.files.items():
            path = folder / name
            if not path.exists() or sha256_of(path) != digest:
                raise DamagedRevision(f"{path} is missing or not as it was published. {REPAIR}")


REPAIR = "Delete that revision's folder and run `ingest sync`, or roll back to another revision."


def check(staged: Staged) -> None:
    """Raise BadStaging unless ids are unique and every passage belongs to a staged document."""
    documents = {document.id for document in staged.documents}
    passages = {passage.id for passage in staged.passages}
    strays = {passage.document.id for passage in staged.passages} - documents
    if len(documents) < len(staged.documents) or len(passages) < len(staged.passages) or strays:
        raise BadStaging(
            f"Expected unique ids and known documents; received {len(staged.documents)} documents with "
            f"{len(documents)} ids, {len(staged.passages)} passages with {len(passages)} ids, and passages "
            f"of unknown documents {sorted(strays)[:5]}. This is a fault in the reader that made them."
        )
