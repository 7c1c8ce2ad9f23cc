"""Whether a conversation is routine or a person leads it, which decides what the panel shows first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from server.conversation import Flag, Reason, Severity

Response = Literal["agreed", "disagreed", "not_now"]


class Disposition(StrEnum):
    """Routine: the draft first. Human: the customer's own words first, the draft folded."""

    ROUTINE = "routine"
    HUMAN = "human"


# A sale that could be offered, or an answer that is missing, is no reason to fold a draft.
LEADING = frozenset(Reason) - {Reason.UPSELL, Reason.LOW_CONFIDENCE}
_GRAVITY = (Severity.NOTE, Severity.ACT, Severity.URGENT)


def is_graver(severity: Severity, before: Severity) -> bool:
    """Whether the first can wait less than the second."""
    return _GRAVITY.index(severity) > _GRAVITY.index(before)


def leads(flag: Flag, response: Response | None) -> bool:
    """Whether this flag asks for a person, given how the agent answered its reason.

    Silencing it ("not now") is no disagreement. A quiet one leads too: where Sotto is not sure, no ready text
    comes first.
    """
    return flag.reason in LEADING and response != "disagreed"


def disposition_of(
    flags: Iterable[Flag], chosen: Disposition | None, responses: Mapping[Reason, Response]
) -> Disposition:
    """What the flags say, unless the agent chose; an urgent flag unanswered is graver than "routine"."""
    if chosen is Disposition.HUMAN:
        return Disposition.HUMAN
    standing = [flag for flag in flags if leads(flag, responses.get(flag.reason))]
    if chosen is Disposition.ROUTINE:
        standing = [
            flag for flag in standing if flag.severity is Severity.URGENT and flag.reason not in responses
        ]
    return Disposition.HUMAN if standing else Disposition.ROUTINE
