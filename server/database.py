"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from server.tables import HEAD

_MIGRATION_LOCK = 7_305_417_181  # any number that no other program of this PostgreSQL database uses


class DatabaseUnavailable(RuntimeError):
    """The database could not do what was asked; nothing of it was kept. An administrator must act."""


def database_url(configured: str | None, home: Path) -> str:
    """The configured SQLAlchemy URL, or that of the SQLite database in the home folder."""
    return configured or f"sqlite:///{home / 'sotto.db'}"


def open_database(url: str) -> Engine:
    """An engine on a database whose tables are up to date.

    Raises DatabaseUnavailable when it can't be reached, or was made by a newer server.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _create_private_file(Path(str(parsed.database)))
    # Parameters are customers' words: they must not reach an error message, hence a log.
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        if _revision(engine) != HEAD:
            _migrate(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        raise DatabaseUnavailable(
            f"The database {parsed.render_as_string(hide_password=True)} can't be opened; an administrator "
            f"must check SOTTO_DATABASE_URL and that the database runs and has room: {error}"
        ) from error
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: on SQLite they take the write lock first, so none can fail
    half-way because another writer came between.
    """
    return engine.execution_options(sotto_writes=True)


def scrub(engine: Engine) -> bool:
    """Leaves no byte of deleted rows in the database's own files; False when someone held on to old pages.

    Rewrites the tables: moving rows between pages leaves copies that overwriting on deletion doesn't reach.
    PostgreSQL's write-ahead log is the administrator's: it is recycled by checkpoints and kept by backups.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL texts"))
            connection.execute(text("VACUUM FULL conversations"))
            connection.execute(text("VACUUM FULL thresholds"))
            connection.execute(text("VACUUM FULL own_texts"))
        return True
    with closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise DatabaseUnavailable(
                f"The rows are gone but the file was not rewritten ({error}); an administrator must act."
            ) from error
        busy, _, _ = cursor.fetchall()[0]
    return not busy


@contextmanager
def database_errors() -> Iterator[None]:
    """Turns the database's errors into one that says who must act and holds no customer text."""
    try:
        yield
    except (DBAPIError, TimeoutError) as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        raise DatabaseUnavailable(
            f"The database refused ({cause}); an administrator must check that it runs and has room."
        ) from error


def _parsed(url: str) -> URL:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise DatabaseUnavailable(
        "SOTTO_DATABASE_URL: expected sqlite:///path/to/file or postgresql://user@host/name, received "
        f"{parsed.render_as_string(hide_password=True)}"
    )


def _create_private_file(path: Path) -> None:
    """Only the server's own account may read it; SQLite gives its -wal and -shm files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseUnavailable(f"{path} can't be written; an administrator must act: {error}") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, DDL included
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # erased text is overwritten, not only unlinked
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sotto_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(source: Engine | Connection) -> str | None:
    if not inspect(source).has_table("alembic_version"):
        return None
    statement = text("SELECT version_num FROM alembic_version")
    if isinstance(source, Connection):
        return source.execute(statement).scalar()
    with source.connect() as connection:
        return connection.execute(statement).scalar()


def _migrate(engine: Engine) -> None:
    """Runs the migrations in one transaction; servers that start together wait for each other."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseUnavailable(
                f"The database was made by a newer Sotto: expected at most {HEAD}, received "
                f"{_revision(connection)}; an administrator must update this server."
            ) from error
