"""Every file that can't be read fails alone, with its reason and who must act; the others are published."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest

from ingest.errors import IngestError
from knowledge.revisions import Revisions
from tests.knowledge_folder import CONFIG, FILES, ingest, live_texts, sync_folder, write_folder

DEEP = "<div>" * 3000 + "x" + "</div>" * 3000


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "policies/big.md",
            b"x" * 5_000_001,
            "too large: 5.0 MB, at most 5 MB: the owner must split or exclude it",
        ),
        ("policies/binary.md", b"PNG\0\x01", "binary, not text (a zero byte at offset 3)"),
        (
            "policies/latin.md",
            b"ok\ncaf\xe9\n",
            "not UTF-8 on line 2 (byte 6): the owner must save it as UTF-8",
        ),
        ("policies/bom.md", b"\xef\xbb\xbfok\n\xff", "not UTF-8 on line 2 (byte 6)"),
        ("policies/wide.md", "Hallo".encode("utf-16"), "encoded as UTF-16"),
        ("policies/empty.md", b" \n", "empty: the owner must fill, remove or exclude it"),
        (
            "policies/front.md",
            b"---\naudience: all\n---\nx\n",
            "front matter `audience`: expected public, expert",
        ),
        (
            "policies/dates.md",
            b"---\neffective_from: 2026-02-01\nexpires_on: 2026-01-01\n---\nx\n",
            "is after expires_on",
        ),
        (
            "internal/wide.md",
            b"---\naudience: public\n---\nx\n",
            'its source "internal" is internal: the owner must',
        ),
        ("policies/deep.html", DEEP.encode(), "nested too deeply to read"),
        ("policies/image.png", b"\x89PNG", "no reader for .png files: expected .md"),
        ("policies/cells.csv", b"name,price\nLamp\n", "line 2: expected 2 cells, received 1"),
        ("code/broken.py", b"x = 1\ndef f(:\n", "line 2: not valid Python"),
        ("code/null.py", b"x = '\0'\n", "binary, not text"),
    ],
)
def test_a_bad_file_fails_alone_and_says_who_must_act(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    outcome = sync_folder(write_folder(tmp_path / "shop", {**FILES, name: content}), tmp_path / "home")
    assert list(outcome.failures) == [name]
    assert told in outcome.failures[name]
    assert "owner must" in outcome.failures[name]
    assert set(live_texts(tmp_path / "home")) == FILES.keys() - {"knowledge.toml"}


def test_links_fail_unless_they_stay_inside(tmp_path: Path) -> None:
    folder, secret = write_folder(tmp_path / "shop"), tmp_path / "secret.md"
    secret.write_text("# Secret\n\nDo not show.\n")
    (folder / "policies/outside.md").symlink_to(secret)
    (folder / "policies/loop.md").symlink_to("loop.md")
    (folder / "policies/up").symlink_to("..")
    (folder / "policies/gone.md").symlink_to("nowhere.md")
    (folder / "policies/inside.md").symlink_to("returns.md")
    os.mkfifo(folder / "policies/pipe.md")
    outcome = sync_folder(folder, tmp_path / "home")
    reasons = {
        "policies/outside.md": "link leads outside the folder",
        "policies/loop.md": "link leads nowhere",
        "policies/up": "links to folders are not followed",
        "policies/gone.md": "link leads nowhere",
        "policies/pipe.md": "not a regular file",
    }
    assert outcome.failures.keys() == reasons.keys()
    assert all(outcome.failures[path].startswith(reason) for path, reason in reasons.items())
    assert "policies/inside.md" in live_texts(tmp_path / "home")


def test_a_file_name_that_is_not_utf8_fails_alone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop")
    (folder / "policies" / os.fsdecode(b"caf\xe9.md")).write_text("x")
    assert list(sync_folder(folder, tmp_path / "home").failures) == [r"policies/caf\xe9.md"]


def test_a_file_that_two_sources_claim_fails_alone(tmp_path: Path) -> None:
    text = CONFIG.replace('include = ["internal/*.md"]', 'include = ["internal/*.md", "policies/returns.md"]')
    outcome = sync_folder(
        write_folder(tmp_path / "shop", {**FILES, "knowledge.toml": text}), tmp_path / "home"
    )
    assert outcome.failures == {
        "policies/returns.md": 'claimed by the sources "policies" (public) and "internal" (internal): '
        "the owner must exclude it from all but one in knowledge.toml"
    }


def test_hidden_folders_are_not_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", {**FILES, "policies/.git/a.md": "x", "policies/.hidden.md": "x"})
    sync_folder(folder, tmp_path / "home")
    assert set(live_texts(tmp_path / "home")) == FILES.keys() - {"knowledge.toml"}


def test_an_empty_folder_publishes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", {"knowledge.toml": CONFIG})
    with pytest.raises(IngestError, match="No file matches any source"):
        sync_folder(folder, tmp_path / "home")
    assert Revisions(tmp_path / "home").live() is None


def test_nothing_is_published_when_every_file_fails(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop", {"knowledge.toml": CONFIG, "policies/a.md": b"\0"})
    with pytest.raises(IngestError, match=r"None of 1 files could be read.*\n  policies/a.md: binary"):
        sync_folder(folder, tmp_path / "home")
    assert Revisions(tmp_path / "home").live() is None


def test_a_file_without_permission_fails_alone(tmp_path: Path) -> None:
    """Run by somebody who isn't root, for whom permissions don't hold."""
    folder = write_folder(tmp_path / "shop")
    (folder / "policies/returns.md").chmod(0)
    script = (
        "import os, sys; from pathlib import Path; from ingest.folders import Bare, open_folder; "
        "from ingest.survey import survey; folder = open_folder(Path(sys.argv[1]), Bare()); "
        "look = lambda: survey([folder], {}, lambda *_: None).failures; look(); "
        "os.getuid() == 0 and os.setuid(65534); print(look())"
    )
    inside = tmp_path.relative_to(gettempdir())
    for above in [inside, *list(inside.parents)[:-1]]:
        (Path(gettempdir()) / above).chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    assert "policies/returns.md" in done.stdout
    assert "cannot be read (Permission denied): whoever runs ingest needs permission" in done.stdout


def test_a_full_disk_leaves_the_live_revision(tmp_path: Path) -> None:
    folder, home = write_folder(tmp_path / "shop"), tmp_path / "home"
    live = sync_folder(folder, home).revision
    write_folder(folder, {f"policies/{at}.md": f"# T{at}\n\n{'word ' * 2000}\n" for at in range(20)})
    done = ingest("sync", folder, "--embedder", "hash", home=home, limit="ulimit -f 64")
    assert done.returncode == 2, done.stderr
    assert f"the live revision stays {live}" in done.stderr
    assert "Traceback" not in done.stderr
    assert Revisions(home).live() == live
    assert "policies/0.md" not in live_texts(home)
    assert ingest("sync", folder, "--embedder", "hash", home=home).returncode == 0
    assert "policies/0.md" in live_texts(home)


def test_being_killed_while_staging_leaves_the_live_revision(tmp_path: Path) -> None:
    folder, home = write_folder(tmp_path / "shop"), tmp_path / "home"
    live = sync_folder(folder, home).revision
    write_folder(folder, {"policies/new.md": "# New\n\nNew words.\n"})
    script = (
        "import os, signal, sys; from pathlib import Path; import tests.knowledge_folder as kf; "
        "import knowledge.revisions as r; "
        "r.Revisions.publish = lambda self, revision: os.kill(os.getpid(), signal.SIGKILL); "
        "kf.sync_folder(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(home)], cwd=Path(__file__).parent.parent, check=False
    )
    assert done.returncode == -9
    assert Revisions(home).live() == live
    assert sync_folder(folder, home).plan.added == ("policies/new.md",)
    assert "policies/new.md" in live_texts(home)


def test_the_size_limit_is_a_setting(tmp_path: Path) -> None:
    text = CONFIG.replace("timezone", "max_document_mb = 0.00006\ntimezone", 1)
    outcome = sync_folder(
        write_folder(tmp_path / "shop", {**FILES, "knowledge.toml": text}), tmp_path / "home"
    )
    assert list(outcome.failures) == ["code/fees.py"]


def test_a_fifty_megabyte_document_is_never_loaded(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shop")
    with (folder / "policies/huge.md").open("wb") as file:
        file.truncate(50_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = sync_folder(folder, tmp_path / "home")
    assert "too large: 50.0 MB" in outcome.failures["policies/huge.md"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
