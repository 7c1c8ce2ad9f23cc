"""`ingest wording` and `ingest check`: what owners approve of their code, and what of it no longer holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from ingest import report
from ingest.code.modules import Modules
from ingest.code.wordings import Approved, Unsendable, read_wordings, sendable, write_wordings
from ingest.errors import IngestError
from ingest.folders import Bare, open_folder
from ingest.protocols import NO_PROTOCOL, has_protocol
from ingest.survey import Folder, said_of_code
from ingest.walk import walk
from knowledge.document import Kind
from knowledge.revisions import utc_now

app = typer.Typer(help="Public sentences that state what code decides.", no_args_is_help=True)

FolderPath = Annotated[Path, typer.Argument(help="Folder with a knowledge.toml.")]
Function = Annotated[str, typer.Argument(help="As billing/fees.py:late_fee.")]


@app.command()
def approve(
    path: FolderPath,
    function: Function,
    text: Annotated[str, typer.Argument(help="The sentence as customers may read it.")],
    by: Annotated[str, typer.Option("--by", help="The owner who approves it.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; default: today.")
    ] = None,
) -> None:
    """Approve a public sentence for a function as its code is now; an older one is replaced."""
    folder = open_folder(path, Bare())
    owner = _owner(folder, function)
    if by != owner:
        raise IngestError(
            f"{function} is owned by {owner}, not by {by}: only the owner approves its wording."
        )
    approved = _approved(folder, function, text, by, on.date() if on else utc_now().date())
    others = [one for one in folder.wordings if one.function != function]
    write_wordings(folder.root, [*others, approved])
    report.say(Console(), f"Approved for {function}: {approved.text}")
    report.say(Console(), "Run `ingest sync` to publish it.")


@app.command()
def withdraw(path: FolderPath, function: Function) -> None:
    """Withdraw the wording of a function."""
    folder = open_folder(path, Bare())
    left = [one for one in folder.wordings if one.function != function]
    if len(left) == len(folder.wordings):
        raise IngestError(f"{function} has no wording; `ingest wording list {path}` shows those there are.")
    write_wordings(folder.root, left)
    report.say(Console(), f"Withdrew the wording of {function}. Run `ingest sync` to publish that.")


@app.command("list")
def list_command(path: FolderPath) -> None:
    """Every wording, who approved it when, and whether it still holds."""
    folder, console = open_folder(path, Bare()), Console()
    withdrawn = said_of_code(folder, walk(folder.root, folder.config.source)).withdrawn
    for one in read_wordings(folder.root):
        holds = withdrawn.get(one.function, "holds")
        report.say(console, f"{one.function}  {one.by}, {one.on}  {holds}")
        report.say(console, f"  {one.text}")


def check(paths: Annotated[list[Path], typer.Argument(help="Folders with a knowledge.toml.")]) -> None:
    """Name every wording that its code has outgrown, every function that can't be worked out, and the owner.

    Warns when no folder has a protocol for a crisis. Exit code 0: everything holds; 1: something doesn't;
    2: error.
    """
    console, broken, protocol = Console(), 0, False
    for path in paths:
        folder = open_folder(path, Bare())
        walked = walk(folder.root, folder.config.source)
        today = utc_now().astimezone(ZoneInfo(folder.config.timezone)).date()
        protocol = protocol or has_protocol(folder, walked, today)
        found = said_of_code(folder, walked)
        for function, why in {**found.withdrawn, **found.refused}.items():
            report.say(console, f"{path}: {function}: {why}", "red")
            broken += 1
    if not protocol:
        report.say(console, f"warning  {NO_PROTOCOL}", "yellow")
    if broken:
        raise typer.Exit(1)
    report.say(console, "Every wording states its code as it is, and every safe function can be worked out.")


def _owner(folder: Folder, function: str) -> str:
    path = function.partition(":")[0]
    files = walk(folder.root, folder.config.source).files
    owner = next((f.source.owner for f in files if f.path == path and f.source.kind is Kind.CODE), None)
    if owner is None:
        raise IngestError(f"{path} is no file of a source of kind code; name a function as path.py:name.")
    return owner


def _approved(folder: Folder, function: str, text: str, by: str, on: date) -> Approved:
    path, _, name = function.partition(":")
    modules = Modules(folder.root)
    digest = modules.digest(path, name)
    if digest is None:
        raise IngestError(f"{path} has no function {name!r}; name it as it stands in the code.")
    try:
        said = sendable(text, "\n".join(modules.sources(path).values()))
    except Unsendable as reason:
        raise IngestError(f"This wording can't be sent: {reason}. {by} must change it.") from reason
    return Approved(function=function, text=said, digest=digest, by=by, on=on)
