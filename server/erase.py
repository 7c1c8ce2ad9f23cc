"""Removes everything a customer wrote, or that was written about them, from the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, Table, Update, delete, or_, select, tuple_, update

from server.database import database_errors, scrub, writing
from server.mask import hidden_mentions
from server.tables import conversations, own_texts, texts, thresholds

_BATCH = 1000


class AmbiguousCustomer(ValueError):
    """Several customers go by this name or id; an administrator must say which."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed: conversations and texts, and other texts in which a mention was masked.

    `scrubbed` is False while a reader kept old bytes in the database's files: erase again.
    """

    conversations: int
    texts: int
    mentions: int
    scrubbed: bool


def erase_customer(engine: Engine, customer: str, helpdesk: str | None = None) -> Erased:
    """Erases the customer with this e-mail address, helpdesk id or exact name; the events stay, without text.

    Their address and full name are also masked where they stand in other conversations. Raises
    AmbiguousCustomer, and erases nothing, when an id or name belongs to several customers.
    """
    wanted = customer.strip()
    with database_errors():
        with writing(engine).begin() as connection:
            rows = _everything_of(connection, _matches(connection, wanted, helpdesk))
            keys = [row.id for row in rows]
            gone = connection.execute(delete(texts).where(texts.c.conversation.in_(keys))).rowcount
            connection.execute(delete(conversations).where(conversations.c.id.in_(keys)))
        mentions = _mask_mentions(engine, _names(wanted, rows))
        return Erased(len(rows), gone, mentions, scrubbed=scrub(engine))


def _matches(connection: Connection, customer: str, helpdesk: str | None) -> list[Row[Any]]:
    """Conversations of the one customer that is meant."""
    known_as = or_(
        conversations.c.customer_email == customer.lower(),
        conversations.c.customer_id == customer,
        conversations.c.customer_name == customer,
    )
    statement = select(conversations).where(known_as)
    if helpdesk is not None:
        statement = statement.where(conversations.c.helpdesk == helpdesk)
    rows = list(connection.execute(statement))
    known = [row for row in rows if row.customer_email or row.customer_id]
    one = {row.id for row in _everything_of(connection, known[:1])}
    if any(row.id not in one for row in known):
        raise AmbiguousCustomer(
            "Several customers go by this name or id; say which by their e-mail address, or by their id "
            "together with --helpdesk. Nothing was erased."
        )
    return rows


def _everything_of(connection: Connection, rows: list[Row[Any]]) -> list[Row[Any]]:
    """The rows with all others of the same address, the same id there, or the same conversation elsewhere."""
    while True:
        emails = {row.customer_email for row in rows if row.customer_email}
        ids = {(row.helpdesk, row.customer_id) for row in rows if row.customer_id}
        threads = {(row.helpdesk, row.conversation_id) for row in rows}
        same = or_(
            conversations.c.customer_email.in_(emails),
            tuple_(conversations.c.helpdesk, conversations.c.customer_id).in_(ids),
            tuple_(conversations.c.helpdesk, conversations.c.conversation_id).in_(threads),
        )
        found = list(connection.execute(select(conversations).where(same)))
        if len(found) == len(rows):
            return found
        rows = found


def _names(customer: str, rows: Iterable[Row[Any]]) -> set[str]:
    """What identifies the customer in a sentence: addresses and full names, not a number or first name."""
    known = {customer} | {name for row in rows for name in (row.customer_email, row.customer_name) if name}
    return {name for name in known if "@" in name or " " in name}


def _mask_mentions(engine: Engine, names: set[str]) -> int:
    if not names:
        return 0
    masked = 0
    places = (
        (texts, texts.c.text),
        (conversations, conversations.c.subject),
        (thresholds, thresholds.c.why),
        (own_texts, own_texts.c.title),
        (own_texts, own_texts.c.text),
    )
    for table, column in places:
        last = 0
        while True:  # in short transactions: live sessions write in between
            with writing(engine).begin() as connection:
                page = select(table.c.id, column).where(table.c.id > last).order_by(table.c.id).limit(_BATCH)
                rows = connection.execute(page).all()
                for key, text in rows:
                    hidden = _without(text, names)
                    if hidden != text:
                        masked += 1
                        connection.execute(_masking(table, column, hidden).where(table.c.id == key))
            if not rows:
                break
            last = rows[-1].id
    return masked


def _masking(table: Table, column: Column[str], hidden: str) -> Update:
    """The change of one text; running servers read an own text again whose version is another."""
    newer = {own_texts.c.version: own_texts.c.version + 1} if table is own_texts else {}
    return update(table).values({column: hidden, **newer})


def _without(text: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = hidden_mentions(text, name)
    return text
