"""The customer's mood as far as their words show it, which decides how a draft may open. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from server.bereavement import speaks_of_death, told_death
from server.conversation import Conversation, Role
from server.understand import said

_RECENT = 3
_LOUD_WORDS = 4


class Mood(StrEnum):
    """Gravest first: what calls for most care decides."""

    BEREAVED = "bereaved"
    ANGRY = "angry"
    GRAVE = "grave"
    WORRIED = "worried"
    CALM = "calm"


_ANGRY = re.compile(
    r"\bridiculous|\bdisgust\w*|\bdisgrace\w*|\boutrag\w+|\bunacceptable|\bfurious|\bappall\w+|\bangry|\blivid"
    r"|\b(?:fed up|sick of|sick and tired|had enough|had it with|rip-?off|ripped off|a joke|what a joke"
    r"|shambles|a farce|no excuse|shame on you|how dare you|useless|incompeten\w+|pathetic|infuriat\w+"
    r"|fuming|insult\w*|waste of (?:my )?time|worst|terrible service|awful service|never again|lied to|liars?"
    r"|frustrat\w+|annoy(?:ed|ing)|third time|fourth time|fifth time|how many times"
    r"|nobody (?:answers|replies|cares)|not good enough|complaint|ombudsman|trading standards"
    r"|my lawyer|my solicitor)\b"
    r"|!{2,}|\?!|!\?",
    re.IGNORECASE,
)
_WORRIED = re.compile(
    r"\b(?:worr(?:ied|ying|y|ies)|anxious|anxiety|scared|afraid|frighten\w+|panic\w*|nervous|desperate\w*"
    r"|distress\w*|stress(?:ed|ful)|concern(?:ed|ing)|terrif\w+|can'?t sleep|dangerous|unsafe"
    r"|is (?:it|this|that) safe|safe to|caught fire|on fire|burn(?:t|ed|ing)|smok(?:e|ing)|electric shock"
    r"|fraud\w*|scam\w*|hacked|stolen|can'?t afford|lost my job|struggling)\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|no longer|never|n't|no|nothing to) (?:\w+ ){0,2}?"
    r"(?=worr|concern|angry|annoy|frustrat|afraid|anxious|stress|panic|complaint)\w+"
    r"|\bno worries\b|\bdon'?t worry\b|\bi'?m afraid (?:i|that|not|it|there|so)\b|\bnot? a complaint\b"
    r"|\b(?:as far as|where) \w+ (?:is|are) concerned\b",
    re.IGNORECASE,
)


def mood_of(conversation: Conversation) -> Mood:
    """The mood of the customer's newest turns; a death is never over within a conversation.

    Where one is mentioned and not told to be of theirs ("Do you need it for probate?") it is grave.
    """
    written = list(_own_words(conversation))
    if any(map(told_death, written)):
        return Mood.BEREAVED
    recent = [_NOT_SO.sub(" ", text) for text in written[:_RECENT]]
    if any(_ANGRY.search(text) or _is_loud(text) for text in recent):
        return Mood.ANGRY
    if any(map(speaks_of_death, written)):
        return Mood.GRAVE
    return Mood.WORRIED if any(_WORRIED.search(text) for text in recent) else Mood.CALM


def _own_words(conversation: Conversation) -> Iterator[str]:
    """What the customer wrote, newest first, and last the subject they gave it."""
    for turn in reversed(conversation.turns):
        if turn.role is Role.CUSTOMER:
            yield said(turn.text)
    yield conversation.subject


def _is_loud(text: str) -> bool:
    """Whether several long words in a row are all capitals; a lone code or acronym is not shouting."""
    run = 0
    for word in re.findall(r"[^\W\d_]+", text):
        run = run + 1 if word.isupper() and len(word) > 1 else 0 if len(word) > 1 else run
        if run >= _LOUD_WORDS:
            return True
    return False
