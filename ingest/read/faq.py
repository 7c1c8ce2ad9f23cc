"""Questions and answers in CSV: one section a row."""

from __future__ import annotations

from ingest.errors import UnreadableDocument
from ingest.read.outline import Block, Reading, Section
from ingest.read.rows import Row, read_rows


def read_faq_table(text: str) -> Reading:
    """Columns `question` and `answer`; `category` becomes a title, other columns follow the answer."""
    header, rows = read_rows(text)
    names = {column.casefold(): column for column in header}
    if missing := {"question", "answer"} - set(names):
        raise UnreadableDocument(
            f"line 1: expected the columns question and answer, received {', '.join(header)}; "
            f"the owner must add {' and '.join(sorted(missing))}"
        )
    if not rows:
        raise UnreadableDocument(
            "no questions below the column names: the owner must fill, remove or exclude it"
        )
    return Reading(None, tuple(_pair(row, names) for row in rows))


def _pair(row: Row, names: dict[str, str]) -> Section:
    question, answer = row.cells.get(names["question"]), row.cells.get(names["answer"])
    if not question or not answer:
        raise UnreadableDocument(
            f"line {row.first_line}: question or answer is empty; the owner must fill both"
        )
    category = row.cells.get(names.get("category", ""))
    told = {names["question"], names["answer"], names.get("category")}
    rest = [f"{column}: {value}" for column, value in row.cells.items() if column not in told]
    text = "\n".join([answer, *rest])
    return Section((category,) if category else (), (Block(text, row.first_line, row.last_line),), question)
