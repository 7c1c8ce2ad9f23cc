"""Names and signs of program code in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = re.compile(
    r"(?<![A-Za-z0-9_])_{0,2}(?=[A-Za-z])[A-Za-z0-9]{1,80}(?:_{1,2}[A-Za-z0-9]{1,80}){0,20}(?![A-Za-z0-9])"
)
_HUMP = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}")
_WORDS_IN_CODE = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"[^"\n]*"|\'[^\'\n]*\'|#[^\n]*|//[^\n]*')
_CODE = re.compile(r"(?<![\w.@/-])[A-Z][A-Z0-9]{4,30}(?![\w@/-])")
_SIGN = re.compile(r"(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\d.,]*)|(?P<symbol>[^\w\s])")
_KEPT_WORDS_TEXT = """
    and as async await break case class const continue def del do elif else enum except finally for from func
    function if import in is lambda let match new none not null or pass private public raise return static
    struct switch throw try var void while with yield
"""
_KEPT_WORDS = frozenset(_KEPT_WORDS_TEXT.split())
# Brackets, quotes and stops stand in prose as well.
_SYMBOLS = frozenset("=<>*/%+[]{}|&^~()_:")


def names_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Names made of several words (snake_case, CamelCase) as one lower-case word, and where they stand."""
    for found in _NAME.finditer(text):
        if (plain := _joined(found[0])) is not None:
            yield plain, *found.span()


def code_names(code: str) -> Iterator[str]:
    """The same of a piece of code; of its comments and texts only names with an underscore count."""
    for name, start, end in names_in(code):
        if "_" in code[start:end].strip("_"):
            yield name
    for name, _, _ in names_in(_WORDS_IN_CODE.sub(" ", code)):
        yield name


def spaced_codes(text: str) -> Iterator[tuple[str, int, int]]:
    """Words such as STAY15 that stand alone, and where."""
    for found in _CODE.finditer(text):
        yield found[0], *found.span()


def symbols(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """The shape of code: names and numbers without what they say, and whether each is a symbol."""
    for found in _SIGN.finditer(text):
        start, end = found.span()
        if found["name"]:
            word = found[0].casefold()
            yield word if word in _KEPT_WORDS else "n", start, end, False
        elif found["number"]:
            yield "0", start, end, False
        else:
            yield found[0], start, end, found[0] in _SYMBOLS


def _joined(name: str) -> str | None:
    """The name as one word, or None when it is none of several words."""
    bare = name.strip("_")
    if "_" not in bare and not _HUMP.search(bare):
        return None
    return bare.replace("_", "").casefold()
