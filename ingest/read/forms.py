"""From the bytes of a file to a Reading: which reader, and the checks that come before every reader. Pure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from ingest.errors import UnreadableDocument
from ingest.read.faq import read_faq_table
from ingest.read.outline import Reading
from ingest.read.pages import read_html, read_markdown
from ingest.read.python_code import read_python
from ingest.read.table import read_table
from knowledge.document import Kind

MARKDOWN = (".md", ".markdown", ".txt")
HTML = (".html", ".htm")
READABLE = (*MARKDOWN, *HTML, ".csv", ".py")

Reader = Callable[[str, Kind, str], Reading]


def read_document(path: str, kind: Kind, data: bytes) -> Reading:
    """Read one file; raises UnreadableDocument with the reason and who must act."""
    reader = _reader(path, kind)
    text = decode(data)
    try:
        return reader(text, kind, path)
    except RecursionError as error:
        raise UnreadableDocument(
            "nested too deeply to read: the owner must simplify or exclude it"
        ) from error


def _reader(path: str, kind: Kind) -> Reader:
    suffix = PurePosixPath(path).suffix.lower()
    if kind is Kind.CODE and suffix != ".py":
        raise UnreadableDocument(
            f"no reader for {suffix or 'this'} files as code: expected .py; the owner must exclude it"
        )
    if kind is Kind.PROTOCOL and suffix not in MARKDOWN:
        raise UnreadableDocument(
            f"a protocol is shown as written: expected {', '.join(MARKDOWN)}; the owner must convert it"
        )
    if suffix in MARKDOWN:
        return lambda text, kind, _: read_markdown(text, kind)
    if suffix in HTML:
        return lambda text, kind, _: read_html(text, kind)
    if suffix == ".csv":
        return lambda text, kind, _: read_faq_table(text) if kind is Kind.FAQ else read_table(text)
    if suffix == ".py":
        return lambda text, _, path: read_python(text, path)
    raise UnreadableDocument(
        f"no reader for {suffix or 'nameless'} files: expected {', '.join(READABLE)}; "
        "the owner must convert or exclude it"
    )


def decode(data: bytes) -> str:
    """UTF-8 text with plain line ends and no byte order mark; raises UnreadableDocument naming the byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableDocument("encoded as UTF-16: the owner must save it as UTF-8")
    if (at := data.find(b"\0")) >= 0:
        raise UnreadableDocument(
            f"binary, not text (a zero byte at offset {at}): the owner must remove or exclude it"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind a byte order mark.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableDocument(
            f"not UTF-8 on line {line} (byte {at}): the owner must save it as UTF-8"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise UnreadableDocument("empty: the owner must fill, remove or exclude it")
    return text
