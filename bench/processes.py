"""Real servers in processes of their own: started, waited for by the address they print, stopped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_S = 180.0
STOPS_WITHIN_S = 15.0
READY_WITHIN_S = 60.0
POLL_S = 0.1


class ServerFailed(Exception):
    """A server ended or stayed silent before it said where it listens; the text ends with its last lines."""


@contextmanager
def running(command: Sequence[str], env: dict[str, str], address: str) -> Iterator[str]:
    """Run `command` from the project's root and yield the first text of its output that matches `address`.

    `env` is added to the environment, from which all SOTTO_* settings are taken away. Raises ServerFailed
    when it ends, or says nothing of the kind within three minutes.
    """
    # A database or a model that the shell has set must not be used by a bench, let alone filled.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOTTO_")}
    process = subprocess.Popen(
        command, cwd=ROOT, env=kept | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _Announced(process, re.compile(address)).wait(STARTS_WITHIN_S)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(url: str) -> None:
    """Return when a GET of `url` answers 200; raises ServerFailed with the last answer after a minute."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=READY_WITHIN_S):
                return
        except urllib.error.HTTPError as error:
            answer = error.read().decode("utf-8", "replace")
        if time.monotonic() > deadline:
            raise ServerFailed(f"{url} was not ready within {READY_WITHIN_S:.0f} s; it says: {answer}")
        time.sleep(POLL_S)


class _Announced:
    """Reads a process's output to its end, so that it never blocks, and remembers the address it prints."""

    def __init__(self, process: subprocess.Popen[str], address: re.Pattern[str]) -> None:
        self._process = process
        self._address = address
        self._decided = threading.Event()
        self._found: str | None = None
        self._last: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, seconds: float) -> str:
        if not self._decided.wait(seconds) or self._found is None:
            tail = "".join(self._last)
            raise ServerFailed(
                f"{self._process.args!r} did not say where it listens. Its last lines:\n{tail}"
            )
        return self._found

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._last = [*self._last[-30:], line]
            match = self._address.search(line)
            if match and self._found is None:
                self._found = match.group(0)
                self._decided.set()
        self._decided.set()
