"""What all tests share: fixtures, and the seed of drills and generated examples (--seed repeats it)."""

from __future__ import annotations

import secrets
from random import Random

import pytest

# Named here once: a fixture imported by each test file would be made anew for each.
pytest_plugins = ("tests.browser", "tests.fixture_pages", "tests.gallery", "tests.request_tracker")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="repeat the drills and generated examples of an earlier run")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.option.seed is None:
        config.option.seed = secrets.randbelow(2**32)
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(config.option.seed)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that drive a browser take longest and go first: short ones last leave no process idle.

    Of these the one that needs no knowledge is first, so that nobody waits while another process indexes it.
    """
    items.sort(
        key=lambda item: (item.get_closest_marker("browser") is None, item.path.name != "test_gallery.py")
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.option.seed} (the same again: ARGS=--seed={config.option.seed})"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.write_line(pytest_report_header(config))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """What a drill leaves to chance; the same for the same test and seed."""
    return Random(f"{request.config.option.seed} {request.node.nodeid}")
