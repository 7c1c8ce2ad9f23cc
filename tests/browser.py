"""The real browser for tests: Chromium with the built extension, its side panel, and a real django-helpdesk.

Every failed test leaves a trace, pictures, the consoles and the servers' logs in test-results/<test>/.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import Engine, select

from server.database import open_database
from server.origin import EXTENSION_ID
from server.tables import events, texts
from tests.chromium import find_chromium
from tests.held_model import HeldModel, held_model
from tests.live_server import ROOT, ServerProcess, person_token, starting_server
from tests.shelf import PROJECT_HOME, onnx

T = TypeVar("T")
DEADLINE_S = 30.0
RESULTS = ROOT / "test-results"
EXTENSION = ROOT / "extension"
HELPDESK = ROOT / "tests" / "helpdesk"
HELPDESK_PYTHON = ROOT / ".venv-helpdesk" / "bin" / "python"
# In the dark a whole page is looked at in the long run only; every core state of the panel always in both.
SCHEMES = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
CHROMIUM_ARGUMENTS = (
    *("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--remote-debugging-port=0", "--window-size=1400,900"),
)


def chromium_path() -> str:
    """The installed Chromium."""
    found = find_chromium(os.environ["PATH"], Path.home())
    assert found, "Chromium is missing: run `make test`, which installs it."
    return found


def until(look: Callable[[], T], what: str, page: Page | None = None) -> T:
    """What `look` finds, as soon as it finds something; fails by name after the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if found := look():
            return found
        if page:
            page.wait_for_timeout(20)
        else:
            threading.Event().wait(0.02)
    raise AssertionError(f"{what} did not come within {DEADLINE_S:g} s")


# ---- parts that all tests share ----------------------------------------------------------------------------


def index_demo(home: Path) -> Path:
    """A home with the real model and the demo company's knowledge, indexed by the real command."""
    onnx()
    shutil.copytree(PROJECT_HOME / "model", home / "model", copy_function=os.link)
    command = [sys.executable, "-m", "ingest", "sync", "examples/quillbrook"]
    env = {**os.environ, "SOTTO_HOME": str(home)}
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
    return home


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The indexed demo company; every test has a database of its own."""
    home = tmp_path_factory.mktemp("demo") / "home"
    if worker_id == "master":
        return index_demo(home)
    # Indexing takes half a minute, so the first process does it for all.
    of_all = tmp_path_factory.getbasetemp().parent / "demo"
    with of_all.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not of_all.exists():
            index_demo(home).rename(of_all)
    shutil.copytree(of_all, home)
    return home


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_extension(tmp_path_factory.mktemp("extension"))


def built_extension(out: Path) -> Path:
    """The extension as it ships, with the loopback helpdesk granted as a managed deployment would."""
    build = ["node", "build.mjs", "--host", "http://127.0.0.1/*", "--out", str(out)]
    subprocess.run(build, cwd=EXTENSION, check=True, capture_output=True)
    return out / "chrome"


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A helpdesk's data with the seeded tickets, which nobody has touched."""
    data = tmp_path_factory.mktemp("seeded")
    with seeded_helpdesk(data):
        return data


@pytest.fixture(scope="module")
def helpdesk(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A helpdesk of the module's own."""
    data = tmp_path_factory.mktemp("helpdesk")
    shutil.copytree(seeded, data, dirs_exist_ok=True)
    with seeded_helpdesk(data) as address:
        yield address


@contextmanager
def seeded_helpdesk(data: Path) -> Iterator[str]:
    """The address of a django-helpdesk that keeps itself in `data`; an empty one it fills with tickets."""
    assert HELPDESK_PYTHON.exists(), "The helpdesk's environment is missing: run `make test`, which makes it."
    env = {**os.environ, "HELPDESK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hdsite"}
    with (data / "log.txt").open("w") as log:
        command = [str(HELPDESK_PYTHON), "serve.py"]
        process = subprocess.Popen(
            command, cwd=HELPDESK, env=env, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("ready "), f"the helpdesk did not start: {(data / 'log.txt').read_text()}"
            yield line.split()[1]
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ends with its module: while it runs, its event loop keeps asynchronous tests from running."""
    expect.set_options(timeout=DEADLINE_S * 1000)
    with sync_playwright() as running:
        yield running


# ---- the server, which a test may take away and bring back -------------------------------------------------


class Backend:
    """The real server as a process, always at the same address, with a database of its own.

    `start` doesn't wait, so that a browser can start beside it; who asks for the address does.
    """

    def __init__(self, home: Path, folder: Path, **settings: Any) -> None:
        self._home = home
        self._settings = settings
        self.database = f"sqlite:///{folder / 'sotto.db'}"
        self.token = person_token(home, url=self.database)
        self.logs: list[ServerProcess] = []
        self._stack: Any = None
        self._starting = False
        self._url = ""

    def start(self) -> None:
        port = self._url.rsplit(":", 1)[-1] if self._url else "0"
        self._stack = starting_server(
            self._home,
            "run",
            module="server",
            port=port,
            database_url=self.database,
            demo="true",
            forked=True,
            **self._settings,
        )
        self.logs.append(self._stack.__enter__())
        self._starting = True

    @property
    def url(self) -> str:
        """Where it serves, once it is ready."""
        if self._starting:
            self.logs[-1].started()
            self._url, self._starting = self.logs[-1].url, False
            until(lambda: httpx.get(f"{self._url}/readyz").status_code == 200, "the server's readiness")
        return self._url

    def kill(self) -> None:
        """No goodbye: SIGKILL."""
        stack, self._stack = self._stack, None
        if stack:
            stack.__exit__(None, None, None)

    def outcomes(self) -> list[dict[str, Any]]:
        """Every stored outcome with the text sent, oldest first."""
        engine: Engine = open_database(self.database)
        try:
            with engine.connect() as connection:
                sent = {
                    row.ref: row.text
                    for row in connection.execute(select(texts).where(texts.c.kind == "sent"))
                }
                rows = connection.execute(
                    select(events).where(events.c.kind == "outcome_reported").order_by(events.c.id)
                )
                return [
                    {
                        **row.payload,
                        "conversation_id": row.conversation_id,
                        "person": row.person,
                        "suggestion_id": row.suggestion_id,
                        "report_id": row.report_id,
                        "sent": sent.get(row.suggestion_id)
                        if row.payload["sent_length"] is not None
                        else None,
                    }
                    for row in rows
                ]
        finally:
            engine.dispose()


@contextmanager
def running(backend: Backend, request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A backend that was started, whose log is kept if the test fails."""
    failures = request.session.testsfailed
    try:
        backend.start()
        yield backend
    finally:
        backend.kill()
        if request.session.testsfailed > failures:
            folder = results_of(request.node)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "server.log").write_text("".join(line for log in backend.logs for line in log.lines))


@pytest.fixture
def backend(demo_home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Backend]:
    """The server with the demo company's knowledge and extractive drafts."""
    with running(Backend(demo_home, tmp_path), request) as started:
        yield started


@pytest.fixture
def model() -> Iterator[HeldModel]:
    with held_model() as running:
        yield running


@pytest.fixture
def held_backend(
    demo_home: Path, tmp_path: Path, model: HeldModel, request: pytest.FixtureRequest
) -> Iterator[Backend]:
    """A server whose drafts come from the held model."""
    with running(Backend(demo_home, tmp_path, model_url=model.url, model_name="held"), request) as started:
        yield started


# ---- the browser -------------------------------------------------------------------------------------------


class Desk:
    """An agent's browser: the helpdesk in a tab and Sotto's side panel beside it."""

    def __init__(self, context: BrowserContext, playwright: Playwright, profile: Path) -> None:
        self._context = context
        self._playwright = playwright
        self._profile = profile
        self.page = context.pages[0]
        self.panel: Page | None = None
        self.console: list[str] = []
        self._listen(self.page, "page")

    def _listen(self, page: Page, name: str) -> None:
        page.on("console", lambda message: self.console.append(f"{name}: {message.text}"))
        page.on("pageerror", lambda error: self.console.append(f"{name}: ERROR {error}"))

    @property
    def worker(self) -> Any:
        workers = self._context.service_workers
        return workers[0] if workers else self._context.wait_for_event("serviceworker")

    def configure(self, backend: Backend, token: str | None = None) -> None:
        """Store what the settings page would, and wait until the helpdesk's pages are read."""
        settings = {"server": backend.url, "token": token or backend.token}
        self.worker.evaluate("settings => chrome.storage.local.set(settings)", settings)
        registered = "async () => (await chrome.scripting.getRegisteredContentScripts()).length"
        until(lambda: self.worker.evaluate(registered), "the content script", self.page)

    def kept_reports(self) -> list[str]:
        """The keys of the reports that the server has not confirmed."""
        keys: list[str] = self.worker.evaluate("async () => Object.keys(await chrome.storage.local.get())")
        return [key for key in keys if key.startswith("report:")]

    def reports(self, kind: str) -> list[dict[str, Any]]:
        """The unconfirmed reports of this type."""
        stored = self.worker.evaluate("async () => Object.values(await chrome.storage.local.get())")
        return [report for report in stored if isinstance(report, dict) and report.get("type") == kind]

    def ask_page(self, message: dict[str, Any]) -> dict[str, Any]:
        """What the page in front answers the panel; empty while no content script runs in it."""
        ask = """async message => {
          const [tab] = await chrome.tabs.query({ active: true });
          return chrome.tabs.sendMessage(tab.id, message).catch(() => ({}));
        }"""
        answer: dict[str, Any] = self.worker.evaluate(ask, message)
        return answer

    def view(self, kind: str) -> dict[str, Any]:
        """What is read from the page, once it is of this kind."""

        def look() -> dict[str, Any]:
            read = self.ask_page({"sotto": "view_read"})
            return read if read.get("kind") == kind else {}

        return until(look, f"the view {kind}", self.page)

    def insert_internal(self, conversation: str, text: str) -> dict[str, Any]:
        """What the page answers when the panel hands it text that no customer may see."""
        insertion: dict[str, Any] = {"conversation_id": conversation, "suggestion_id": None, "text": text}
        insertion |= {"audience": "internal", "replace": False}
        return self.ask_page({"sotto": "insert", "insertion": insertion})

    def sign_in(self, helpdesk: str, agent: str = "ana") -> None:
        self.page.goto(f"{helpdesk}/login/")
        self.page.fill("#username", agent)
        self.page.fill("#password", agent)
        self.page.click("[type=submit]")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def open_ticket(self, helpdesk: str, number: int) -> None:
        self.page.goto(f"{helpdesk}/tickets/{number}/")

    def new_tab(self, address: str) -> Page:
        """Another tab in the same window, in front."""
        page = self._context.new_page()
        self._listen(page, "page")
        page.goto(address)
        return page

    def press(self, command: str) -> None:
        """What the background hands over when the keys of `command` are pressed."""
        hand_over = """async command => {
          const { id: windowId } = await chrome.windows.getLastFocused();
          return chrome.runtime.sendMessage({ sotto: 'command_pressed', command, windowId });
        }"""
        taken = self.worker.evaluate(hand_over, command)
        assert taken, f"no panel took the command {command}"

    def open_panel(self, press: Callable[[], None] | None = None) -> Page:
        """The real side panel, opened by the extension's button or by what `press` does."""
        browser = self._context.browser
        assert browser
        session = browser.new_browser_cdp_session()

        def targets() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
            return found

        def press_button() -> None:
            tab = next(target for target in targets() if target["type"] == "tab")
            session.send("Extensions.triggerAction", {"id": EXTENSION_ID, "targetId": tab["targetId"]})

        (press or press_button)()
        until(lambda: any("panel.html" in t["url"] for t in targets()), "the side panel", self.page)
        port = (self._profile / "DevToolsActivePort").read_text().split()[0]
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        pages = [page for context in browser.contexts for page in context.pages]
        self.panel = next(page for page in pages if "panel.html" in page.url)
        self._listen(self.panel, "panel")
        return self.panel

    def keep(self, folder: Path) -> None:
        """Leave what a person needs to understand a failure."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "console.txt").write_text("\n".join(self.console))
        for name, page in (("page", self.page), ("panel", self.panel)):
            if page and not page.is_closed():
                page.screenshot(path=folder / f"{name}.png")


@contextmanager
def browsing(
    playwright: Playwright, folder: Path, extension: Path | None = None, display: str | None = None
) -> Iterator[BrowserContext]:
    """Chromium with a fresh profile; with the extension, and on the screen, when one is given."""
    loading = (
        [f"--load-extension={extension}", f"--disable-extensions-except={extension}"] if extension else []
    )
    context = playwright.chromium.launch_persistent_context(
        str(folder / "profile"),
        executable_path=chromium_path(),
        headless=display is None,
        env={**os.environ, "DISPLAY": display} if display else None,
        no_viewport=True,
        args=[*CHROMIUM_ARGUMENTS, *loading],
    )
    context.set_default_timeout(DEADLINE_S * 1000)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def desk(
    playwright: Playwright, extension: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    # The server starts meanwhile.
    for name in {"backend", "held_backend"} & set(request.fixturenames):
        request.getfixturevalue(name)
    failures = request.session.testsfailed
    with browsing(playwright, tmp_path, extension) as context:
        context.tracing.start(snapshots=True)
        sitting = Desk(context, playwright, tmp_path / "profile")
        yield sitting
        if request.session.testsfailed > failures:
            folder = results_of(request.node)
            sitting.keep(folder)
            context.tracing.stop(path=folder / "trace.zip")


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser without the extension."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page of it, with cookies of its own."""
    failures = request.session.testsfailed
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(DEADLINE_S * 1000)
    context.tracing.start(screenshots=True, snapshots=True)
    opened = context.new_page()
    console: list[str] = []
    opened.on("console", lambda message: console.append(message.text))
    opened.on("pageerror", lambda error: console.append(f"ERROR {error}"))
    yield opened
    if request.session.testsfailed > failures:
        folder = results_of(request.node)
        context.tracing.stop(path=folder / "trace.zip")
        opened.screenshot(path=folder / "page.png")
        (folder / "console.txt").write_text("\n".join(console))
    context.close()


def results_of(item: pytest.Item) -> Path:
    return RESULTS / re.sub(r"\W+", "-", item.name)
