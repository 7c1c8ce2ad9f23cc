"""How long the helpdesk's Send waits for the leak guard: the real panel beside a real django-helpdesk.

From the click on Send to the form leaving the page. The peer is the same form with a note for colleagues,
which nobody checks.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

from bench.report import RESULTS, Measure, compare, conditions, missed, screen, show, write
from bench.stats import percentile_estimate
from tests.browser import DEADLINE_S, Backend, Desk, browsing, built_extension, index_demo, seeded_helpdesk
from tests.desk_steps import GUARDED, send, sit_down, time_sending, waited_ms

BARS = {"send_waited_p95_ms": 150.0, "send_unchecked_share": 0.0}
REPLY = (
    "Hello Ada,\n\nthank you for writing. You can return the mattress within the time that our returns page "
    "names, counted from the day after delivery. Please keep its cover on until you have decided. To begin, "
    "choose the order in your account and then the mattress; we write to you with a day to collect it.\n\n"
    "This is reply number {number} of today, and somebody reads your answer.\n\nKind regards\nAna"
)


@contextmanager
def sitting(folder: Path) -> Iterator[tuple[Desk, Backend, str]]:
    """An agent's browser with the extension, the server with the demo's knowledge, and the helpdesk."""
    expect.set_options(timeout=DEADLINE_S * 1000)
    backend = Backend(index_demo(folder / "home"), folder)
    with (
        seeded_helpdesk(_made(folder / "helpdesk")) as helpdesk,
        sync_playwright() as playwright,
        browsing(playwright, folder, built_extension(folder / "extension")) as context,
    ):
        backend.start()
        try:
            yield Desk(context, playwright, folder / "profile"), backend, helpdesk
        finally:
            backend.kill()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@dataclass(frozen=True, slots=True)
class Sent:
    """How long a reply waited, in milliseconds, and whether it went unchecked."""

    waited: float
    unchecked: bool


def sent(desk: Desk, panel: Page, number: int, *, public: bool = True) -> Sent:
    """Send one reply, or a note, and be back at the ticket."""
    desk.view("conversation")
    box = desk.page.locator("#commentBox")
    if not box.is_visible():
        desk.page.locator("#respond-tab").click()
    box.fill(REPLY.format(number=number))
    desk.page.locator("#id_public").set_checked(public)
    time_sending(desk.page)
    send(desk.page)
    unchecked = panel.locator(".dock", has_text="Sent unchecked").count() > 0
    return Sent(waited_ms(desk.page), unchecked)


def measure(options: Namespace) -> tuple[list[Sent], list[Sent], str]:
    """Replies and notes in turns, and the browser's version."""
    with TemporaryDirectory() as folder, sitting(Path(folder)) as (desk, backend, helpdesk):
        panel = sit_down(desk, backend, helpdesk, GUARDED)
        expect(panel.locator(".snippet").first).to_be_visible()
        sent(desk, panel, 0)
        pairs = [
            (sent(desk, panel, number), sent(desk, panel, number, public=False))
            for number in range(1, options.sends + 1)
        ]
        browser = desk.page.context.browser
        version = browser.version if browser else "unknown"
    return [reply for reply, _ in pairs], [note for _, note in pairs], version


def figures(replies: Sequence[Sent], notes: Sequence[Sent]) -> list[Measure]:
    """The table's rows."""
    at = {"send_waited_p50_ms": 0.5, "send_waited_p95_ms": 0.95}
    ours, peer = [each.waited for each in replies], [each.waited for each in notes]
    unchecked = sum(each.unchecked for each in replies) / len(replies)
    return [
        *(
            compare(name, "ms", percentile_estimate(ours, share), percentile_estimate(peer, share))
            for name, share in at.items()
        ),
        Measure("send_unchecked_share", unchecked, "of sends", count=len(ours)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the figures; 1 when a bar is missed."""
    options = parser().parse_args(arguments)
    replies, notes, chromium = measure(options)
    measures = figures(replies, notes)
    show("Send waits for the leak guard", measures, conditions(chromium=chromium), screen())
    write(options.results, measures)
    over = missed(measures, BARS)
    for line in over:
        print(line)
    return 1 if over else 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.send", description=__doc__)
    made.add_argument("--results", type=Path, default=RESULTS / "send.json", help="write the figures there")
    made.add_argument("--sends", type=int, default=30, help="replies sent, and as many notes")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
