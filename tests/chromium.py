"""The Chromium that tests and pictures drive; `python -m tests.chromium` prints its path or fails.

Not Google Chrome: it no longer loads an extension that a program names (since 137). Not a snap: it may read
neither the tests' profiles nor the built extension.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser")
PLAYWRIGHTS_OWN = ".cache/ms-playwright/chromium-*/chrome-linux*/chrome"


def find_chromium(path: str, home: Path) -> str | None:
    """The first Chromium on `path` that is no snap, else the newest that Playwright put below `home`."""
    for name in NAMES:
        for folder in path.split(os.pathsep):
            found = shutil.which(name, path=folder)
            if found and not is_snap(Path(found)):
                return found
    newest = max(
        home.glob(PLAYWRIGHTS_OWN), default=None, key=lambda program: int(program.parts[-3].split("-")[1])
    )
    return None if newest is None else str(newest)


def is_snap(program: Path) -> bool:
    """Whether a program is run by snap, or is Ubuntu's stand-in that asks for the snap."""
    real = program.resolve()
    if real.name == "snap" or "snap" in real.parts:
        return True
    with real.open("rb") as file:
        return b"/snap/bin/" in file.read(8192)


if __name__ == "__main__":
    chosen = find_chromium(os.environ.get("PATH", ""), Path.home())
    print(chosen or "no Chromium that tests can drive", file=sys.stdout if chosen else sys.stderr)
    sys.exit(chosen is None)
