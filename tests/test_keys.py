"""The keys for real: pressed on a screen that nobody sees, while the cursor is in the reply box."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import Backend, Desk, browsing

pytestmark = [pytest.mark.browser, pytest.mark.long]

RETURN = 1


@pytest.fixture
def screen() -> Iterator[str]:
    """An X server of our own, by the name it chose."""
    assert shutil.which("Xvfb"), "Xvfb is missing: run `make test-long`, which installs it."
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1500x950x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


class Keys:
    """The keyboard of a screen."""

    def __init__(self, screen: str) -> None:
        self._environment = {**os.environ, "DISPLAY": screen}

    def type(self, text: str) -> None:
        subprocess.run(["xdotool", "type", text], env=self._environment, check=True)

    def press(self, keys: str) -> None:
        subprocess.run(["xdotool", "key", keys], env=self._environment, check=True)


def test_keys_pressed_in_the_reply_box_reach_the_panel(
    screen: str, playwright: Playwright, extension: Path, backend: Backend, helpdesk: str, tmp_path: Path
) -> None:
    keys = Keys(screen)
    with browsing(playwright, tmp_path, extension, display=screen) as context:
        desk = Desk(context, playwright, tmp_path / "profile")
        desk.configure(backend)
        desk.sign_in(helpdesk)
        desk.open_ticket(helpdesk, RETURN)
        box = desk.page.locator("#commentBox")
        desk.page.click("#respond-tab")
        box.click()
        keys.type("Dear Kim,")
        expect(box).to_have_value("Dear Kim,")
        panel = desk.open_panel(lambda: keys.press("alt+shift+k"))
        ask = panel.get_by_label("Ask the knowledge")
        expect(ask).to_be_focused()
        keys.type("warranty")
        expect(ask).to_have_value("warranty")
        expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
        box.click()
        keys.press("alt+shift+v")
        expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
        inserted = box.input_value()
        assert inserted.startswith("Dear Kim,\n\n")
        ask.evaluate("box => box.blur()")
        keys.press("alt+shift+k")
        expect(ask).to_be_focused()
        keys.type(" again")
        expect(ask).to_have_value("warranty again")
        expect(box).to_have_value(inserted)
