"""The panel as a web page: what the server sends, to whom, and under which rules."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.settings import Settings
from server.try_page import panel_pages
from tests.live_server import ROOT, serving


def client(build: Path, **settings: Any) -> TestClient:
    app = FastAPI()
    app.include_router(panel_pages(Settings(**settings), build))
    return TestClient(app)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<title>Sotto</title>")
    (tmp_path / "panel.js").write_text("0")
    return tmp_path


def test_the_panel_page_may_be_framed_by_its_own_server_only_and_runs_no_inline_script(build: Path) -> None:
    answer = client(build).get("/panel/")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["missing.js", "..%2Fsecret", "%2e%2e", ".hidden"])
def test_only_files_of_the_build_are_served(build: Path, name: str) -> None:
    (build.parent / "secret").write_text("secret")
    assert client(build).get(f"/panel/{name}").status_code == 404


def test_a_panel_that_is_not_built_says_what_to_run(tmp_path: Path) -> None:
    answer = client(tmp_path / "nothing").get("/panel/")
    assert answer.status_code == 503
    assert "make run" in answer.text


def test_the_demo_exists_only_when_the_settings_say_so(build: Path) -> None:
    assert client(build).get("/try").status_code == 404
    assert client(build).get("/try/conversations").status_code == 404


def test_the_demo_lists_the_scripted_conversations(build: Path) -> None:
    scripts = client(build, demo=True, examples=ROOT / "examples/quillbrook").get("/try/conversations").json()
    assert len(scripts) >= 3
    for script in scripts:
        assert {"id", "title", "mood", "channel", "subject", "customer", "turns"} <= script.keys()


async def test_the_demo_signs_a_local_browser_in_and_a_foreign_page_gets_no_token(tmp_path: Path) -> None:
    async with serving(tmp_path, demo=True) as server:
        async with httpx.AsyncClient(base_url=server.url, follow_redirects=True) as browser:
            page = await browser.get("/try?conversation=return-calm")
            assert page.url.params["conversation"] == "return-calm"
            assert (await browser.post("/panel/token")).json()["name"] == "demo"
            foreign = await browser.post("/panel/token", headers={"origin": "https://elsewhere.example"})
            assert foreign.status_code == 401
        async with httpx.AsyncClient(base_url=server.url) as stranger:
            assert (await stranger.post("/panel/token")).status_code == 401


@pytest.mark.parametrize("hosts", [[], ["https://desk.example.com/*"]])
def test_the_shipped_extension_may_read_only_the_helpdesks_that_were_named(
    tmp_path: Path, hosts: list[str]
) -> None:
    named = [argument for host in hosts for argument in ("--host", host)]
    build = ["node", "build.mjs", *named, "--out", str(tmp_path)]
    subprocess.run(build, cwd=ROOT / "extension", check=True, capture_output=True)
    manifest = json.loads((tmp_path / "chrome" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["host_permissions"] == hosts
    assert "content_scripts" not in manifest, "they are registered for the granted addresses only"
    assert set(manifest["permissions"]) == {"sidePanel", "storage", "scripting", "identity"}
    assert "<all_urls>" not in json.dumps(manifest)


def test_the_panel_is_a_small_script(tmp_path: Path) -> None:
    build = ["node", "build.mjs", "--out", str(tmp_path)]
    subprocess.run(build, cwd=ROOT / "extension", check=True, capture_output=True)
    for kind in ("chrome", "web"):
        size = len(gzip.compress((tmp_path / kind / "panel.js").read_bytes()))
        assert 5_000 < size <= 60_000, f"the {kind} panel's script is {size} bytes gzipped, the bar is 60,000"
