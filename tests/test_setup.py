"""What is imported is declared, and what is declared is pinned with hashes."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

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
