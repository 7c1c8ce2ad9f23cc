"""Which experts could help with a conversation now, and why, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.conversation import Conversation, Reason, Role
from server.expert_profile import Profile
from server.quoted import own_words
from server.words import content_words

MOST_NAMED = 3
NOBODY_KNOWS, NOBODY_THERE, NOBODY_FREE = "none knows this topic", "none is online now", "all are busy"
# An expert is an outsider: what may end in harm, in court or in a contested bill stays with the team.
NOT_FOR_EXPERTS = {
    Reason.VULNERABILITY: "the customer may be vulnerable",
    Reason.DISPUTE: "the customer contests something",
}
LEGAL = "it may become a legal matter"
_LEGAL = re.compile(
    r"\b(?:lawyers?|solicitors?|attorneys?|barristers?|legal(?:ly)?|sue|sued|suing|court"
    r"|small claims|tribunal|ombuds(?:man|person|woman)|regulators?|trading standards|data protection|gdpr"
    r"|subject access|police|prosecut\w+|letter before action|breach of contract)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert with what they say of themselves and how many conversations they have in hand."""

    name: str
    team: str
    profile: Profile
    load: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """The experts of a team; `kept_back` is why the record keeps a conversation from all of them, or None."""

    experts: tuple[Candidate, ...]
    kept_back: str | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What help is sought for: what the customer wrote, in which language, when; times are told in `zone`."""

    text: str
    language: str
    now: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Match:
    """An expert who could help now; `topics` is what they know of the conversation, `why` tells an agent."""

    name: str
    topics: tuple[str, ...]
    why: str


def kept_from_experts(reasons: Iterable[Reason], texts: Iterable[str]) -> str | None:
    """Why no expert may have a conversation with these flags and customer's words; None when one may."""
    held = {reason.value: told for reason, told in NOT_FOR_EXPERTS.items()}
    for reason in reasons:
        if reason.value in held:
            return held[reason.value]
    return LEGAL if any(_LEGAL.search(text) for text in texts) else None


def customer_words(conversation: Conversation) -> list[str]:
    """What the customer wrote, the subject first, without quoted mail."""
    turns = [own_words(turn.text) for turn in conversation.turns if turn.role is Role.CUSTOMER]
    return [conversation.subject, *turns]


def matches(candidates: Iterable[Candidate], sought: Sought) -> list[Match]:
    """Who knows something of it, speaks its language, is there and has room: the best first."""
    everyone = list(candidates)
    words = frozenset(content_words(sought.text))
    touched = _touched(everyone, words)
    ranked = []
    for each in everyone:
        until = each.profile.hours.until(sought.now)
        known = [name for name in _names(each.profile) if _stems(name) in touched]
        speaks = sought.language in each.profile.languages
        if until is None or not known or not speaks or each.load >= each.profile.most:
            continue
        match = Match(each.name, tuple(known), _why(each, known, len(touched), until, sought))
        ranked.append((-len(known), each.load, each.name, match))
    return [match for *_, match in sorted(ranked, key=lambda row: row[:3])]


def known_topics(profile: Profile, text: str) -> tuple[str, ...]:
    """What somebody with this profile knows of what was written."""
    words = frozenset(content_words(text))
    return tuple(name for name in _names(profile) if (stems := _stems(name)) and stems <= words)


def why_nobody(candidates: Iterable[Candidate], sought: Sought) -> str | None:
    """Why none of them could help now, in a few words; None when one could, or when there are none."""
    everyone = list(candidates)
    if not everyone or matches(everyone, sought):
        return None
    know = [each for each in everyone if known_topics(each.profile, sought.text)]
    speak = [each for each in know if sought.language in each.profile.languages]
    there = [each for each in speak if each.profile.hours.until(sought.now)]
    if not know:
        return NOBODY_KNOWS
    if not speak:
        return f"none who knows this speaks {sought.language}"
    return NOBODY_FREE if there else NOBODY_THERE


def _touched(candidates: Sequence[Candidate], words: frozenset[str]) -> set[frozenset[str]]:
    """What the conversation is about, of all that any expert names: topics and products, by their stems."""
    named = {_stems(name) for each in candidates for name in _names(each.profile)}
    return {stems for stems in named if stems and stems <= words}


def _names(profile: Profile) -> dict[str, None]:
    """Products first; a name that stands in both lists counts once."""
    return dict.fromkeys((*profile.products, *profile.topics))


def _stems(name: str) -> frozenset[str]:
    return frozenset(content_words(name))


def _why(candidate: Candidate, known: Sequence[str], touched: int, until: datetime, sought: Sought) -> str:
    named = ", ".join(known[:MOST_NAMED])
    knows = f"knows {named}" if touched == 1 else f"{len(known)} of {touched} topics ({named})"
    load = f", has {candidate.load} already" if candidate.load else ""
    return f"{knows}, {_there(until, sought)}{load}"


def _there(until: datetime, sought: Sought) -> str:
    if until - sought.now >= timedelta(hours=24):
        return "online all day"
    at = until.astimezone(ZoneInfo(sought.zone))
    return f"online until {at:%H:%M}"
