"""The experts that the panel offers, each with the reason and the words to the customer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from server.brief import expert_words
from server.effects import TellBrief
from server.language import language_of
from server.matching import Candidate, Sought, customer_words, kept_from_experts, matches
from server.wire import ExpertPart

MOST_OFFERED = 5


def expert_parts(able: Sequence[Candidate], asked: TellBrief, now: datetime, zone: str) -> list[ExpertPart]:
    """Who of the experts could help now, the best first; none where the own people must."""
    said = customer_words(asked.conversation)
    if not able or kept_from_experts((flag.reason for flag in asked.flags), said):
        return []
    text = "\n".join(said)
    sought = Sought(text, language_of("\n".join(said[1:])), now, zone)
    return [
        ExpertPart(name=match.name, why=match.why, words=expert_words(match.name, match.topics))
        for match in matches(able, sought)[:MOST_OFFERED]
    ]
