"""A handover's life: offered, then accepted, declined or timed out, then resolved. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from server.access import may_use_panel
from server.person import Person, PersonRole

ReceiverKind = Literal["person", "lead", "team", "expert"]
Answer = Literal["accepted", "declined", "kept", "done", "customer_declined"]
AN_EXPERT = "an expert"
"""Stands for an expert who did not take it: whether they said no is nowhere on record."""


class HandoverState(StrEnum):
    """Where a handover stands; only a resolved one is over."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    RESOLVED = "resolved"


FREE = frozenset({HandoverState.OFFERED, HandoverState.DECLINED, HandoverState.TIMED_OUT})
"""The states in which nobody has it yet."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom: one person, the leads of the sender's team, anyone of a team (`name` is the team's), or one
    expert from outside.
    """

    kind: ReceiverKind
    name: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One passing of a conversation; `holder` took it or kept it, `declined` are who said no.

    While experts are asked one after the other, `declined` are marks of those who were, whatever they said.
    """

    key: int
    conversation_id: str
    team: str
    sender: str
    report_id: str
    to: Receiver
    state: HandoverState
    holder: str | None
    declined: frozenset[str]
    offered_at: datetime
    version: int


def is_receiver(handover: Handover, person: Person) -> bool:
    """Whether it was offered to this person, alone or among others."""
    if person.name == handover.sender:
        return False
    if handover.to.kind == "expert":
        asked = handover.state is HandoverState.OFFERED and person.name == handover.to.name
        return asked and PersonRole.EXPERT in person.roles
    if not may_use_panel(person):
        return False
    match handover.to.kind:
        case "person":
            return person.name == handover.to.name
        case "lead":
            return _leads(handover, person)
        case "team":
            return person.team == handover.to.name


def may_take(handover: Handover, person: Person) -> bool:
    """Whether this person may accept it now: a receiver, and the sender's leads once nobody else did."""
    if handover.state not in FREE or person.name == handover.sender or person.name in handover.declined:
        return False
    offered = handover.state is HandoverState.OFFERED
    return is_receiver(handover, person) or (not offered and _leads(handover, person))


def concerns(handover: Handover, person: Person) -> bool:
    """Whether this person hears what becomes of it."""
    own = person.name in {handover.sender, handover.holder}
    return own or is_receiver(handover, person) or _leads(handover, person)


def may_read_brief(handover: Handover, person: Person) -> bool:
    """Whether this person sees the customer and the brief: its sender, its holder, and who may take it."""
    return person.name in {handover.sender, handover.holder} or may_take(handover, person)


def answered(handover: Handover, answer: Answer, person: Person) -> Handover | None:
    """The handover after this answer; None when this person can't give it, or not any more."""
    match answer:
        case "accepted" if may_take(handover, person):
            return _moved(handover, HandoverState.ACCEPTED, person.name)
        case "declined" if handover.to.kind == "expert" and is_receiver(handover, person):
            return _untaken(handover)
        case "declined" if may_take(handover, person):
            # In a group, and among leads later on, the others may still take it.
            alone = handover.to.kind == "person" and handover.state is HandoverState.OFFERED
            state = HandoverState.DECLINED if alone else handover.state
            return replace(_moved(handover, state, None), declined=handover.declined | {person.name})
        case "kept" if handover.state in FREE and person.name == handover.sender:
            return _moved(handover, HandoverState.RESOLVED, person.name)
        case "customer_declined" if _is_with_expert(handover) and person.name == handover.sender:
            return _moved(handover, HandoverState.RESOLVED, person.name)
        case "done" if handover.state is HandoverState.ACCEPTED and person.name in {
            handover.sender,
            handover.holder,
        }:
            return _moved(handover, HandoverState.RESOLVED, handover.holder)
        case _:
            return None


def expired(handover: Handover, now: datetime, within: timedelta) -> Handover | None:
    """The handover once its time is over; None while it isn't, or when somebody answered."""
    if handover.state is not HandoverState.OFFERED or now < handover.offered_at + within:
        return None
    return _untaken(handover)


def went_on(handover: Handover, expert: str, now: datetime) -> Handover:
    """The offer that an expert did not take, with the next one: it has its time anew."""
    asked = handover.declined | {asked_mark(handover, handover.to.name)}
    to = Receiver("expert", expert)
    return replace(_moved(handover, HandoverState.OFFERED, None), to=to, declined=asked, offered_at=now)


def asked_mark(handover: Handover, expert: str) -> str:
    """Tells whether this expert was asked, without their name."""
    return sha256(f"{handover.sender}\n{handover.report_id}\n{expert}".encode()).hexdigest()[:16]


def asked_before(handover: Handover) -> int:
    """How many experts were asked before the one who is asked now."""
    asking = handover.to.kind == "expert" and handover.state is HandoverState.OFFERED
    return len(handover.declined) if asking else 0


def passed_on(handover: Handover) -> Handover:
    """The handover after its conversation was offered anew."""
    return _moved(handover, HandoverState.RESOLVED, handover.holder)


def _untaken(handover: Handover) -> Handover:
    """An expert who said no looks like one who was not there."""
    expert = handover.to.kind == "expert"
    return replace(
        _moved(handover, HandoverState.TIMED_OUT, None),
        to=Receiver("expert", AN_EXPERT) if expert else handover.to,
    )


def _is_with_expert(handover: Handover) -> bool:
    return handover.to.kind == "expert" and handover.state is not HandoverState.RESOLVED


def _leads(handover: Handover, person: Person) -> bool:
    return PersonRole.LEAD in person.roles and person.team == handover.team


def _moved(handover: Handover, state: HandoverState, holder: str | None) -> Handover:
    """The marks of the experts who were asked go with the offer."""
    declined = frozenset[str]() if handover.to.kind == "expert" else handover.declined
    return replace(handover, state=state, holder=holder, declined=declined, version=handover.version + 1)
