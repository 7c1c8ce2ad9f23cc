"""The command line as a process, and docs/knowledge.md held to it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from ingest.cli import app
from ingest.config import InputConfig, KnowledgeConfig, SafeConfig, SourceConfig, load_config
from ingest.read.front_matter import Facts
from tests.knowledge_folder import CONFIG, FILES, Command, command_line, ingest, sync_folder, write_folder

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs/knowledge.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "ingest").rglob("*.py"))]
HASH = ("--embedder", "hash")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "shop")


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return command_line(home, capsys, monkeypatch)


def test_a_folder_is_synced_shown_searched_and_rolled_back(folder: Path, home: Path, run: Command) -> None:
    first = ingest("sync", folder, *HASH, home=home)
    assert first.returncode == 0, first.stderr
    assert "added    policies/returns.md" in first.stdout
    assert "Published revision" in first.stdout
    assert "\x1b" not in first.stdout + first.stderr

    shown = run("show").stdout
    assert "Corner Shop, revision" in shown
    assert "policies/returns.md  Returns  1 passages" in shown
    one = run("show", "policies/returns.md").stdout
    assert "policies/returns.md:1-3" in one
    assert "You may return a lamp within 30 days." in one

    found = ingest("search", "may I return my lamp?", *HASH, home=home).stdout
    assert re.search(
        r"^1\. confidence \d\.\d\d .*\[policy, public\]\n   Returns  \(policies/returns.md:1-3\)", found, re.M
    )

    write_folder(folder, {"policies/returns.md": "# Returns\n\nNo lamp comes back.\n"})
    assert "changed  policies/returns.md" in run("sync", folder, *HASH).stdout
    listed = json.loads(run("revisions", "--json").stdout)
    assert [row["live"] for row in listed] == [True, False]
    assert f"* {listed[0]['id']}" in run("revisions").stdout
    assert run("roll-back", listed[1]["id"]).returncode == 0
    assert "30 days" in run("show", "policies/returns.md").stdout


def test_a_second_sync_says_that_nothing_changed(folder: Path, run: Command) -> None:
    run("sync", folder, *HASH)
    again = run("sync", folder, *HASH)
    assert again.returncode == 0
    assert "Nothing changed: revision" in again.stdout


def test_failures_are_listed_and_told_by_the_exit_code(folder: Path, home: Path, run: Command) -> None:
    sync_folder(folder, home)
    write_folder(folder, {"policies/returns.md": b"\0", "policies/front.md": "---\ntags: 7\n---\nText.\n"})
    for done in (ingest("sync", folder, *HASH, home=home), run("sync", folder, *HASH)):
        assert done.returncode == 1
        assert "failed   policies/returns.md: binary, not text" in done.stdout
        assert re.search(r"kept     policies/returns.md: its passages stay as in revision \w+", done.stdout)
    assert "failed   policies/returns.md: binary" in run("show").stdout


def test_json_tells_the_same(folder: Path, run: Command) -> None:
    write_folder(folder, {"policies/bad.md": b"\0", "policies/front.md": "---\ntags: 7\n---\nText.\n"})
    done = run("sync", folder, *HASH, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["published"], told["documents"], list(told["failed"])) == (True, 5, ["policies/bad.md"])
    assert told["warnings"] == {
        "policies/front.md": ["front matter `tags` ignored: expected a list, received a int"]
    }
    shown = json.loads(run("show", "--json").stdout)
    assert shown["revision"] == told["revision"]
    assert len(shown["passages"]) == told["passages"]
    hits = json.loads(run("search", "lamp", *HASH, "--json", "--kind", "code").stdout)["hits"]
    assert {hit["passage"]["kind"] for hit in hits} <= {"code"}


def test_a_dry_run_publishes_nothing(folder: Path, run: Command) -> None:
    done = run("sync", folder, *HASH, "--dry-run")
    assert done.returncode == 0
    assert "added    internal/goodwill.md" in done.stdout
    assert "Dry run: nothing was published." in done.stdout
    assert run("show").returncode == 2


def test_search_obeys_audience_and_day(folder: Path, home: Path, run: Command) -> None:
    write_folder(
        folder, {"policies/old.md": "---\nexpires_on: 2026-01-31\n---\n# Old\n\nA lamp was welcome.\n"}
    )
    sync_folder(folder, home)

    def found(*options: str) -> set[str]:
        done = run("search", "a lamp", "--json", "--limit", "20", *HASH, *options)
        return {hit["passage"]["document"] for hit in json.loads(done.stdout)["hits"]}

    assert "policies/old.md" in found("--as-of", "2026-01-31")
    assert "policies/old.md" not in found("--as-of", "2026-02-01")
    assert found("--audience", "internal") <= {"internal/goodwill.md", "code/fees.py"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("sync", "{tmp}/nowhere"), "nowhere: no such file or folder"),
        (("sync", "{tmp}/loose"), "has no knowledge.toml. Write one, for example"),
        (("sync", "{tmp}/loose", "--kind", "policy"), "--kind policy --audience public --owner NAME"),
        (("sync", "{tmp}/loose/a.md"), "expected a folder or a knowledge.toml"),
        (("sync", "{tmp}/shop", "--owner", "ann"), "leave out --kind, --audience and --owner"),
        (
            ("sync", "{tmp}/loose", "--kind", "code", "--audience", "public", "--owner", "a"),
            "--audience internal",
        ),
        (("sync", "{tmp}/typo"), "did you mean `include`?"),
        (("sync", "{tmp}/hollow"), "No file matches any source"),
        (("search", "lamp"), "Nothing is published below"),
        (("show",), "Run `ingest sync FOLDER` first"),
        (("revisions",), "Nothing is published below"),
        (("roll-back", "beef"), "Nothing is published below"),
    ],
)
def test_a_mistake_is_one_clear_sentence_and_exit_code_2(
    tmp_path: Path, run: Command, arguments: tuple[str, ...], told: str
) -> None:
    write_folder(tmp_path / "shop")
    write_folder(tmp_path / "loose", {"a.md": "x"})
    write_folder(tmp_path / "typo", {**FILES, "knowledge.toml": CONFIG.replace("include", "includes")})
    write_folder(tmp_path / "hollow", {"knowledge.toml": CONFIG})
    done = run(*(part.format(tmp=tmp_path) for part in arguments))
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_revision_or_document_changes_nothing(folder: Path, home: Path, run: Command) -> None:
    live = sync_folder(folder, home).revision
    assert "There is no revision 'beef'" in run("roll-back", "beef").stderr
    assert run("show", "nowhere.md").returncode == 2
    assert f"* {live}" in run("revisions").stdout


def test_a_home_that_cannot_be_written_says_who_must_act(folder: Path, home: Path, run: Command) -> None:
    home.write_text("a file stands where the folder should be")
    done = run("sync", folder, *HASH)
    assert done.returncode == 2
    assert "Whoever runs this machine must look at free space and permissions" in done.stderr


def test_a_sync_without_changes_imports_nothing_heavy(folder: Path, home: Path) -> None:
    """Looks inside the process: the time of a second sync is mostly the time of its imports."""
    sync_folder(folder, home)
    script = (
        "import sys; sys.argv[:2] = ['ingest', 'sync', sys.argv[1], '--embedder', 'hash', '--home']\n"
        "from ingest.__main__ import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'chromadb', 'llama_index', 'sentence_transformers', 'onnxruntime'}\n"
        "print('heavy:', sorted(heavy & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", script, str(folder), str(home)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "Nothing changed" in done.stdout
    assert "heavy: []" in done.stdout


def command_words() -> set[str]:
    """Every command and option there is."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {
        option for c in commands.values() for p in c.params for option in p.opts if option.startswith("--")
    }
    return {f"ingest {name}" for name in commands} | options - {"--help"}


@pytest.mark.parametrize("word", sorted(command_words()))
def test_the_documentation_names_every_command_and_option(word: str) -> None:
    assert re.search(rf"`{word}\b", DOCS)


@pytest.mark.parametrize(
    "key",
    sorted(
        {
            *(*KnowledgeConfig.model_fields, *SourceConfig.model_fields, *Facts.__dataclass_fields__),
            *(
                *SafeConfig.model_fields,
                *(field.alias or name for name, field in InputConfig.model_fields.items()),
            ),
        }
    ),
)
def test_the_documentation_names_every_key(key: str) -> None:
    assert f"`{key}`" in DOCS


def test_the_example_of_the_documentation_is_valid(tmp_path: Path) -> None:
    match = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert match
    (tmp_path / "knowledge.toml").write_text(match[1])
    assert load_config(tmp_path / "knowledge.toml").name == "Corner Shop"


def documented_reasons() -> list[str]:
    table = DOCS.split("## When a file fails")[1]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [reason for row in rows for reason in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("reason", documented_reasons())
def test_every_documented_reason_is_one_that_ingest_gives(reason: str) -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in (Path(__file__).parent.parent / "ingest").rglob("*.py")
    ]
    assert any(reason in source for source in sources)


def test_every_reason_that_ingest_gives_is_documented() -> None:
    """Reads the sources: whatever raises UnreadableDocument has its row."""
    raises = re.compile(r"raise UnreadableDocument\(\s*(.{,200})", re.DOTALL)
    raised = [text for source in SOURCES for text in raises.findall(source)]
    assert len(raised) > 15
    assert [text for text in raised if not any(reason in text for reason in documented_reasons())] == []
