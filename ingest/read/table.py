"""A catalogue in CSV: one section a row, "name — column: value; column: value"."""

from __future__ import annotations

from ingest.errors import UnreadableDocument
from ingest.read.outline import Block, Reading, Section
from ingest.read.rows import Row, read_rows

NAME_COLUMNS = ("name", "title", "product")


def read_table(text: str) -> Reading:
    """Every row on its own, named by the column name, title or product, else by the first one."""
    header, rows = read_rows(text)
    if not rows:
        raise UnreadableDocument("no rows below the column names: the owner must fill, remove or exclude it")
    lowered = {column.casefold(): column for column in reversed(header)}
    named_by = next((lowered[name] for name in NAME_COLUMNS if name in lowered), header[0])
    return Reading(None, tuple(_section(row, named_by) for row in rows))


def _section(row: Row, named_by: str) -> Section:
    name = row.cells.get(named_by)
    rest = [f"{_readable(column)}: {value}" for column, value in row.cells.items() if column != named_by]
    text = " — ".join(part for part in (name, "; ".join(rest)) if part)
    return Section((name,) if name else (), (Block(text, row.first_line, row.last_line),))


def _readable(column: str) -> str:
    return column.replace("_", " ")
