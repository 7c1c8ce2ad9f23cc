"""`python -m server erase …` and `… retention`: what the law and the customer may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from server.database import database_url
from server.people import People
from server.people_cli import complaints
from server.retention import forget
from server.settings import Settings, read_settings
from server.store import Store, open_store


def erase(
    customer: Annotated[str, typer.Option(help="E-mail address, helpdesk id or exact name.")],
    helpdesk: Annotated[str | None, typer.Option(help="Only the customer of this helpdesk.")] = None,
) -> None:
    """Erase everything stored of a customer: turns, drafts, sent replies and who they are."""
    with _store() as (store, _):
        erased = store.erase_customer(customer, helpdesk)
    typer.echo(
        f"Erased {erased.conversations} conversations with {erased.texts} texts; "
        f"masked mentions in {erased.mentions} others."
    )
    if not erased.scrubbed:
        typer.echo("A reader still holds old pages of the database's files: run this again.", err=True)
        raise typer.Exit(1)


def retention(
    days: Annotated[int | None, typer.Option(help="Days to keep instead of SOTTO_RETENTION_DAYS.")] = None,
) -> None:
    """Remove texts older than the retention period now, as the server does every night."""
    with _store() as (store, settings):
        forgotten = forget(store, People(store.engine), days or settings.retention_days, datetime.now(UTC))
    typer.echo(f"Removed {forgotten.texts} texts and {forgotten.conversations} conversations.")


@contextmanager
def _store() -> Iterator[tuple[Store, Settings]]:
    with complaints():
        settings = read_settings()
        store = open_store(database_url(settings.database_url, settings.home))
        try:
            yield store, settings
        finally:
            store.close()
