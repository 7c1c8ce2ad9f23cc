"""A real Request Tracker 5 for the browser tests: Debian's package with its own database, settings and port.

Everything it writes lies in one folder of the test session, so it runs as any user and leaves nothing behind.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser import until

LIBRARY = Path("/usr/share/request-tracker5/lib")
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SEED = Path(__file__).parent / "rt" / "seed.pl"
SETTINGS = """
Set($rtname, 'quillbrook');
Set($Organization, 'quillbrook.example');
Set($WebPath, '');
Set($WebDomain, '127.0.0.1');
Set($WebPort, PORT);
Set($DatabaseType, 'SQLite');
Set($DatabaseName, 'FOLDER/rt.sqlite');
Set($MailCommand, 'mbox');
Set($CorrespondAddress, 'support@quillbrook.example');
Set($CommentAddress, 'support-notes@quillbrook.example');
Set($LogToSyslog, '');
Set($LogToSTDERR, 'warning');
Set($Timezone, 'UTC');
$RT::MasonDataDir = 'FOLDER/mason';
$RT::MasonSessionDir = 'FOLDER/session';
$RT::VarPath = 'FOLDER';
1;
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def prepared(folder: Path, port: int) -> dict[str, str]:
    """The environment of a fresh installation in this folder, with its tables and the seeded tickets."""
    for name in ("site.d", "mason", "session"):
        (folder / name).mkdir()
    settings = folder / "RT_SiteConfig.pm"
    settings.write_text(SETTINGS.replace("PORT", str(port)).replace("FOLDER", str(folder)))
    mine = {"RT_SITE_CONFIG": str(settings), "RT_SITE_CONFIG_DIR": str(folder / "site.d")}
    environment = {**os.environ, **mine, "LC_ALL": "C.UTF-8"}
    tables = ["rt-setup-database-5", "--action", "init", "--skip-create", "--force", "--dba", ""]
    for command in (tables, ["perl", f"-I{LIBRARY}", str(SEED)]):
        nobody = subprocess.DEVNULL
        done = subprocess.run(command, env=environment, stdin=nobody, capture_output=True, text=True)
        assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}\n{done.stderr}"
    return environment


@pytest.fixture(scope="session")
def request_tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh Request Tracker with the seeded tickets."""
    assert SERVER.exists(), "Request Tracker 5 is missing: run `make test-long`, which installs it."
    folder, port = tmp_path_factory.mktemp("rt"), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = prepared(folder, port)
    command = [str(SERVER), "--server", "Standalone", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def answers() -> bool:
        assert process.poll() is None, f"Request Tracker did not start:\n{(folder / 'log.txt').read_text()}"
        try:
            return httpx.get(address, timeout=30).status_code == 200
        except httpx.ConnectError:
            return False

    try:
        until(answers, "Request Tracker")
        yield address
    finally:
        process.kill()
        process.wait()


def sign_in(page: Page, address: str, agent: str = "ana") -> None:
    page.goto(address)
    page.fill("[name=user]", agent)
    page.fill("[name=pass]", f"{agent}-password")
    page.click("[type=submit]")
    page.locator("body#comp-index").wait_for()
