"""Whether Sotto knows when it can't answer, beside a peer that trusts similarity.

`python -m bench.silence --data DIR --split NAME [--page FILE]`. Every confidence is by a fit that left out
the set to which it belongs; the peer's is the highest cosine of the last turn, as LlamaIndex reports it.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.first_hits import FirstHit, Kind, Models, first_hits
from bench.folds import AKIN, Answered, left_out, read_left_out
from bench.needs_rows import Labelled, labelled_turns, our_turns
from bench.needs_rows import read as read_rows
from bench.reliability import auroc, bins_of, calibration_error, diagram
from bench.report import DATA, HOME, RESULTS, ROOT, Measure, compare, conditions, screen, show, write
from bench.retrieval import Selection, chosen_sets
from bench.sets import BadData
from bench.stats import Estimate, proportion
from knowledge.confidence import ANSWER_THRESHOLD
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder
from server.cross_encoder import shipped_reader
from server.needs import needs_knowledge
from server.needs_shipped import shipped_weights
from server.needs_weighed import is_weighed, needs_by_weights
from server.read_on import READ_THRESHOLD, SEARCH_THRESHOLD

BY_SEARCH = (ANSWER_THRESHOLD, 0.15, SEARCH_THRESHOLD)
BY_READING = (0.3, READ_THRESHOLD, 0.5)
PAGE = ROOT / "docs" / "quality.md"
START, END = "<!-- measured -->", "<!-- end of measured -->"
RESAMPLES = 200
SEED = 13


@dataclass(frozen=True, slots=True)
class Judged:
    """First hits with the confidence that a fit without their set gives them: `stated` by search alone."""

    rows: Sequence[FirstHit]
    stated: Sequence[float]
    read: Sequence[Answered]

    def of(self, name: str, kind: Kind) -> tuple[list[float], list[float], list[float]]:
        """For one set and kind what search states, what stands once passages were read, and the peer's."""
        at = [place for place, row in enumerate(self.rows) if row.asked_of == name and row.kind is kind]
        return (
            [self.stated[place] for place in at],
            [self.read[place].confidence for place in at],
            [self.rows[place].peer for place in at],
        )

    @property
    def sets(self) -> list[str]:
        """The sets, in order."""
        return list(dict.fromkeys(row.asked_of for row in self.rows))

    @property
    def answerable_or_foreign(self) -> list[int]:
        """Places of the questions of which it is known whether they were answered."""
        return [place for place, row in enumerate(self.rows) if row.kind is not Kind.REMOVED]


def measures(judged: Judged) -> list[Measure]:
    """All figures but those of turns that need nothing."""
    known = judged.answerable_or_foreign
    ours = bins_of([judged.stated[at] for at in known], [judged.rows[at].right for at in known])
    closely = bins_of([judged.read[at].confidence for at in known], [judged.read[at].right for at in known])
    peer = bins_of([judged.rows[at].peer for at in known], [judged.rows[at].peer_right for at in known])
    figures = [
        _plain("calibration_error", calibration_error(ours), calibration_error(peer), len(known)),
        _plain("calibration_error, read", calibration_error(closely), calibration_error(peer), len(known)),
    ]
    for name in judged.sets:
        for kind in (Kind.FOREIGN, Kind.REMOVED):
            there, lacking = judged.of(name, Kind.THERE), judged.of(name, kind)
            if there[0] and lacking[0]:
                found, read, theirs = (told_apart(*both) for both in zip(there, lacking, strict=True))
                figures.append(compare(f"{name}/auroc, {kind.value}", "share", found, theirs))
                figures.append(compare(f"{name}/auroc, {kind.value}, read", "share", read, theirs))
        figures += spoken(judged, name)
    return figures


def _plain(name: str, value: float, peer: float, count: int) -> Measure:
    return Measure(name, value, "share", peer, value / peer if peer else None, count=count)


def told_apart(there: Sequence[float], lacking: Sequence[float]) -> Estimate:
    """The AUROC with its bootstrap interval."""
    rng = np.random.default_rng(SEED)
    first, second = np.asarray(there), np.asarray(lacking)
    drawn = [
        auroc(list(rng.choice(first, first.size)), list(rng.choice(second, second.size)))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(auroc(there, lacking), float(low), float(high), first.size + second.size)


def spoken(judged: Judged, name: str) -> list[Measure]:
    """How often a set's questions are answered, and how often that is right."""
    pairs = [
        (read.speaks, read.right)
        for row, read in zip(judged.rows, judged.read, strict=True)
        if row.asked_of == name and row.kind is Kind.THERE
    ]
    right = [right for speaks, right in pairs if speaks]
    figures = (
        [compare(f"{name}/speaks", "share", proportion([speaks for speaks, _ in pairs]))] if pairs else []
    )
    return figures + ([compare(f"{name}/right when it speaks", "share", proportion(right))] if right else [])


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Of (said, true) pairs; 0 without any true or said."""
    both = sum(said and true for said, true in pairs)
    return 2 * both / max(1, sum(said for said, _ in pairs) + sum(true for _, true in pairs))


def needs(data: Path, split: str, embedder: Embedder) -> list[Measure]:
    """F1 of "needs knowledge" on our own turns and on every labelled set; the peer always searches."""
    figures = [_needs("our turns", our_turns(), embedder)]
    for file in sorted(data.glob(f"*/{split}.jsonl")):
        rows = [row for row in read_rows(file) if "needs_knowledge" in row]
        if rows:
            figures.append(_needs(file.parent.name, list(labelled_turns(rows)), embedder))
    return figures


def said_to_need(rows: Sequence[Labelled], embedder: Embedder) -> list[bool]:
    """What the server makes of the turns: by the rules, and by the weights where something is booked."""
    by_weights = [is_weighed(row.talk) for row in rows]
    weighed = [row for row, by_them in zip(rows, by_weights, strict=True) if by_them]
    texts = list(dict.fromkeys(text for row in weighed for text in (row.asking, row.told) if text))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    weights = shipped_weights()
    said = [
        needs_by_weights(row.talk, row.asking, vectors, weights) if by_them else None
        for row, by_them in zip(rows, by_weights, strict=True)
    ]
    return [
        needs_knowledge(row.text, row.before) if needed is None else needed
        for row, needed in zip(rows, said, strict=True)
    ]


def _needs(name: str, rows: Sequence[Labelled], embedder: Embedder) -> Measure:
    pairs = list(zip(said_to_need(rows, embedder), (row.needs for row in rows), strict=True))
    rng = np.random.default_rng(SEED)
    drawn = [f1([pairs[int(at)] for at in rng.integers(0, len(pairs), len(pairs))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    ours = Estimate(f1(pairs), float(low), float(high), len(pairs))
    always = f1([(True, true) for _, true in pairs])
    return compare(f"{name}/needs knowledge, F1", "share", ours, Estimate(always, always, always, len(pairs)))


def costs(judged: Judged) -> str:
    """A Markdown table: what each threshold costs, over all sets and for questions of another company."""
    lines = [
        "| threshold | silent though it was right | wrong when it speaks "
        "| speaks to a question of another company |",
        "|---|---|---|---|",
    ]
    found = [(stated, row.right) for row, stated in zip(judged.rows, judged.stated, strict=True)]
    read = [(one.confidence, one.right) for one in judged.read]
    by_search, by_reading = ("search", found, BY_SEARCH), ("read", read, BY_READING)
    for by, said, threshold in ((by, said, at) for by, said, each in (by_search, by_reading) for at in each):
        there = [one for row, one in zip(judged.rows, said, strict=True) if row.kind is Kind.THERE]
        foreign = [one for row, one in zip(judged.rows, said, strict=True) if row.kind is Kind.FOREIGN]
        silent = proportion([sure < threshold for sure, right in there if right])
        wrong = [not right for sure, right in there if sure >= threshold]
        away = [sure >= threshold for sure, _ in foreign]
        cells = [silent, proportion(wrong) if wrong else None, proportion(away) if away else None]
        lines.append(f"| {threshold:.2f}, {by} | " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines)


def _cell(value: Estimate | None) -> str:
    return "" if value is None else f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f})"


def per_set(figures: Sequence[Measure]) -> str:
    """The figures as a Markdown table, ours beside the peer's."""
    lines = ["| measure | ours | peer | n |", "|---|---|---|---|"]
    for one in figures:
        ours = f"{one.value:.3f}" + ("" if one.low is None else f" ({one.low:.3f}–{one.high:.3f})")
        lines.append(
            f"| {one.name} | {ours} | {'' if one.peer is None else f'{one.peer:.3f}'} | {one.count} |"
        )
    return "\n".join(lines)


def publish(page: Path, judged: Judged, figures: Sequence[Measure]) -> None:
    """Draw the diagram beside the page and put the tables between its two marks; the rest is left alone."""
    known = judged.answerable_or_foreign
    ours = bins_of([judged.stated[at] for at in known], [judged.rows[at].right for at in known])
    peer = bins_of([judged.rows[at].peer for at in known], [judged.rows[at].peer_right for at in known])
    picture = page.parent / "pictures" / "reliability.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(diagram(ours, peer, "Stated confidence and how often it was right"), encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    head, found, rest = text.partition(START)
    _, closed, tail = rest.partition(END)
    if not (found and closed):
        raise BadData(f"{page} needs the marks {START} and {END}; the tables go between them.")
    measured = f"\n\n{costs(judged)}\n\n{per_set(figures)}\n\n"
    page.write_text(head + START + measured + END + tail, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure beside the peer, print the table, write figures and page; 2 when nothing can be measured."""
    options = parser().parse_args(arguments)
    console = screen()
    try:
        sets = chosen_sets(options.data, options.split, Selection(options.sets, options.limit), console)
        if len(sets) < 2:
            raise BadData("Leaving a set out of the fit needs two sets at least.")
        embedder = load_embedder(options.home, options.threads)
        models = Models(embedder, shipped_reader(), options.threads)
        rows = list(first_hits(sets, options.home, models, AKIN))
        judged = Judged(rows, left_out(rows), read_left_out(rows))
        figures = [*measures(judged), *needs(options.data, options.split, embedder)]
        show("Silence", figures, conditions(split=options.split), console)
        write(options.results, figures)
        if options.page is not None:
            publish(options.page, judged, figures)
    except BadData as error:
        console.print(error, style="red", highlight=False)
        return 2
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.silence", description=__doc__)
    made.add_argument("--data", type=Path, default=DATA, help="a folder of retrieval sets, two at least")
    made.add_argument("--split", default="dev", help="which rows: SPLIT.jsonl, corpus_SPLIT.jsonl")
    made.add_argument("--sets", default="", help="only these sets, comma-separated")
    made.add_argument("--limit", type=int, help="only the first questions of each set")
    made.add_argument(
        "--results", type=Path, default=RESULTS / "silence.json", help="write the figures there"
    )
    made.add_argument("--page", type=Path, help=f"write the tables and the diagram there ({PAGE.name})")
    made.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads of our embedder")
    made.add_argument("--home", type=Path, default=HOME, help="where indexes and vectors are kept")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
