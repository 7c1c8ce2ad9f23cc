"""Lists every package that Sotto ships with its licence; an unknown one, GPL or AGPL fails."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table

EXTENSION = Path(__file__).parent.parent / "extension"
REFUSED = re.compile(r"\bA?GPL|Affero|(?<!Lesser )General Public License", re.IGNORECASE)
# Packages whose metadata name no licence; each was read in the package's own files.
READ_BY_HAND: dict[str, str] = {}


def python_packages(root: str) -> set[str]:
    """The names of every installed package that `root` needs at run time."""
    seen: set[str] = set()
    waiting = [Requirement(root)]
    while waiting:
        requirement = waiting.pop()
        name = requirement.name.lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return seen - {root}


def python_licences() -> dict[str, str]:
    """Licence by package, as pip-licenses reads it."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--with-system", "--format=json"]
    rows = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    known = {row["Name"].lower().replace("_", "-").replace(".", "-"): row["License"] for row in rows}
    return {
        name: READ_BY_HAND.get(name) or known.get(name.replace(".", "-"), "UNKNOWN")
        for name in python_packages("sotto")
    }


def npm_licences() -> dict[str, str]:
    """Licence by npm package that ends up in the panel (development tools are not shipped)."""
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    shipped = {path: entry for path, entry in lock["packages"].items() if path and not entry.get("dev")}
    return {
        f"npm {path.split('node_modules/')[-1]}": entry.get("license", "UNKNOWN")
        for path, entry in shipped.items()
    }


def is_refused(licence: str) -> bool:
    """Whether every way to use the package is GPL or AGPL, or nobody knows."""
    return licence.upper() == "UNKNOWN" or all(
        REFUSED.search(way) for way in re.split(r"\s+OR\s+|;\s*", licence)
    )


def main() -> int:
    """Print the table; exit 1 when a licence is refused."""
    licences = dict(sorted((python_licences() | npm_licences()).items()))
    table = Table("package", "licence", title=f"{len(licences)} shipped packages")
    refused = [name for name, licence in licences.items() if is_refused(licence)]
    for name, licence in licences.items():
        short = licence.splitlines()[0][:60]
        table.add_row(name, f"[red]{short}[/]" if name in refused else short)
    Console().print(table)
    if refused:
        print(
            f"refused: {', '.join(refused)}: replace them, or read their licence and record it.",
            file=sys.stderr,
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
