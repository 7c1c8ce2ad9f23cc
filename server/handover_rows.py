"""The rows of handovers: read, swapped, and what happened to them written beside as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select, update

from server.access import may_use_panel
from server.events import Event, EventKind, Value
from server.expert_offers import topics_of
from server.expert_reply import reply_to
from server.handover import Handover, HandoverState, Receiver
from server.person import Person, PersonRole
from server.tables import conversations, events, handovers, people, texts


@dataclass(frozen=True, slots=True)
class Kept:
    """A handover with what is kept of its conversation; texts are masked, and None once gone.

    `reply` is what an expert answered, `topics` what the one who is asked or helps knows of it; `move_to` is
    the holder's team where the sender is of another.
    """

    handover: Handover
    helpdesk: str | None
    subject: str | None
    customer: str | None
    brief: str | None
    reply: str | None = None
    topics: tuple[str, ...] = ()
    move_to: str | None = None


def swap(connection: Connection, before: Handover, after: Handover) -> bool:
    """Compare and swap: false when somebody else changed it meanwhile."""
    same = and_(handovers.c.id == before.key, handovers.c.version == before.version)
    values = {
        "to_name": after.to.name,
        "state": after.state.value,
        "holder": after.holder,
        "declined": sorted(after.declined),
        "offered_at": after.offered_at,
        "version": after.version,
    }
    return connection.execute(update(handovers).where(same).values(**values)).rowcount == 1


def event_of(
    kind: EventKind,
    handover: Handover,
    person: str,
    at: datetime,
    answer: str | None,
) -> Event:
    """What happened to a handover, as it now stands."""
    payload: dict[str, Value] = {"state": handover.state.value, "holder": handover.holder}
    if answer is not None:
        payload["answer"] = answer
    return Event(kind, at, handover.conversation_id, person, payload=payload)


def note(connection: Connection, handover: Handover, event: Event) -> None:
    """Writes the event beside the handover."""
    row = {
        "kind": event.kind.value,
        "at": event.at,
        "conversation_id": event.conversation_id,
        "team": handover.team,
        "person": event.person,
        "report_id": event.report_id,
        "schema": event.schema,
        "payload": event.payload,
        "about": handover.key,
    }
    connection.execute(events.insert(), row)


def row_of(connection: Connection, key: int) -> Row[Any]:
    """The row of this key."""
    return connection.execute(select(handovers).where(handovers.c.id == key)).one()


def handover_of(row: Row[Any]) -> Handover:
    """The handover of a row."""
    return Handover(
        key=row.id,
        conversation_id=row.conversation_id,
        team=row.team,
        sender=row.sender,
        report_id=row.report_id,
        to=Receiver(row.to_kind, row.to_name),
        state=HandoverState(row.state),
        holder=row.holder,
        declined=frozenset(row.declined),
        offered_at=row.offered_at,
        version=row.version,
    )


def panel_people(connection: Connection) -> list[Person]:
    """Everyone with a panel who was not revoked, by name."""
    return [person for person in _people(connection) if may_use_panel(person)]


def expert_people(connection: Connection) -> list[Person]:
    """Every expert who was not revoked, by name."""
    return [person for person in _people(connection) if PersonRole.EXPERT in person.roles]


def _people(connection: Connection) -> list[Person]:
    rows = connection.execute(select(people).where(people.c.revoked_at.is_(None)).order_by(people.c.name))
    return [Person(row.name, frozenset(map(PersonRole, row.roles)), row.team) for row in rows]


def kept_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[Kept]:
    """The handovers of these rows, in their order."""
    if not rows:
        return []
    brief = and_(
        texts.c.conversation == conversations.c.id,
        texts.c.kind == "brief",
        texts.c.ref == handovers.c.report_id,
    )
    here = and_(
        conversations.c.conversation_id == handovers.c.conversation_id,
        conversations.c.team == handovers.c.team,
    )
    statement = (
        select(
            handovers.c.id,
            conversations.c.helpdesk,
            conversations.c.subject,
            conversations.c.customer_name,
            texts.c.text,
        )
        .select_from(handovers.join(conversations, here).outerjoin(texts, brief))
        .where(handovers.c.id.in_([row.id for row in rows]))
    )
    by_key = {row.id: tuple(row)[1:] for row in connection.execute(statement)}
    nothing = (None, None, None, None)
    found = [Kept(handover_of(row), *by_key.get(row.id, nothing)) for row in rows]
    return [_with_people(connection, kept) for kept in found]


def _with_people(connection: Connection, kept: Kept) -> Kept:
    """With what depends on who is asked or has it."""
    handover = kept.handover
    if handover.to.kind == "expert":
        topics = topics_of(connection, handover)
        return replace(kept, reply=reply_to(connection, handover), topics=topics)
    if handover.state is not HandoverState.ACCEPTED:
        return kept
    team = connection.execute(select(people.c.team).where(people.c.name == handover.holder)).scalar()
    return replace(kept, move_to=team if team != handover.team else None)
