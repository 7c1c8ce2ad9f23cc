"""Pages with the rich editors that helpdesks use, bundled once and served from this machine."""

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
