"""`python -m server experts …`: who helps part-time, with what and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from server.database import database_url, open_database
from server.expert_hours import EXAMPLE
from server.expert_profile import Written, as_written, read_profile
from server.expert_time import as_csv, helped_between, month_of
from server.experts import Experts
from server.people_cli import complaints
from server.settings import read_settings

app = typer.Typer(help="The experts who help part-time: profiles and time.", no_args_is_help=True)


@app.command("set")
def set_profile(  # noqa: PLR0913 - every option of a command line is a parameter
    name: Annotated[str, typer.Argument(help="A person with the role expert.")],
    topics: Annotated[str | None, typer.Option(help="What they know about, separated by commas.")] = None,
    products: Annotated[str | None, typer.Option(help="Products they know, separated by commas.")] = None,
    languages: Annotated[str | None, typer.Option(help="English names, separated by commas.")] = None,
    hours: Annotated[str | None, typer.Option(help=f'When they are there, as "{EXAMPLE}".')] = None,
    zone: Annotated[str | None, typer.Option(help="The time zone of the hours.")] = None,
    most: Annotated[str | None, typer.Option(help="How many conversations at once.")] = None,
) -> None:
    """Set what an expert knows and when they are there; what is left out stays as it was."""
    given = {
        "topics": topics,
        "products": products,
        "languages": languages,
        "hours": hours,
        "zone": zone,
        "most": most,
    }
    with _engine() as engine:
        stored = Experts(engine)
        before = stored.find(name)
        written = as_written(before) if before else Written()
        changed = replace(written, **{field: value for field, value in given.items() if value is not None})
        stored.set(name, read_profile(changed), datetime.now(UTC))
    typer.echo(f"Stored what {name} knows.")


@app.command("list")
def list_experts() -> None:
    """List the experts with a profile, and how many conversations each has in hand."""
    with _engine() as engine:
        found = Experts(engine).list()
    table = Table("name", "team", "topics", "products", "languages", "hours", "in hand")
    for each in found:
        written = as_written(each.profile)
        hours = f"{written.hours} ({written.zone})" if written.hours else "none set"
        in_hand = f"{each.load} of {written.most}"
        table.add_row(
            each.name, each.team, written.topics, written.products, written.languages, hours, in_hand
        )
    Console().print(table if found else "Nobody yet: python -m server experts set NAME --topics …")


@app.command("time")
def time_spent(
    month: Annotated[str, typer.Option(help="The month, as 2026-11; days are UTC.")],
) -> None:
    """Print how long each expert helped in a month, one line a conversation, as CSV."""
    with _engine() as engine:
        text = as_csv(helped_between(engine, *month_of(month)))
    typer.echo(text)


@contextmanager
def _engine() -> Iterator[Engine]:
    with complaints():
        settings = read_settings()
        engine = open_database(database_url(settings.database_url, settings.home))
        try:
            yield engine
        finally:
            engine.dispose()
