"""knowledge.toml is checked before anything is read, and every mistake names its line and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.config import EXAMPLE, load_config
from ingest.errors import IngestError
from knowledge.document import Audience, Kind
from tests.knowledge_folder import CONFIG


def load(tmp_path: Path, text: str) -> object:
    file = tmp_path / "knowledge.toml"
    file.write_text(text)
    return load_config(file)


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(IngestError) as caught:
        load(tmp_path, text)
    return str(caught.value)


def test_the_demo_folder_is_described_correctly() -> None:
    config = load_config(Path(__file__).parent.parent / "examples/quillbrook/knowledge.toml")
    assert config.name == "Quillbrook"
    assert {source.kind for source in config.source} == set(Kind)
    assert all(source.audience is Audience.INTERNAL for source in config.source if source.kind is Kind.CODE)


def test_the_example_in_error_messages_is_itself_valid(tmp_path: Path) -> None:
    load(tmp_path, EXAMPLE)


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("includes =", "include =", ("line 9", "unknown key `includes`", "did you mean `include`?")),
        ("knid =", "kind =", ("line 6", "unknown key `knid`", "did you mean `kind`?")),
        ("timezome =", "timezone =", ("line 2", "did you mean `timezone`?")),
        ('kind = "polcy"', 'kind = "policy"', ("line 6", "`kind`", "'policy', 'faq'", "received 'polcy'")),
    ],
)
def test_a_typo_names_the_line_and_the_nearest_valid_key(
    tmp_path: Path, wrong: str, right: str, told: tuple[str, ...]
) -> None:
    said = problem(tmp_path, CONFIG.replace(right, wrong, 1))
    for part in ("knowledge.toml", "knowledge owner must correct", *told):
        assert part in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = oops\n", ("not valid TOML", "line 1")),
        ('name = "x"\n', ("the key `source` is missing",)),
        (
            CONFIG.replace('owner = "ann"\n', "", 1),
            ("line 4", "[[source]] number 1", "the key `owner` is missing"),
        ),
        (
            CONFIG.replace("Europe/London", "Mars/Base"),
            ("line 2", "unknown timezone 'Mars/Base'", "Europe/London"),
        ),
        (
            CONFIG.replace('"policies/**/*"', '"../secrets/*"'),
            ("line 9", "'../secrets/*' must be a pattern below"),
        ),
        (CONFIG.replace('"policies/**/*"', '"/etc/*"'), ("'/etc/*' must be a pattern below this folder",)),
        (CONFIG.replace('name = "internal"', 'name = "policies"'), ("two sources are named 'policies'",)),
        (
            CONFIG.replace('"internal"\nowner = "bob"', '"public"\nowner = "bob"'),
            ("number 3", 'must be "internal"'),
        ),
        (
            CONFIG.replace('owner = "bob"', 'owner = "bob"\nurl = "https://x/{slug}"'),
            ("{slug}", "{stem} or {path}"),
        ),
        (
            CONFIG.replace("timezone", "max_document_mb = 0\ntimezone", 1),
            ("line 2", "greater than 0", "received 0"),
        ),
        (CONFIG.replace("timezone", 'prefix = "shop"\ntimezone', 1), ("line 2", "`prefix`")),
    ],
)
def test_a_mistake_says_where_and_what_was_expected(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    said = problem(tmp_path, text)
    for part in told:
        assert part in said


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = problem(tmp_path, CONFIG.replace("include =", "includes =").replace("owner =", "woner ="))
    assert said.count("did you mean `include`?") == 3
    assert said.count("did you mean `owner`?") == 3


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "knowledge.toml"
    file.write_bytes(b'name = "caf\xe9"\n')
    with pytest.raises(IngestError, match="not UTF-8 at byte 11"):
        load_config(file)
