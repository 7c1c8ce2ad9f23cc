"""What a sync publishes, keeps, removes and refuses; in this process, with the hashed embedder."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.folders import Bare, open_folder
from ingest.sync import Embedding, Options, sync
from knowledge.document import Audience, Kind
from knowledge.embedder import HashEmbedder, Vectors
from knowledge.revisions import Revisions
from tests.knowledge_folder import CONFIG, FILES, HASHED, NOT_BARE, live_texts, sync_folder, write_folder


class CountingEmbedder(HashEmbedder):
    """The hashed embedder, remembering what it embedded."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().embed(texts)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "shop")


def test_the_first_sync_publishes_every_document(folder: Path, home: Path) -> None:
    outcome = sync_folder(folder, home)
    assert outcome.plan.added == tuple(sorted(FILES.keys() - {"knowledge.toml"}))
    assert outcome.revision == Revisions(home).live()
    assert live_texts(home)["policies/returns.md"] == ["You may return a lamp within 30 days."]


def test_a_second_sync_does_nothing_and_loads_no_embedder(folder: Path, home: Path) -> None:
    first = sync_folder(folder, home)

    def fail() -> HashEmbedder:
        raise AssertionError("the embedder was loaded")

    lazy = Embedding(HashEmbedder.identity, fail)
    second = sync([open_folder(folder, NOT_BARE)], Revisions(home), lazy, Options(), lambda *_: None)
    assert second.plan.is_empty
    assert second.revision == first.revision
    assert len(Revisions(home).list()) == 1


def test_only_what_changed_is_embedded_again(folder: Path, home: Path) -> None:
    sync_folder(folder, home)
    write_folder(folder, {"policies/returns.md": "# Returns\n\nYou may return a lamp within 60 days.\n"})
    (folder / "internal/goodwill.md").unlink()
    write_folder(folder, {"internal/notes.md": "# Notes\n\nBe kind.\n"})
    counting = CountingEmbedder()
    outcome = sync(
        [open_folder(folder, NOT_BARE)],
        Revisions(home),
        Embedding(HashEmbedder.identity, lambda: counting),
        Options(),
        lambda *_: None,
    )
    assert sorted(counting.embedded) == ["Notes\nBe kind.", "Returns\nYou may return a lamp within 60 days."]
    assert outcome.plan.changed == ("policies/returns.md",)
    assert outcome.plan.added == ("internal/notes.md",)
    assert outcome.plan.removed == ("internal/goodwill.md",)
    assert "internal/goodwill.md" not in live_texts(home)


def test_a_changed_source_setting_reaches_its_documents(folder: Path, home: Path) -> None:
    sync_folder(folder, home)
    write_folder(folder, {"knowledge.toml": CONFIG.replace('owner = "bob"', 'owner = "cem"')})
    assert sync_folder(folder, home).plan.changed == ("code/fees.py",)


def test_a_new_timezone_alone_is_published(folder: Path, home: Path) -> None:
    first = sync_folder(folder, home)
    write_folder(folder, {"knowledge.toml": CONFIG.replace("Europe/London", "Europe/Paris")})
    second = sync_folder(folder, home)
    assert second.plan.is_empty
    assert second.revision != first.revision
    assert Revisions(home).manifest(str(second.revision)).timezone == "Europe/Paris"


def test_a_file_that_breaks_keeps_its_last_good_passages(folder: Path, home: Path) -> None:
    sync_folder(folder, home)
    write_folder(folder, {"policies/returns.md": b"broken \xff\n", "policies/new.md": b"\0"})
    outcome = sync_folder(folder, home)
    assert outcome.plan.kept == ("policies/returns.md",)
    assert set(outcome.failures) == {"policies/returns.md", "policies/new.md"}
    assert live_texts(home)["policies/returns.md"] == ["You may return a lamp within 30 days."]
    assert dict(Revisions(home).manifest(str(outcome.revision)).failures) == outcome.failures

    again = sync_folder(folder, home)
    assert again.revision == outcome.revision
    assert set(again.failures) == {"policies/returns.md", "policies/new.md"}

    write_folder(folder, FILES)
    (folder / "policies/new.md").unlink()
    assert sync_folder(folder, home).failures == {}


def test_a_kept_document_never_stays_wider_than_its_source_is_now(folder: Path, home: Path) -> None:
    sync_folder(folder, home)
    narrower = CONFIG.replace('audience = "public"', 'audience = "internal"')
    write_folder(folder, {"knowledge.toml": narrower, "policies/returns.md": b"\xff"})
    outcome = sync_folder(folder, home)
    audiences = {p.document.id: p.document.audience for p in Revisions(home).passages(str(outcome.revision))}
    assert outcome.plan.kept == ("policies/returns.md",)
    assert set(audiences.values()) == {Audience.INTERNAL}
    assert sync_folder(folder, home).revision == outcome.revision


def test_an_unreachable_folder_does_not_remove_what_lies_below_it(folder: Path, home: Path) -> None:
    sync_folder(folder, home)
    (folder / "policies").rename(folder.parent / "elsewhere")
    (folder / "policies").symlink_to(folder.parent / "elsewhere")
    outcome = sync_folder(folder, home)
    assert "links to folders are not followed" in outcome.failures["policies"]
    assert outcome.plan.kept == ("policies/delivery.md", "policies/returns.md")
    assert outcome.plan.removed == ()


def test_a_sync_refuses_to_lose_a_whole_source(folder: Path, home: Path) -> None:
    live = sync_folder(folder, home).revision
    for name in ("policies/returns.md", "policies/delivery.md"):
        (folder / name).unlink()
    with pytest.raises(IngestError, match=r'every document of "policies" \(2 documents\)'):
        sync_folder(folder, home)
    assert Revisions(home).live() == live
    assert sync_folder(folder, home, Options(remove_missing_sources=True)).revision != live


def test_several_folders_become_one_revision(tmp_path: Path, folder: Path, home: Path) -> None:
    other = write_folder(tmp_path / "help", {**FILES, "knowledge.toml": f'prefix = "help/"\n{CONFIG}'})
    both = [open_folder(folder, NOT_BARE), open_folder(other / "knowledge.toml", NOT_BARE)]
    outcome = sync(both, Revisions(home), HASHED, Options(), lambda *_: None)
    assert outcome.documents == 8
    assert {"code/fees.py", "help/code/fees.py"} < set(live_texts(home))
    assert sync(both, Revisions(home), HASHED, Options(), lambda *_: None).revision == outcome.revision


def test_folders_that_hold_the_same_document_are_refused(tmp_path: Path, folder: Path, home: Path) -> None:
    other = write_folder(tmp_path / "help")
    both = [open_folder(folder, NOT_BARE), open_folder(other, NOT_BARE)]
    with pytest.raises(IngestError, match=r"both hold code/fees\.py.*prefix"):
        sync(both, Revisions(home), HASHED, Options(), lambda *_: None)


def test_folders_in_different_timezones_are_refused(tmp_path: Path, folder: Path, home: Path) -> None:
    text = 'prefix = "help/"\n' + CONFIG.replace("Europe/London", "Asia/Tokyo")
    other = write_folder(tmp_path / "help", {**FILES, "knowledge.toml": text})
    both = [open_folder(folder, NOT_BARE), open_folder(other, NOT_BARE)]
    with pytest.raises(IngestError, match="must share one timezone"):
        sync(both, Revisions(home), HASHED, Options(), lambda *_: None)


def test_a_folder_without_settings_is_read_as_the_command_says(tmp_path: Path, home: Path) -> None:
    folder = write_folder(tmp_path / "loose", {"a/index.md": "Hello there.\n", "b.txt": "Plain words.\n"})
    bare = open_folder(folder, Bare(Kind.POLICY, Audience.EXPERT, "ann"))
    outcome = sync([bare], Revisions(home), HASHED, Options(), lambda *_: None)
    documents = {p.document.id: p.document for p in Revisions(home).passages(str(outcome.revision))}
    assert {d.title for d in documents.values()} == {"A", "B"}
    assert {(d.audience, d.owner, d.source) for d in documents.values()} == {
        (Audience.EXPERT, "ann", "loose")
    }


def test_other_weights_embed_everything_again(folder: Path, home: Path) -> None:
    first = sync_folder(folder, home)
    counting = CountingEmbedder()
    counting.identity = replace(HashEmbedder.identity, model_digest="other")
    embedding = Embedding(counting.identity, lambda: counting)
    outcome = sync([open_folder(folder, NOT_BARE)], Revisions(home), embedding, Options(), lambda *_: None)
    assert outcome.revision != first.revision
    assert len(counting.embedded) == outcome.passages


def test_a_source_that_matches_nothing_is_a_warning(folder: Path, home: Path) -> None:
    write_folder(folder, {"knowledge.toml": CONFIG.replace("policies/**/*", "polices/**/*")})
    warned = sync_folder(folder, home).warnings["knowledge.toml"]
    assert warned == ('source "policies" matches no file (polices/**/*): correct `include`, or remove it',)


def test_the_file_that_describes_a_folder_is_no_document(folder: Path, home: Path) -> None:
    write_folder(folder, {"knowledge.toml": CONFIG.replace("policies/**/*", "**/*.*")})
    assert "knowledge.toml" not in sync_folder(folder, home).failures


def test_the_demo_folder_has_no_failure_and_no_warning(home: Path) -> None:
    outcome = sync_folder(Path(__file__).parent.parent / "examples/quillbrook", home)
    assert (outcome.failures, outcome.warnings) == ({}, {})
    passages = Revisions(home).passages(str(outcome.revision))
    kinds = {kind: [p for p in passages if p.document.kind is kind] for kind in Kind}
    assert all(p.question for p in kinds[Kind.FAQ])
    assert len(kinds[Kind.MACRO]) == len({p.document.id for p in kinds[Kind.MACRO]})
    assert len(kinds[Kind.PRODUCT]) >= 40
    assert {p.document.audience for p in kinds[Kind.CODE]} == {Audience.INTERNAL}


def test_nothing_of_the_content_is_logged(folder: Path, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sync_folder(folder, home)
    assert "lamp" not in caplog.text


def test_a_revision_of_an_older_format_is_built_anew(folder: Path, home: Path) -> None:
    first = sync_folder(folder, home)
    older = (home / "knowledge" / "revisions" / str(first.revision)).rename(
        home / "knowledge/revisions/older"
    )
    manifest = json.loads((older / "manifest.json").read_text(encoding="utf-8"))
    (older / "manifest.json").write_text(
        json.dumps(manifest | {"id": "older", "format": 1}), encoding="utf-8"
    )
    (home / "knowledge" / "live").write_text("older\n", encoding="utf-8")
    second = sync_folder(folder, home)
    assert second.plan.is_empty
    assert live_texts(home)["policies/returns.md"] == ["You may return a lamp within 30 days."]
