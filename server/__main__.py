"""`python -m server`: run the server, manage people, erase, and print the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from server import erase_cli, experts_cli, people_cli
from server.settings import BadSettings, Settings, read_settings

app = typer.Typer(help="The Sotto server; without a command it runs.", invoke_without_command=True)
app.add_typer(people_cli.app, name="people")
app.add_typer(experts_cli.app, name="experts")
app.command()(erase_cli.erase)
app.command()(erase_cli.retention)


@app.callback()
def default(context: typer.Context) -> None:
    """The Sotto server; without a command it runs."""
    if context.invoked_subcommand is None:
        run()


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="Address instead of SOTTO_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port instead of SOTTO_PORT; 0 picks a free one.")] = None,
    home: Annotated[Path | None, typer.Option(help="Folder instead of SOTTO_HOME.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes instead of SOTTO_WORKERS.")] = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    from server.app import create_app
    from server.database import DatabaseUnavailable
    from server.listener import address_of, bind, serve
    from server.phrases import BadPhrases, read_phrases
    from server.workers import WorkersFailed

    try:
        settings = read_settings(host=host, port=port, home=home, workers=workers)
        read_phrases(settings.phrases)
        listening = bind(settings.host, settings.port)
        url = address_of(listening)
        lines = _introduction(settings, url)
    except (BadSettings, BadPhrases, DatabaseUnavailable) as error:
        _stop(str(error))
    except OSError as error:
        _stop(
            f"Can't listen on {settings.host}:{settings.port} ({error.strerror}): choose another SOTTO_PORT."
        )
    typer.echo("\n".join([f"Sotto serves on {url}", *lines]), err=True)
    try:
        serve(settings, listening, create_app)
    except WorkersFailed as error:
        _stop(f"{error}; its own lines above say why.")


@app.command()
def wire(
    write: Annotated[bool, typer.Option(help="Write the generated files of the repository instead.")] = False,
) -> None:
    """Print the JSON Schema of every message."""
    from server.wire_docs import schema_text, write_all

    if write:
        write_all(Path(__file__).parent.parent)
    else:
        typer.echo(schema_text())


def _introduction(settings: Settings, url: str) -> list[str]:
    """Migrates the database before any worker opens it; with the demo, how to begin."""
    from server.database import database_url, open_database
    from server.demo import demo_lines
    from server.people import People

    engine = open_database(database_url(settings.database_url, settings.home))
    try:
        return demo_lines(People(engine), url, settings.token_days) if settings.demo else []
    finally:
        engine.dispose()


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def main() -> None:
    """The command line."""
    app()


if __name__ == "__main__":
    main()
