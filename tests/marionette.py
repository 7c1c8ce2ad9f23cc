"""Firefox's own remote control, spoken over its socket: no driver program is needed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser import until

PREFERENCES = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.originControls.grantByDefault": True,
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

# No window handle leads to the sidebar's process; the browser's own window can reach into it.
IN_SIDEBAR = """
  const sidebar = document.getElementById("sidebar").contentDocument;
  const page = sidebar.getElementById("webext-panels-browser")?.browsingContext?.currentWindowGlobal;
  // An empty page comes first, and what is asked of it is lost when the panel's own takes its place.
  if (page?.documentURI?.scheme !== "moz-extension") return null;
  const actor = page.getActor("MarionetteCommands");
  return actor.executeScript(arguments[0], [], { sandboxName: null, newSandbox: false, timeout: 10000 });
"""


class Firefox:
    """One window of a running Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rb")
        self._count = 0
        self._read()
        self.do("WebDriver:NewSession", capabilities={})

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def do(self, command: str, **parameters: Any) -> Any:
        """The command's answer; an error of the browser fails the test with its words."""
        self._count += 1
        sent = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(sent), sent))
        _, _, error, answer = self._read()
        assert not error, f"{command}: {error}"
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    def _read(self) -> Any:
        length = b""
        while (digit := self._file.read(1)) != b":":
            assert digit, "Firefox is gone"
            length += digit
        return json.loads(self._file.read(int(length)))

    # ---- pages

    def go(self, address: str) -> None:
        self.do("WebDriver:Navigate", url=address)

    def script(self, script: str, *given: Any) -> Any:
        return self.do("WebDriver:ExecuteScript", script=script, args=list(given))

    def find(self, selector: str) -> str:
        """The element, as soon as it is there."""
        every = "WebDriver:FindElements"
        found = until(lambda: self.do(every, using="css selector", value=selector), selector)
        return str(found[0][ELEMENT])

    def click(self, selector: str) -> None:
        self.do("WebDriver:ElementClick", id=self.find(selector))

    def fill(self, selector: str, text: str) -> None:
        field = self.find(selector)
        self.do("WebDriver:ElementClear", id=field)
        self.do("WebDriver:ElementSendKeys", id=field, text=text)

    # ---- the browser around them

    def in_window(self, script: str, *given: Any) -> Any:
        """What a script of the browser's own window returns."""
        self.do("Marionette:SetContext", value="chrome")
        try:
            return self.script(script, *given)
        finally:
            self.do("Marionette:SetContext", value="content")

    def in_sidebar(self, script: str) -> Any:
        """What a script of the panel's page returns; None while that isn't there."""
        return self.in_window(IN_SIDEBAR, script)

    def install(self, extension: Path) -> str:
        """The extension's origin."""
        name = self.do("Addon:Install", path=str(extension), temporary=True)
        return str(self.in_window(f"return WebExtensionPolicy.getByID('{name}').getURL('')")).rstrip("/")

    def open_tab(self, address: str) -> None:
        """In front; also for the extension's own pages."""
        self.in_window(
            """const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
            gBrowser.selectedTab = gBrowser.addTab(arguments[0], { triggeringPrincipal });""",
            address,
        )
        handles = self.do("WebDriver:GetWindowHandles")
        self.do("WebDriver:SwitchToWindow", handle=handles[-1])


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Firefox without a screen, with a fresh profile."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program, "Firefox is missing: run `make test-long`, which installs it."
    profile = folder / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    flags = ["--marionette", "--headless", "--remote-allow-system-access", "--no-remote"]
    with (folder / "firefox.log").open("w") as log:
        process = subprocess.Popen([program, *flags, "--profile", str(profile)], stdout=log, stderr=log)
        try:
            port = profile / "MarionetteActivePort"
            until(lambda: port.exists() and port.read_text().strip(), "Firefox's port")
            running = Firefox(int(port.read_text()))
            yield running
            running.close()
        finally:
            process.kill()
            process.wait()
