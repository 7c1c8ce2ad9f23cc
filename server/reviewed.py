"""What a team lead reads: the newest suggestions of a team with what became of each. No agent is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, func, select

from server.events import EventKind
from server.tables import conversations, events, texts

OutcomeFilter = Literal["inserted", "edited", "copied", "dismissed", "ignored", "none"]
"""An outcome, or `none` for suggestions of which none was reported."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation standing at `end` (code points) of the suggestion; `support` (0 to 1) says how well."""

    number: int
    document_id: str
    end: int
    support: float


@dataclass(frozen=True, slots=True)
class FlagSeen:
    """A flag that stood on the turn; `quote` is None once the text is gone, `response` until answered.

    `note` is what an agent wrote who raised it by hand.
    """

    reason: str
    severity: str
    quote: str | None
    response: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One suggestion and what became of it; texts are masked, and None once erased or past their time.

    `treated`: the disposition that an agent chose for the conversation last. `key` grows with time and pages
    the list; `distance` counts characters between suggestion and sent text.
    """

    key: int
    at: datetime
    subject: str | None
    turn: str | None
    question: str | None
    suggestion: str | None
    sent: str | None
    source: str
    confidence: float
    citations: tuple[Cited, ...]
    flags: tuple[FlagSeen, ...]
    treated: str | None
    outcome: str | None
    distance: int | None
    shown_ms: int | None


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts by (conversation id, kind, ref), subjects by conversation id."""

    by_place: dict[tuple[str, str, str], str]
    subjects: dict[str, str]


def newest_suggestions(
    connection: Connection, team: str, outcome: OutcomeFilter | None, limit: int, before: int | None
) -> list[Reviewed]:
    """A team's suggestions, newest first, at most `limit`, older than the key `before`."""
    rows = _suggestions(connection, team, outcome, limit, before)
    threads = {row.conversation_id for row in rows}
    flag_rows = _flag_rows(connection, team, threads)
    kept = _texts(connection, team, rows, {row.report_id for row in flag_rows if row.report_id})
    flags = _flags(flag_rows, kept)
    treated = _treated(connection, team, threads)
    return [replace(_reviewed(row, kept, flags), treated=treated.get(row.conversation_id)) for row in rows]


def _suggestions(
    connection: Connection, team: str, outcome: OutcomeFilter | None, limit: int, before: int | None
) -> Sequence[Any]:
    ready, report = events.alias("ready"), events.alias("report")
    candidate = events.alias("candidate")
    latest = (
        select(func.max(candidate.c.id))
        .where(
            candidate.c.suggestion_id == ready.c.suggestion_id,
            candidate.c.team == ready.c.team,
            candidate.c.kind == EventKind.OUTCOME_REPORTED.value,
        )
        .scalar_subquery()
    )
    statement = (
        select(
            ready.c.id,
            ready.c.at,
            ready.c.conversation_id,
            ready.c.suggestion_id,
            ready.c.payload,
            report.c.payload.label("report"),
        )
        .select_from(ready.outerjoin(report, report.c.id == latest))
        .where(ready.c.team == team, ready.c.kind == EventKind.SUGGESTION_READY.value)
        .order_by(ready.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(ready.c.id < before)
    if outcome == "none":
        statement = statement.where(report.c.id.is_(None))
    elif outcome is not None:
        statement = statement.where(report.c.payload["outcome"].as_string() == outcome)
    return connection.execute(statement).all()


def _texts(connection: Connection, team: str, rows: Sequence[Row[Any]], reports: set[str]) -> _Texts:
    here = and_(
        conversations.c.team == team,
        conversations.c.conversation_id.in_({row.conversation_id for row in rows}),
    )
    refs = reports | {row.suggestion_id for row in rows} | {row.payload["turn_id"] for row in rows}
    found = connection.execute(
        select(conversations.c.conversation_id, texts.c.kind, texts.c.ref, texts.c.text)
        .join(texts, texts.c.conversation == conversations.c.id)
        .where(here, texts.c.ref.in_(refs))
    )
    by_place = {(thread, kind, ref): text for thread, kind, ref, text in found}
    subjects = connection.execute(
        select(conversations.c.conversation_id, conversations.c.subject).where(here)
    )
    return _Texts(by_place, {thread: subject for thread, subject in subjects})


def _flag_rows(connection: Connection, team: str, threads: set[str]) -> Sequence[Any]:
    kinds = [EventKind.FLAG_RAISED.value, EventKind.FLAG_WITHDRAWN.value, EventKind.FLAG_ANSWERED.value]
    return connection.execute(
        select(events.c.kind, events.c.conversation_id, events.c.report_id, events.c.payload)
        .where(events.c.team == team, events.c.conversation_id.in_(threads), events.c.kind.in_(kinds))
        .order_by(events.c.id)
    ).all()


def _treated(connection: Connection, team: str, threads: set[str]) -> dict[str, str]:
    chosen = and_(events.c.team == team, events.c.kind == EventKind.DISPOSITION_CHOSEN.value)
    rows = connection.execute(
        select(events.c.conversation_id, events.c.payload)
        .where(chosen, events.c.conversation_id.in_(threads))
        .order_by(events.c.id)
    )
    return {thread: payload["disposition"] for thread, payload in rows}


def _flags(rows: Sequence[Any], kept: _Texts) -> dict[tuple[str, str], tuple[FlagSeen, ...]]:
    """The flags that stood, by (conversation id, turn id)."""
    standing: dict[tuple[str, str, str], FlagSeen] = {}
    for kind, thread, report_id, payload in rows:
        place = (thread, payload["turn_id"], payload["reason"])
        if kind == EventKind.FLAG_RAISED:
            quote = kept.by_place.get((thread, "turn", payload["turn_id"]))
            words = quote[payload["start"] : payload["end"]] if quote else None
            note = kept.by_place.get((thread, "note", report_id))
            standing[place] = FlagSeen(payload["reason"], payload["severity"], words, None, note)
        elif kind == EventKind.FLAG_WITHDRAWN:
            standing.pop(place, None)
        elif place in standing:
            flag = standing[place]
            standing[place] = replace(flag, response=payload["response"])
    by_turn: dict[tuple[str, str], tuple[FlagSeen, ...]] = {}
    for (thread, turn, _), flag in standing.items():
        by_turn[thread, turn] = (*by_turn.get((thread, turn), ()), flag)
    return by_turn


def _reviewed(row: Row[Any], kept: _Texts, flags: dict[tuple[str, str], tuple[FlagSeen, ...]]) -> Reviewed:
    payload, report = row.payload, row.report or {}
    thread, turn = row.conversation_id, payload["turn_id"]
    return Reviewed(
        key=row.id,
        at=row.at,
        subject=kept.subjects.get(thread),
        turn=kept.by_place.get((thread, "turn", turn)),
        question=kept.by_place.get((thread, "question", row.suggestion_id)),
        suggestion=kept.by_place.get((thread, "suggestion", row.suggestion_id)),
        sent=kept.by_place.get((thread, "sent", row.suggestion_id)),
        source=payload["source"],
        confidence=payload["confidence"],
        citations=tuple(
            Cited(cited["number"], cited["document_id"] or "unknown document", cited["end"], cited["support"])
            for cited in payload["citations"]
        ),
        flags=flags.get((thread, turn), ()),
        treated=None,
        outcome=report.get("outcome"),
        distance=report.get("distance"),
        shown_ms=report.get("shown_ms"),
    )
