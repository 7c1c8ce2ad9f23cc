"""Which experts a conversation may be offered to, and who is next, by what is on record of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, select

from server.conversation import Reason, Role
from server.events import EventKind
from server.experts import candidates, profile_of
from server.handover import Handover, HandoverState, asked_mark
from server.language import language_of
from server.matching import NOT_FOR_EXPERTS, Roster, Sought, kept_from_experts, known_topics, matches
from server.quoted import own_words
from server.tables import conversations, events, texts

_FLAGS = (EventKind.FLAG_RAISED, EventKind.FLAG_WITHDRAWN, EventKind.FLAG_ANSWERED)
_TURNS = (EventKind.CONVERSATION_OPENED, EventKind.TURN_RECEIVED)
# A customer waits for each: after so many it is for the own people.
MOST_ASKED = 3


def experts_for(connection: Connection, conversation_id: str, team: str, sender: str) -> Roster:
    """The experts of the team but the sender, and why none of them may have the conversation, if so."""
    able = tuple(each for each in candidates(connection, team) if each.name != sender)
    return Roster(able, why_no_expert(connection, conversation_id, team) if able else None)


def next_expert(connection: Connection, handover: Handover, now: datetime) -> str | None:
    """Who is asked after an expert who did not take it: the best who matches and was not asked; or None."""
    asked = handover.declined | {asked_mark(handover, handover.to.name)}
    roster = experts_for(connection, handover.conversation_id, handover.team, handover.sender)
    left = [each for each in roster.experts if asked_mark(handover, each.name) not in asked]
    if len(asked) >= MOST_ASKED or not left or roster.kept_back:
        return None
    said = _said(connection, handover.conversation_id, handover.team)
    found = matches(left, Sought("\n".join(said), language_of("\n".join(said[1:])), now))
    return found[0].name if found else None


def topics_of(connection: Connection, handover: Handover) -> tuple[str, ...]:
    """What the expert who is asked or helps knows of the conversation, as far as its words are kept."""
    name = handover.holder or handover.to.name
    concerned = handover.state in {HandoverState.OFFERED, HandoverState.ACCEPTED}
    profile = profile_of(connection, name) if handover.to.kind == "expert" and concerned else None
    if profile is None:
        return ()
    return known_topics(profile, "\n".join(_said(connection, handover.conversation_id, handover.team)))


def why_no_expert(connection: Connection, conversation_id: str, team: str) -> str | None:
    """Why the record keeps this conversation from experts, or None.

    A flag counts until it is withdrawn or an agent disagrees; agreeing or silencing it changes nothing here.
    """
    return kept_from_experts(
        _standing(connection, conversation_id, team), _said(connection, conversation_id, team)
    )


def _standing(connection: Connection, conversation_id: str, team: str) -> list[Reason]:
    reasons = [reason.value for reason in NOT_FOR_EXPERTS]
    here = and_(events.c.conversation_id == conversation_id, events.c.team == team, events.c.kind.in_(_FLAGS))
    told = events.c.payload["reason"].as_string().in_(reasons)
    rows = connection.execute(select(events.c.kind, events.c.payload).where(here, told).order_by(events.c.id))
    standing: dict[str, bool] = {}
    for row in rows:
        if row.kind == EventKind.FLAG_ANSWERED:
            standing[row.payload["reason"]] = row.payload["response"] != "disagreed"
        else:
            standing[row.payload["reason"]] = row.kind == EventKind.FLAG_RAISED
    return [Reason(reason) for reason, stands in standing.items() if stands]


def _said(connection: Connection, conversation_id: str, team: str) -> list[str]:
    """The subject and the customer's own words, as far as they are kept."""
    here = and_(events.c.conversation_id == conversation_id, events.c.team == team)
    told = connection.execute(select(events.c.payload).where(here, events.c.kind.in_(_TURNS))).scalars()
    turns = [turn for payload in told for turn in payload.get("turns", (payload,))]
    theirs = {turn["turn_id"] for turn in turns if turn["role"] == Role.CUSTOMER}
    thread = and_(conversations.c.conversation_id == conversation_id, conversations.c.team == team)
    row = connection.execute(select(conversations.c.id, conversations.c.subject).where(thread)).first()
    if row is None:
        return []
    kept = and_(texts.c.conversation == row.id, texts.c.kind == "turn")
    said = connection.execute(select(texts.c.ref, texts.c.text).where(kept))
    return [row.subject, *(own_words(each.text) for each in said if each.ref in theirs)]
