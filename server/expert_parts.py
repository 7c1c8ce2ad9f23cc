"""The experts that the panel offers, each with the reason and the words to the customer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.effects import TellBrief
from server.language import language_of
from server.matching import Roster, Sought, customer_words, kept_from_experts, matches, why_nobody
from server.phrases import ForExperts
from server.wire import ExpertPart

MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Offerable:
    """The experts who could help now, the best first; `why_none` is None as well where the team has none."""

    experts: tuple[ExpertPart, ...] = ()
    why_none: str | None = None


def offerable(roster: Roster, asked: TellBrief, now: datetime, zone: str, phrases: ForExperts) -> Offerable:
    """Who of the experts could help now, or why nobody."""
    if not roster.experts:
        return Offerable()
    said = customer_words(asked.conversation)
    kept_back = kept_from_experts((flag.reason for flag in asked.flags), said) or roster.kept_back
    if kept_back:
        return Offerable(why_none=kept_back)
    sought = Sought("\n".join(said), language_of("\n".join(said[1:])), now, zone)
    parts = (
        ExpertPart(name=match.name, why=match.why, words=phrases.naming(match.name, match.topics))
        for match in matches(roster.experts, sought)[:MOST_OFFERED]
    )
    return Offerable(tuple(parts), why_nobody(roster.experts, sought))
