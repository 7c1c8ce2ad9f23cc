"""Takes the README's pictures again, from the demo as it runs, and one of every state of the panel, in
test-results/gallery/: `make screenshots`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from tests.browser import EXTENSION, RESULTS, Backend, chromium_path, index_demo
from tests.held_model import HeldModel, held_model

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
# One request for a refund, asked calmly and asked in anger: states of the gallery by picture.
SAME_REQUEST = {"refund-calm": "ready", "refund-angry": "human"}
SIZE = {"width": 1240, "height": 800}


def open_try(browser: Browser, backend: Backend, conversation: str, scheme: str = "light") -> Page:
    """The demo page with this conversation begun."""
    page = browser.new_page(viewport=SIZE, color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{backend.url}/try?conversation={conversation}")
    return page


def panel_of(page: Page) -> FrameLocator:
    """The panel beside it."""
    return page.frame_locator("#panel-frame")


def ready(page: Page) -> None:
    """Waits for the whole suggestion."""
    expect(panel_of(page).locator(".suggestion[data-state=ready]")).to_be_visible(timeout=20_000)


def save(page: Page, name: str, panel_only: bool = False) -> None:
    """Takes the picture and closes the page."""
    page.mouse.move(0, 0)
    target = page.locator("#panel-frame") if panel_only else page
    target.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def take_quick(browser: Browser, backend: Backend) -> None:
    """The pictures of the demo as it is."""
    for scheme in ("light", "dark"):
        page = open_try(browser, backend, "return-calm", scheme)
        ready(page)
        panel_of(page).get_by_role("button", name="Insert in reply").click()
        expect(panel_of(page).locator("[data-done=inserted]")).to_be_visible()
        save(page, "panel" if scheme == "light" else "panel-dark")
    for scheme in ("light", "dark"):
        page = open_try(browser, backend, "late-fee-angry", scheme)
        panel_of(page).locator(".flag-line").click()
        expect(panel_of(page).locator(".flag").first).to_be_visible()
        save(page, "flag" if scheme == "light" else "flag-dark")
    page = open_try(browser, backend, "wedding-list-unanswered")
    panel_of(page).get_by_label("Ask the knowledge").fill("Do you sell flight tickets for the honeymoon?")
    page.keyboard.press("Enter")
    expect(panel_of(page).locator("[data-state=nothing_found]")).to_be_visible()
    save(page, "nothing-found", panel_only=True)


def take_broken(browser: Browser, backend: Backend, model: HeldModel) -> None:
    """The pictures of a reply that streams, and of a server that went away."""
    page = open_try(browser, backend, "return-calm")
    expect(panel_of(page).locator(".suggestion[data-state=streaming] .caret")).to_be_visible(timeout=20_000)
    expect(panel_of(page).locator(".draft")).to_contain_text(model.beginning)
    page.locator("#panel-frame").screenshot(path=PICTURES / "streaming.png")
    backend.kill()
    expect(panel_of(page).locator("[data-state=disconnected]")).to_be_visible()
    save(page, "disconnected", panel_only=True)


def take_gallery(browser: Browser, folder: Path) -> None:
    """Every designed state of the panel in light and dark, to be looked at; git ignores them."""
    build = ["node", "gallery.mjs", "--out", str(folder)]
    subprocess.run(build, cwd=EXTENSION, check=True)
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 360, "height": 765})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto((folder / "index.html").as_uri())
        for name in page.evaluate("gallery.names"):
            page.evaluate("name => gallery.show(name)", name)
            page.screenshot(path=RESULTS / "gallery" / scheme / f"{name.replace(' ', '-')}.png")
        for picture, name in SAME_REQUEST.items() if scheme == "light" else ():
            page.evaluate("name => gallery.show(name)", name)
            page.screenshot(path=PICTURES / f"{picture}.png")
        page.close()


def main() -> None:
    """Starts what is needed and takes every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    try:
        home = index_demo(folder / "home")
        with sync_playwright() as playwright, held_model() as model:
            browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True)
            quick = Backend(home, folder)
            quick.start()
            take_gallery(browser, folder / "gallery")
            take_quick(browser, quick)
            quick.kill()
            model.words = ("Hello Ottilie.",)
            model.beginning = "Yes: unused and in its box it can come back within 30 days of delivery, and "
            held = Backend(home, folder, model_url=model.url, model_name="held")
            held.start()
            take_broken(browser, held, model)
            browser.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
