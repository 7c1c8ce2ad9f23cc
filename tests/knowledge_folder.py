"""A small folder of knowledge that tests write, and the ways to ingest it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.folders import Bare, open_folder
from ingest.sync import Embedding, Options, Outcome, sync
from knowledge.embedder import HashEmbedder
from knowledge.revisions import Revisions

CONFIG = """\
name = "Corner Shop"
timezone = "Europe/London"

[[source]]
name = "policies"
kind = "policy"
audience = "public"
owner = "ann"
include = ["policies/**/*"]

[[source]]
name = "internal"
kind = "policy"
audience = "internal"
owner = "ann"
include = ["internal/*.md"]

[[source]]
name = "code"
kind = "code"
audience = "internal"
owner = "bob"
include = ["code/**/*.py"]
"""

FILES = {
    "knowledge.toml": CONFIG,
    "policies/returns.md": "# Returns\n\nYou may return a lamp within 30 days.\n",
    "policies/delivery.md": "# Delivery\n\nA parcel takes two working days.\n",
    "internal/goodwill.md": "# Goodwill\n\nAn agent may give up to five pounds.\n",
    "code/fees.py": '"""Late fees."""\n\nRATE = 3\n\n\ndef fee(days: int) -> int:\n    return RATE * days\n',
}

HASHED = Embedding(HashEmbedder.identity, HashEmbedder)
NOT_BARE = Bare()
DEFAULT = Options()


def write_folder(root: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """Write the files below `root` and return it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def sync_folder(root: Path, home: Path, options: Options = DEFAULT) -> Outcome:
    """Sync one folder in this process with the hashed embedder."""
    return sync([open_folder(root, NOT_BARE)], Revisions(home), HASHED, options, _silent)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def live_texts(home: Path) -> dict[str, list[str]]:
    """Texts of the live passages by document."""
    revisions = Revisions(home)
    live = revisions.live()
    texts: dict[str, list[str]] = {}
    for passage in revisions.passages(live) if live else ():
        texts.setdefault(passage.document.id, []).append(passage.text)
    return texts


def ingest(*arguments: str | Path, home: Path, limit: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line as a process; `limit` is a shell command run before it, such as `ulimit -f 8`."""
    command = [sys.executable, "-m", "ingest", *map(str, arguments)]
    if limit:
        command = ["bash", "-c", f'{limit}; exec "$@"', "bash", *command]
    environment = os.environ | {"SOTTO_HOME": str(home), "NO_COLOR": "1"}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        cwd=Path(__file__).parent.parent,
        check=False,
    )


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


def command_line(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same command line inside this process: for tables of cases, since a process each takes its time."""

    def call(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["ingest", *map(str, arguments)])
        monkeypatch.setenv("SOTTO_HOME", str(home))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        printed = capsys.readouterr()
        return Done(code if isinstance(code, int) else 0, printed.out, printed.err)

    return call
