"""Which language a customer writes in, and what Sotto leaves out where it is not tested for that language.

The only file that imports py3langid. English is assumed wherever the classifier could be wrong: a French turn
treated as English brings a gap, an English one treated as French would take the draft away.
"""

from __future__ import annotations

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "English"
TESTED = frozenset({ENGLISH})
OFF = ("no drafts", "no flags", "search by words only")
"""What is off in other languages, in words for the agent."""

# Of 12,244 short English turns (support, banking, commands, chatter) none is called anything else.
SURE_FROM = 0.5
FEWEST_WORDS = 4
FEWEST_FOREIGN_LETTERS = 6
LONGEST_READ = 1000
TURNS_REMEMBERED = 1024

_CODES_AND_NAMES = """
    ar:Arabic bg:Bulgarian bn:Bengali cs:Czech da:Danish de:German el:Greek en:English es:Spanish
    et:Estonian fa:Persian fi:Finnish fr:French he:Hebrew hi:Hindi hr:Croatian hu:Hungarian
    id:Indonesian it:Italian ja:Japanese ko:Korean lt:Lithuanian lv:Latvian nl:Dutch no:Norwegian
    pl:Polish pt:Portuguese ro:Romanian ru:Russian sk:Slovak sl:Slovenian sr:Serbian sv:Swedish
    th:Thai tr:Turkish uk:Ukrainian ur:Urdu vi:Vietnamese zh:Chinese
"""
_NAMES = dict(pair.split(":") for pair in _CODES_AND_NAMES.split())
LANGUAGES = frozenset(_NAMES.values())
"""Every language that is told apart, by its English name."""
_NO_LANGUAGE = re.compile(r"\S+@\S+|\b(?:https?://|www\.)\S+|\S*\d\S*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Past Latin and its accents, no English is written.
_FOREIGN_LETTER = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")


def load_languages() -> None:
    """Load the classifier (about a second) before the first turn needs it."""
    _classifier()


@lru_cache(maxsize=TURNS_REMEMBERED)
def language_of(words: str) -> str:
    """The English name of the language; "English" for a few words, codes and whatever is not sure."""
    text = _NO_LANGUAGE.sub(" ", words[:LONGEST_READ])
    enough = len(_WORD.findall(text)) >= FEWEST_WORDS
    if not enough and len(_FOREIGN_LETTER.findall(text)) < FEWEST_FOREIGN_LETTERS:
        return ENGLISH
    code, sure = _classifier().classify(text)
    return _NAMES[code] if sure >= SURE_FROM else ENGLISH


def is_tested(words: str) -> bool:
    """Whether Sotto is tested for the language of these words."""
    return language_of(words) in TESTED


@lru_cache(maxsize=1)
def _classifier() -> LanguageIdentifier:
    classifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    classifier.set_languages(list(_NAMES))
    return classifier
