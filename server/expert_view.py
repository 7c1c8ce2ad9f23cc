"""What an expert reads of a conversation: nothing personal before they take it, then what they need. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.conversation import Customer
from server.placeholders import Placeholders

_STAND_IN = re.compile(r"<([A-Z]{4,8})_\d{1,3}>")
# An order is told by four figures as well; amounts and times stay, for they name nobody.
_SHORT_NUMBER = re.compile(r"(?<![\w.,£$€-])#?(?:[A-Z]{1,4}-?)?\d{3,}(?![\w,]|\.\d)")
_PHONE = re.compile(r"[+(0]|00")
_LONG_PHONE = 9
_WORDS = {
    "NAME": "[name]",
    "EMAIL": "[e-mail address]",
    "LINK": "[link]",
    "STREET": "[address]",
    "POSTCODE": "[postcode]",
    "BIRTH": "[date of birth]",
    "NUMBER": "[number]",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation as an expert sees it."""

    subject: str
    brief: str


def shown(subject: str, brief: str, customer: str | None, *, taken: bool) -> Shown:
    """The subject and the brief for an expert who has taken the conversation, or is only asked to."""
    return Shown(_hidden(subject, customer, taken), _hidden(brief, customer, taken))


def _hidden(text: str, customer: str | None, taken: bool) -> str:
    hiding = Placeholders(Customer(name=customer))
    hidden = hiding.hide(text)
    if not taken:
        hidden = _SHORT_NUMBER.sub(_WORDS["NUMBER"], hidden)

    def told(found: re.Match[str]) -> str:
        said = hiding.restore(found[0])
        return said if taken and _is_needed(found[1], said) else _WORDS[found[1]]

    return _STAND_IN.sub(told, hidden)


def _is_needed(kind: str, said: str) -> bool:
    """To help, an expert needs the customer's name and the numbers of orders; never how to reach them."""
    if kind == "NUMBER":
        is_phone = _PHONE.match(said) and sum(letter.isdigit() for letter in said) >= _LONG_PHONE
        return not is_phone
    return kind == "NAME"
