"""`python -m server people …`: who may use the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from server.database import DatabaseUnavailable, database_url, open_database
from server.people import CODE_LIFE, People
from server.person import PersonRole
from server.settings import BadSettings, Settings, read_settings

app = typer.Typer(help="Add, list and revoke the people who may use the server.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The person's name, as the record shows it.")]


@app.command()
def add(
    name: Name,
    role: Annotated[list[PersonRole], typer.Option(help="What the person may do; give it again for more.")],
    team: Annotated[str, typer.Option(help="The team whose conversations the person works on.")],
    days: Annotated[int | None, typer.Option(help="Days until the token expires.")] = None,
) -> None:
    """Add a person, or renew their token (the earlier one ends); prints the token, this once."""
    with _people() as (people, settings):
        token = people.add(name, role, team, days or settings.token_days)
    typer.echo(f"{name}'s token, shown only now; paste it into the panel's options:", err=True)
    typer.echo(token)


@app.command("list")
def list_people() -> None:
    """List everyone with their roles, their team and the end of their token."""
    with _people() as (people, _):
        listed = people.list()
    table = Table("name", "roles", "team", "token")
    for entry in listed:
        person = entry.person
        table.add_row(person.name, ", ".join(sorted(person.roles)), person.team, entry.standing)
    Console().print(
        table if listed else "Nobody yet: python -m server people add NAME --role agent --team TEAM"
    )


@app.command()
def revoke(name: Name) -> None:
    """End everything that lets a person in, at once."""
    with _people() as (people, _):
        if not people.revoke(name):
            raise ValueError(f"name: nobody is called {name!r}; see: python -m server people list")
    typer.echo(f"{name} can no longer sign in.")


@app.command()
def link(
    name: Name,
    address: Annotated[str | None, typer.Option(help="Where people reach the server, as a URL.")] = None,
) -> None:
    """Print a link that signs a person in to the pages, once."""
    with _people() as (people, settings):
        code = people.link(name)
        if code is None:
            raise ValueError(f"name: nobody active is called {name!r}; see: python -m server people list")
    minutes = int(CODE_LIFE.total_seconds() / 60)
    typer.echo(f"Good once, for {minutes} minutes:", err=True)
    here = address or f"http://{settings.host}:{settings.port}"
    typer.echo(f"{here.rstrip('/')}/signin?code={code}")


@contextmanager
def _people() -> Iterator[tuple[People, Settings]]:
    with complaints():
        settings = read_settings()
        engine = open_database(database_url(settings.database_url, settings.home))
        try:
            yield People(engine), settings
        finally:
            engine.dispose()


@contextmanager
def complaints() -> Iterator[None]:
    """Ends the command with status 1 and the error's own sentence."""
    try:
        yield
    except (BadSettings, DatabaseUnavailable, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
