"""What the panel promises: unsent text stays in the page, other pages are not read, it says what it keeps."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk

pytestmark = pytest.mark.browser

RETURN, FIT = 1, 5
UNSENT = "zanzibar-unsent"
PRESS = "pressed => chrome.runtime.sendMessage(pressed)"


def sit_down(desk: Desk, backend: Backend, helpdesk: str, ticket: int) -> Page:
    desk.sign_in(helpdesk)
    desk.configure(backend)
    desk.open_ticket(helpdesk, ticket)
    panel = desk.open_panel()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    return panel


def press(desk: Desk, command: str) -> None:
    """What the background says when the browser heard the command's keys (test_keys.py presses real ones)."""
    window = desk.worker.evaluate("async () => (await chrome.windows.getLastFocused()).id")
    pressed = {"sotto": "command_pressed", "command": command, "windowId": window}
    assert desk.worker.evaluate(PRESS, pressed) is True


def test_the_keys_insert_ask_and_dismiss_for_the_conversation_in_view(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    expect(panel.get_by_role("button", name="Insert").first).to_have_attribute(
        "title", "Insert the suggestion (Alt+Shift+V)"
    )
    press(desk, "ask")
    expect(panel.get_by_label("Ask the knowledge")).to_be_focused()
    press(desk, "insert")
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    assert desk.page.locator("#commentBox").input_value()
    desk.open_ticket(helpdesk, FIT)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    press(desk, "dismiss")
    expect(panel.locator(".suggestion")).to_have_count(0)


def test_keys_pressed_in_another_window_change_nothing_here(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    elsewhere = {"sotto": "command_pressed", "command": "dismiss", "windowId": 1}
    assert desk.worker.evaluate(PRESS, elsewhere) is None
    press(desk, "ask")  # handled after it
    expect(panel.get_by_label("Ask the knowledge")).to_be_focused()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()


def test_one_click_shows_what_is_read_kept_and_on_record(desk: Desk, backend: Backend, helpdesk: str) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    press(desk, "insert")
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    panel.get_by_role("button", name="What Sotto reads, and keys").click()
    sheet = panel.get_by_role("dialog", name="What Sotto reads")
    expect(sheet).to_contain_text("on http://127.0.0.1.")
    expect(sheet).to_contain_text(f"Signed in as ana (agent), team billing. Server: {backend.url}")
    expect(sheet.locator("[data-command=ask]")).to_contain_text("Alt+Shift+K")
    own = sheet.get_by_role("link", name="Your macros, greeting and closing")
    expect(own).to_have_attribute("href", f"{backend.url}/macros")
    expect(sheet).to_contain_text("for 90 days")
    expect(sheet.locator("[data-record] div", has_text="Suggestions")).to_contain_text("1")
    found = Axe().run(panel)
    assert found.violations_count == 0, found.generate_report()
    panel.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(panel.get_by_role("button", name="What Sotto reads, and keys")).to_be_focused()


def frames_of(panel: Page) -> list[str]:
    """Everything the panel sends to the server from now on, over a socket made after this."""
    sent: list[str] = []
    panel.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    return sent


def test_unsent_text_and_keystrokes_leave_the_page_for_nowhere(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    sent = frames_of(panel)
    panel.reload()
    expect(panel.locator("[data-connection=connected]")).to_be_visible()
    desk.page.click("#respond-tab")
    desk.page.locator("#commentBox").press_sequentially(UNSENT)
    press(desk, "insert")
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    desk.page.locator("#commentBox").press_sequentially(UNSENT)
    desk.open_ticket(helpdesk, FIT)  # left without sending
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    opened = [json.loads(frame)["type"] for frame in sent]
    assert opened.count("conversation_open") >= 2, "the frames were watched"
    assert not [frame for frame in sent if UNSENT in frame]
    stores = (
        "async () => JSON.stringify([await chrome.storage.local.get(), await chrome.storage.session.get()])"
    )
    assert UNSENT not in desk.worker.evaluate(stores)
    assert UNSENT not in desk.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")


@pytest.fixture
def other_site() -> Iterator[str]:
    """A page of a host that nobody named: "localhost", while the helpdesk is at 127.0.0.1."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f"<title>Bank</title><p id=secret>{UNSENT}</p><textarea></textarea>".encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()


def test_a_page_that_nobody_named_is_never_read(
    desk: Desk, backend: Backend, helpdesk: str, other_site: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    sent = frames_of(panel)
    panel.reload()
    expect(panel.locator("[data-connection=connected]")).to_be_visible()
    desk.page.goto(other_site)
    expect(panel.locator("[data-view=out_of_reach]")).to_be_visible()
    read = """async () => {
      const [tab] = await chrome.tabs.query({ active: true });
      const func = () => document.title;
      const reading = chrome.scripting.executeScript({ target: { tabId: tab.id }, func });
      return [tab.url ?? 'hidden', tab.title ?? 'hidden', await reading.then(() => 'read', () => 'refused')];
    }"""
    assert desk.worker.evaluate(read) == ["hidden", "hidden", "refused"]
    assert not [frame for frame in sent if UNSENT in frame]
