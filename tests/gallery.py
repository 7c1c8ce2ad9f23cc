"""The gallery for tests: the real panel in made-up states (extension/src/gallery), all on one page."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser import EXTENSION

PANEL = {"width": 360, "height": 765}
# A panel of 360 pixels at 200 % zoom has half as many of its own.
ZOOMED = {"width": 180, "height": 382}
# Opens whatever is closed, so that what is behind it is judged as well.
OPEN_ALL = """() => {
  document.querySelector('.flag-line[aria-expanded=false]')?.click();
  document.querySelector('.dock [aria-expanded=false]')?.click();
  document.querySelector('.fold[aria-expanded=false]')?.click();
  for (const details of document.querySelectorAll('details')) details.open = true;
}"""
AXE = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"


@pytest.fixture(scope="module")
def gallery(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Page]]:
    """Opens the gallery in light or dark at a size; every page has axe in it."""
    out = tmp_path_factory.mktemp("gallery")
    subprocess.run(["node", "gallery.mjs", "--out", str(out)], cwd=EXTENSION, check=True, capture_output=True)
    pages: dict[str, Page] = {}

    def at(size: dict[str, int], scheme: Literal["light", "dark"] = "light") -> Page:
        if scheme not in pages:
            page = chromium.new_page(color_scheme=scheme)
            page.goto((out / "index.html").as_uri())
            page.evaluate(AXE_SCRIPT)
            pages[scheme] = page
        pages[scheme].set_viewport_size({"width": size["width"], "height": size["height"]})
        pages[scheme].mouse.move(0, 0)
        return pages[scheme]

    yield at
    for page in pages.values():
        page.close()


def show(page: Page, name: str, *, opened: bool = False) -> None:
    page.evaluate("name => gallery.show(name)", name)
    if opened:
        page.evaluate(OPEN_ALL)


def names(page: Page) -> list[str]:
    found: list[str] = page.evaluate("gallery.names")
    return found


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(AXE)
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
