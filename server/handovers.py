"""Handovers as they are stored: offered with a report, answered once, timed out, never lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from server.access import may_use_panel
from server.database import database_errors, writing
from server.events import Event, EventKind, Value
from server.expert_offers import experts_for, next_expert, why_no_expert
from server.expert_reply import may_reply, put_reply
from server.expert_time import note_time
from server.handover import (
    AN_EXPERT,
    Answer,
    Handover,
    HandoverState,
    Receiver,
    answered,
    concerns,
    expired,
    is_receiver,
    may_take,
    passed_on,
    went_on,
)
from server.handover_rows import (
    Kept,
    event_of,
    expert_people,
    handover_of,
    kept_of,
    note,
    panel_people,
    row_of,
    swap,
)
from server.matching import Roster
from server.person import Person, PersonRole
from server.tables import conversations, events, handovers, people

KINDS = (
    EventKind.HANDOVER_OFFERED,
    EventKind.HANDOVER_ANSWERED,
    EventKind.HANDOVER_TIMED_OUT,
    EventKind.HANDOVER_RESOLVED,
)
_UNRESOLVED = handovers.c.state != HandoverState.RESOLVED.value
# Keys may become visible after greater ones: so far behind the newest is looked for them.
_LOOKED_BACK = 500
# Of what nobody waits for; every offer is told.
_MOST_TOLD = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who does something to a handover, when, and with which report, if with one."""

    person: Person
    at: datetime
    report_id: str


class Handovers:
    """Every handover. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine, within: timedelta) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self.within = within

    def answer(self, key: int, answer: Answer, by: By) -> Kept | None:
        """Puts the answer on record if it still counts, and tells how the handover stands: of two who accept
        one has it. None for a handover that does not concern this person.
        """
        with database_errors():
            try:
                with self._writing.begin() as connection:
                    return _answer(connection, key, answer, by)
            except IntegrityError:  # the same report at the same time in another process, which stored it
                return next(iter(self.find([key])), None)

    def reply(self, key: int, text: str, by: By) -> bool:
        """Stores what the expert who has it answers; False when this person does not help with it now."""
        with database_errors(), self._writing.begin() as connection:
            row = connection.execute(select(handovers).where(handovers.c.id == key).with_for_update()).first()
            if row is None or not may_reply(handover_of(row), by.person):
                return False
            if not put_reply(connection, handover_of(row), text):
                return False
            event = event_of(EventKind.HANDOVER_ANSWERED, handover_of(row), by.person.name, by.at, "replied")
            note(connection, handover_of(row), replace(event, report_id=by.report_id))
            return True

    def expire(self, now: datetime) -> int:
        """Ends the offers whose time is over, each once whichever process comes first; how many."""
        due = and_(
            handovers.c.state == HandoverState.OFFERED.value, handovers.c.offered_at <= now - self.within
        )
        with database_errors(), self._engine.connect() as connection:
            keys = list(connection.execute(select(handovers.c.id).where(due)).scalars())
        if not keys:
            return 0
        with database_errors(), self._writing.begin() as connection:
            return sum(_expire(connection, key, now, self.within) for key in keys)

    def waiting_for(self, person: Person) -> list[Kept]:
        """What this person must know again: what they may take, what they passed on, what they hold."""
        own = or_(handovers.c.sender == person.name, handovers.c.holder == person.name)
        near = or_(own, handovers.c.team == person.team, handovers.c.to_name.in_([person.name, person.team]))
        newest = select(handovers).where(_UNRESOLVED, near).order_by(handovers.c.id.desc())
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(newest).all()
            free = {row.id for row in rows if may_take(handover_of(row), person)}
            own_ones = [row.id for row in rows if person.name in {row.sender, row.holder}]
            told = {*free, *own_ones[:_MOST_TOLD]}
            return kept_of(connection, [row for row in rows[::-1] if row.id in told])

    def newest_event(self) -> int:
        """The key of the newest event about any handover; 0 when there is none."""
        with database_errors(), self._engine.connect() as connection:
            newest = select(func.max(events.c.id)).where(events.c.kind.in_([kind.value for kind in KINDS]))
            return connection.execute(newest).scalar() or 0

    def events_since(self, newest: int) -> dict[int, int]:
        """The keys of events after `newest` and some before, each with the key of its handover."""
        near = and_(events.c.kind.in_([kind.value for kind in KINDS]), events.c.id > newest - _LOOKED_BACK)
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(events.c.id, events.c.about).where(near))
            return {row.id: row.about or row.id for row in rows}

    def find(self, keys: Collection[int]) -> list[Kept]:
        """The handovers with these keys."""
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(handovers).where(handovers.c.id.in_(keys))).all()
            return kept_of(connection, rows)

    def experts(self, person: Person, conversation_id: str) -> Roster:
        """The experts of this person's team, and why the record keeps this conversation from them, if so."""
        with database_errors(), self._engine.connect() as connection:
            return experts_for(connection, conversation_id, person.team, person.name)

    def receivers(self, person: Person) -> list[Receiver]:
        """To whom this person may hand over: the own leads, the own team's people, each team."""
        with database_errors(), self._engine.connect() as connection:
            others = [each for each in panel_people(connection) if each.name != person.name]
        mates = [each for each in others if each.team == person.team]
        leads = [Receiver("lead", person.team)] if any(PersonRole.LEAD in m.roles for m in mates) else []
        teams = sorted({each.team for each in others} - {person.team})
        return [
            *leads,
            *(Receiver("person", each.name) for each in mates),
            *(Receiver("team", team) for team in ([person.team] if mates else []) + teams),
        ]


# ---- offering, in the transaction of its report ------------------------------------------------------------


def check_offer(connection: Connection, event: Event, team: str) -> None:
    """Raises ValueError when there is nobody like the receiver, or the conversation is offered already."""
    to = Receiver(event.payload["to_kind"], event.payload["to"])  # type: ignore[arg-type]
    asked = Handover(0, "", team, event.person, "", to, HandoverState.OFFERED, None, frozenset(), event.at, 0)
    if to.kind == "expert":
        _check_expert(connection, event, team)
    able = expert_people(connection) if to.kind == "expert" else panel_people(connection)
    if not any(is_receiver(asked, person) for person in able):
        raise ValueError(f"expected a {to.kind} who may take it, received {to.name!r}, where nobody is")
    standing = and_(
        handovers.c.conversation_id == event.conversation_id,
        handovers.c.team == team,
        handovers.c.state == HandoverState.OFFERED.value,
    )
    row = connection.execute(select(handovers).where(standing)).first()
    if row is not None:
        raise ValueError(
            f"expected a conversation that waits for nobody, received one offered to {row.to_name}"
        )


def _check_expert(connection: Connection, event: Event, team: str) -> None:
    """An expert of the own team, and a conversation that is not for the own people."""
    here = and_(people.c.name == event.payload["to"], people.c.team == team)
    if connection.execute(select(people.c.id).where(here)).first() is None:
        raise ValueError(f"expected an expert of team {team}, received {event.payload['to']!r}")
    if why := why_no_expert(connection, event.conversation_id or "", team):
        raise ValueError(f"expected a conversation for experts, received one for the own people: {why}")


def offer_on_record(payload: Mapping[str, Value]) -> dict[str, Value]:
    """What an event says of an offer: not which expert was asked, for they may say no without a trace."""
    return {**payload, "to": AN_EXPERT} if payload["to_kind"] == "expert" else dict(payload)


def put_offer(connection: Connection, event: Event, team: str) -> None:
    """Adds the row of a handover whose event was just written; earlier ones of the conversation are over."""
    mine = and_(events.c.person == event.person, events.c.report_id == event.report_id)
    key = connection.execute(select(events.c.id).where(mine)).scalar_one()
    here = and_(handovers.c.conversation_id == event.conversation_id, handovers.c.team == team)
    for row in connection.execute(select(handovers).where(here, _UNRESOLVED)).all():
        before = handover_of(row)
        after = passed_on(before)
        swap(connection, before, after)
        over = event_of(EventKind.HANDOVER_RESOLVED, after, event.person, event.at, "passed_on")
        note(connection, after, over)
        note_time(connection, before, event.at)
    values = {
        "id": key,
        "conversation_id": event.conversation_id,
        "team": team,
        "sender": event.person,
        "report_id": event.report_id,
        "to_kind": event.payload["to_kind"],
        "to_name": event.payload["to"],
        "state": HandoverState.OFFERED.value,
        "declined": [],
        "offered_at": event.at,
        "version": 0,
    }
    connection.execute(handovers.insert(), values)


# ---- inside ------------------------------------------------------------------------------------------------


def _answer(connection: Connection, key: int, answer: Answer, by: By) -> Kept | None:
    row = connection.execute(select(handovers).where(handovers.c.id == key).with_for_update()).first()
    if row is None or not concerns(handover_of(row), by.person):
        return None
    known = and_(events.c.person == by.person.name, events.c.report_id == by.report_id)
    before = handover_of(row)
    after = _on_to_the_next(connection, before, answered(before, answer, by.person), by.at)
    is_known = connection.execute(select(events.c.id).where(known)).first() is not None
    if after is not None and not is_known and swap(connection, before, after):
        note(connection, after, _what_happened(before, after, answer, by))
        if after.state is HandoverState.RESOLVED:
            note_time(connection, before, by.at)
        if (
            after.state is HandoverState.ACCEPTED
            and may_use_panel(by.person)
            and by.person.team == after.team
        ):
            _give(connection, after, by.person)
    return kept_of(connection, [row_of(connection, key)])[0]


def _on_to_the_next(
    connection: Connection, before: Handover, after: Handover | None, now: datetime
) -> Handover | None:
    """An offer that an expert did not take goes on to the next one, if there is one."""
    asked = before.to.kind == "expert" and before.state is HandoverState.OFFERED
    if after is None or not asked or after.state is not HandoverState.TIMED_OUT:
        return after
    expert = next_expert(connection, before, now)
    return went_on(before, expert, now) if expert else after


def _what_happened(before: Handover, after: Handover, answer: Answer, by: By) -> Event:
    """An expert's no looks like time that ran out."""
    asked = before.to.kind == "expert" and before.state is HandoverState.OFFERED
    if asked and answer == "declined":
        return event_of(EventKind.HANDOVER_TIMED_OUT, after, after.sender, by.at, None)
    over = after.state is HandoverState.RESOLVED
    kind = EventKind.HANDOVER_RESOLVED if over else EventKind.HANDOVER_ANSWERED
    return replace(event_of(kind, after, by.person.name, by.at, answer), report_id=by.report_id)


def _give(connection: Connection, handover: Handover, person: Person) -> None:
    """Who took it is the conversation's present agent, who may see what is stored of it."""
    here = and_(
        conversations.c.conversation_id == handover.conversation_id, conversations.c.team == handover.team
    )
    connection.execute(update(conversations).where(here).values(agent=person.name))


def _expire(connection: Connection, key: int, now: datetime, within: timedelta) -> bool:
    before = handover_of(row_of(connection, key))
    after = _on_to_the_next(connection, before, expired(before, now, within), now)
    if after is None or not swap(connection, before, after):
        return False
    note(connection, after, event_of(EventKind.HANDOVER_TIMED_OUT, after, after.sender, now, None))
    return True
