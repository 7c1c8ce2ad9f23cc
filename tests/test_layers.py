"""The architecture as a table: which part may import which, and who owns which dependency."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("knowledge", "ingest", "server")

# The arrows: part -> the parts it may import besides itself.
ARROWS = {"knowledge": set(), "ingest": {"knowledge"}, "server": {"knowledge"}}

# One owner per dependency: package -> the only files that import it.
OWNERS = {
    "alembic": {
        "server/database.py",
        "server/migrations/env.py",
        "server/migrations/versions/0001_events_texts_people.py",
        "server/migrations/versions/0002_reports.py",
        "server/migrations/versions/0003_handovers.py",
        "server/migrations/versions/0004_thresholds.py",
        "server/migrations/versions/0005_experts.py",
        "server/migrations/versions/0006_own_texts.py",
    },
    "bm25s": {"knowledge/lexical.py"},
    "bs4": {"ingest/read/html.py"},
    "chromadb": {"knowledge/chroma_store.py"},
    "onnxruntime": {"knowledge/onnx_embedder.py"},
    "jinja2": {"server/pages.py"},
    "prometheus_client": {"server/metrics.py"},
    "py3langid": {"server/language.py"},
    "quotequail": {"server/quoted.py"},
    "rapidfuzz": {"server/distance.py"},
    "structlog": {"server/logs.py"},
    "torch": {"knowledge/reference_embedder.py"},
    "sentence_transformers": {"knowledge/reference_embedder.py"},
    "pydantic_settings": {"server/settings.py"},
}

# Files that decide: no I/O, no clock, no framework.
PURE = (
    "knowledge/asked.py",
    "knowledge/confidence.py",
    "knowledge/document.py",
    "knowledge/fusion.py",
    "knowledge/names.py",
    "knowledge/rule.py",
    "knowledge/side_by_side.py",
    "ingest/code/rules.py",
    "ingest/code/values.py",
    "ingest/plan.py",
    "server/answering.py",
    "server/assist_events.py",
    "server/bookings.py",
    "server/brief.py",
    "server/by_hand.py",
    "server/changing.py",
    "server/citations.py",
    "server/closing.py",
    "server/code_names.py",
    "server/compose.py",
    "server/conversation.py",
    "server/effects.py",
    "server/events.py",
    "server/expert_hours.py",
    "server/expert_parts.py",
    "server/expert_profile.py",
    "server/expert_view.py",
    "server/flags/danger.py",
    "server/flags/danger_signs.py",
    "server/flags/danger_unnamed.py",
    "server/flags/evidence.py",
    "server/flags/own_rule.py",
    "server/flags/thresholds.py",
    "server/flag_preview.py",
    "server/folding.py",
    "server/guard.py",
    "server/handover.py",
    "server/held.py",
    "server/holding.py",
    "server/intents/classifier.py",
    "server/intents/collect.py",
    "server/intents/finders.py",
    "server/intents/kinds.py",
    "server/intents/reading.py",
    "server/intents/words.py",
    "server/known.py",
    "server/leak.py",
    "server/mask.py",
    "server/matching.py",
    "server/mood.py",
    "server/needs.py",
    "server/needs_weighed.py",
    "server/on_demand.py",
    "server/opinions.py",
    "server/own_match.py",
    "server/own_text.py",
    "server/parts.py",
    "server/pasted.py",
    "server/person.py",
    "server/placeholders.py",
    "server/problems.py",
    "server/quoted.py",
    "server/records.py",
    "server/router.py",
    "server/read_on.py",
    "server/screen.py",
    "server/secret_patterns.py",
    "server/sentences.py",
    "server/session.py",
    "server/shingles.py",
    "server/story.py",
    "server/story_cues.py",
    "server/standing.py",
    "server/suggestion.py",
    "server/threshold_form.py",
    "server/told.py",
    "server/triage.py",
    "server/triaged.py",
    "server/understand.py",
    "server/used.py",
    "server/waiting.py",
    "server/wire.py",
    "server/wording.py",
    "server/worked.py",
    "server/said_values.py",
    "knowledge/plain.py",
)
IMPURE = {
    *(
        "asyncio",
        "chromadb",
        "fastapi",
        "httpx",
        "llama_index",
        "onnxruntime",
        "os",
        "pathlib",
        "random",
        "secrets",
    ),
    *("socket", "sqlalchemy", "sqlite3", "starlette", "structlog", "subprocess", "threading", "time", "uuid"),
}


def sources() -> list[Path]:
    return sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            yield node.module or ""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=name)
def test_parts_import_only_along_the_arrows(path: Path) -> None:
    part = name(path).split("/")[0]
    foreign = {module.split(".")[0] for module in imports(path)} & {*PARTS, "bench", "tests"} - {part}
    assert foreign <= ARROWS[part], f"{name(path)} may not import {foreign - ARROWS[part]}"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_every_dependency_has_one_owner(path: Path) -> None:
    taken = {module.split(".")[0] for module in imports(path)} & set(OWNERS)
    strays = {package for package in taken if name(path) not in OWNERS[package]}
    assert not strays, f"{name(path)} imports {strays}, which has owners: {OWNERS}"


@pytest.mark.parametrize("file", PURE)
def test_files_that_decide_do_no_input_or_output(file: str) -> None:
    impure = {module.split(".")[0] for module in imports(ROOT / file)} & IMPURE
    assert not impure, f"{file} decides and must stay pure, but imports {impure}"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    reads = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and not is_write(node, path)
    ]
    assert not reads or name(path) == "server/settings.py", f"{name(path)} reads the environment"


def is_write(node: ast.Attribute, path: Path) -> bool:
    """Whether the line only sets a default for a library that reads the environment by itself."""
    return "setdefault(" in path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
