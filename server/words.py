"""Words as drafting and checking see them: folded, without filler, cut to a rough stem. Pure."""

from __future__ import annotations

import re
import unicodedata

from knowledge.words import stem

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
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
