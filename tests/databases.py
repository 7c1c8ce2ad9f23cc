"""An empty database of each kind for the storage tests, and short ways to write records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from server.events import ConversationRow, Event, EventKind, Record, TextRow
from server.person import Person, PersonRole
from tests.postgres import running_postgres

KINDS = ("sqlite", "postgresql")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

ANA = Person("ana", frozenset({PersonRole.AGENT}), "billing")
BEN = Person("ben", frozenset({PersonRole.AGENT}), "billing")
LEA = Person("lea", frozenset({PersonRole.LEAD}), "billing")
MAX = Person("max", frozenset({PersonRole.LEAD}), "delivery")


def new_database(kind: str, folder: Path) -> str:
    """The URL of an empty database of this kind."""
    return f"sqlite:///{folder / 'sotto.db'}" if kind == "sqlite" else running_postgres().new_database()


def event(kind: EventKind, payload: dict[str, Any], person: Person = ANA, **rest: Any) -> Event:
    """An event of conversation c1 at NOW unless told otherwise."""
    return Event(
        kind,
        rest.pop("at", NOW),
        rest.pop("conversation_id", "c1"),
        person.name,
        payload=payload,
        **rest,
    )


def opened(
    conversation_id: str = "c1", person: Person = ANA, turn: str = "Where is my parcel?", **rest: Any
) -> Record:
    """A person opens a conversation with one customer turn, t1; `rest` goes to the conversation's row."""
    at = rest.pop("at", NOW)
    row = ConversationRow(
        conversation_id,
        rest.pop("helpdesk", "desk"),
        person.team,
        rest.pop("subject", "Parcel"),
        **rest,
    )
    payload = {"helpdesk": row.helpdesk, "channel": "email", "team": person.team, "turns": []}
    return Record(
        (event(EventKind.CONVERSATION_OPENED, payload, person, conversation_id=conversation_id, at=at),),
        (TextRow(conversation_id, "turn", "t1", turn),),
        row,
    )


def told(record: Record, *roles: str, **payload: Any) -> Record:
    """The record of an opened conversation with the turns t1, t2, … of these roles, as a page tells them."""
    (first,) = record.events
    turns: list[Any] = [
        {"turn_id": f"t{number}", "role": role, "length": 1, "at": first.at.isoformat()}
        for number, role in enumerate(roles, 1)
    ]
    more: dict[str, Any] = {**first.payload, "turns": turns, **payload}
    return replace(record, events=(replace(first, payload=more),))


def suggested(
    suggestion_id: str,
    text: str = "It arrives on Friday.",
    person: Person = ANA,
    conversation_id: str = "c1",
    **rest: Any,
) -> Record:
    """A suggestion for turn t1 is ready, citing policies/delivery.md."""
    payload = {
        "turn_id": "t1",
        "source": "extractive",
        "revision": "r1",
        "confidence": 0.8,
        "citations": [
            {
                "number": 1,
                "passage_id": "p1",
                "document_id": "policies/delivery.md",
                "start": 0,
                "end": len(text),
                "support": 0.9,
            }
        ],
        "length": len(text),
        "ms": 12,
    }
    ready = event(
        EventKind.SUGGESTION_READY,
        payload | rest,
        person,
        suggestion_id=suggestion_id,
        conversation_id=conversation_id,
    )
    return Record((ready,), (TextRow(conversation_id, "suggestion", suggestion_id, text),))


def reported(
    suggestion_id: str,
    outcome: str,
    report_id: str,
    sent: str | None = None,
    person: Person = ANA,
    conversation_id: str = "c1",
) -> Record:
    """The agent reports what became of a suggestion."""
    payload = {"outcome": outcome, "sent_length": None if sent is None else len(sent), "shown_ms": 3000}
    report = event(
        EventKind.OUTCOME_REPORTED,
        payload,
        person,
        suggestion_id=suggestion_id,
        report_id=report_id,
        conversation_id=conversation_id,
        at=NOW + timedelta(seconds=5),
    )
    return Record((report,), () if sent is None else (TextRow(conversation_id, "sent", suggestion_id, sent),))


def passage_reported(
    report_id: str = "r9",
    problem: str = "outdated",
    person: Person = ANA,
    conversation_id: str = "c1",
    **rest: Any,
) -> Record:
    """An agent reports a passage of policies/delivery.md, which mira.holt answers for, quoting and noting."""
    passage = {
        "passage_id": rest.pop("passage_id", "p1"),
        "document_id": rest.pop("document_id", "policies/delivery.md"),
        "title": "Delivery times",
        "owner": rest.pop("owner", "mira.holt"),
    }
    texts = (
        TextRow(conversation_id, "quote", report_id, rest.pop("quote", "It arrives on Friday.")),
        TextRow(conversation_id, "note", report_id, rest.pop("note", "Since June it is Monday.")),
    )
    payload = {
        "about": rest.pop("about", "snippet"),
        "problem": problem,
        "turn_id": "t1",
        "revision": "r1",
        "passages": rest.pop("passages", [passage]),
    }
    reported = event(
        EventKind.PASSAGE_REPORTED,
        payload,
        person,
        report_id=report_id,
        conversation_id=conversation_id,
        **rest,
    )
    return Record((reported,), texts)


def flag(kind: EventKind, reason: str = "frustration", person: Person = ANA, **rest: Any) -> Record:
    """A flag on the first five characters of turn t1 is raised, withdrawn or answered."""
    payload: dict[str, Any] = {
        "reason": reason,
        "severity": rest.pop("severity", "act"),
        "confidence": 0.9,
        "turn_id": "t1",
        "start": 0,
        "end": 5,
    }
    if "rule" in rest:
        payload["rule"] = rest.pop("rule")
    if kind is EventKind.FLAG_ANSWERED:
        payload["response"] = rest.pop("response", "agreed")
    return Record((event(kind, payload, person, **rest),))
