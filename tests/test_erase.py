"""After an erasure no row and no byte of the database's files holds the customer's text."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from server.database import open_database
from server.erase import AmbiguousCustomer
from server.erase_cli import erase, retention
from server.events import EventKind, Record, TextRow
from server.people import People
from server.person import Person, PersonRole
from server.reported import Reports
from server.retention import forget, forget_nightly, until_night
from server.store import Store, open_store
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
from tests.postgres import running_postgres

MIRA = Person("mira.holt", frozenset({PersonRole.OWNER}), "knowledge")
SECRETS = [
    "zanzibarturn",
    "zanzibardraft",
    "zanzibarsent",
    "zanzibarsubject",
    "zanzibarquote",
    "zanzibarnote",
    "zanzibaranswer",
    "zanzibarquestion",
    "zanzibarflag",
    "kim@example.org",
    "Kim Park",
    "cust-4711",
]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    yield store
    store.close()


def write_kim(store: Store) -> None:
    """Two conversations of Kim, and one of someone else that mentions Kim."""
    known: dict[str, Any] = {
        "customer_id": "cust-4711",
        "customer_email": "Kim@Example.org",
        "customer_name": "Kim Park",
    }
    store.save(opened(turn="zanzibarturn kim@example.org", subject="zanzibarsubject", **known))
    store.save(suggested("s1", "zanzibardraft for Kim Park"))
    store.save(reported("s1", "edited", "r1", "zanzibarsent"))
    store.save(flag(EventKind.FLAG_RAISED))
    store.save(passage_reported(quote="zanzibarquote", note="zanzibarnote of Kim Park"))
    reports = Reports(store.engine)
    (report,) = reports.newest(lambda _: True, answered=False, limit=2)
    assert reports.answer(report, MIRA, "kept", "Delivery times", "zanzibaranswer", NOW)
    used = event(EventKind.PASSAGE_USED, {"turn_id": "t1", "number": 2, "passages": []}, report_id="u1")
    store.save(Record((used,), (TextRow("c1", "question", "u1", "zanzibarquestion"),)))
    raised = flag(EventKind.FLAG_RAISED, report_id="f1", rule="raised by hand")
    store.save(replace(raised, texts=(TextRow("c1", "note", "f1", "zanzibarflag"),)))
    store.save(opened("c2", BEN, "zanzibarturn again", customer_id="cust-4711"))
    store.save(
        opened("c3", ANA, "my friend Kim Park <kim@example.org> told me", customer_email="lou@example.org")
    )


def dump(store: Store) -> str:
    """Every row of every table."""
    with store.engine.connect() as connection:
        names = ("events", "conversations", "texts", "people", "tokens")
        return repr([connection.execute(text(f"SELECT * FROM {name}")).all() for name in names])


def data_bytes(store: Store, folder: Path) -> bytes:
    """Every byte of the files that hold the data: SQLite's file, log and index, or PostgreSQL's tables."""
    if store.engine.dialect.name == "postgresql":
        server = running_postgres()
        with store.engine.connect() as connection:
            oid = connection.execute(
                text("SELECT oid FROM pg_database WHERE datname = current_database()")
            ).scalar()
        server.execute("CHECKPOINT")
        folder = server.folder / "data" / "base" / str(oid)
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("named", ["kim@example.org", "KIM@example.ORG", "cust-4711", "Kim Park"])
def test_nothing_of_the_customer_is_left_in_any_row_or_file(store: Store, tmp_path: Path, named: str) -> None:
    write_kim(store)
    before = data_bytes(store, tmp_path)
    assert b"zanzibarturn" in before
    erased = store.erase_customer(named)
    assert (erased.conversations, erased.texts, erased.mentions, erased.scrubbed) == (2, 9, 1, True)
    rows, files = dump(store).lower(), data_bytes(store, tmp_path).lower()
    for secret in SECRETS:
        assert secret.lower() not in rows
        assert secret.lower().encode() not in files


def test_rows_that_moved_between_pages_leave_no_copy_behind(store: Store, tmp_path: Path) -> None:
    chance = random.Random(0)  # with it, overwriting on deletion alone leaves 50 copies of one secret
    secrets = [f"zq{number:02d}secret" for number in range(40)]
    for number in range(400):
        secret = secrets[number % 40]
        thread, repeats = f"c{chance.randrange(10**9)}", chance.randrange(1, 400)
        known = {
            "customer_name": f"{secret} Name",
            "customer_email": f"{secret}@example.org",
            "subject": secret,
        }
        first = opened(thread, ANA, " ".join([secret] * repeats), customer_id=f"{secret}-0", **known)
        more = [
            TextRow(thread, "turn", f"u{each}", f"{secret} " * chance.randrange(1, 60))
            for each in range(chance.randrange(6))
        ]
        store.save(replace(first, texts=(*first.texts, *more)))
    with store.engine.begin() as connection:
        connection.execute(text("ANALYZE"))  # as both databases do now and then by themselves
    for secret in chance.sample(secrets, 15):
        assert store.erase_customer(f"{secret}@example.org").scrubbed
        assert secret.encode() not in data_bytes(store, tmp_path)


def test_others_and_the_events_stay(store: Store) -> None:
    write_kim(store)
    with store.engine.connect() as connection:
        before = connection.execute(text("SELECT * FROM events ORDER BY id")).all()
    store.erase_customer("kim@example.org")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM events ORDER BY id")).all() == before
        kept = connection.execute(text("SELECT text FROM texts")).scalars().all()
    assert kept == ["my friend •••••••• <•••••••••••••••> told me"]
    reviewed = store.newest_suggestions("billing")
    assert [(each.turn, each.suggestion, each.sent, each.subject) for each in reviewed] == [
        (None, None, None, None)
    ]
    assert reviewed[0].distance is not None
    assert reviewed[0].flags[0].quote is None


def test_a_conversation_that_another_page_opened_without_the_customer_is_erased_too(store: Store) -> None:
    store.save(opened(customer_email="kim@example.org"))
    store.save(opened(person=MAX, turn="the same thread"))
    assert store.erase_customer("kim@example.org").conversations == 2
    assert "the same thread" not in dump(store)


def test_a_name_or_id_of_several_customers_erases_nothing_until_told_which(store: Store) -> None:
    store.save(
        opened(
            "c1", customer_email="a@example.org", customer_name="Sam Smith", customer_id="7", helpdesk="one"
        )
    )
    store.save(
        opened(
            "c2", customer_email="b@example.org", customer_name="Sam Smith", customer_id="7", helpdesk="two"
        )
    )
    before = dump(store)
    for named in ("Sam Smith", "7"):
        with pytest.raises(AmbiguousCustomer, match="Several customers"):
            store.erase_customer(named)
    assert dump(store) == before
    assert store.erase_customer("7", helpdesk="two").conversations == 1
    assert "a@example.org" in dump(store)


@pytest.mark.parametrize("named", ["nobody@example.org", "", "%", "' OR 1=1 --"])
def test_an_unknown_customer_erases_nothing(store: Store, named: str) -> None:
    write_kim(store)
    before = dump(store)
    erased = store.erase_customer(named)
    assert (erased.conversations, erased.texts, erased.mentions) == (0, 0, 0)
    assert dump(store) == before


def test_a_reader_that_holds_old_pages_is_told_and_the_next_run_scrubs(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    write_kim(store)
    reader = sqlite3.connect(tmp_path / "sotto.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM texts").fetchone()
    with store.engine.connect() as connection:
        connection.connection.execute("PRAGMA busy_timeout=50")
    assert not store.erase_customer("kim@example.org").scrubbed
    reader.close()
    assert store.erase_customer("kim@example.org").scrubbed
    assert b"zanzibar" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_the_commands_erase_and_forget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTTO_HOME", str(tmp_path))
    app = typer.Typer()
    app.command()(erase)
    app.command()(retention)
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    write_kim(store)
    store.save(opened("c9", at=NOW - timedelta(days=6000)))
    store.close()
    erased = CliRunner().invoke(app, ["erase", "--customer", "kim@example.org"])
    assert erased.output == "Erased 2 conversations with 9 texts; masked mentions in 1 others.\n"
    assert b"zanzibar" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    forgotten = CliRunner().invoke(app, ["retention", "--days", "5000"])
    assert forgotten.output == "Removed 1 texts and 1 conversations.\n"


def test_what_is_forgotten_leaves_no_byte_either(store: Store, tmp_path: Path) -> None:
    write_kim(store)
    forget(store, People(store.engine), 90, NOW + timedelta(days=100))
    rows, files = dump(store), data_bytes(store, tmp_path)
    assert "zanzibar" not in rows
    if store.engine.dialect.name == "sqlite":
        assert b"zanzibar" not in files


@pytest.mark.parametrize(
    ("now", "hours"),
    [("2026-11-20T02:00:00+00:00", 1), ("2026-11-20T03:00:00+00:00", 24), ("2026-11-20T23:00:00-05:00", 23)],
)
def test_the_nightly_run_is_at_three(now: str, hours: int) -> None:
    assert until_night(datetime.fromisoformat(now)) == timedelta(hours=hours)


async def test_the_nightly_task_forgets_at_once_and_ends_when_cancelled(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    store.save(opened())
    forgotten, engine = asyncio.Event(), open_database(f"sqlite:///{tmp_path / 'sotto.db'}")
    loop = asyncio.get_running_loop()

    class Watched(Store):
        def forget_older_than(self, moment: datetime):  # type: ignore[no-untyped-def]
            result = super().forget_older_than(moment)
            loop.call_soon_threadsafe(forgotten.set)
            return result

    task = asyncio.create_task(forget_nightly(Watched(engine), People(engine), 1))
    await asyncio.wait_for(forgotten.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert "parcel" not in dump(store)
    engine.dispose()
    store.close()
