"""How soon the real side panel follows the agent to another tab, in a Chromium with the built extension."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.extension import awaited, with_extension
from server.origin import EXTENSION_ID

TABS = 5
# Wall-clock times, since the tab and the panel are two processes.
WATCH = """() => {
  window.painted = {};
  const now = () => performance.timeOrigin + performance.now();
  new MutationObserver(() => {
    const id = document.querySelector('.panel').dataset.conversation?.split(':').at(-1);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.painted[id] ??= now(); };
      port2.postMessage(0);
    });
  }).observe(document.getElementById('panel'), { subtree: true, attributeFilter: ['data-conversation'] });
}"""
SWITCH = """async number => {
  const tabs = await chrome.tabs.query({ url: `*://*/ticket.html?number=${number}` });
  const from = performance.timeOrigin + performance.now();
  await chrome.tabs.update(tabs[0].id, { active: true });
  return from;
}"""


def tab_switches(playwright: Playwright, url: str, rounds: int) -> list[float]:
    """Milliseconds from the switch to another tab until the panel has painted that tab's conversation."""
    with (
        TemporaryDirectory() as folder,
        side_panel(playwright, url, Path(folder)) as (context, panel),
    ):
        for number in range(1, TABS + 1):
            page = context.new_page()
            page.goto(f"{url}/ticket.html?number={number}")
            panel.wait_for_selector(f".panel[data-conversation$=':{number}'] .suggestion[data-state=ready]")
        panel.evaluate(WATCH)
        numbers = [number for _ in range(rounds) for number in range(1, TABS + 1)]
        return [switched(context, panel, number) for number in numbers]


def switched(context: BrowserContext, panel: Page, number: int) -> float:
    """How long one switch took."""
    panel.evaluate("window.painted = {}")
    began: float = context.service_workers[0].evaluate(SWITCH, number)
    panel.wait_for_function("number => window.painted[number]", arg=number)
    painted: float = panel.evaluate("number => window.painted[number]", number)
    return painted - began


@contextmanager
def side_panel(playwright: Playwright, url: str, folder: Path) -> Iterator[tuple[BrowserContext, Page]]:
    """The real side panel, connected to `url`, beside an empty tab."""
    with with_extension(playwright, folder) as context:
        settings = {"server": url, "token": "t"}
        context.service_workers[0].evaluate("settings => chrome.storage.local.set(settings)", settings)
        panel = opened(playwright, context, folder / "profile")
        panel.wait_for_selector("[data-connection=connected]")
        yield context, panel


def opened(playwright: Playwright, context: BrowserContext, profile: Path) -> Page:
    """The side panel as the extension's button opens it; only a second connection sees it as a page."""
    assert context.browser
    session = context.browser.new_browser_cdp_session()

    def targets() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        return found

    tab = next(target for target in targets() if target["type"] == "tab")
    session.send("Extensions.triggerAction", {"id": EXTENSION_ID, "targetId": tab["targetId"]})
    awaited(lambda: any("panel.html" in target["url"] for target in targets()), context.pages[0])
    port = (profile / "DevToolsActivePort").read_text().split()[0]
    browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
    pages = [page for each in browser.contexts for page in each.pages]
    return next(page for page in pages if "panel.html" in page.url)
