"""The built extension in a Chromium of its own."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.processes import ROOT

WITHIN_S = 30.0
BASE = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def chromium_path() -> str | None:
    """The machine's Chromium, or None for Playwright's own."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def with_extension(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """A browser with the extension, which reads the pages of 127.0.0.1; its profile is in `folder`."""
    build = ["node", "build.mjs", "--host", "http://127.0.0.1/*", "--out", str(folder)]
    subprocess.run(build, cwd=ROOT / "extension", check=True, capture_output=True)
    built = folder / "chrome"
    context = playwright.chromium.launch_persistent_context(
        str(folder / "profile"),
        executable_path=chromium_path(),
        no_viewport=True,
        args=[
            *BASE,
            f"--load-extension={built}",
            f"--disable-extensions-except={built}",
            "--remote-debugging-port=0",
        ],
    )
    try:
        worker = awaited(lambda: next(iter(context.service_workers), None), context.pages[0])
        registered = "async () => (await chrome.scripting.getRegisteredContentScripts()).length"
        awaited(lambda: worker.evaluate(registered), context.pages[0])
        yield context
    finally:
        context.close()


def awaited(look: Callable[[], Any], page: Page) -> Any:
    """What `look` finds, as soon as it finds something; `page` lets the browser go on meanwhile."""
    deadline = time.monotonic() + WITHIN_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing came within {WITHIN_S:g} s"
        page.wait_for_timeout(20)
    return found
