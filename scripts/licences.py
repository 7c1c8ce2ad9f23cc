"""Lists every package that Sotto ships with its licence; fails unless each is known to be free and no GPL."""

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
from rich.text import Text

EXTENSION = Path(__file__).parent.parent / "extension"
FREE = re.compile(
    r"\b(MIT|[03]?BSD|Apache|ISC|MPL|Mozilla Public|PSF|Python Software Foundation|CNRI|Zlib|CC0|Unlicense"
    r"|BSL-1\.0|HPND|Academic Free|LGPL|Lesser General Public)(?![a-z])"
)
REFUSED = re.compile(
    r"\bA?GPL|Affero|(?<!Lesser )General Public|proprietary|commercial|commons clause|\bunlicensed\b",
    re.IGNORECASE,
)
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
        name: READ_BY_HAND.get(name) or _first_line(known.get(name.replace(".", "-")))
        for name in python_packages("sotto")
    }


def npm_licences(lock: Path = EXTENSION / "package-lock.json") -> dict[str, str]:
    """Licence by npm package that ends up in the panel (development tools are not shipped)."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    shipped = {path: entry for path, entry in packages.items() if path and not entry.get("dev")}
    return {
        f"npm {path.split('node_modules/')[-1]}": _first_line(entry.get("license"))
        for path, entry in shipped.items()
    }


def _first_line(licence: object) -> str:
    """What a package says of its licence, without the text that some paste there."""
    lines = licence.split("\n") if isinstance(licence, str) else []
    return next((line.strip() for line in lines if line.strip()), "UNKNOWN")


def is_free(licence: str) -> bool:
    """Whether the package may be shipped: by an SPDX expression, or by classifiers (one of them suffices)."""
    licence = licence.strip()
    if "proprietary" in licence.lower():
        return False
    if len(ways := _parts(licence, "; ") if "; " in licence else _parts(licence, " OR ")) > 1:
        return any(is_free(way) for way in ways)
    if len(needed := _parts(licence, " AND ")) > 1:
        return all(is_free(part) for part in needed)
    if licence.startswith("("):
        return is_free(licence.removeprefix("(").removesuffix(")"))
    return bool(FREE.search(licence)) and not REFUSED.search(licence)


def _parts(licence: str, between: str) -> list[str]:
    """The licence cut at `between` where no bracket is open."""
    parts, depth = [""], 0
    for piece in re.split(f"({re.escape(between)}|[()])", licence):
        depth += (piece == "(") - (piece == ")")
        if piece == between and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def main() -> int:
    """Print the table; exit 1 when a licence is refused."""
    licences = dict(sorted((python_licences() | npm_licences()).items()))
    table = Table("package", "licence", title=f"{len(licences)} shipped packages")
    refused = [name for name, licence in licences.items() if not is_free(licence)]
    for name, licence in licences.items():
        table.add_row(name, Text(licence[:60], style="red" if name in refused else ""))
    Console().print(table)
    if refused:
        print(
            f"refused: {', '.join(refused)}: replace them, or read their licence and record it.",
            file=sys.stderr,
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
