"""Passages on disk: one JSON line each, read one at a time, so that opening a revision costs nothing."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.columns import Columns
from knowledge.document import Audience, Document, Kind, Passage
from knowledge.rule import rule_fields, rule_of
from knowledge.words import same_text_key

DATES = ("effective_from", "expires_on", "updated_on")


def write_passages(folder: Path, documents: Sequence[Document], passages: Sequence[Passage]) -> None:
    """Write documents, passages and their columns; equal input gives equal bytes."""
    place = {document.id: row for row, document in enumerate(documents)}
    _write_lines(folder / "documents.jsonl", (_document_fields(document) for document in documents))
    offsets = _write_lines(folder / "passages.jsonl", (_passage_fields(passage) for passage in passages))
    np.save(folder / "ids.npy", np.array([passage.id for passage in passages], dtype=str))
    np.save(folder / "offsets.npy", np.array(offsets, dtype=np.int64))
    np.save(folder / "document_of.npy", np.array([place[p.document.id] for p in passages], dtype=np.int32))
    groups: dict[str, int] = {}
    keys = [same_text_key(" ".join(p.title_path), f"{p.question or ''} {p.text}") for p in passages]
    np.save(
        folder / "same_text.npy", np.array([groups.setdefault(k, len(groups)) for k in keys], dtype=np.int32)
    )


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> list[int]:
    offsets = [0]
    with path.open("wb") as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
            offsets.append(offsets[-1] + file.write(line.encode() + b"\n"))
    return offsets


def _document_fields(document: Document) -> dict[str, Any]:
    return {name: value for name, value in asdict(document).items() if value not in (None, ())}


def _passage_fields(passage: Passage) -> dict[str, Any]:
    fields = {
        "id": passage.id,
        "document": passage.document.id,
        "title_path": passage.title_path,
        "question": passage.question,
        "text": passage.text,
        "lines": [passage.first_line, passage.last_line],
    }
    return fields if passage.rule is None else fields | {"rule": rule_fields(passage.rule)}


def read_documents(folder: Path) -> list[Document]:
    """The documents of a revision in the order they were staged."""
    with (folder / "documents.jsonl").open(encoding="utf-8") as file:
        return [_document(json.loads(line)) for line in file]


def _document(fields: dict[str, Any]) -> Document:
    dates = {name: date.fromisoformat(fields[name]) for name in DATES if name in fields}
    typed = {"kind": Kind(fields["kind"]), "audience": Audience(fields["audience"])}
    return Document(**(fields | dates | typed | {"tags": tuple(fields.get("tags", ()))}))


class PassageFile(Sequence[Passage]):
    """The passages of a revision in row order, decoded when asked for.

    `document_of` has document numbers, `subject_of` numbers of their titles.
    """

    def __init__(self, folder: Path) -> None:
        self._documents = read_documents(folder)
        self._offsets: NDArray[np.int64] = np.load(folder / "offsets.npy")
        self.document_of: NDArray[np.int32] = np.load(folder / "document_of.npy")
        self.subject_of = self._subjects()[self.document_of]
        self.same_text: NDArray[np.int32] = np.load(folder / "same_text.npy")
        self.columns = Columns(self._documents, self.document_of)
        self._bytes: mmap.mmap | bytes = _mapped(folder / "passages.jsonl")
        self._ids: NDArray[np.str_] = np.load(folder / "ids.npy")
        self._rows: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.document_of)

    def _subjects(self) -> NDArray[np.int32]:
        """For each document the number of its title: several answers to one question are one subject."""
        numbers: dict[str, int] = {}
        names = [one.title or f"\0{one.id}" for one in self._documents]
        return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int32)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> list[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | list[Passage]:
        if isinstance(row, slice):
            return [self[at] for at in range(*row.indices(len(self)))]
        at = range(len(self))[row]
        fields = json.loads(self._bytes[self._offsets[at] : self._offsets[at + 1]])
        first, last = fields["lines"]
        document = self._documents[self.document_of[at]]
        titles = tuple(fields["title_path"])
        rule = rule_of(fields["rule"]) if "rule" in fields else None
        return Passage(fields["id"], document, fields["text"], titles, fields["question"], first, last, rule)

    def rows_of_names(self) -> dict[str, NDArray[np.int64]]:
        """The rows about each place, plan or product that documents name."""
        numbers: dict[str, list[int]] = {}
        for number, document in enumerate(self._documents):
            if name := document.entity or document.product:
                numbers.setdefault(name, []).append(number)
        return {name: np.flatnonzero(np.isin(self.document_of, rows)) for name, rows in numbers.items()}

    def row_of(self, passage_id: str) -> int | None:
        """The row of a passage id, or None."""
        if not self._rows:
            self._rows = {name: row for row, name in enumerate(self._ids.tolist())}
        return self._rows.get(passage_id)

    def audience(self, row: int) -> Audience:
        """Who may read the passage in `row`."""
        document: Document = self._documents[self.document_of[row]]
        return document.audience

    def close(self) -> None:
        """Let go of the mapped file; nothing can be read afterwards."""
        if isinstance(self._bytes, mmap.mmap):
            self._bytes.close()


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
