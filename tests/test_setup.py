"""What is imported is declared and pinned with hashes; what a machine lacks is said in one sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.chromium import find_chromium
from tests.test_layers import imports, sources

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Import names that differ from the package's name.
PACKAGES = {
    "bs4": "beautifulsoup4",
    "llama_index": "llama-index-core",
    "markdown_it": "markdown-it-py",
    "pydantic_core": "pydantic",
    "starlette": "fastapi",
    "yaml": "pyyaml",
}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[=<>]", requirement)[0] for requirement in requirements}


RUNTIME = names(PROJECT["dependencies"])


def test_every_import_of_the_product_is_a_declared_dependency() -> None:
    modules = {module.split(".")[0] for path in sources() for module in imports(path)}
    foreign = modules - set(sys.stdlib_module_names) - {"knowledge", "ingest", "server"}
    assert {PACKAGES.get(module, module.replace("_", "-")) for module in foreign} <= RUNTIME


@pytest.mark.parametrize("package", sorted(RUNTIME | names(PROJECT["optional-dependencies"]["dev"])))
def test_every_dependency_is_pinned_with_its_hashes(package: str) -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    if package == "torch":  # its build differs by machine: pinned by version alone
        assert "torch==2.13.0" in PROJECT["dependencies"]
    else:
        assert re.search(rf"^{re.escape(package.lower())}==\S+ \\\n    --hash=sha256:", pins, re.MULTILINE)


def test_every_pin_installs_on_the_oldest_python_promised() -> None:
    debian_12 = "3.11.2"
    folders = [next((ROOT / venv).glob("lib/python*/site-packages")) for venv in (".venv", ".venv-helpdesk")]
    refused = {
        f"{one.name} {one.version} needs Python {python}"
        for one in distributions(path=[str(folder) for folder in folders])
        if (python := one.metadata["Requires-Python"]) and debian_12 not in SpecifierSet(python)
    }
    assert refused == set()


# ---- what the machine must have --------------------------------------------------------------------------


def program(folder: Path, name: str, text: str = "#!/bin/sh\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / name
    made.write_text(text, encoding="utf-8")
    made.chmod(0o755)
    return made


def test_a_chromium_that_is_a_snap_or_asks_for_one_is_passed_by(tmp_path: Path) -> None:
    snap = program(tmp_path / "snap", "snap")
    (tmp_path / "snap" / "chromium").symlink_to(snap)
    program(tmp_path / "bin", "chromium-browser", '#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    program(tmp_path / "bin", "google-chrome")
    path = f"{tmp_path}/snap:{tmp_path}/bin"
    assert find_chromium(path, tmp_path) is None
    own = program(tmp_path / ".cache/ms-playwright/chromium-999/chrome-linux", "chrome")
    newer = program(tmp_path / ".cache/ms-playwright/chromium-1000/chrome-linux64", "chrome")
    assert find_chromium(path, tmp_path) == str(newer) != str(own)
    real = program(tmp_path / "local", "chromium")
    assert find_chromium(f"{path}:{real.parent}", tmp_path) == str(real)


def set_up(step: str, tmp_path: Path, system: str) -> subprocess.CompletedProcess[str]:
    """A step of setup.sh on a machine without apt, Chromium and strace."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("bash", "dirname", "grep", "uname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "os-release").write_text(f"NAME=Made up\nID={system}\n", encoding="utf-8")
    machine = {"PATH": str(tools), "HOME": str(tmp_path), "OS_RELEASE": str(tmp_path / "os-release")}
    command = ["bash", str(ROOT / "scripts" / "setup.sh"), step]
    return subprocess.run(command, env=machine, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("step", "system", "told"),
    [
        ("tracer", "debian", "strace is missing: install it (strace on Debian or Ubuntu)"),
        ("chromium", "debian", "Chromium is missing: install it (chromium "),
        ("firefox", "debian", "Firefox is missing: install it (firefox-esr on Debian or Ubuntu)"),
        ("chromium", "ubuntu", "Install Playwright's build"),
    ],
)
def test_set_up_says_what_to_install_and_fails(tmp_path: Path, step: str, system: str, told: str) -> None:
    done = set_up(step, tmp_path, system)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_set_up_leaves_mozillas_linter_out_where_node_is_too_old_and_goes_on(tmp_path: Path) -> None:
    program(tmp_path / "tools", "node", '#!/bin/sh\n[ "$1" = -p ] && echo 18 || echo v18.20.4\n')
    done = set_up("firefox_linter", tmp_path, "debian")
    left_out = "Mozilla's linter is left out: it needs Node.js 20 or newer, and this machine has v18.20.4.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", left_out)


def panel_tests(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    (folder / "tests" / "sum.test.ts").write_text(test, encoding="utf-8")
    command = ["node", str(ROOT / "extension" / "test.mjs")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_panels_tests_end_in_one_line(tmp_path: Path) -> None:
    done = panel_tests(
        tmp_path, 'import { test } from "node:test"; test("one", () => {}); test("two", () => {});'
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "panel: 2 tests passed\n", "")


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            'import { test } from "node:test"; test("a sum", () => { throw new Error("off by one"); });',
            "off by one",
        ),
        ('throw new Error("cannot load");', "cannot load"),
    ],
)
def test_a_failing_test_of_the_panel_is_named_with_its_reason(tmp_path: Path, test: str, told: str) -> None:
    done = panel_tests(tmp_path, test)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stdout == "panel: 0 tests passed, 1 failed\n"
