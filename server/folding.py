"""Text as the leak guard compares it: letters that look alike are alike, what can't be seen is gone. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Letters of other scripts that print like Latin ones, which NFKD leaves as they are.
# Cyrillic, Greek and small capitals, sixteen a line.
_TWIN_LINES = (
    (
        "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0423\u0425\u051a",
        "ABCEHIJKMOPSTYXQ",
    ),
    (
        "\u051c\u04c0\u0430\u0501\u0435\u04bb\u0456\u0458\u043e\u051b\u0440\u0441\u0455\u03c5\u0445\u0443",
        "WIadehijoqpcsuxy",
    ),
    (
        "\u0475\u051d\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "vwABEZHIKMNOPTYX",
    ),
    (
        "\u03bf\u03b9\u03b1\u03bd\u03ba\u03c1\u03c4\u0261\u0131\u1d00\u1d04\u1d07\u026a\u1d0b\u1d0d\u1d0f",
        "oiavkptgiaceikmo",
    ),
    ("\u1d18\u1d1b\u1d1c\u1d20\u1d21\u1d22", "ptuvwz"),
)
_TWINS = {twin: latin for line in _TWIN_LINES for twin, latin in zip(*line, strict=True)}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_WORD = re.compile(r"[^\W_]+")


class _Folds(dict[str, str]):
    """What each character becomes; worked out once."""

    def __missing__(self, character: str) -> str:
        parts = unicodedata.normalize("NFKD", character)
        kept = (part for part in parts if unicodedata.category(part) not in _UNSEEN and part not in _FILLERS)
        folded = self[character] = "".join(_TWINS.get(part, part) for part in kept)
        return folded


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text in its own case and in lower case; `origin` is None when no place has changed."""

    cased: str
    lower: str
    origin: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text as written (code points) the folded characters from start to end stand."""
        if self.origin is None or start >= end:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1

    def words(self) -> list[tuple[str, int, int]]:
        """Every run of letters and digits in lower case, with its place in the folded text."""
        return [(found[0], *found.span()) for found in _WORD.finditer(self.lower)]


def fold(text: str) -> Folded:
    """The text after NFKD without accents, zero-width characters and look-alike letters."""
    if text.isascii():
        return Folded(text, text.lower(), None)
    folds = [_FOLDS[character] for character in text]
    cased = "".join(folds)
    origin = [place for place, fold in enumerate(folds) for _ in fold]
    lower = cased.lower()
    if len(lower) != len(cased):
        lower = "".join(low if len(low := character.lower()) == 1 else character for character in cased)
    return Folded(cased, lower, origin)
