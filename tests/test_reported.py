"""Reports, answers, what agents noticed and one's own record, on every database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.events import Event, EventKind, Record, TextRow
from server.noticed import newest_chosen, pages_unread
from server.own_record import DAYS, own_record
from server.person import Person, PersonRole
from server.reported import Reports
from server.store import Store, open_store
from server.tables import events
from tests.databases import (
    ANA,
    BEN,
    KINDS,
    MAX,
    NOW,
    event,
    flag,
    new_database,
    opened,
    passage_reported,
    reported,
    suggested,
)

OWNERS = [Person(f"owner {number}", frozenset({PersonRole.OWNER}), "knowledge") for number in range(8)]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    store.save(opened())
    yield store
    store.close()


def count(store: Store, kind: EventKind) -> int:
    with store.engine.connect() as connection:
        statement = select(func.count()).where(events.c.kind == kind.value)
        return int(connection.execute(statement).scalar_one())


def page_unread(
    report_id: str, adapter: str = "django-helpdesk", person: Person = ANA, days: int = 0
) -> Record:
    """A page that could not be read some days ago."""
    payload = {"adapter": adapter, "helpdesk": "https://desk.example"}
    at = NOW - timedelta(days=days)
    return Record(
        (Event(EventKind.PAGE_UNREAD, at, None, person.name, None, report_id, dict(payload)),),
        team=person.team,
    )


def seen(report_id: str = "r9", person: Person = ANA) -> Record:
    """A person says that they saw the answer."""
    payload = {"report_id": report_id}
    return Record(
        (Event(EventKind.ANSWER_SEEN, NOW, None, person.name, None, None, dict(payload)),), team=person.team
    )


def answered(store: Store, note: str = "Corrected.") -> int:
    """The only open report is answered; its key."""
    reports = Reports(store.engine)
    (report,) = reports.newest(lambda _: True, answered=False, limit=2)
    assert reports.answer(report, OWNERS[0], "fixed", "Delivery times", note, NOW)
    return report.key


def test_of_owners_who_answer_at_once_one_does(store: Store) -> None:
    store.save(passage_reported())
    reports = Reports(store.engine)
    (report,) = reports.newest(lambda _: True, answered=False, limit=2)
    begin, took = threading.Barrier(len(OWNERS)), []

    def answer(owner: Person) -> None:
        begin.wait()
        took.append(reports.answer(report, owner, "kept", "Delivery times", owner.name, NOW))

    threads = [threading.Thread(target=answer, args=(owner,)) for owner in OWNERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took) == [False] * (len(OWNERS) - 1) + [True]
    (told,) = reports.unseen_by("ana")
    assert told.message.note == told.message.by
    assert count(store, EventKind.REPORT_ANSWERED) == 1


def test_an_answer_is_told_until_its_reporter_saw_it_and_to_nobody_else(store: Store) -> None:
    store.save(passage_reported())
    reports = Reports(store.engine)
    assert reports.unseen_by("ana") == []
    answered(store)
    (key,) = reports.newest_answers()
    (told,) = reports.unseen([key])
    assert reports.unseen_by("ana") == [told]
    assert reports.unseen_by("ben") == reports.unseen([]) == []
    assert store.save(seen())
    assert not store.save(seen())
    assert reports.unseen_by("ana") == reports.unseen([key]) == []


def test_only_a_report_of_ones_own_is_seen(store: Store) -> None:
    store.save(passage_reported())
    answered(store)
    with pytest.raises(ValueError, match="a report of this person's own"):
        store.save(seen(person=BEN))


def test_a_report_of_another_team_under_the_same_ids_keeps_its_own_words(store: Store) -> None:
    store.save(opened("c1", MAX))
    store.save(passage_reported(note="of billing"))
    store.save(passage_reported(person=MAX, note="of delivery"))
    found = Reports(store.engine).newest(lambda _: True, answered=False, limit=5)
    assert [(each.team, each.note) for each in found] == [
        ("delivery", "of delivery"),
        ("billing", "of billing"),
    ]


def test_retention_takes_the_words_of_a_report_and_leaves_the_report(store: Store) -> None:
    store.save(passage_reported())
    answered(store)
    store.forget_older_than(NOW + timedelta(days=1))
    (report,) = Reports(store.engine).newest(lambda _: True, answered=True, limit=5)
    assert (report.problem, report.quote, report.note) == ("outdated", None, None)
    assert report.answer is not None
    assert (report.answer.by, report.answer.note) == (OWNERS[0].name, None)
    (told,) = Reports(store.engine).unseen_by("ana")
    assert told.message.note is None


def test_an_answer_to_a_report_whose_conversation_is_gone_keeps_no_words(store: Store) -> None:
    store.save(passage_reported())
    store.forget_older_than(NOW + timedelta(days=1))
    answered(store, "zanzibar")
    (told,) = Reports(store.engine).unseen_by("ana")
    assert (told.message.answer, told.message.note) == ("fixed", None)


def test_newest_looks_past_many_that_are_not_wanted(store: Store) -> None:
    store.save(passage_reported("wanted", "tone"))
    store.save_all([passage_reported(f"r{number}") for number in range(450)])
    found = Reports(store.engine).newest(lambda each: each.problem == "tone", answered=False, limit=5)
    assert [each.problem for each in found] == ["tone"]


def test_a_draft_that_never_became_whole_can_be_reported(store: Store) -> None:
    shown = event(EventKind.SNIPPETS_SHOWN, {"turn_id": "t1", "passages": []}, suggestion_id="s1")
    store.save(Record((shown,)))
    assert store.save(passage_reported(about="draft", suggestion_id="s1"))
    (report,) = Reports(store.engine).newest(lambda _: True, answered=False, limit=5)
    assert report.passages == ()


def test_a_draft_of_another_conversation_is_not_ones_own(store: Store) -> None:
    store.save(opened("c2"))
    store.save(suggested("s1", conversation_id="c2"))
    with pytest.raises(ValueError, match="a suggestion of this conversation"):
        store.save(passage_reported(about="draft", suggestion_id="s1"))


# ---- noticed, and one's own record -------------------------------------------------------------------------


def test_unread_pages_are_counted_by_team_adapter_and_helpdesk(store: Store) -> None:
    store.save_all([page_unread(f"p{number}", days=number) for number in range(3)])
    store.save(page_unread("old", days=40))
    store.save(page_unread("rt", "request-tracker", days=5))
    store.save(page_unread("theirs", person=MAX))
    helpdesk, tracker = pages_unread(store.engine, "billing", NOW - timedelta(days=30))
    assert (helpdesk.adapter, helpdesk.times, helpdesk.last) == ("django-helpdesk", 3, NOW)
    assert helpdesk.since == NOW - timedelta(days=2)
    assert (tracker.adapter, tracker.times) == ("request-tracker", 1)


def test_a_pair_shows_the_agents_question_or_else_the_turn(store: Store) -> None:
    for number, question in ((2, "sofas?"), (3, None)):
        passages = [
            {"passage_id": "p2", "document_id": "sofas.md", "title": "Sofas"},
            {"passage_id": "p1", "document_id": "delivery.md", "title": None},
        ]
        payload = {"turn_id": "t1", "number": number, "revision": "r1", "passages": passages}
        texts = () if question is None else (TextRow("c1", "question", f"u{number}", question),)
        store.save(Record((event(EventKind.PASSAGE_USED, payload, report_id=f"u{number}"),), texts))
    newest, older = newest_chosen(store.engine, "billing", 10)
    assert (newest.question, older.question) == ("Where is my parcel?", "sofas?")
    assert (older.used.title, older.first.document_id, older.number) == ("Sofas", "delivery.md", 2)
    assert newest_chosen(store.engine, "delivery", 10) == []


def test_ones_own_record_holds_thirty_days_and_the_newest_outcome_of_each(store: Store) -> None:
    for number, outcomes in enumerate((["inserted", "edited"], ["copied"], ["dismissed"], ["ignored"], [])):
        store.save(suggested(f"s{number}"))
        for place, outcome in enumerate(outcomes):
            store.save(reported(f"s{number}", outcome, f"o{number}-{place}"))
    store.save(passage_reported())
    store.save(opened("c1", BEN))
    store.save(suggested("theirs", person=BEN))
    record = own_record(store.engine, "ana", NOW + timedelta(days=DAYS), 90)
    assert (record.suggestions, record.reports, record.kept_days) == (5, 1, 90)
    assert (record.inserted, record.edited, record.copied, record.dismissed, record.ignored) == (
        0,
        1,
        1,
        1,
        1,
    )
    later = own_record(store.engine, "ana", NOW + timedelta(days=DAYS, seconds=10), 90)
    assert (later.suggestions, later.edited, later.reports) == (0, 0, 0)
    assert later.since == (NOW + timedelta(seconds=10)).date()


# ---- flags by hand ----------------------------------------------------------------------------------------


def test_a_flag_by_hand_stands_until_answered_and_again_when_raised_again(store: Store) -> None:
    pair = ("frustration", "t1")
    store.save(flag(EventKind.FLAG_RAISED, report_id="f1", rule="raised by hand"))
    store.save(flag(EventKind.FLAG_RAISED, "low_confidence", rule="nothing_found/1"))
    assert flags_of(store) == ([pair], [])
    store.save(flag(EventKind.FLAG_ANSWERED, report_id="f2"))
    assert flags_of(store) == ([], [pair])
    store.save(flag(EventKind.FLAG_RAISED, report_id="f3", rule="raised by hand"))
    assert flags_of(store) == ([pair], [])


def flags_of(store: Store) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The flags of the conversation that were raised by hand, and those that were answered."""
    state = store.state_for("c1", ANA)
    assert state is not None
    return sorted(state.raised_flags), sorted(state.answered_flags)


def test_an_event_about_no_conversation_needs_a_team(store: Store) -> None:
    with pytest.raises(ValueError, match="conversation_opened"):
        store.save(Record(page_unread("p1").events))
