"""Masks what must never be stored: card numbers, bank accounts and passwords. Pure; lengths never change."""

from __future__ import annotations

import re

MASK = "•"

_CARD = re.compile(r"(?<![\w.-])\d(?:[ \u00a0.-]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}\b")
_SECRET = re.compile(
    r"""\b(?:pass\s?word|passphrase|pass\s?code|pass\s?wort|pwd|pin(?:\ (?:code|number))?|cvv2?|cvc2?
    |(?:security|verification|one-time|login|access)\ (?:code|password))
    (?:\ (?:for|of|to|on)\ (?:the|my|your|our|their)?\ ?\w+)?
    \s*(?:(?P<strong>[:=]|->|→)|(?P<weak>\bis\b|\bwas\b)(?:\s+(?:now|still|just|currently|set\s+to))?\s*:?)\s*
    (?P<value>"[^"\n]+"|'[^'\n]+'|“[^”\n]+”|\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
# What people write after "the password is" when they do not tell it.
_NOT_A_SECRET = re.compile(
    "a|again|all|already|also|always|an|being|blocked|broken|changed|compromised|correct|different|disabled"
    "|empty|expired|fine|forgotten|gone|in|incorrect|invalid|locked|lost|missing|needed|never|no|not|ok|okay"
    "|old|on|only|out|outdated|rejected|required|reset|right|safe|sent|so|stolen|stored|stuck|that|the|there"
    "|to|too|unknown|valid|weak|what|working|wrong",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """The text with card numbers, IBANs and told passwords, PINs and codes replaced character by character.

    The result has the same length, so that offsets stay true; masking twice changes nothing more.
    """
    text = _CARD.sub(lambda found: _hidden(found[0]) if _is_card(found[0]) else found[0], text)
    text = _IBAN.sub(lambda found: _masked_iban(found[0]), text)
    return _SECRET.sub(_masked_secret, text)


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which no database stores, replaced by U+FFFD; same length."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def hidden_mentions(text: str, mention: str) -> str:
    """The text with every whole mention (any case) of a person's name or address masked; same length."""
    pattern = rf"(?<!\w){re.escape(mention)}(?!\w)"
    return re.sub(pattern, lambda found: MASK * len(found[0]), text, flags=re.IGNORECASE)


def _hidden(text: str) -> str:
    return re.sub(r"[^\W_]", MASK, text)


def _is_card(text: str) -> bool:
    """Whether the digits pass the Luhn check (and aren't all alike, as in a placeholder)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [
        digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits[::-1])
    ]
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _masked_iban(text: str) -> str:
    """Masks the longest beginning that is an IBAN; words may follow it directly."""
    compact = [(place, character) for place, character in enumerate(text) if character.isalnum()]
    for length in range(min(34, len(compact)), 14, -1):
        candidate = "".join(character for _, character in compact[:length]).upper()
        digits = "".join(str(int(character, 36)) for character in candidate[4:] + candidate[:4])
        if int(digits) % 97 == 1:
            end = compact[length - 1][0] + 1
            return _hidden(text[:end]) + text[end:]
    return text


def _masked_secret(found: re.Match[str]) -> str:
    value = found["value"]
    if found["weak"] and _NOT_A_SECRET.fullmatch(value.strip(".,;:!?)\"'")):
        return found[0]
    start = found.start("value") - found.start()
    return found[0][:start] + MASK * len(value)
