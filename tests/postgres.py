"""A PostgreSQL server of the tests' own: started once from the installed binaries, in a folder of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import uuid
from functools import cache
from pathlib import Path

import psycopg

HOW_TO_INSTALL = "PostgreSQL's programs are not installed; run: apt-get install -y postgresql (or make test)"


class Postgres:
    """A running server; `folder` holds its data files."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._as = (
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        )
        self._run(
            "initdb", "-D", str(folder / "data"), "-U", "sotto", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        options = f"-h '' -k {folder} -c fsync=off -c max_connections=60"  # no port to be taken by others
        self._run(
            "pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start"
        )

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"sotto_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return f"postgresql://sotto@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Runs a statement as the server's administrator."""
        address = f"host={self.folder} user=sotto dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        with open(self.folder / "commands", "ab") as output:  # a pipe would stay open in the server
            subprocess.run(command, check=True, stdout=output, stderr=output, cwd=self.folder)


@cache
def running_postgres() -> Postgres:
    """The server of this test run, started when first asked for and stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="sotto-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    server = Postgres(folder, _programs())
    atexit.register(server.stop)
    return server


def _programs() -> Path:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    assert packaged, HOW_TO_INSTALL
    return packaged[-1].parent
