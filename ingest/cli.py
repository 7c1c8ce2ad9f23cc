"""The commands of `ingest`: sync, check, wording, show, search, revisions, roll-back."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from ingest import report, wording_cli
from ingest.folders import Bare, open_folder
from ingest.sync import Embedding, Options, sync
from knowledge.document import Audience, Filter, Kind, QueryTurn
from knowledge.durable import exclusive
from knowledge.embedder import Embedder, HashEmbedder
from knowledge.errors import NoKnowledge
from knowledge.model_files import load_embedder
from knowledge.revisions import Revisions, utc_now

app = typer.Typer(
    help="Index policies, FAQs, saved replies, products and code, and publish them as one revision.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(wording_cli.app, name="wording")
app.command("check")(wording_cli.check)


class EmbedderChoice(StrEnum):
    """Which embedder builds and searches a revision."""

    MINILM = "minilm"
    HASH = "hash"


Home = Annotated[
    Path, typer.Option("--home", envvar="SOTTO_HOME", help="Folder of the model and the knowledge.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WithEmbedder = Annotated[
    EmbedderChoice, typer.Option("--embedder", help="hash needs no model: for trials and tests only.")
]
DEFAULT_HOME = Path(".sotto")


@app.command("sync")
def sync_command(  # noqa: PLR0913 - every option of a command line is a parameter
    paths: Annotated[list[Path], typer.Argument(help="Folders with a knowledge.toml, or such files.")],
    home: Home = DEFAULT_HOME,
    kind: Annotated[Kind | None, typer.Option(help="Kind of a folder without knowledge.toml.")] = None,
    audience: Annotated[Audience | None, typer.Option(help="Audience of such a folder.")] = None,
    owner: Annotated[str | None, typer.Option(help="Owner of such a folder.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; publish nothing.")
    ] = False,
    remove_missing_sources: Annotated[
        bool, typer.Option("--remove-missing-sources", help="Allow whole sources to disappear.")
    ] = False,
    threads: Annotated[int, typer.Option(min=1, help="Cores to embed with.")] = os.cpu_count() or 1,
    embedder: WithEmbedder = EmbedderChoice.MINILM,
    as_json: AsJson = False,
) -> None:
    """Publish exactly what the folders hold. Exit code 0: all is live; 1: some files failed; 2: error."""
    started = time.monotonic()
    bare = Bare(kind, audience, owner)
    folders = [open_folder(path, bare) for path in paths]
    options = Options(dry_run, remove_missing_sources)
    home.joinpath("knowledge").mkdir(parents=True, exist_ok=True)
    revisions = Revisions(home)
    with exclusive(home / "knowledge" / "sync.lock"), report.progress(Console(stderr=True)) as listen:
        outcome = sync(folders, revisions, _embedding(embedder, home, threads), options, listen)
        if outcome.revision != outcome.previous:
            revisions.clean(utc_now())
    console = Console()
    if as_json:
        report.say_json(console, report.outcome_fields(outcome, dry_run))
    else:
        report.print_outcome(console, outcome, dry_run, time.monotonic() - started)
    raise typer.Exit(1 if outcome.failures else 0)


@app.command()
def show(
    document: Annotated[str | None, typer.Argument(help="A document's id, to see its passages.")] = None,
    home: Home = DEFAULT_HOME,
    as_json: AsJson = False,
) -> None:
    """Show what is live: sources, documents and failures, or the passages of one document."""
    revisions, console = Revisions(home), Console()
    manifest = revisions.manifest(_live(revisions, home))
    passages = revisions.passages(manifest.id)
    if document is not None:
        passages = tuple(passage for passage in passages if passage.document.id == document)
        if not passages:
            raise typer.BadParameter(f"{document} is not live; `ingest show` lists the documents.")
    if as_json:
        fields = [report.passage_fields(passage) for passage in passages]
        report.say_json(
            console,
            {
                "revision": manifest.id,
                "name": manifest.name,
                "failed": dict(manifest.failures),
                "passages": fields,
            },
        )
    elif document is not None:
        report.print_passages(console, passages)
    else:
        report.print_revision(console, manifest, passages)


@app.command()
def search(  # noqa: PLR0913 - every option of a command line is a parameter
    question: Annotated[str, typer.Argument(help="What a customer might ask.")],
    home: Home = DEFAULT_HOME,
    audience: Annotated[list[Audience] | None, typer.Option(help="Only these audiences.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only these kinds.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Judge validity on this day.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most hits.")] = 5,
    embedder: WithEmbedder = EmbedderChoice.MINILM,
    as_json: AsJson = False,
) -> None:
    """Search the live revision as the server does, with scores, confidence and citations."""
    from knowledge.search import ANSWER_THRESHOLD

    revisions, console = Revisions(home), Console()
    live = _live(revisions, home)
    loaded = _embedding(embedder, home, 1).load()
    knowledge = revisions.open(live, loaded)
    try:
        limits = Filter(
            as_of=as_of.date() if as_of else _today(knowledge.timezone),
            audiences=frozenset(audience or Audience),
            kinds=frozenset(kind or Kind),
        )
        hits = knowledge.search([QueryTurn(question, loaded.embed([question])[0])], limits, limit)
    finally:
        knowledge.close()
    if as_json:
        found = {"threshold": ANSWER_THRESHOLD, "hits": [report.hit_fields(hit) for hit in hits]}
        report.say_json(console, found)
    else:
        report.print_hits(console, hits, ANSWER_THRESHOLD)


@app.command("revisions")
def revisions_command(home: Home = DEFAULT_HOME, as_json: AsJson = False) -> None:
    """List the revisions kept, newest first; a star marks the live one."""
    revisions, console = Revisions(home), Console()
    live, manifests = _live(revisions, home), revisions.list()
    rows = [
        {"id": m.id, "live": m.id == live, "created_at": m.created_at, "name": m.name, **m.counts}
        for m in manifests
    ]
    if as_json:
        report.say_json(console, rows)
        return
    for row in rows:
        mark = "*" if row["live"] else " "
        counts = f"{row['documents']} documents, {row['passages']} passages, {row['failures']} failed"
        report.say(
            console, f"{mark} {row['id']}  {row['created_at']:%Y-%m-%d %H:%M} UTC  {row['name']}  {counts}"
        )


@app.command("roll-back")
def roll_back(
    revision: Annotated[str, typer.Argument(help="Id of an older revision, from `ingest revisions`.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Make an older revision live again; servers pick it up within seconds."""
    revisions = Revisions(home)
    _live(revisions, home)
    revisions.roll_back(revision)
    report.say(
        Console(), f"Revision {revision} is live. The next `ingest sync` publishes the folders' state again."
    )


def _live(revisions: Revisions, home: Path) -> str:
    live = revisions.live()
    if live is None:
        raise NoKnowledge(
            f"Nothing is published below {home}. Run `ingest sync FOLDER` first, or name another --home."
        )
    return live


def _today(timezone: str) -> date:
    return utc_now().astimezone(ZoneInfo(timezone)).date()


def _embedding(choice: EmbedderChoice, home: Path, threads: int) -> Embedding:
    if choice is EmbedderChoice.HASH:
        return Embedding(HashEmbedder.identity, HashEmbedder)
    from knowledge.onnx_embedder import OnnxEmbedder

    def load() -> Embedder:
        return load_embedder(home, threads)

    return Embedding(OnnxEmbedder.identity, load)
