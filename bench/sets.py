"""Retrieval sets as files: reads any folder of the form bench/README.md describes, forgiving and counting."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCOPES = ("site", "repo")
# LlamaIndex refuses metadata longer than its chunks.
LONGEST_FIELD = 400
FIELDS = ("title", "page_title", "entity", "path", "qualname")
ROLES = {
    "customer": "customer",
    "user": "customer",
    "agent": "agent",
    "assistant": "assistant",
    "note": "note",
}


class BadData(Exception):
    """The data folder can't be measured; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class SetDocument:
    """One document of a corpus: `fields` are data for both sides, `scope` (site, repo) a hard filter."""

    id: str
    text: str
    fields: Mapping[str, str]
    scope: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, what was said before as (role, text), and the ids of the documents that answer it.

    `subject` heads what was asked; `page` is the title of the page that was open, where that is known.
    """

    id: str
    text: str
    context: tuple[tuple[str, str], ...]
    gold: frozenset[str]
    scope: Mapping[str, str]
    subject: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus with questions; `notes` counts what was left out or repaired."""

    name: str
    documents: tuple[SetDocument, ...]
    questions: tuple[Question, ...]
    notes: Mapping[str, int]

    @property
    def digest(self) -> str:
        """16 hex digits that change with any document."""
        rows = [
            (one.id, one.text, sorted(one.fields.items()), sorted(one.scope.items()))
            for one in self.documents
        ]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def find_sets(data: Path, split: str) -> dict[Path, str | None]:
    """The set folders in `data` (or `data` itself), each with the reason why it can't be measured, or None.

    Raises BadData when `data` is no folder.
    """
    if not data.is_dir():
        raise BadData(f"{data} is not a folder; give --data a retrieval set or a folder of sets.")
    if corpus_file(data, split) or (data / f"{split}.jsonl").is_file():
        return {data.resolve(): _obstacle(data, split)}
    folders = sorted(path for path in data.iterdir() if path.is_dir())
    return {folder: _obstacle(folder, split) for folder in folders}


def corpus_file(folder: Path, split: str) -> Path | None:
    """The corpus of this split, else the one that all splits share, else None."""
    candidates = (folder / f"corpus_{split}.jsonl", folder / "corpus.jsonl")
    return next((path for path in candidates if path.is_file()), None)


def _obstacle(folder: Path, split: str) -> str | None:
    if corpus_file(folder, split) is None:
        return f"no corpus.jsonl or corpus_{split}.jsonl"
    if not (folder / f"{split}.jsonl").is_file():
        return f"no {split}.jsonl"
    return None


def read_set(folder: Path, split: str, limit: int | None = None) -> RetrievalSet:
    """Read one set; `limit` keeps the first questions only. Raises BadData when it has no corpus."""
    corpus = corpus_file(folder, split)
    if corpus is None:
        raise BadData(f"{folder}: expected corpus.jsonl or corpus_{split}.jsonl, found neither.")
    notes: Counter[str] = Counter()
    documents = _merged(_rows(corpus, notes), notes)
    known = frozenset(document.id for document in documents)
    scopes = frozenset(key for document in documents for key in document.scope)
    questions = tuple(_questions(_rows(folder / f"{split}.jsonl", notes), scopes, notes))[:limit]
    lost = sum(not question.gold & known for question in questions)
    notes["questions whose gold is not in the corpus (counted as missed)"] = lost
    return RetrievalSet(folder.name, tuple(documents), questions, {key: n for key, n in notes.items() if n})


def read_answers(rows: Path) -> dict[str, str]:
    """The gold answers by question id, of the questions that have one (`gold_response` or `gold_answer`)."""
    answers = {}
    for place, row in enumerate(_rows(rows, Counter())):
        answer = _text(row.get("gold_response")) or _text(row.get("gold_answer"))
        if answer:
            answers[str(row.get("id", f"row {place}"))] = answer
    return answers


def _rows(path: Path, notes: Counter[str]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                row = None
            if isinstance(row, dict):
                yield row
            else:
                notes[f"unreadable lines in {path.name}"] += 1


def _merged(rows: Iterator[dict[str, Any]], notes: Counter[str]) -> list[SetDocument]:
    """One document an id: rows that repeat an id add their text to the first."""
    documents: dict[str, SetDocument] = {}
    for row in rows:
        identity, text = row.get("doc_id"), _text(row.get("text"))
        fields = _strings(row, FIELDS)
        if identity is None or not (text or fields):
            notes["documents without doc_id or text"] += 1
            continue
        document = SetDocument(str(identity), text, fields, _strings(row, SCOPES))
        first = documents.get(document.id)
        if first is not None:
            notes["documents that repeat a doc_id"] += 1
            merged = first.text if text in first.text else f"{first.text}\n\n{text}"
            document = SetDocument(first.id, merged, first.fields, first.scope)
        documents[document.id] = document
    return list(documents.values())


def _questions(
    rows: Iterator[dict[str, Any]], scopes: frozenset[str], notes: Counter[str]
) -> Iterator[Question]:
    seen: Counter[str] = Counter()
    for place, row in enumerate(rows):
        text = _text(row.get("query")) or _text(row.get("customer_brief"))
        gold = _gold(row.get("gold"))
        if not text or not gold:
            notes["rows without gold" if text else "rows without query"] += 1
            continue
        identity = str(row.get("id", f"row {place}"))
        seen[identity] += 1
        if seen[identity] > 1:
            notes["rows that repeat an id"] += 1
            identity = f"{identity}#{seen[identity]}"
        scope = {key: value for key, value in _strings(row, SCOPES).items() if key in scopes}
        heads = (_text(row.get("title")), _text(row.get("page_title")))
        yield Question(identity, text, _context(row.get("context")), gold, scope, *heads)


def _gold(value: Any) -> frozenset[str]:
    items = value if isinstance(value, list) else [value]
    return frozenset(str(item) for item in items if item is not None and item != "")


def _context(value: Any) -> tuple[tuple[str, str], ...]:
    turns = value if isinstance(value, list) else []
    return tuple(turn for turn in map(_turn, turns) if turn[1])


def _turn(value: Any) -> tuple[str, str]:
    if isinstance(value, dict):
        return ROLES.get(str(value.get("role")).lower(), "agent"), _text(value.get("text"))
    return "customer", _text(value)


def _strings(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    found = {key: _text(row.get(key))[:LONGEST_FIELD] for key in keys}
    return {key: text for key, text in found.items() if text}


def _text(value: Any) -> str:
    """A field as text without lone surrogates, which no index can store; lists are joined, null is empty."""
    if value is None:
        return ""
    joined = " > ".join(map(str, value)) if isinstance(value, list) else str(value)
    return joined.encode("utf-8", "replace").decode("utf-8").strip()
