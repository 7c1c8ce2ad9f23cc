"""What customers say of a death: that somebody of theirs has died, or that it is about one at all. Pure."""

from __future__ import annotations

import re

_CALLED = r"mum|mam|mom|mummy|dad|daddy|gran|granny|nan|nana|grandad|grandma|grandpa"
_KIN = (
    rf"(?:{_CALLED}|husband|wife|spouse|partner|mother|father|son|daughter|brother|sister|child|baby|twin"
    r"|grand(?:mother|father|dad|mum|son|daughter)|uncle|aunt(?:ie|y)?|niece|nephew|cousin|friend"
    r"|fianc[eé]e?|(?:mother|father|brother|sister)-in-law)\b"
)
_NAME = r"(?: (?!phone|laptop|tablet|monitor|camera|alarm|seat)\w+)?"
_BEFORE = r"(?:(?:has|had|have|just|sadly|suddenly|recently|unexpectedly|then) ){0,3}"
_DIED = (
    rf"{_BEFORE}(?:died(?! laughing)|passed away|passed(?: on)?"
    r"(?=\W*$|[.,;!?]| (?:in|last|on (?!to\b|the|my|your)|this|after)\b))"
)
_TOLD = re.compile(
    rf"\b(?:my|our) (?:[\w']+ ){{0,2}}?{_KIN}{_NAME},? {_DIED}"
    rf"|(?:^|[.!?,;:] |\b(?:and|but|since|after|before|as|because|when|that) )(?:{_CALLED}) {_DIED}"
    rf"|\b(?:he|she) {_BEFORE}(?:died|passed away)\b"
    rf"|\b(?:(?:lost|buried|burying) |(?:funeral|death|loss|passing) of )(?:my|our) (?:\w+ )?{_KIN}(?!'s)"
    rf"|\b(?:my|our) (?:\w+ )?{_KIN}'s (?:funeral|death|passing)\b"
    r"|\bi(?:'m| am| was| have been) (?:now |recently )?(?:a widow(?:er)?|widowed)\b",
    re.IGNORECASE,
)
# "My late aunt's chair" is said in passing, often years after.
_MENTIONED = re.compile(
    rf"\b(?:my|our) (?:late|dear departed) {_KIN}"
    r"|\b(?:passed away|passing away|deceased|bereave\w*|funerals?|widow(?:s|ed|ers?)?|probate"
    r"|death certificates?|(?:somebody|someone|person|holder|owner|member) (?:has )?died)\b",
    re.IGNORECASE,
)
# "What happens if my husband died?" tells of none.
_SUPPOSED = re.compile(
    r"\b(?:if|in case|suppose|supposing|what happens when|should)\b[^.!?]{0,40}$", re.IGNORECASE
)


def told_death(text: str) -> re.Match[str] | None:
    """Where the customer tells in so many words that somebody of theirs has died, if they do."""
    plain = _plain(text)
    told = (found for found in _TOLD.finditer(plain) if not _SUPPOSED.search(plain[: found.end()]))
    return next(told, None)


def speaks_of_death(text: str) -> bool:
    """Whether a person's death is mentioned at all, whoever's, or supposed."""
    plain = _plain(text)
    return bool(_TOLD.search(plain) or _MENTIONED.search(plain))


def _plain(text: str) -> str:
    return text.replace("’", "'")
