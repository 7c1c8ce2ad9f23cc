"""Pages with the rich editors that helpdesks use, and Sotto's side of a page without a panel."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser import Desk, browsing, until
from tests.live_server import ROOT

EDITORS = ROOT / "tests" / "editors"
ESBUILD = ROOT / "extension" / "node_modules" / ".bin" / "esbuild"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """A test's output is no access log."""


def bundle(out: Path) -> None:
    """The pages as a browser loads them; fonts of the editors' toolbars are left out."""
    assert (EDITORS / "node_modules").exists(), "The editors are missing: `make test` installs them."
    options = ["--bundle", "--splitting", "--format=esm", "--log-level=warning", f"--outdir={out}"]
    fonts = [f"--loader:.{kind}=empty" for kind in ("woff", "woff2", "ttf", "eot")]
    pages = [EDITORS / "pages" / name for name in ("editors.js", "styles.css")]
    subprocess.run([ESBUILD, *pages, *options, *fonts], check=True, capture_output=True)
    shutil.copy(EDITORS / "pages" / "index.html", out)


@pytest.fixture(scope="session")
def editor_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pages; `?editor=NAME` chooses one."""
    out = tmp_path_factory.mktemp("editors")
    bundle(out)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def at_desk(
    playwright: Playwright, extension: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One browser for all tests of a module, with neither panel nor server."""
    folder = tmp_path_factory.mktemp("desk")
    with browsing(playwright, folder, extension) as context:
        desk = Desk(context, playwright, folder / "profile")
        registered = "async () => (await chrome.scripting.getRegisteredContentScripts()).length"
        until(lambda: desk.worker.evaluate(registered), "the content script", desk.page)
        yield desk


def tell(desk: Desk, message: dict[str, Any]) -> dict[str, Any]:
    """What the page in view answers to the panel."""
    ask = """async message => {
      const [tab] = await chrome.tabs.query({ active: true });
      return chrome.tabs.sendMessage(tab.id, message);
    }"""
    answer: dict[str, Any] = desk.worker.evaluate(ask, message)
    return answer


def insert(
    desk: Desk, conversation: str, text: str, *, replace: bool = False, audience: str = "public"
) -> dict[str, Any]:
    """What became of a suggestion that the agent has inserted."""
    about = {"conversation_id": conversation, "suggestion_id": "s1", "audience": audience}
    return tell(desk, {"sotto": "insert", "insertion": {**about, "text": text, "replace": replace}})
