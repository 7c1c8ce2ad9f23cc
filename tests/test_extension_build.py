"""The built extension: what its manifest asks the browser for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.live_server import ROOT

COMMANDS = {"insert", "next", "ask", "dismiss"}


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return manifest_of("chrome", tmp_path_factory.mktemp("build"))


def manifest_of(browser: str, out: Path) -> dict[str, Any]:
    subprocess.run(
        ["node", "build.mjs", "--out", str(out)], cwd=ROOT / "extension", check=True, capture_output=True
    )
    manifest: dict[str, Any] = json.loads((out / browser / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def test_the_four_commands_have_keys_of_their_own_that_the_docs_name(chrome: dict[str, Any]) -> None:
    keys = {name: command["suggested_key"]["default"] for name, command in chrome["commands"].items()}
    assert set(keys) == COMMANDS  # a browser suggests keys for four at most
    assert len(set(keys.values())) == len(COMMANDS)
    docs = (ROOT / "docs" / "extension.md").read_text(encoding="utf-8")
    assert [name for name, key in keys.items() if f"`{key}`" not in docs] == []
