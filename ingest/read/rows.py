"""CSV rows with their names and lines, checked. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.errors import UnreadableDocument

DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: filled cells by column name, in the file's order, with its lines."""

    cells: dict[str, str]
    first_line: int
    last_line: int


def read_rows(text: str) -> tuple[tuple[str, ...], list[Row]]:
    """Column names and rows; raises UnreadableDocument with the line of a row that doesn't fit the header."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = tuple(" ".join(name.split()) for name in next(reader, []))
        _check_header(header)
        return header, list(_rows(reader, header))
    except csv.Error as error:
        raise UnreadableDocument(
            f"line {reader.line_num}: not valid CSV ({error}); the owner must correct it"
        ) from error


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(DELIMITERS, key=head.count)


def _check_header(header: tuple[str, ...]) -> None:
    if not any(header):
        raise UnreadableDocument("line 1: expected column names; the owner must add them")
    if "" in header or len(set(header)) < len(header):
        raise UnreadableDocument(
            "line 1: a column name is empty or used twice; the owner must name every column once"
        )


def _rows(reader: csv._reader, header: tuple[str, ...]) -> Iterator[Row]:  # type: ignore[name-defined]
    last = reader.line_num
    for cells in reader:
        first, last = last + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise UnreadableDocument(
                f"line {first}: expected {len(header)} cells, received {len(cells)}; "
                "the owner must correct the row (a cell with a comma needs quotes)"
            )
        filled = {
            name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True) if cell.strip()
        }
        yield Row(filled, first, last)
