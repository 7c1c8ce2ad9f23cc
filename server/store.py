"""What is put on record and read back: events, and the masked texts kept apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, select
from sqlalchemy.exc import IntegrityError

from server.access import may_see_stored
from server.completing import completed
from server.conversation import Reason
from server.database import database_errors, open_database, scrub, writing
from server.distance import edit_distance
from server.erase import Erased, erase_customer
from server.events import PAYLOAD_FIELDS, ConversationRow, Event, EventKind, Record, Value
from server.handovers import offer_on_record, put_offer
from server.held_texts import held_texts
from server.known import Flagged
from server.mask import mask, storable
from server.person import Person
from server.reviewed import OutcomeFilter, Reviewed, newest_suggestions
from server.tables import conversations, events, texts
from server.transaction import Transaction, put_texts
from server.triage import Disposition, Response
from server.triaged import TRIAGE_EVENTS, recalled
from server.used_texts import used_texts


@dataclass(frozen=True, slots=True)
class StoredState:
    """What a panel must know again: flags answered, and flags raised by hand and not answered since, as
    (reason, turn id); outcomes by suggestion id; `used` are the drafts taken or turned down, oldest first;
    the newest answer to each reason, the disposition that was chosen, the turns said to be no crisis, and the
    holding replies shown and not yet sent (`held`, by turn id).
    """

    answered_flags: Flagged
    outcomes: dict[str, str]
    raised_flags: Flagged = frozenset()
    used: tuple[str, ...] = ()
    responses: dict[Reason, Response] = field(default_factory=dict)
    chosen: Disposition | None = None
    no_crisis: frozenset[str] = frozenset()
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows a retention run removed."""

    texts: int
    conversations: int


def open_store(url: str) -> Store:
    """A store on the database at this SQLAlchemy URL, migrated; raises DatabaseUnavailable."""
    return Store(open_database(url))


class Store:
    """The record of what happened. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = writing(engine)

    def save(self, record: Record) -> bool:
        """Stores the record in one transaction, texts masked; False and nothing for a known `report_id`.

        Raises ValueError for a record that breaks its contract (a developer must act). Texts of a
        conversation that was erased while a panel had it open are left out until it is opened again.
        """
        record = _checked(record)
        with database_errors():
            try:
                with self._writing.begin() as connection, Transaction(connection) as transaction:
                    return _write(transaction, record)
            except IntegrityError:  # another process stored the same report between our look and our write
                with self.engine.connect() as connection:
                    if _is_known(connection, record):
                        return False
                raise

    def save_all(self, records: Sequence[Record]) -> None:
        """Stores records in one transaction, each as `save` does; raises ValueError and stores none of them
        when one breaks its contract.
        """
        checked = [_checked(record) for record in records]
        with database_errors():
            try:
                with self._writing.begin() as connection, Transaction(connection) as transaction:
                    for record in checked:
                        _write(transaction, record)
                return
            except IntegrityError:  # as in `save`; whose report it was shows when each is stored alone
                pass
        for record in records:
            self.save(record)

    def state_for(self, conversation_id: str, person: Person) -> StoredState | None:
        """What is stored of a conversation; None unless for its present agent or a lead of its team."""
        with database_errors(), self.engine.connect() as connection:
            rows = connection.execute(
                select(conversations.c.team, conversations.c.agent).where(
                    conversations.c.conversation_id == storable(conversation_id)
                )
            )
            teams = [row.team for row in rows if may_see_stored(person, agent=row.agent, team=row.team)]
            return _state(connection, storable(conversation_id), teams) if teams else None

    def has_visited(self, conversation_id: str, person: Person) -> bool:
        """Whether this person opened the conversation before."""
        mine = and_(events.c.conversation_id == storable(conversation_id), events.c.person == person.name)
        with database_errors(), self.engine.connect() as connection:
            return connection.execute(select(events.c.id).where(mine).limit(1)).first() is not None

    def newest_suggestions(
        self, team: str, outcome: OutcomeFilter | None = None, limit: int = 25, before: int | None = None
    ) -> list[Reviewed]:
        """A team's suggestions with what became of each, newest first, older than the key `before`.

        The caller has asked `access.may_review` for a person of this team.
        """
        with database_errors(), self.engine.connect() as connection:
            return newest_suggestions(connection, team, outcome, limit, before)

    def forget_older_than(self, moment: datetime) -> Forgotten:
        """Removes texts first stored before the moment, and conversations last seen before it."""
        with database_errors(), self._writing.begin() as connection:
            gone = connection.execute(delete(texts).where(texts.c.stored_at < moment)).rowcount
            old = conversations.c.last_at < moment
            inside = select(conversations.c.id).where(old)
            gone += connection.execute(delete(texts).where(texts.c.conversation.in_(inside))).rowcount
            closed = connection.execute(delete(conversations).where(old)).rowcount
        if (
            gone and self.engine.dialect.name == "sqlite"
        ):  # PostgreSQL would be locked; its autovacuum follows
            scrub(self.engine)
        return Forgotten(texts=gone, conversations=closed)

    def erase_customer(self, customer: str, helpdesk: str | None = None) -> Erased:
        """Erases a customer by e-mail address, helpdesk id or exact name; raises AmbiguousCustomer."""
        return erase_customer(self.engine, customer, helpdesk)

    def ping(self) -> None:
        """Returns when the database answers; raises DatabaseUnavailable."""
        with database_errors(), self.engine.connect() as connection:
            connection.execute(select(1))

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


# ---- writing ----------------------------------------------------------------------------------------------


def _checked(record: Record) -> Record:
    """The record as it is stored: contract checked, texts masked, nothing in it that a database refuses."""
    if not record.events:
        raise ValueError("expected at least one event in a record, received none")
    if len({(event.conversation_id, event.person) for event in record.events}) > 1:
        raise ValueError("expected one person in one conversation per record, received several")
    row = record.conversation
    return Record(
        events=tuple(_checked_event(event) for event in record.events),
        texts=tuple(
            replace(text, ref=storable(text.ref), text=mask(storable(text.text))) for text in record.texts
        ),
        conversation=row and _checked_conversation(row),
        team=record.team,
    )


def _checked_event(event: Event) -> Event:
    extra = event.payload.keys() - PAYLOAD_FIELDS[event.kind]
    if extra:
        allowed = ", ".join(sorted(PAYLOAD_FIELDS[event.kind]))
        raise ValueError(f"{event.kind}: expected only {allowed} in the payload, received {sorted(extra)}")
    return replace(
        event,
        conversation_id=event.conversation_id and storable(event.conversation_id),
        suggestion_id=event.suggestion_id and storable(event.suggestion_id),
        report_id=event.report_id and storable(event.report_id),
        payload={key: _storable_value(value) for key, value in event.payload.items()},
    )


def _storable_value(value: Value) -> Value:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable_value(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable_value(item) for key, item in value.items()}
    return value


def _checked_conversation(row: ConversationRow) -> ConversationRow:
    return replace(
        row,
        conversation_id=storable(row.conversation_id),
        helpdesk=storable(row.helpdesk),
        subject=mask(storable(row.subject)),
        customer_id=row.customer_id and storable(row.customer_id),
        customer_email=row.customer_email and storable(row.customer_email).strip().lower(),
        customer_name=row.customer_name and storable(row.customer_name).strip(),
    )


def _write(transaction: Transaction, record: Record) -> bool:
    connection = transaction.connection
    if _is_known(connection, record):
        return False
    team = transaction.team(record)
    complete = [completed(connection, event, team) for event in record.events]
    if _is_seen(connection, complete):
        return False
    at = max(event.at for event in complete)
    if record.conversation:
        transaction.opened(record.conversation, complete[0].person, at)
    here = transaction.key(complete[0].conversation_id, team, at)
    if here is not None:
        put_texts(connection, here, record.texts, at)
    rows = [_event_row(connection, event, team, here) for event in complete]
    connection.execute(events.insert(), rows)
    for event in complete:
        if event.kind is EventKind.HANDOVER_OFFERED:
            put_offer(connection, event, team)
    return True


def _is_known(connection: Connection, record: Record) -> bool:
    reports = [event.report_id for event in record.events if event.report_id]
    if not reports:
        return False
    known = and_(events.c.person == record.events[0].person, events.c.report_id.in_(reports))
    return connection.execute(select(events.c.id).where(known).limit(1)).first() is not None


def _is_seen(connection: Connection, complete: Sequence[Event]) -> bool:
    """Whether this person said before that they saw this answer: it has no report id of its own."""
    seen = [event.about for event in complete if event.kind is EventKind.ANSWER_SEEN]
    known = and_(events.c.about.in_(seen), events.c.kind == EventKind.ANSWER_SEEN.value)
    return bool(seen) and connection.execute(select(events.c.id).where(known)).first() is not None


def _event_row(connection: Connection, event: Event, team: str, here: int | None) -> dict[str, Any]:
    payload = dict(event.payload)
    if event.kind is EventKind.HANDOVER_OFFERED:
        payload = offer_on_record(payload)
    if event.kind is EventKind.OUTCOME_REPORTED and payload.get("distance") is None:
        payload["distance"] = _distance(connection, here, event.suggestion_id)
    return {
        "kind": event.kind.value,
        "at": event.at,
        "conversation_id": event.conversation_id,
        "team": team,
        "person": event.person,
        "suggestion_id": event.suggestion_id,
        "report_id": event.report_id,
        "schema": event.schema,
        "payload": payload,
        "about": event.about,
    }


def _distance(connection: Connection, here: int | None, suggestion_id: str | None) -> int | None:
    """Characters between the suggestion and what was sent for it, while both texts are still there."""
    ours = and_(texts.c.conversation == here, texts.c.ref == suggestion_id)
    found = connection.execute(select(texts.c.kind, texts.c.text).where(ours)).all()
    by_kind = {row.kind: row.text for row in found}
    if "suggestion" not in by_kind or "sent" not in by_kind:
        return None
    return edit_distance(by_kind["suggestion"], by_kind["sent"])


# ---- reading ----------------------------------------------------------------------------------------------


def _state(connection: Connection, conversation_id: str, teams: Sequence[str]) -> StoredState:
    kinds = (*TRIAGE_EVENTS, EventKind.OUTCOME_REPORTED)
    rows = connection.execute(
        select(events.c.kind, events.c.suggestion_id, events.c.payload)
        .where(
            events.c.conversation_id == conversation_id, events.c.team.in_(teams), events.c.kind.in_(kinds)
        )
        .order_by(events.c.id)
    ).all()
    outcomes = {
        row.suggestion_id: row.payload["outcome"] for row in rows if row.kind == EventKind.OUTCOME_REPORTED
    }
    triaged = recalled((EventKind(row.kind), row.payload) for row in rows)
    return StoredState(
        answered_flags=frozenset(triaged.answered),
        outcomes=outcomes,
        raised_flags=frozenset(triaged.raised),
        held=held_texts(connection, conversation_id, teams),
        used=used_texts(connection, conversation_id, teams, outcomes),
        responses=triaged.responses,
        chosen=triaged.chosen,
        no_crisis=frozenset(triaged.no_crisis),
    )
