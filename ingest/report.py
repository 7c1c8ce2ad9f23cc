"""What the commands print: summaries for people, JSON for programs, progress only where it helps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.survey import Listener
from ingest.sync import Outcome
from knowledge.document import Document, Hit, Passage
from knowledge.manifest import Manifest

LISTED = 10


def say(console: Console, text: str = "", style: str | None = None) -> None:
    """One line as it is: never wrapped, never read as markup."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def say_json(console: Console, value: Any) -> None:
    """A value as indented JSON; dates become text."""
    say(console, json.dumps(value, indent=2, ensure_ascii=False, default=str))


@contextmanager
def progress(console: Console) -> Iterator[Listener]:
    """A bar a stage on a terminal, one line a stage elsewhere."""
    if not console.is_terminal:
        yield _plain(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def listen(stage: str, done: int, total: int) -> None:
            task = tasks.setdefault(stage, TaskID(-1))
            if task == -1:
                task = tasks[stage] = bars.add_task(stage, total=total)
            bars.update(task, completed=done, total=total)

        yield listen


def _plain(console: Console) -> Listener:
    def listen(stage: str, done: int, total: int) -> None:
        if done == total and total:
            say(console, f"{stage}: {total} done")

    return listen


def print_outcome(console: Console, outcome: Outcome, dry_run: bool, seconds: float) -> None:
    """The summary of a sync: counts, every failure with its reason, what is live now."""
    planned = outcome.plan
    table = Table(box=None, pad_edge=False)
    rows = {
        "added": planned.added,
        "changed": planned.changed,
        "removed": planned.removed,
        "unchanged": planned.unchanged,
        "failed": tuple(outcome.failures),
    }
    for name in rows:
        table.add_column(name, justify="right")
    table.add_row(*(str(len(documents)) for documents in rows.values()))
    console.print(table)
    for name in ("added", "changed", "removed"):
        _print_some(console, name, rows[name], len(rows[name]) if dry_run or name == "removed" else LISTED)
    for path, reasons in outcome.warnings.items():
        for reason in reasons:
            say(console, f"warning  {path}: {reason}", "yellow")
    for path, reason in outcome.failures.items():
        say(console, f"failed   {path}: {reason}", "red")
    for path in planned.kept:
        say(console, f"kept     {path}: its passages stay as in revision {outcome.previous}", "yellow")
    say(console, _verdict(outcome, dry_run, seconds), "bold")


def _print_some(console: Console, name: str, documents: Sequence[str], most: int) -> None:
    for document in documents[:most]:
        say(console, f"{name:<8} {document}")
    if len(documents) > most:
        say(console, f"{name:<8} … and {len(documents) - most} more")


def _verdict(outcome: Outcome, dry_run: bool, seconds: float) -> str:
    if dry_run:
        return "Dry run: nothing was published."
    held = f"{outcome.documents} documents, {outcome.passages} passages"
    if outcome.revision == outcome.previous:
        return f"Nothing changed: revision {outcome.revision} stays live ({held}, {seconds:.1f} s)."
    return f"Published revision {outcome.revision} ({held}, {seconds:.1f} s)."


def outcome_fields(outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    """The outcome for `--json`."""
    planned = outcome.plan
    return {
        "dry_run": dry_run,
        "published": outcome.revision != outcome.previous,
        "revision": outcome.revision,
        "previous": outcome.previous,
        "documents": outcome.documents,
        "passages": outcome.passages,
        "added": planned.added,
        "changed": planned.changed,
        "removed": planned.removed,
        "unchanged": len(planned.unchanged),
        "kept": planned.kept,
        "failed": dict(outcome.failures),
        "warnings": {path: list(reasons) for path, reasons in outcome.warnings.items()},
    }


def print_revision(console: Console, manifest: Manifest, passages: Sequence[Passage]) -> None:
    """What is live: sources with their counts, documents, failures."""
    say(console, f"{manifest.name}, revision {manifest.id}", "bold")
    say(
        console, f"published {manifest.created_at:%Y-%m-%d %H:%M} UTC, dates are meant in {manifest.timezone}"
    )
    per_document = Counter(passage.document.id for passage in passages)
    documents = {passage.document.id: passage.document for passage in passages}
    for document in sorted(documents.values(), key=lambda d: (d.source, d.id)):
        say(console, f"  {_line(document)}  {per_document[document.id]} passages")
    totals = Counter((d.source, str(d.kind), str(d.audience), d.owner) for d in documents.values())
    table = Table("source", "kind", "audience", "owner", "documents", box=None, pad_edge=False)
    for (source, kind, audience, owner), count in sorted(totals.items()):
        table.add_row(source, kind, audience, owner, str(count))
    console.print(table)
    for path, reason in manifest.failures.items():
        say(console, f"failed   {path}: {reason}", "red")


def _line(document: Document) -> str:
    validity = [
        f"from {document.effective_from}" if document.effective_from else "",
        f"until {document.expires_on}" if document.expires_on else "",
    ]
    return "  ".join(part for part in (document.id, document.title, *validity) if part)


def print_passages(console: Console, passages: Sequence[Passage]) -> None:
    """One document's passages as they are searched and cited."""
    for passage in passages:
        say(console)
        say(console, f"{passage.id}  {citation(passage)}", "bold")
        say(console, " > ".join(passage.title_path))
        if passage.question:
            say(console, f"Q: {passage.question}")
        say(console, passage.text)


def print_hits(console: Console, hits: Sequence[Hit], threshold: float) -> None:
    """Hits best first, and where the line of "good enough" runs."""
    if not hits or hits[0].confidence < threshold:
        say(console, f"Nothing good enough (confidence below {threshold:.2f}).", "yellow")
    for rank, hit in enumerate(hits, start=1):
        document = hit.passage.document
        say(console)
        scores = f"score {hit.score:.3f}  dense {hit.dense:.3f}  words {hit.lexical:.3f}"
        say(
            console,
            f"{rank}. confidence {hit.confidence:.2f}  {scores}  [{document.kind}, {document.audience}]",
            "bold",
        )
        say(console, f"   {' > '.join(hit.passage.title_path)}  ({citation(hit.passage)})")
        for line in [
            *([hit.passage.question] if hit.passage.question else []),
            *hit.passage.text.split("\n"),
        ]:
            say(console, f"   {line}")


def hit_fields(hit: Hit) -> dict[str, Any]:
    """A hit for `--json`."""
    passage = hit.passage
    return {
        "passage": passage_fields(passage),
        "confidence": round(hit.confidence, 4),
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
    }


def passage_fields(passage: Passage) -> dict[str, Any]:
    """A passage for `--json`."""
    return {
        "id": passage.id,
        "document": passage.document.id,
        "kind": passage.document.kind,
        "audience": passage.document.audience,
        "title_path": passage.title_path,
        "question": passage.question,
        "text": passage.text,
        "first_line": passage.first_line,
        "last_line": passage.last_line,
    }


def citation(passage: Passage) -> str:
    """Where a passage stands: document and lines."""
    if passage.first_line is None:
        return passage.document.id
    return f"{passage.document.id}:{passage.first_line}-{passage.last_line}"
