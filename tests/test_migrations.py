"""Every released database, with rows in it, opens in today's server; and a newer one is refused."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from server.conversation import Reason
from server.database import DatabaseUnavailable, open_database
from server.experts import Experts
from server.handovers import Handovers
from server.own_text import Keeper, OwnKind
from server.own_texts import OwnTexts
from server.people import People
from server.reported import Reports
from server.store import open_store
from server.tables import HEAD, metadata
from server.thresholds import StoredThresholds
from tests.databases import ANA, BEN, KINDS, NOW, new_database, opened, passage_reported, reported, suggested

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
MIGRATIONS = Path(__file__).parent.parent / "server" / "migrations"


def load(dump: Path, folder: Path) -> str:
    """The URL of a database made from a released one's dump."""
    kind = dump.name.split(".")[1]
    url = new_database(kind, folder)
    if kind == "sqlite":
        with sqlite3.connect(str(make_url(url).database)) as connection:
            connection.executescript(dump.read_text("utf-8"))
    else:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.exec_driver_sql(dump.read_text("utf-8"))
        engine.dispose()
    return url


def test_every_migration_has_a_released_database_of_each_kind() -> None:
    revisions = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    assert {dump.name for dump in RELEASED} == {f"{each}.{kind}.sql" for each in revisions for kind in KINDS}


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
def test_a_released_database_opens_with_everything_in_it(dump: Path, tmp_path: Path) -> None:
    store = open_store(load(dump, tmp_path))
    state = store.state_for("c1", ANA)
    assert state is not None
    assert state.answered_flags == {("frustration", "t1")}
    assert state.outcomes == {"s1": "edited"}
    (reviewed,) = store.newest_suggestions("billing")
    assert (reviewed.turn, reviewed.sent, reviewed.distance) == (
        "Where is my parcel?",
        "It arrives on Monday.",
        3,
    )
    assert People(store.engine).find("a-token-of-a-released-database", NOW) == ANA
    assert not store.save(reported("s1", "edited", "r2"))
    assert store.save(opened("c2"))
    assert store.save(suggested("s2", conversation_id="c2"))
    assert store.save(passage_reported("r3"))
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))
    kept = {"0001": 3, "0002": 6, "0003": 7, "0004": 7, "0005": 7, "0006": 7}[dump.name.split(".")[0]]
    assert store.erase_customer("Kim Park").texts == kept + 2
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_reports_of_the_second_release_are_read_with_their_answers(kind: str, tmp_path: Path) -> None:
    store = open_store(load(RELEASED[0].parent / f"0002.{kind}.sql", tmp_path))
    (report,) = Reports(store.engine).newest(lambda _: True, answered=True, limit=5)
    assert (report.problem, report.quote, report.note) == (
        "outdated",
        "It arrives on Friday.",
        "Since June it is Monday.",
    )
    assert report.answer is not None
    assert (report.answer.by, report.answer.answer, report.answer.note) == (
        "mira.holt",
        "fixed",
        "Corrected.",
    )
    (told,) = Reports(store.engine).unseen_by("ana")
    assert (told.message.report_id, told.message.by) == ("r9", "mira.holt")
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_handover_of_the_third_release_still_waits_for_its_receiver(kind: str, tmp_path: Path) -> None:
    store = open_store(load(RELEASED[0].parent / f"0003.{kind}.sql", tmp_path))
    (kept,) = Handovers(store.engine, timedelta(minutes=15)).waiting_for(BEN)
    assert (kept.handover.sender, kept.handover.state, kept.brief) == (
        *("ana", "offered"),
        "Situation: “Where is my parcel?”",
    )
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_teams_thresholds_of_the_fourth_release_still_hold(kind: str, tmp_path: Path) -> None:
    store = open_store(load(RELEASED[0].parent / f"0004.{kind}.sql", tmp_path))
    (change,) = StoredThresholds(store.engine).newest()
    assert (change.team, change.reason, change.quiet, change.shown) == ("billing", Reason.UPSELL, None, 0.8)
    assert (change.version, change.person, change.why) == (1, "lea", "Too many of them.")
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_experts_profile_of_the_fifth_release_still_holds(kind: str, tmp_path: Path) -> None:
    store = open_store(load(RELEASED[0].parent / f"0005.{kind}.sql", tmp_path))
    (eva,) = Experts(store.engine).list("billing")
    assert (eva.name, eva.profile.topics, eva.profile.products, eva.load) == (
        *("eva", ("hand grinders", "descaling"), ("Brewer Two",)),
        0,
    )
    assert (eva.profile.hours.text, eva.profile.hours.zone) == ("mon-fri 16:00-18:00", "Europe/London")
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_own_texts_of_the_sixth_release_are_still_their_keepers(kind: str, tmp_path: Path) -> None:
    store = open_store(load(RELEASED[0].parent / f"0006.{kind}.sql", tmp_path))
    kept = OwnTexts(store.engine)
    (macro,) = kept.of(Keeper("ana"))
    assert (macro.title, macro.text, macro.version) == (
        *("Late parcel", "Dear {{customer_name}}, it is on its way.", 2),
    )
    (closing,) = kept.of(Keeper("billing", is_team=True))
    assert (closing.kind, closing.text) == (OwnKind.CLOSING, "Kind regards from billing")
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_migrations_make_the_tables_that_the_code_describes(kind: str, tmp_path: Path) -> None:
    engine = open_database(new_database(kind, tmp_path))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_a_newer_server_is_refused_and_left_alone(kind: str, tmp_path: Path) -> None:
    url = new_database(kind, tmp_path)
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match=rf"at most {HEAD}, received 9999; an administrator"):
        open_database(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def _open_and_save(url: str, number: int) -> None:
    store = open_store(url)
    store.save(opened(f"c{number}"))
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_servers_that_start_together_on_an_empty_database_all_work(kind: str, tmp_path: Path) -> None:
    url = new_database(kind, tmp_path)
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_open_and_save, args=(url, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    store = open_store(url)
    assert all(store.state_for(f"c{number}", ANA) for number in range(4))
    store.close()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "postgresql://sotto@/none?host=/nowhere"]
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="SOTTO_DATABASE_URL"):
        open_database(url)


def test_passwords_of_databases_stay_out_of_the_complaint() -> None:
    with pytest.raises(DatabaseUnavailable) as complaint:
        open_database("postgresql://sotto:topsecret@/none?host=/nowhere")
    assert "topsecret" not in str(complaint.value)


def test_only_the_servers_account_may_read_the_database(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'deep' / 'sotto.db'}")
    store.save(opened())
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "deep").iterdir()} == {0o600}
    store.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="can't be written; an administrator"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'sotto.db'}")


def test_opening_costs_no_migration_tool_when_nothing_is_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sotto.db'}"
    open_database(url).dispose()

    code = f"import sys, server.store; server.store.open_store({url!r}); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
