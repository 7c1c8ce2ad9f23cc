"""One suite for every database: what is stored, what is refused, and what is read back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.database import DatabaseUnavailable
from server.events import EventKind, Record, TextRow
from server.store import Store, open_store
from server.tables import conversations, events, texts
from tests.databases import ANA, KINDS, NOW, event, flag, new_database, opened, reported, suggested


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


def rows(store: Store, table: object) -> list[object]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(table)))  # type: ignore[call-overload]


def stored_texts(store: Store) -> dict[tuple[str, str], str]:
    with store.engine.connect() as connection:
        return {(row.kind, row.ref): row.text for row in connection.execute(select(texts))}


def test_events_and_texts_of_a_record_are_stored_together(store: Store) -> None:
    assert store.save(opened())
    assert store.save(suggested("s1"))
    assert stored_texts(store) == {
        ("turn", "t1"): "Where is my parcel?",
        ("suggestion", "s1"): "It arrives on Friday.",
    }
    with store.engine.connect() as connection:
        kinds = connection.execute(
            select(events.c.kind, events.c.at, events.c.team).order_by(events.c.id)
        ).all()
    assert kinds == [("conversation_opened", NOW, "billing"), ("suggestion_ready", NOW, "billing")]


def test_records_saved_together_are_stored_as_if_one_by_one(store: Store) -> None:
    store.save_all([opened(), suggested("s1"), reported("s1", "dismissed", "r1")])
    store.save_all([reported("s1", "dismissed", "r1"), suggested("s2")])
    with store.engine.connect() as connection:
        kinds = connection.execute(select(events.c.kind).order_by(events.c.id)).scalars().all()
    assert kinds == ["conversation_opened", "suggestion_ready", "outcome_reported", "suggestion_ready"]


def test_of_records_saved_together_none_is_stored_when_one_breaks_the_contract(store: Store) -> None:
    with pytest.raises(ValueError, match="at least one event"):
        store.save_all([opened(), Record(())])
    assert rows(store, events) == []


def test_a_report_that_is_sent_again_counts_once(store: Store) -> None:
    store.save(opened())
    assert store.save(reported("s1", "edited", "r1", "Friday."))
    assert not store.save(reported("s1", "edited", "r1", "Saturday."))
    assert stored_texts(store)["sent", "s1"] == "Friday."
    assert len(rows(store, events)) == 2


def test_the_same_report_from_many_threads_is_stored_once(store: Store) -> None:
    store.save(opened())
    start, answers = threading.Barrier(6), []

    def report() -> None:
        start.wait()
        answers.append(store.save(reported("s1", "dismissed", "r1")))

    threads = [threading.Thread(target=report) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True]


def test_two_people_may_choose_the_same_report_id(store: Store) -> None:
    other = replace(ANA, name="ben")
    store.save(opened())
    store.save(opened(person=other))
    assert store.save(reported("s1", "dismissed", "r1"))
    assert store.save(reported("s2", "dismissed", "r1", person=other))


def test_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    store.save(opened())
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(10):
                store.save(suggested(f"{name}-{number}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows(store, events)) == 61
    assert len(rows(store, texts)) == 61


def test_a_record_that_fails_leaves_nothing(store: Store) -> None:
    store.save(opened())
    twice = event(
        EventKind.TURN_RECEIVED, {"turn_id": "t2"}, report_id="r1"
    )  # the second breaks a constraint
    broken = Record((twice, twice), (TextRow("c1", "turn", "t2", "half"),))
    with pytest.raises(DatabaseUnavailable):
        store.save(broken)
    assert set(stored_texts(store)) == {("turn", "t1")}
    assert len(rows(store, events)) == 1


@pytest.mark.parametrize("change", ["UPDATE events SET person = 'x'", "DELETE FROM events"])
def test_events_can_be_neither_changed_nor_removed(store: Store, change: str) -> None:
    store.save(opened())
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(change))
    assert len(rows(store, events)) == 1


@pytest.mark.parametrize("kind", EventKind)
def test_no_event_carries_text(store: Store, kind: EventKind) -> None:
    with pytest.raises(ValueError, match=r"expected only .* received \['quote'\]"):
        store.save(Record((event(kind, {"quote": "the customer's words"}),)))


def test_texts_are_masked_with_their_length_before_they_are_stored(store: Store) -> None:
    secret = "My card is 4111 1111 1111 1111 and my password is hunter2"
    store.save(opened(turn=secret, subject="card 4111-1111-1111-1111"))
    kept = stored_texts(store)["turn", "t1"]
    assert len(kept) == len(secret)
    assert "4111" not in kept
    assert "hunter2" not in kept
    with store.engine.connect() as connection:
        assert "4111" not in connection.execute(select(conversations.c.subject)).scalar_one()


def test_characters_that_no_database_stores_are_replaced(store: Store) -> None:
    store.save(opened(conversation_id="c\0", turn="a\0b\ud800c", customer_name="N\0"))
    assert stored_texts(store)["turn", "t1"] == "a\ufffdb\ufffdc"
    assert store.state_for("c\0", ANA) is not None


def test_a_turn_that_was_edited_replaces_its_text_and_keeps_its_first_time(store: Store) -> None:
    store.save(opened())
    changed = event(EventKind.TURN_RECEIVED, {"turn_id": "t1"}, at=NOW + timedelta(days=80))
    store.save(Record((changed,), (TextRow("c1", "turn", "t1", "Where is it?"),)))
    assert stored_texts(store)["turn", "t1"] == "Where is it?"
    with store.engine.connect() as connection:
        assert connection.execute(select(texts.c.stored_at)).scalar_one() == NOW


def test_the_edit_distance_is_computed_when_the_sent_text_arrives(store: Store) -> None:
    store.save(opened())
    store.save(suggested("s1", "It arrives on Friday."))
    store.save(reported("s1", "edited", "r1", "It arrives on Monday."))
    with store.engine.connect() as connection:
        payload = connection.execute(select(events.c.payload).where(events.c.report_id == "r1")).scalar_one()
    assert payload["distance"] == 3


def test_a_record_of_a_conversation_that_was_never_opened_is_the_callers_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="expected conversation_opened"):
        store.save(suggested("s1"))


def test_a_record_without_events_or_of_two_people_is_the_callers_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="at least one event"):
        store.save(Record(()))
    mixed = (*opened().events, *opened(person=replace(ANA, name="ben")).events)
    with pytest.raises(ValueError, match="one person"):
        store.save(Record(mixed))


def test_the_state_tells_what_was_answered_and_what_became_of_suggestions(store: Store) -> None:
    store.save(opened())
    store.save(flag(EventKind.FLAG_ANSWERED, report_id="r1"))
    store.save(reported("s1", "inserted", "r2"))
    store.save(reported("s1", "edited", "r3", "Hello"))
    store.save(reported("s2", "dismissed", "r4"))
    state = store.state_for("c1", ANA)
    assert state is not None
    assert state.answered_flags == {("frustration", "t1")}
    assert state.outcomes == {"s1": "edited", "s2": "dismissed"}


def test_the_state_tells_how_the_agent_chose_to_treat_it(store: Store) -> None:
    store.save(opened())
    for number, disposition in enumerate(("human", "routine")):
        chosen = {"disposition": disposition, "turn_id": "t1"}
        store.save(Record((event(EventKind.DISPOSITION_CHOSEN, chosen, report_id=f"d{number}"),)))
    store.save(flag(EventKind.FLAG_ANSWERED, report_id="r1", response="not_now"))
    state = store.state_for("c1", ANA)
    assert state is not None
    assert (state.chosen, state.responses) == ("routine", {"frustration": "not_now"})


def test_the_state_has_the_drafts_that_were_taken_or_turned_down(store: Store) -> None:
    store.save(opened())
    for number, outcome in enumerate(("inserted", "ignored", "dismissed")):
        store.save(suggested(f"s{number}", f"Draft {number}."))
        store.save(reported(f"s{number}", outcome, f"r{number}"))
    store.save(suggested("s3", "Nothing became of this."))
    state = store.state_for("c1", ANA)
    assert state is not None
    assert state.used == ("Draft 0.", "Draft 2.")


def test_a_database_that_is_gone_is_named_without_any_customer_text(url: str) -> None:
    store = open_store(url)
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE texts"))
    with pytest.raises(DatabaseUnavailable, match="administrator") as caught:
        store.save(opened(turn="my very own words"))
    chain, error = "", caught.value.__cause__
    while error:
        chain += f"{error!r} {error}"
        error = error.__cause__
    assert "very own words" not in f"{caught.value}{chain}"
    store.close()


def test_text_that_came_after_an_erasure_is_not_stored_until_the_conversation_is_opened_again(
    store: Store,
) -> None:
    store.save(opened(customer_email="kim@example.org"))
    store.erase_customer("kim@example.org")
    assert store.save(suggested("s1"))
    assert stored_texts(store) == {}
    store.save(opened(customer_email="kim@example.org"))
    assert set(stored_texts(store)) == {("turn", "t1")}


def test_old_texts_are_forgotten_and_their_events_stay(store: Store) -> None:
    store.save(opened("old", at=NOW - timedelta(days=91)))
    store.save(opened("new", at=NOW - timedelta(days=89)))
    forgotten = store.forget_older_than(NOW - timedelta(days=90))
    assert (forgotten.texts, forgotten.conversations) == (1, 1)
    assert len(rows(store, texts)) == 1
    assert len(rows(store, events)) == 2
    assert store.state_for("old", ANA) is None


def test_a_conversation_that_goes_on_loses_only_its_old_texts(store: Store) -> None:
    store.save(opened(at=NOW - timedelta(days=91)))
    store.save(suggested("s1"))
    assert store.forget_older_than(NOW - timedelta(days=90)).texts == 1
    assert set(stored_texts(store)) == {("suggestion", "s1")}
    assert store.state_for("c1", ANA) is not None


def test_ping_answers_while_the_database_does(store: Store) -> None:
    store.ping()
