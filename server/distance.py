"""How far a sent text is from the suggestion it came from. Pure."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein


def edit_distance(suggested: str, sent: str) -> int:
    """The least number of characters to insert, delete or replace; white space at the ends does not count."""
    return Levenshtein.distance(suggested.strip(), sent.strip())
