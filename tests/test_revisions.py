"""The life of a revision: staging, publishing, opening, cleaning; what survives a crash or a full disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from knowledge.embedder import EmbedderIdentity, HashEmbedder
from knowledge.embedding_cache import embed_cached
from knowledge.errors import (
    BadStaging,
    DamagedRevision,
    EmbedderMismatch,
    NoKnowledge,
    UnknownRevision,
)
from knowledge.live import LiveKnowledge
from knowledge.manifest import FORMAT
from knowledge.revisions import Revisions, silent
from tests.shelf import EVERYTHING, HASH, ask, document, many, passage, staged

START = datetime(2026, 1, 1, tzinfo=UTC)


def publish(revisions: Revisions, text: str) -> str:
    revision = revisions.stage(staged(passage(document("a.md"), text)), HASH)
    revisions.publish(revision)
    return revision


def test_nothing_is_live_before_the_first_publish(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path / "nowhere")
    assert revisions.live() is None
    assert revisions.list() == []
    assert revisions.clean(START) == ()
    live = LiveKnowledge(revisions, HASH)
    assert live.refresh() is False
    assert live.current_revision is None
    with pytest.raises(NoKnowledge, match="run `ingest sync"), live.acquire():
        pass


def test_a_staged_revision_is_complete_but_not_live_until_published(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    revision = revisions.stage(many(30), HASH)
    assert revisions.live() is None
    assert [manifest.id for manifest in revisions.list()] == [revision]
    revisions.publish(revision)
    assert revisions.live() == revision


def test_the_manifest_tells_what_the_revision_holds(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path, clock=lambda: START)
    what = replace(many(30), failures={"bad.md": "not UTF-8"}, name="quillbrook", timezone="Europe/London")
    manifest = revisions.manifest(revisions.stage(what, HASH))
    assert manifest.counts == {"documents": 3, "passages": 30, "failures": 1}
    assert manifest.sources == {"policy": 3}
    assert manifest.documents["refund-0.md"] == "revision of refund-0.md"
    assert manifest.failures == {"bad.md": "not UTF-8"}
    assert (manifest.name, manifest.timezone) == ("quillbrook", "Europe/London")
    assert (manifest.embedder, manifest.created_at) == (HASH.identity, START)


def test_equal_content_has_an_equal_id_in_any_home(tmp_path: Path) -> None:
    ids = {Revisions(tmp_path / name).stage(many(30), HASH) for name in ("here", "there", "here")}
    assert len(ids) == 1
    assert len(list((tmp_path / "here/knowledge/revisions").iterdir())) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"passages": many(29).passages},
        {"documents": [replace(item, owner="someone else") for item in many(30).documents]},
        {"failures": {"bad.md": "binary"}},
        {"timezone": "Asia/Tokyo"},
    ],
    ids=["passages", "documents", "failures", "timezone"],
)
def test_any_change_of_content_gives_another_id(tmp_path: Path, change: dict[str, object]) -> None:
    revisions = Revisions(tmp_path)
    plain = many(30)
    if "documents" in change:
        documents = {item.id: item for item in change["documents"]}  # type: ignore[attr-defined]
        moved = [replace(item, document=documents[item.document.id]) for item in plain.passages]
        change = {**change, "passages": moved}
    changed = replace(plain, **change)  # type: ignore[arg-type]
    assert revisions.stage(plain, HASH) != revisions.stage(changed, HASH)


def test_contradictory_staging_is_refused(tmp_path: Path) -> None:
    item = passage(document("a.md"), "text")
    with pytest.raises(BadStaging, match="2 passages with 1 ids"):
        Revisions(tmp_path).stage(staged(item, item), HASH)
    with pytest.raises(BadStaging, match=r"unknown documents \['a.md'\]"):
        Revisions(tmp_path).stage(replace(staged(item), documents=[]), HASH)


def test_rolling_back_publishes_the_older_revision_again(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    older, newer = publish(revisions, "old rule"), publish(revisions, "new rule")
    assert revisions.live() == newer
    revisions.roll_back(older)
    assert revisions.live() == older


def test_only_a_known_revision_can_be_published_or_opened(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    publish(revisions, "rule")
    with pytest.raises(UnknownRevision, match="'feedfeed'"):
        revisions.publish("feedfeed")
    with pytest.raises(UnknownRevision, match="ingest show"):
        revisions.open("feedfeed", HASH)


class OtherEmbedder(HashEmbedder):
    identity = EmbedderIdentity("other-weights", "hash", "fp32", 256)


def test_another_embedder_is_refused_with_both_identities(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    revision = publish(revisions, "rule")
    with pytest.raises(EmbedderMismatch, match=r"hashed-words-1.*other-weights.*ingest sync"):
        revisions.open(revision, OtherEmbedder())


@pytest.mark.parametrize("name", ["passages.jsonl", "vectors.npy", "bm25/params.index.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "truncated", "missing"])
def test_a_damaged_revision_is_not_opened(tmp_path: Path, name: str, damage: str) -> None:
    revisions = Revisions(tmp_path)
    revision = publish(revisions, "rule")
    path = tmp_path / "knowledge/revisions" / revision / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-40] if damage == "truncated" else b"\xff" + content[1:])
    with pytest.raises((DamagedRevision, UnknownRevision), match="ingest s"):
        revisions.open(revision, HASH)


def test_a_revision_of_another_format_is_not_opened_and_not_built_like_ours(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    revision = publish(revisions, "rule")
    path = tmp_path / "knowledge/revisions" / revision / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', '"format": 0'), encoding="utf-8"
    )
    with pytest.raises(DamagedRevision, match=f"has format 0, this release reads {FORMAT}"):
        revisions.open(revision, HASH)
    assert not revisions.manifest(revision).built_like(HASH.identity)


def test_nothing_is_live_once_the_index_directory_is_gone(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    revision = publish(revisions, "rule")
    shutil.rmtree(tmp_path / "knowledge/revisions" / revision)
    assert revisions.live() is None
    assert publish(revisions, "rule") == revision
    assert revisions.live() == revision


def test_cleaning_keeps_the_newest_the_young_the_live_the_pinned_and_those_in_use(tmp_path: Path) -> None:
    ids = []
    for number in range(12):
        day = START + timedelta(days=number + 1)
        revisions = Revisions(tmp_path, clock=partial(datetime.fromisoformat, day.isoformat()))
        ids.append(publish(revisions, f"rule {number}"))
    revisions.roll_back(ids[0])
    revisions.pin(ids[1])
    held = revisions.open(ids[2], HASH)
    gone = revisions.clean(START + timedelta(days=14), in_use={ids[3]})
    held.close()
    assert set(gone) == {ids[4], ids[5]}
    assert {manifest.id for manifest in revisions.list()} == set(ids) - set(gone)
    revisions.unpin(ids[1])
    assert set(revisions.clean(START + timedelta(days=400))) == {ids[1], ids[2], ids[3], ids[6]}
    assert not list((tmp_path / "knowledge/revisions").glob(".*"))


CHILD = """
import os, resource, signal, sys
from pathlib import Path
from knowledge.embedder import HashEmbedder
from knowledge.errors import WriteFailed
from knowledge.revisions import Revisions
from tests.shelf import many

home, trouble, argument = sys.argv[1:]

def kill_at(event, arguments):
    if arguments and f"{event} {os.path.basename(str(arguments[0]))}".startswith(argument):
        os.kill(os.getpid(), signal.SIGKILL)

steps = 0

def kill_at_step(event, arguments):
    global steps
    if arguments and str(arguments[0]).startswith(home):
        steps += 1
        if steps == int(argument):
            os.kill(os.getpid(), signal.SIGKILL)

if trouble == "killed":
    sys.addaudithook(kill_at)
if trouble == "killed at step":
    sys.addaudithook(kill_at_step)
if trouble == "disk full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(argument), int(argument)))
revisions = Revisions(Path(home))
try:
    revisions.publish(revisions.stage(many(40, "second"), HashEmbedder()))
except WriteFailed as error:
    print(error)
    sys.exit(28)
print(steps)
"""


def second_publish(home: Path, trouble: str, argument: str) -> subprocess.CompletedProcess[str]:
    """Another process stages and publishes 40 passages and meets with `trouble`."""
    command = [sys.executable, "-c", CHILD, str(home), trouble, argument]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def assert_old_one_serves_and_a_new_one_can_follow(home: Path, old: str) -> None:
    revisions = Revisions(home)
    assert revisions.live() == old
    live = LiveKnowledge(revisions, HASH)
    assert live.refresh()
    with live.acquire() as knowledge:
        assert knowledge.search([ask("first rule")], EVERYTHING)
    new = revisions.stage(many(40, "second"), HASH)
    revisions.publish(new)
    assert live.refresh()
    assert live.current_revision == new
    live.close()
    revisions.clean(START)
    left = sorted(path.name for path in (home / "knowledge/revisions").iterdir())
    assert left == sorted({old, new})


@pytest.mark.parametrize(
    "point",
    [
        "sqlite3.connect embeddings.sqlite",
        "open passages.jsonl",
        "open vectors.npy",
        "open params.index.json",
        "import chromadb",
        "open manifest.json",
        "os.rename .staging",
        "open .live",
        "os.rename .live",
    ],
)
def test_a_publisher_killed_at_any_point_leaves_the_old_revision_live(tmp_path: Path, point: str) -> None:
    old = publish(Revisions(tmp_path), "first rule")
    done = second_publish(tmp_path, "killed", point)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert_old_one_serves_and_a_new_one_can_follow(tmp_path, old)


@pytest.mark.parametrize(
    ("limit", "embedded", "refused"),
    [
        (1_000, False, "disk I/O error"),
        (60_000, False, "disk I/O error"),
        (50_000, True, "requested and"),
        (100_000, True, "Chroma could not write"),
    ],
    ids=["at once", "in the cache", "in the vectors", "in chroma"],
)
def test_a_full_disk_leaves_the_old_revision_live_and_says_who_must_act(
    tmp_path: Path, limit: int, embedded: bool, refused: str
) -> None:
    old = publish(Revisions(tmp_path), "first rule")
    if embedded:
        texts = [item.search_text for item in many(40, "second").passages]
        embed_cached(
            tmp_path / "knowledge/embeddings.sqlite", HASH, texts, silent, datetime(2100, 1, 1, tzinfo=UTC)
        )
    done = second_publish(tmp_path, "disk full", str(limit))
    assert done.returncode == 28, done.stderr
    assert refused in done.stdout
    assert f"make room or grant write access; until then the live revision stays {old}" in done.stdout
    assert_old_one_serves_and_a_new_one_can_follow(tmp_path, old)


def test_the_live_revision_changes_by_one_rename_only(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    ids = [publish(revisions, f"rule {number}") for number in range(2)]
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add(revisions.live())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(100):
        revisions.publish(ids[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(ids)


def test_two_publishers_at_once_leave_one_whole_revision(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    publish(revisions, "first rule")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: publish(revisions, f"rule {number % 2}"), range(4)))
    assert len(revisions.list()) == 3
    live = revisions.live()
    assert live is not None
    revisions.open(live, HASH).close()


def test_a_running_search_keeps_its_revision_until_it_ends(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    old = publish(revisions, "first rule")
    live = LiveKnowledge(revisions, HASH)
    assert live.refresh()
    with live.acquire() as knowledge:
        new = publish(revisions, "second rule")
        assert live.refresh()
        assert (knowledge.revision, live.current_revision) == (old, new)
        assert knowledge.search([ask("rule")], EVERYTHING)[0].passage.text == "first rule"
    with live.acquire() as knowledge:
        assert knowledge.search([ask("rule")], EVERYTHING)[0].passage.text == "second rule"
    assert live.refresh() is False
    live.close()


def test_a_revision_that_cannot_be_opened_leaves_the_old_one_serving(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path)
    old = publish(revisions, "first rule")
    live = LiveKnowledge(revisions, HASH)
    live.refresh()
    new = publish(revisions, "second rule")
    (tmp_path / "knowledge/revisions" / new / "vectors.npy").write_bytes(b"")
    with pytest.raises(DamagedRevision, match="roll back"):
        live.refresh()
    assert live.current_revision == old
    with live.acquire() as knowledge:
        assert knowledge.search([ask("rule")], EVERYTHING)
    live.close()


Footprint = tuple[int, int, int]
"""Open descriptors, threads and resident kilobytes of a process."""


def footprint() -> Footprint:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return (
        len(os.listdir("/proc/self/fd")),
        int(fields["Threads"]),
        int(fields["VmRSS"].split()[0]),
    )


def footprints(home: Path, exact_limit: int, publishes: int) -> tuple[Footprint, Footprint]:
    """Before and after so many more publishes with a search in each."""
    revisions = Revisions(home, exact_limit=exact_limit)
    live = LiveKnowledge(revisions, HASH)

    def round_(number: int) -> None:
        revisions.publish(revisions.stage(many(200, f"round{number}-"), HASH))
        assert live.refresh()
        with live.acquire() as knowledge:
            assert knowledge.search([ask(f"rule {number}")], EVERYTHING)

    for number in range(3):
        round_(number)
    before = footprint()
    for number in range(3, 3 + publishes):
        round_(number)
    after = footprint()
    live.close()
    return before, after


@pytest.mark.parametrize("publishes", [8, pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.parametrize("exact_limit", [200_000, 0], ids=["exact", "chroma"])
def test_publishing_again_and_again_holds_on_to_nothing(
    tmp_path: Path, exact_limit: int, publishes: int
) -> None:
    """In a process of its own: other tests open and close things too."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        before, after = pool.submit(footprints, tmp_path, exact_limit, publishes).result()
    descriptors, threads, resident = before
    assert after[0] <= descriptors + 2
    assert after[1] <= threads + 2
    assert after[2] - resident <= 40_000 + 400 * publishes
