"""Text to the words that lexical search compares. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[_.'’-][^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JOINT = re.compile(r"[_.'’-]")

_ENDINGS = (
    ("ies", "y"),
    ("ings", ""),
    ("ing", ""),
    ("ied", "y"),
    ("ed", ""),
    ("ly", ""),
    ("es", "e"),
    ("s", ""),
)
# Words of which the stem is remembered.
REMEMBERED = 1 << 16

# Characters below which a text needs its title to mean something.
SHORT = 80


def words(text: str) -> list[str]:
    """Case-folded words in order; identifiers and compounds appear whole and, after that, in their parts.

    `refundAmount` gives refundamount, refund, amount; numbers and codes such as `E-1042` are kept whole too.
    """
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        whole = match.group()
        found.append(whole.casefold())
        if whole.islower() and whole.isalpha():
            continue
        parts = _PART.findall(whole) if whole.isascii() else _JOINT.split(whole)
        if len(parts) > 1:
            found.extend(part.casefold() for part in parts)
    return found


def same_text_key(title: str, body: str) -> str:
    """Equal keys mean the same text to a reader; a short body says nothing without its title."""
    folded = " ".join(words(body))
    return folded if len(folded) >= SHORT else f"{' '.join(words(title))} | {folded}"


@lru_cache(REMEMBERED)
def stem(word: str) -> str:
    """A rough common form: "returns", "returned" and "returning" meet; meant for comparing only."""
    word = word.removesuffix("'s")
    if word.isdigit() or len(word) < 4:
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeous":
        word = word[:-1]
    return word.rstrip("ey") if len(word) > 4 else word
