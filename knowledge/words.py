"""Text to the words that lexical search compares. Pure."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:[_.'’-][^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JOINT = re.compile(r"[_.'’-]")

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
