"""Stand-ins for personal data, so that a model on another machine drafts without ever seeing it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from server.conversation import Conversation, Customer
from server.mask import mask

LONGEST = 24
MISSING = "[…]"

_STAND_IN = re.compile(r"<[A-Z]{4,8}_\d{1,3}>")
_MAY_BECOME_STAND_IN = re.compile(rf"<[A-Z]{{0,8}}_?\d{{0,3}}\Z|<[^>]{{0,{LONGEST}}}\Z")
# Wide on purpose: what is hidden needlessly comes back in the draft, what is shown can't be taken back.
_KINDS = {
    "EMAIL": r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+",
    "LINK": r"https?://\S+",
    "STREET": (
        r"\b\d{1,5}[a-zA-Z]?,?\s(?:[A-Z][\w'’.-]*\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way"
        r"|Close|Court|Ct|Crescent|Gardens|Grove|Hill|Mews|Place|Pl|Row|Square|Sq|Terrace|Boulevard|Blvd)\b\.?"
        r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{1,4}[a-z]?\b"
    ),
    "POSTCODE": r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b",
    "BIRTH": r"(?<=\bborn )(?:on )?[\w./ -]{4,20}\d{4}\b",
    "NUMBER": r"(?<![\w.,])[+(]{0,2}(?:[A-Z]{1,4}-?){0,2}\d(?:[ ()./-]{0,2}\d){5,}(?!\w)",
}
_TELLS_NAME = r"(?<=\bmy name is )|(?<=\bMy name is )|(?<=\bI am called )|(?<=\bmy name's )|(?<=\bMy name's )"
_NAME = r"[^\W\d_a-z][\w'’-]+(?:\s[^\W\d_a-z][\w'’-]+){0,3}"


class Placeholders:
    """The stand-ins of one conversation; equal words get equal ones, so that a model can tell them apart."""

    def __init__(self, customer: Customer) -> None:
        self._stand_ins: dict[str, str] = {}
        self._said: dict[str, str] = {}
        names = "|".join([*_names(customer), f"(?:{_TELLS_NAME}){_NAME}"])
        kinds = {"NAME": names, **_KINDS}
        self._pattern = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()))

    def hide(self, text: str) -> str:
        """The text with stand-ins such as `<EMAIL_1>`; cards, accounts and passwords are masked for good."""
        return self._pattern.sub(lambda found: self._stand_in(found.lastgroup or "", found[0]), mask(text))

    def hidden(self, conversation: Conversation) -> Conversation:
        """The conversation as a model on another machine may see it."""
        turns = tuple(replace(turn, text=self.hide(turn.text)) for turn in conversation.turns)
        return replace(conversation, turns=turns, subject=self.hide(conversation.subject))

    def restore(self, text: str) -> str:
        """The text with the customer's words back in place; a stand-in the model made up becomes `[…]`."""
        return _STAND_IN.sub(lambda found: self._said.get(found[0], MISSING), text)

    def _stand_in(self, kind: str, words: str) -> str:
        key = " ".join(words.casefold().split())
        if key not in self._stand_ins:
            number = 1 + sum(known.startswith(f"<{kind}_") for known in self._said)
            self._stand_ins[key] = f"<{kind}_{number}>"
            self._said[self._stand_ins[key]] = words
        return self._stand_ins[key]


class Restoring:
    """Puts the words back into a stream of text; half a stand-in is held until the rest is here."""

    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders
        self._held = ""

    def feed(self, text: str) -> str:
        """What is certain by now, restored."""
        self._held += text
        unsure = _MAY_BECOME_STAND_IN.search(self._held)
        certain = unsure.start() if unsure else len(self._held)
        ready, self._held = self._held[:certain], self._held[certain:]
        return self._placeholders.restore(ready)

    def finish(self) -> str:
        """What was held back."""
        rest, self._held = self._held, ""
        return self._placeholders.restore(rest)


def is_outside(host: str) -> bool:
    """Whether a model's host (as in a URL, with or without port) is another machine than this one."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    try:
        return not ip_address(name).is_loopback
    except ValueError:
        return name != "localhost" and not name.endswith(".localhost")


def _names(customer: Customer) -> list[str]:
    """Patterns for the customer's whole name (any case) and each part of it as a name is written."""
    words = (customer.name or "").split()
    parts = [rf"\b{re.escape(word)}\b" for word in words if len(word) > 1 and word[0].isupper()]
    whole = [rf"(?i:\b{re.escape(' '.join(words))}\b)"] if len(words) > 1 else []
    return [*whole, *parts]
