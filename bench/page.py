"""How much Sotto slows a helpdesk's page that never stands still, in a real Chromium.

The same long ticket twice in one browser with the built extension: at 127.0.0.1, which Sotto was granted, and
at localhost, which it was not. Both change 1,000 times a second, in turns; what is compared is the processor
time of the page's main thread.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.extension import awaited, with_extension
from bench.panel_server import WEB
from bench.processes import running
from bench.report import RESULTS, Measure, compare, conditions, missed, screen, show, write
from bench.stats import percentile_estimate

BARS = {"page_slowed_share": 0.05}
CHANGES_PER_S = 1_000
LENGTHEN = """turns => {
  const list = document.querySelector('#followup-list');
  for (let turn = 1; turn <= turns; turn += 1) {
    const body = document.createElement('div');
    body.className = 'mt-3';
    body.textContent = `Turn ${turn}. ` + 'Some words of it. '.repeat(20);
    list.appendChild(document.createElement('li')).append(body);
  }
}"""
FLOOD = """([rate, seconds]) => new Promise(resolve => {
  const holder = document.body.appendChild(document.createElement('div'));
  const started = performance.now();
  const wanted = rate * seconds;
  let made = 0;
  const timer = setInterval(() => {
    const due = Math.min(wanted, (performance.now() - started) / 1000 * rate);
    for (; made < due; made += 1) holder.replaceChildren(`Message ${made}`);
    if (made < wanted) return;
    clearInterval(timer);
    holder.remove();
    resolve();
  }, 5);
})"""
# How many turns the content script reads of the page in front; 0 where there is none.
TURNS_READ = """async () => {
  const [tab] = await chrome.tabs.query({ active: true });
  const view = await chrome.tabs.sendMessage(tab.id, { sotto: 'view_read' }).catch(() => null);
  return view?.conversation?.turns.length ?? 0;
}"""


def busy(page: Page, seconds: float) -> float:
    """The share of `seconds` for which the page's main thread was busy while the page changed."""
    page.bring_to_front()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def taken() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

    before = taken()
    page.evaluate(FLOOD, [CHANGES_PER_S, seconds])
    share = (taken() - before) / seconds
    session.detach()
    return share


def opened(context: BrowserContext, url: str, turns: int) -> Page:
    """The ticket, in a tab in front."""
    page = context.new_page()
    page.goto(f"{url}/ticket.html?number=1")
    page.evaluate(LENGTHEN, turns)
    return page


def measure(url: str, options: Namespace) -> tuple[list[float], list[float], str]:
    """The busy shares with and without Sotto, pair by pair; with the browser's version."""
    with (
        TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        with_extension(playwright, Path(folder)) as context,
    ):
        worker = context.service_workers[0]
        peer = opened(context, url.replace("127.0.0.1", "localhost"), options.turns)
        assert worker.evaluate(TURNS_READ) == 0, "Sotto reads the page that stands for the one without it"
        ours = opened(context, url, options.turns)
        awaited(lambda: worker.evaluate(TURNS_READ) >= options.turns, ours)
        pairs = [(busy(ours, options.seconds), busy(peer, options.seconds)) for _ in range(options.pairs)]
        assert context.browser
        version = context.browser.version
    return [with_sotto for with_sotto, _ in pairs], [without for _, without in pairs], version


def figures(ours: Sequence[float], peer: Sequence[float]) -> list[Measure]:
    """The table's rows."""
    slowed = [with_sotto - without for with_sotto, without in zip(ours, peer, strict=True)]
    return [
        compare("page_slowed_share", "of the time", percentile_estimate(slowed, 0.5)),
        Measure("page_slowed_highest_share", max(slowed), "of the time", count=len(slowed)),
        compare(
            "page_busy_share", "of the time", percentile_estimate(ours, 0.5), percentile_estimate(peer, 0.5)
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the figures; 1 when the bar is missed."""
    options = parser().parse_args(arguments)
    with running([sys.executable, "-m", "bench.panel_server", str(WEB)], {}, r"http://\S+") as url:
        ours, peer, chromium = measure(url, options)
    measures = figures(ours, peer)
    stated = {"chromium": chromium, "turns": options.turns, "changes a second": CHANGES_PER_S}
    show("A page that never stands still", measures, conditions(**stated), screen())
    write(options.results, measures)
    over = missed(measures, BARS)
    for line in over:
        print(line)
    return 1 if over else 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.page", description=__doc__)
    made.add_argument("--results", type=Path, default=RESULTS / "page.json", help="write the figures there")
    made.add_argument("--pairs", type=int, default=7, help="times each page takes its turn")
    made.add_argument("--seconds", type=float, default=3.0, help="how long a page changes each time")
    made.add_argument("--turns", type=int, default=300, help="turns of the ticket")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
