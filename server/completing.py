"""Fills in what a report leaves out from the record of its conversation, and refuses what was never there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection, and_, select

from server.by_hand import QUOTED
from server.conversation import Role
from server.events import Event, EventKind, Value
from server.handovers import check_offer
from server.tables import events

Passage = dict[str, Value]


def completed(connection: Connection, event: Event, team: str) -> Event:
    """The event as it is stored; raises ValueError when it names what this team was never shown."""
    match event.kind:
        case EventKind.PASSAGE_REPORTED if event.payload["about"] == "draft":
            return _with_passages(event, _cited(connection, event, team))
        case EventKind.PASSAGE_REPORTED | EventKind.PASSAGE_USED:
            given = cast(list[Passage], event.payload["passages"])
            return _with_passages(event, [_placed(connection, event, team, each) for each in given])
        case EventKind.FLAG_RAISED if event.report_id and event.payload["end"] is None:
            end = min(QUOTED, _customer_turn_length(connection, event, team))
            return replace(event, payload={**event.payload, "end": end})
        case EventKind.HANDOVER_OFFERED:
            check_offer(connection, event, team)
            return event
        case EventKind.ANSWER_SEEN:
            return replace(event, about=_own_report(connection, event))
        case _:
            return event


def _with_passages(event: Event, passages: Sequence[Passage]) -> Event:
    return replace(event, payload={**event.payload, "passages": list(passages)})


def _cited(connection: Connection, event: Event, team: str) -> list[Passage]:
    """The passages that a draft rests on; none for one that never became whole."""
    ours = and_(events.c.suggestion_id == event.suggestion_id, events.c.team == team)
    rows = connection.execute(
        select(events.c.kind, events.c.payload).where(ours, events.c.conversation_id == event.conversation_id)
    ).all()
    if not rows:
        raise ValueError("expected a suggestion of this conversation, received an unknown one")
    cited = [
        each for row in rows if row.kind == EventKind.SUGGESTION_READY for each in row.payload["citations"]
    ]
    by_id = {each["passage_id"]: each["document_id"] for each in cited}
    return [{"passage_id": passage, "document_id": document} for passage, document in by_id.items()]


def _placed(connection: Connection, event: Event, team: str, passage: Passage) -> Passage:
    """The passage with its document, which the live knowledge knew or the record does."""
    if passage.get("document_id") is not None:
        return passage
    for payload in _payloads(connection, event, team, EventKind.SNIPPETS_SHOWN, EventKind.NOTHING_FOUND):
        for shown in payload.get("passages", ()):
            if shown["passage_id"] == passage["passage_id"]:
                return {**passage, "document_id": shown["document_id"]}
    raise ValueError(
        "expected a passage of the live knowledge or one shown in this conversation, received an unknown one"
    )


def _customer_turn_length(connection: Connection, event: Event, team: str) -> int:
    turns = (
        turn
        for payload in _payloads(
            connection, event, team, EventKind.TURN_RECEIVED, EventKind.CONVERSATION_OPENED
        )
        for turn in payload.get("turns", (payload,))
    )
    for turn in turns:
        if turn["turn_id"] == event.payload["turn_id"] and turn["role"] == Role.CUSTOMER:
            return int(turn["length"])
    raise ValueError("expected a turn of the customer in this conversation, received another or unknown one")


def _payloads(connection: Connection, event: Event, team: str, *kinds: EventKind) -> Iterator[dict[str, Any]]:
    """What was recorded in the event's conversation, newest first."""
    here = and_(events.c.conversation_id == event.conversation_id, events.c.team == team)
    statement = select(events.c.payload).where(here, events.c.kind.in_([kind.value for kind in kinds]))
    yield from connection.execute(statement.order_by(events.c.id.desc())).scalars()


def _own_report(connection: Connection, event: Event) -> int:
    mine = and_(events.c.person == event.person, events.c.report_id == event.payload["report_id"])
    statement = select(events.c.id).where(mine, events.c.kind == EventKind.PASSAGE_REPORTED.value)
    key = connection.execute(statement).scalar()
    if key is None:
        raise ValueError("expected a report of this person's own, received an unknown one")
    return int(key)
