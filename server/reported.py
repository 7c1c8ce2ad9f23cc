"""What agents reported of passages: read and answered by owners, told to the agents who reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, Select, and_, exists, select

from server.crises import in_crisis
from server.database import database_errors, writing
from server.events import EventKind, TextRow
from server.mask import mask, storable
from server.person import Person
from server.tables import conversations, events, texts
from server.transaction import conversation_key, put_texts
from server.wire import ReportAnswered

AnswerWord = Literal["fixed", "kept"]

_SCANNED = 200
_report, _answer = events.alias("report"), events.alias("answer")
_answers_it = and_(_answer.c.about == _report.c.id, _answer.c.kind == EventKind.REPORT_ANSWERED.value)


@dataclass(frozen=True, slots=True)
class ReportedPassage:
    """A passage that a report is about; title and owner are what the live knowledge said then, if it did."""

    passage_id: str
    document_id: str
    title: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an owner said to a report; `note` is None when there was none, or once it is past its time."""

    answer: str
    by: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Reported:
    """One report, by an agent of `team` who stays unnamed; texts are masked, and None once gone.

    `crisis`: somebody may have been in danger in that conversation, so its words are for few eyes.
    """

    key: int
    at: datetime
    team: str
    about: str
    problem: str
    revision: str | None
    passages: tuple[ReportedPassage, ...]
    quote: str | None
    note: str | None
    answer: Answer | None
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that its reporter has not seen yet."""

    reporter: str
    message: ReportAnswered


class Reports:
    """Every report of a passage. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it; then nothing of it was kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def newest(
        self, wanted: Callable[[Reported], bool], *, answered: bool, limit: int, before: int | None = None
    ) -> list[Reported]:
        """The newest open (or answered) reports that are `wanted`, older than the key `before`."""
        found: list[Reported] = []
        with database_errors(), self._engine.connect() as connection:
            while len(found) < limit:
                rows = connection.execute(_newest(answered, before)).all()
                found += [each for each in _reported(connection, rows) if wanted(each)]
                if len(rows) < _SCANNED:
                    break
                before = rows[-1].id
        return found[:limit]

    def find(self, key: int) -> Reported | None:
        """The report with this key."""
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(_reports().where(_report.c.id == key)).all()
            return next(iter(_reported(connection, rows)), None)

    def answer(
        self, of: Reported, by: Person, answer: AnswerWord, title: str, note: str, at: datetime
    ) -> bool:
        """Puts the owner's answer on record; False and nothing when the report was answered before."""
        with database_errors(), self._writing.begin() as connection:
            # The lock makes two owners who answer at once wait for each other; SQLite's is on the whole file.
            locked = select(events).where(events.c.id == of.key).with_for_update()
            report = connection.execute(locked).one()
            known = and_(events.c.about == of.key, events.c.kind == EventKind.REPORT_ANSWERED.value)
            if connection.execute(select(events.c.id).where(known)).first():
                return False
            connection.execute(events.insert(), _answer_row(report, by, answer, title, at))
            here = conversation_key(connection, report.conversation_id, report.team)
            if note and here is not None:
                row = TextRow(report.conversation_id, "answer", report.report_id, mask(storable(note)))
                put_texts(connection, here, (row,), at)
        return True

    def unseen_by(self, reporter: str, limit: int = 50) -> list[Told]:
        """The newest answers to this person's reports that they have not seen."""
        return self._told(_report.c.person == reporter, limit)

    def unseen(self, keys: Collection[int]) -> list[Told]:
        """Those of the answers with these keys that their reporters have not seen."""
        return self._told(_answer.c.id.in_(keys), len(keys)) if keys else []

    def newest_answers(self, limit: int = 100) -> list[int]:
        """The keys of the newest answers to any report."""
        kind = events.c.kind == EventKind.REPORT_ANSWERED.value
        with database_errors(), self._engine.connect() as connection:
            statement = select(events.c.id).where(kind).order_by(events.c.id.desc()).limit(limit)
            return list(connection.execute(statement).scalars())

    def _told(self, which: Any, limit: int) -> list[Told]:
        seen = events.alias("seen")
        is_seen = exists().where(seen.c.about == _report.c.id, seen.c.kind == EventKind.ANSWER_SEEN.value)
        with database_errors(), self._engine.connect() as connection:
            statement = _reports().where(which, _answer.c.id.is_not(None), ~is_seen).limit(limit)
            rows = connection.execute(statement.order_by(_answer.c.id.desc())).all()
            kept = _texts(connection, rows)
        return [Told(row.person, _message(row, kept)) for row in reversed(rows)]


def _reports() -> Select[Any]:
    return (
        select(
            _report,
            _answer.c.payload.label("answer"),
            _answer.c.person.label("by"),
            _answer.c.at.label("answered_at"),
        )
        .select_from(_report.outerjoin(_answer, _answers_it))
        .where(_report.c.kind == EventKind.PASSAGE_REPORTED.value)
    )


def _newest(answered: bool, before: int | None) -> Select[Any]:
    statement = _reports().order_by(_report.c.id.desc()).limit(_SCANNED)
    statement = statement.where(_answer.c.id.is_not(None) if answered else _answer.c.id.is_(None))
    return statement if before is None else statement.where(_report.c.id < before)


def _answer_row(report: Row[Any], by: Person, answer: str, title: str, at: datetime) -> dict[str, Any]:
    return {
        "kind": EventKind.REPORT_ANSWERED.value,
        "at": at,
        "conversation_id": report.conversation_id,
        "team": report.team,
        "person": by.name,
        "schema": 1,
        "payload": {"answer": answer, "title": storable(title)},
        "about": report.id,
    }


_Texts = dict[tuple[str, str, str, str], str]


def _texts(connection: Connection, rows: Sequence[Row[Any]]) -> _Texts:
    """What is kept of the texts of these reports, by (team, conversation id, kind, report id)."""
    if not rows:
        return {}
    found = connection.execute(
        select(conversations.c.team, conversations.c.conversation_id, texts.c.kind, texts.c.ref, texts.c.text)
        .join(texts, texts.c.conversation == conversations.c.id)
        .where(
            conversations.c.conversation_id.in_({row.conversation_id for row in rows}),
            texts.c.ref.in_({row.report_id for row in rows}),
        )
    )
    return {(team, thread, kind, ref): text for team, thread, kind, ref, text in found}


def _text(kept: _Texts, row: Row[Any], kind: str) -> str | None:
    return kept.get((row.team, row.conversation_id, kind, row.report_id))


def _reported(connection: Connection, rows: Sequence[Row[Any]]) -> list[Reported]:
    kept = _texts(connection, rows)
    crises = in_crisis(connection, {row.conversation_id for row in rows})
    return [
        Reported(
            key=row.id,
            at=row.at,
            team=row.team,
            about=row.payload["about"],
            problem=row.payload["problem"],
            revision=row.payload["revision"],
            passages=tuple(
                ReportedPassage(each["passage_id"], each["document_id"], each.get("title"), each.get("owner"))
                for each in row.payload["passages"]
            ),
            quote=_text(kept, row, "quote"),
            note=_text(kept, row, "note"),
            answer=row.answer
            and Answer(row.answer["answer"], row.by, row.answered_at, _text(kept, row, "answer")),
            crisis=(row.team, row.conversation_id) in crises,
        )
        for row in rows
    ]


def _message(row: Row[Any], kept: _Texts) -> ReportAnswered:
    return ReportAnswered(
        conversation_id=row.conversation_id,
        report_id=row.report_id,
        problem=row.payload["problem"],
        title=row.answer["title"],
        answer=row.answer["answer"],
        by=row.by,
        answered_at=row.answered_at,
        note=_text(kept, row, "answer"),
    )
