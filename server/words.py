"""Words as drafting and checking see them: folded, without filler, cut to a rough stem. Pure."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
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

_FILLER_WORDS = """
    a about after again all also am an and any anyone anything are as at be because been before
    being but by can could did do does doing done don't for from get getting give go going got had
    has have having he hello help her hi him his how however i i'd i'll i'm i've if in into is it
    it's its just know let like may me might mine my need no not now of on one or our out over
    please question regarding she should so some someone something such tell than thank thanks that
    that's the their them then there these they thing things this those to too us very want wanted
    was we were what what's when where which while who why will wish with wonder wondering would yes
    you you're your yours
"""
FILLER = frozenset(_FILLER_WORDS.split())


def content_words(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order, with repetitions; numbers stay as they are."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return [stem(word) for word in _WORD.findall(folded) if word not in FILLER]


def numbers(text: str) -> frozenset[str]:
    """Every number in digits, without thousands commas."""
    return frozenset(re.sub(r",(?=\d{3}\b)", "", found) for found in _NUMBER.findall(text))


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
