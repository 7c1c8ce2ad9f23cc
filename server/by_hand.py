"""Flags that an agent raises on a customer's turn. Pure."""

from __future__ import annotations

from collections.abc import Collection

from server.conversation import Conversation, Evidence, Flag, Reason, Role, Severity
from server.quoted import opening

RULE = "raised by hand"
ADVICE = "An agent raised this: ask your lead, or hand over, before you reply."
QUOTED = 200
"""Code points of a turn's own words that are quoted as evidence."""


def flag_by_hand(conversation: Conversation, reason: Reason, turn_id: str) -> Flag | None:
    """The flag on this turn of the customer; None when the conversation has no such turn."""
    turn = conversation.turn(turn_id)
    if turn is None or turn.role is not Role.CUSTOMER:
        return None
    start, end = opening(turn.text, QUOTED)
    evidence = Evidence(turn.id, turn.text[start:end], start, end)
    return Flag(reason, Severity.ACT, 1.0, evidence, ADVICE, RULE)


def flags_by_hand(conversation: Conversation, raised: Collection[tuple[str, str]]) -> dict[Reason, Flag]:
    """The flags raised as (reason, turn id) on turns that are there, the latest turn's for each reason."""
    pairs = (
        (Reason(reason), turn.id) for turn in conversation.turns for reason, on in raised if on == turn.id
    )
    found = {reason: flag_by_hand(conversation, reason, turn_id) for reason, turn_id in pairs}
    return {reason: flag for reason, flag in found.items() if flag is not None}
