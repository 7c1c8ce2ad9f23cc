"""The panel as a web page: what the server sends, and the demo in a real Chromium."""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from server.settings import Settings
from server.try_page import panel_pages
from tests.browser import (  # noqa: F401
    DEADLINE_S,
    Backend,
    backend,
    chromium_path,
    demo_home,
    playwright,
    results_of,
    until,
)
from tests.live_server import ROOT


def client(build: Path, **settings: Any) -> TestClient:
    app = FastAPI()
    app.include_router(panel_pages(Settings(**settings), build))
    return TestClient(app)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<title>Sotto</title>")
    (tmp_path / "panel.js").write_text("0")
    return tmp_path


def test_the_panel_page_may_be_framed_by_its_own_server_only_and_runs_no_inline_script(build: Path) -> None:
    answer = client(build).get("/panel/")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["missing.js", "..%2Fsecret", "%2e%2e", ".hidden"])
def test_only_files_of_the_build_are_served(build: Path, name: str) -> None:
    (build.parent / "secret").write_text("secret")
    assert client(build).get(f"/panel/{name}").status_code == 404


def test_a_panel_that_is_not_built_says_what_to_run(tmp_path: Path) -> None:
    answer = client(tmp_path / "nothing").get("/panel/")
    assert answer.status_code == 503
    assert "make run" in answer.text


def test_the_demo_exists_only_when_the_settings_say_so(build: Path) -> None:
    assert client(build).get("/try").status_code == 404
    assert client(build).get("/try/conversations").status_code == 404


def test_the_demo_lists_the_scripted_conversations(build: Path) -> None:
    scripts = client(build, demo=True, examples=ROOT / "examples/quillbrook").get("/try/conversations").json()
    assert len(scripts) >= 3
    for script in scripts:
        assert {"id", "title", "mood", "channel", "subject", "customer", "turns"} <= script.keys()


# ---- in Chromium -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
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


def panel_of(page: Page) -> FrameLocator:
    return page.frame_locator("#panel-frame")


def test_the_demo_signs_a_local_browser_in_and_a_foreign_page_gets_no_token(backend: Backend) -> None:
    with httpx.Client(base_url=backend.url, follow_redirects=True) as browser:
        assert browser.get("/try").status_code == 200
        assert browser.post("/panel/token").json()["name"] == "demo"
        foreign = browser.post("/panel/token", headers={"origin": "https://elsewhere.example"})
        assert foreign.status_code == 401
    assert httpx.post(f"{backend.url}/panel/token").status_code == 401


@pytest.mark.browser
def test_the_demo_plays_a_scripted_conversation_and_the_reply_becomes_an_outcome(
    page: Page, backend: Backend
) -> None:
    page.goto(f"{backend.url}/try?conversation=return-calm")
    panel = panel_of(page)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    panel.get_by_role("button", name="Insert").click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    text = page.locator("#reply").input_value()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".turn[data-role=agent] p")).to_have_text(text.strip())
    sent = until(lambda: [found for found in backend.outcomes() if found["sent"]], "the outcome", page)
    assert [(found["outcome"], found["sent"], found["distance"]) for found in sent] == [
        ("inserted", text.strip(), 0)
    ]


@pytest.mark.browser
def test_the_demo_raises_a_flag_when_the_script_asks_for_a_manager(page: Page, backend: Backend) -> None:
    page.goto(f"{backend.url}/try?conversation=manager-request")
    for turns in (2, 3):
        page.get_by_role("button", name="Next message").click()
        expect(page.locator(f".desk[data-turns='{turns}']")).to_be_visible()
    expect(panel_of(page).locator("[data-reason=human_requested] blockquote")).to_contain_text("manager")


@pytest.mark.browser
def test_a_person_can_be_the_customer_and_their_html_stays_text(page: Page, backend: Backend) -> None:
    page.goto(f"{backend.url}/try")
    words = "<img src=x onerror=alert(1)> I want to speak to a manager now!"
    page.get_by_label("Be the customer").fill(words)
    page.get_by_role("button", name="Say").click()
    expect(page.locator(".turn p").last).to_have_text(words)
    expect(panel_of(page).locator("[data-reason=human_requested]")).to_be_visible()
    assert page.locator(".turn img").count() == 0
    assert panel_of(page).locator("img").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demo_page_is_accessible_in_light_and_dark(page: Page, backend: Backend, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{backend.url}/try?conversation=return-calm")
    expect(panel_of(page).locator(".suggestion[data-state=ready]")).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
