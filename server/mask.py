"""Masks what must never be stored: card numbers, bank accounts and passwords. Pure; lengths never change."""

from __future__ import annotations

import re
from collections.abc import Iterator

MASK = "•"

_CARD = re.compile(r"(?<![\w.-])\d(?:[ \u00a0.-]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}\b")
_IBAN_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
        "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 "
        "QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20",
    )
}
# Possessive where white space repeats: a customer's text must not be able to make it slow.
_SECRET = re.compile(
    r"""\b(?:pass\s?word|passphrase|pass\s?code|pass\s?wort|pwd|pin(?:\ (?:code|number))?|cvv2?|cvc2?
    |(?:security|verification|one-time|login|access)\ (?:code|password))
    (?:\ (?:for|of|to|on)\ (?:the|my|your|our|their)?\ ?\w+)?
    \s*+(?:(?P<strong>[:=]|->|→)|(?P<weak>\bis\b|\bwas\b)(?:\s++(?:now|still|just|currently|set\s++to)\b)?\s*+:?)\s*+
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


def told_passwords(text: str) -> Iterator[tuple[int, int]]:
    """Where the text tells a password or passphrase: the value alone."""
    for found in _SECRET.finditer(text):
        if found[0].casefold().startswith("pass") and _masked_secret(found) != found[0]:
            yield found.span("value")


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
    """Masks the beginning that is an IBAN of its country's length; words may follow it directly."""
    places = [place for place, character in enumerate(text) if character.isalnum()]
    length = _IBAN_LENGTHS.get(text[:2].upper(), len(places) + 1)
    if len(places) < length:
        return text
    end = places[length - 1] + 1
    number = "".join(character for character in text[:end] if character.isalnum()).upper()
    digits = "".join(str(int(character, 36)) for character in number[4:] + number[:4])
    return _hidden(text[:end]) + text[end:] if int(digits) % 97 == 1 else text


def _masked_secret(found: re.Match[str]) -> str:
    value = found["value"]
    if found["weak"] and _NOT_A_SECRET.fullmatch(value.strip(".,;:!?)\"'")):
        return found[0]
    start = found.start("value") - found.start()
    return found[0][:start] + MASK * len(value)
