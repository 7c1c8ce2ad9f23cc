"""The documentation names everything that a person can set, send, run or be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from server.conversation import Reason
from server.settings import Settings
from server.wire import ClientMessage, ServerMessage

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def message_types() -> Iterator[str]:
    for union in (ClientMessage, ServerMessage):
        for message in get_args(get_args(union)[0]):
            yield message.model_fields["type"].default


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`SOTTO_{setting.upper()}`" in read(DOCS / "settings.md")


@pytest.mark.parametrize("message", sorted(message_types()))
def test_every_message_is_documented(message: str) -> None:
    assert f"`{message}`" in read(DOCS / "wire.md")


@pytest.mark.parametrize("reason", [reason.value for reason in Reason])
def test_every_flag_reason_is_documented(reason: str) -> None:
    assert f"`{reason}`" in read(DOCS / "flags.md")


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):.*## ", read(ROOT / "Makefile"), re.MULTILINE))
def test_every_make_target_is_documented(target: str) -> None:
    assert f"`make {target}`" in read(ROOT / "README.md") + read(DOCS / "development.md")


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_page_is_reachable_from_the_readme(page: Path) -> None:
    assert f"docs/{page.name}" in read(ROOT / "README.md")


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(ROOT.glob("*/README.md")), *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", read(page))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing
