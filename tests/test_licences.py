"""`make licences` lets nothing pass that nobody knows to be free."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.licences import EXTENSION, is_free, npm_licences


@pytest.mark.parametrize(
    "licence",
    [
        *(
            "MIT",
            "BSD License",
            "3-Clause BSD License",
            "0BSD",
            "ISC License (ISCL)",
            "PSF-2.0",
            "LGPL-3.0-only",
        ),
        *("Mozilla Public License 2.0 (MPL 2.0)", "GNU Lesser General Public License v3 (LGPLv3)"),
        *("Apache-2.0 WITH LLVM-exception", "MPL-2.0 AND (Apache-2.0 OR MIT)", "(MIT OR GPL-3.0-or-later)"),
        *("Academic Free License (AFL); MIT License", "GPL-2.0-only OR (MIT AND Zlib)"),
    ],
)
def test_free_licences_pass(licence: str) -> None:
    assert is_free(licence)


@pytest.mark.parametrize(
    "licence",
    [
        *(
            "",
            "  ",
            "UNKNOWN",
            "unknown",
            "Proprietary",
            "UNLICENSED",
            "SEE LICENSE IN EULA.txt",
            "Commercial",
        ),
        *("LicenseRef-Proprietary", "Other/Proprietary License", "MIT License; Other/Proprietary License"),
        *("GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "GNU Affero GPL", "BUSL-1.1"),
        *("GPL-3.0-only AND (Apache-2.0 OR MIT)", "MIT AND Proprietary", "CC-BY-NC-4.0", "Summit"),
        *("Apache-2.0 with Commons Clause", "Copyright (c) 2020 Somebody"),
    ],
)
def test_what_nobody_knows_to_be_free_fails(licence: str) -> None:
    assert not is_free(licence)


def test_npm_packages_are_judged_by_what_they_say_and_development_tools_left_out(tmp_path: Path) -> None:
    packages: dict[str, dict[str, object]] = {
        "": {"license": "Apache-2.0"},
        "node_modules/good": {"license": "MIT"},
        "node_modules/good/node_modules/silent": {},
        "node_modules/odd": {"license": {"type": "MIT"}},
        "node_modules/empty": {"license": " "},
        "node_modules/tool": {"license": "GPL-3.0", "dev": True},
    }
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"packages": packages}), encoding="utf-8")
    unknown = dict.fromkeys(("npm silent", "npm odd", "npm empty"), "UNKNOWN")
    assert npm_licences(lock) == {"npm good": "MIT", **unknown}


def test_what_the_panel_imports_is_a_dependency_whose_licence_is_checked() -> None:
    named = re.compile(
        r"^(?:import|export)(?! type)(?: [^;=]*? from)? [\"']([^.\"'][^\"']*)[\"']", re.MULTILINE
    )
    sources = [*EXTENSION.glob("src/**/*.ts"), *EXTENSION.glob("src/**/*.tsx")]
    imported = {found for source in sources for found in named.findall(source.read_text(encoding="utf-8"))}
    packages = {"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in imported}
    assert "preact" in packages
    assert {f"npm {name}" for name in packages} <= npm_licences().keys()
