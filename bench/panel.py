"""How soon the panel shows what it was told, and whether its memory stays flat, in a real Chromium.

The built panel and the peer (a hand-written page that rebuilds everything on every message) get the same
messages of a scripted server. "painted" is when the task after the frame's callbacks runs. Chromium's frame
clock is off, so that the time is the panel's and not the screen's; one more figure has the clock of 60 Hz.
"""

from __future__ import annotations

import gzip
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from bench.extension import chromium_path
from bench.panel_server import WEB
from bench.panel_tabs import tab_switches
from bench.processes import running
from bench.report import RESULTS, Measure, compare, conditions, missed, ratio, screen, show, write
from bench.stats import percentile_estimate

MEASURE = Path(__file__).parent / "panel_pages" / "measure.js"
DELTAS = 40
OPEN_AT_ONCE = 5
EARLY, LATE, DIFFERENT = 50, 1_000, 200
UNCLOCKED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
BARS = {
    "delta_painted_p95_ms": 16.0,
    "switch_painted_p95_ms": 200.0,
    "tab_switch_p95_ms": 200.0,
    "heap_growth": 1.2,
    "script_kb": 60.0,
}


@dataclass
class Taken:
    """What was measured on one side."""

    deltas: list[float] = field(default_factory=list)
    clocked: list[float] = field(default_factory=list)
    switches: list[float] = field(default_factory=list)
    tabs: list[float] = field(default_factory=list)
    heaps: tuple[float, float] = (0.0, 0.0)

    @property
    def growth(self) -> float:
        """The heap after all switches, as a multiple of the heap after the first fifty."""
        return self.heaps[1] / self.heaps[0]


class Shown:
    """A panel in its page."""

    def __init__(self, page: Page, url: str, panel: str) -> None:
        self._page = page
        page.add_init_script(path=MEASURE)
        page.goto(f"{url}/holder.html?panel={panel}")
        frame = page.frame(url=f"{url}{panel}")
        assert frame, f"{panel} is not in the page"
        frame.wait_for_selector(".panel")
        self._frame: Frame = frame

    def stream(self, conversation_id: str) -> list[float]:
        """How long every delta of a draft took to be painted."""
        self.switch(conversation_id)
        return self._taken("deltas", DELTAS)

    def switch(self, conversation_id: str) -> float:
        """How long it took until that conversation's whole draft was painted."""
        self._page.evaluate("id => window.show(id)", conversation_id)
        return self._taken("views", 1)[0]

    def _taken(self, which: str, wanted: int) -> list[float]:
        asked = [which, wanted]
        there = "([which, wanted]) => window.painted[which].length >= wanted"
        self._frame.wait_for_function(there, arg=asked)
        times: list[float] = self._frame.evaluate("which => window.painted[which].splice(0)", which)
        return times

    def heap(self) -> float:
        """Bytes of JavaScript in use once the garbage is gone."""
        session = self._page.context.new_cdp_session(self._page)
        session.send("HeapProfiler.collectGarbage")
        used: float = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return used


@contextmanager
def panel_in(browser: Browser, url: str, panel: str) -> Iterator[Shown]:
    """The panel in a page of its own, in front."""
    context = browser.new_context(viewport={"width": 400, "height": 800})
    yield Shown(context.new_page(), url, panel)
    context.close()


def measure(url: str, panel: str, browsers: tuple[Browser, Browser], drafts: int, taken: Taken) -> None:
    """One round on one side: drafts without and with the frame clock, switches among five conversations."""
    for browser, times in zip(browsers, (taken.deltas, taken.clocked), strict=True):
        with panel_in(browser, url, panel) as shown:
            shown.stream("stream-warm")
            for number in range(drafts):
                times += shown.stream(f"stream{number}")
    with panel_in(browsers[0], url, panel) as shown:
        names = [f"live{number}" for number in range(OPEN_AT_ONCE)]
        for name in names:
            shown.switch(name)
        for _ in range(drafts * 4):
            taken.switches += [shown.switch(name) for name in names]


def measure_heap(url: str, panel: str, browser: Browser, switches: int) -> tuple[float, float]:
    """The heap after fifty switches and after all of them, among ever other conversations."""
    with panel_in(browser, url, panel) as shown:
        early = 0.0
        for number in range(switches):
            shown.switch(f"many{number % DIFFERENT}")
            if number + 1 == min(EARLY, switches):
                early = shown.heap()
        return early, shown.heap()


def figures(ours: Taken, peer: Taken, script: float) -> list[Measure]:
    """The table's rows."""

    def beside(name: str, mine: list[float], theirs: list[float], share: float) -> Measure:
        return compare(name, "ms", percentile_estimate(mine, share), percentile_estimate(theirs, share))

    return [
        beside("delta_painted_p95_ms", ours.deltas, peer.deltas, 0.95),
        beside("delta_painted_p50_ms", ours.deltas, peer.deltas, 0.5),
        beside("delta_painted_60hz_p95_ms", ours.clocked, peer.clocked, 0.95),
        beside("switch_painted_p95_ms", ours.switches, peer.switches, 0.95),
        compare("tab_switch_p95_ms", "ms", percentile_estimate(ours.tabs, 0.95)),
        Measure("heap_growth", ours.growth, "x", peer.growth, ratio(ours.growth, peer.growth)),
        Measure("heap_mb", ours.heaps[1] / 1e6, "MB", peer.heaps[1] / 1e6),
        Measure("script_kb", script, "kB gzipped"),
    ]


def measure_all(url: str, options: Namespace) -> tuple[Taken, Taken, str]:
    """Both sides in alternating rounds; with the browser's version."""
    ours, peer = Taken(), Taken()
    sides = (("/panel/", ours), ("/peer.html", peer))
    with sync_playwright() as playwright:
        chromium = chromium_path()
        browsers = (
            playwright.chromium.launch(executable_path=chromium, args=list(UNCLOCKED)),
            playwright.chromium.launch(executable_path=chromium),
        )
        for _ in range(options.rounds):
            for panel, taken in sides:
                measure(url, panel, browsers, options.drafts, taken)
        for panel, taken in sides:
            taken.heaps = measure_heap(url, panel, browsers[0], options.switches)
        version = browsers[0].version
        for browser in browsers:
            browser.close()
        ours.tabs = tab_switches(playwright, url, options.drafts * options.rounds)
    return ours, peer, version


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the figures; 1 when a bar is missed."""
    options = parser().parse_args(arguments)
    with running([sys.executable, "-m", "bench.panel_server", str(WEB)], {}, r"http://\S+") as url:
        ours, peer, chromium = measure_all(url, options)
    script = len(gzip.compress((WEB / "panel.js").read_bytes())) / 1000
    measures = figures(ours, peer, script)
    stated = {"chromium": chromium, "switches": options.switches}
    show("The panel on the screen", measures, conditions(**stated), screen())
    write(options.results, measures)
    over = missed(measures, BARS)
    for line in over:
        print(line)
    return 1 if over else 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.panel", description=__doc__)
    made.add_argument("--results", type=Path, default=RESULTS / "panel.json", help="write the figures there")
    made.add_argument("--rounds", type=int, default=3, help="times each side takes its turn")
    made.add_argument("--drafts", type=int, default=4, help="drafts of 40 deltas a round")
    made.add_argument("--switches", type=int, default=LATE, help="conversation switches for the heap")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
