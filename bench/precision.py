"""Whether another precision of the embedding model pays: fp32 beside int8 and bf16, in quality and in speed.

`python -m bench.precision [--data DIR] [--sets A,B] [--precisions int8,bf16] [--results FILE]`. The peer of
every figure is fp32 as the server runs it.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.embedding_times import alone, cosines, lone_ms, moved_by_company, texts_per_s
from bench.first_hits import spread
from bench.ours import open_staged, staged
from bench.precisions import FP32, PRECISIONS, instructions, model_bytes, open_precision
from bench.ranking import hit
from bench.report import DATA, HOME, RESULTS, Measure, compare, conditions, ratio, screen, show, write
from bench.retrieval import Answered, Selection, answer, chosen_sets, forms, score
from bench.sets import BadData, RetrievalSet
from bench.stats import mean, percentile, proportion
from knowledge.embedder import Embedder
from server.assistance import EMBEDDING_CORES

SETS = (
    "retrieval_aws_docs",
    "retrieval_doc2dial_va",
    "retrieval_stackfaq",
    "retrieval_tau2_banking_SYNTHETIC",
    "retrieval_va_faq",
)
METRICS = ("hit@1", "hit@5")
# So many questions fewer in a set are noise; more is a cost.
BEARABLE = 1
QUESTIONS = 200
PASSAGES = 256

# By the name of a set's form: what one precision found.
Found = dict[str, Answered]


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts of all sets for times and likeness, evenly spread."""

    questions: Sequence[str]
    passages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Times:
    """What embedding took: ms of processor time for a lone question on one core, ms as the server runs it."""

    lone: Sequence[float]
    served: Sequence[float]
    passages_per_s: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines with fp32 of questions and passages, and how far company moves a text's vector."""

    questions: Sequence[float]
    passages: Sequence[float]
    moved: float


def ask(
    one: RetrievalSet, home: Path, embedders: Mapping[str, Embedder]
) -> tuple[dict[str, Found], list[str]]:
    """What each precision finds for every form of the set, and the texts of its passages."""
    whole = staged(one, embedders[FP32])
    found = {}
    for name, embedder in embedders.items():
        with closing(open_staged(home / "sets" / one.name, whole, one, embedder)) as ours:
            found[name] = {form: answer(asked, ours, None) for form, asked in forms(one).items()}
    return found, [passage.search_text for passage in whole.passages]


def found_measures(name: str, found: Found, reference: Found | None) -> list[Measure]:
    """Of every form the hits beside fp32's, the questions lost, and how many first documents change."""
    figures = []
    for form, answered in found.items():
        peer = reference[form] if reference else None
        for metric in METRICS:
            theirs = score(metric, peer.questions, peer.ours) if peer else None
            shares = score(metric, answered.questions, answered.ours)
            figures.append(compare(f"{name}/{form}/{metric}", "share", shares, theirs))
            if peer:
                gone = lost(metric, answered, peer)
                figures.append(Measure(f"{name}/{form}/{metric} lost", gone, "questions", count=shares.count))
        if peer:
            changed = proportion(first_changed(answered, peer))
            figures.append(compare(f"{name}/{form}/first document changed", "share", changed))
    return figures


def lost(metric: str, answered: Answered, reference: Answered) -> int:
    """How many questions fewer than the reference's have their answer; negative when there are more."""
    depth = int(metric.split("@")[1])
    return sum(
        hit(reference.ours[one.id], one.gold, depth) - hit(answered.ours[one.id], one.gold, depth)
        for one in answered.questions
    )


def first_changed(answered: Answered, reference: Answered) -> list[bool]:
    """For each question whether another document comes first."""
    return [answered.ours[one.id][:1] != reference.ours[one.id][:1] for one in answered.questions]


def costs(figures: Sequence[Measure]) -> list[str]:
    """The names of the figures by which a precision loses more than can be borne."""
    return [one.name for one in figures if one.name.endswith(" lost") and one.value > BEARABLE]


def time_measures(name: str, times: Times, reference: Times | None) -> list[Measure]:
    """Medians and 95th percentiles of a lone question, and passages a second."""
    made = []
    for side, unit, ours, theirs in (
        ("1 core", "ms of processor time", times.lone, reference.lone if reference else None),
        ("server", "ms", times.served, reference.served if reference else None),
    ):
        for share in (50, 95):
            value = percentile(ours, share / 100)
            peer = percentile(theirs, share / 100) if theirs else None
            told = f"{name}/query_p{share}_ms@{side}"
            made.append(Measure(told, value, unit, peer, ratio(value, peer), count=len(ours)))
    rate = reference.passages_per_s if reference else None
    told = f"{name}/passages_per_s@1 core"
    per_s = times.passages_per_s
    return [*made, Measure(told, per_s, "passages/s of processor time", rate, ratio(per_s, rate))]


def likeness_measures(name: str, like: Likeness) -> list[Measure]:
    """Mean cosines with fp32, the lowest of a hundred, and what company changes."""
    return [
        compare(f"{name}/cosine of questions", "cosine", mean(like.questions)),
        compare(f"{name}/cosine of passages", "cosine", mean(like.passages)),
        Measure(f"{name}/cosine of questions, lowest of 100", percentile(like.questions, 0.01), "cosine"),
        Measure(f"{name}/moved by company", like.moved, "largest difference"),
    ]


def time_all(names: Sequence[str], home: Path, sample: Sample) -> dict[str, Times]:
    """The times of every precision, in turns."""
    single = {name: open_precision(name, home) for name in names}
    lone = lone_ms(single, sample.questions, time.process_time)
    rates = texts_per_s(single, sample.passages, time.process_time)
    del single
    served_by = {name: open_precision(name, home, EMBEDDING_CORES) for name in names}
    served = lone_ms(served_by, sample.questions, time.perf_counter)
    return {name: Times(lone[name], served[name], rates[name]) for name in names}


def likeness(embedder: Embedder, reference: Embedder, sample: Sample) -> Likeness:
    """How like the vectors of an embedder are to the reference's."""
    questions = alone(embedder, sample.questions)
    return Likeness(
        cosines(questions, alone(reference, sample.questions)),
        cosines(embedder.embed(sample.passages), reference.embed(sample.passages)),
        moved_by_company(embedder, sample.questions, questions),
    )


def measured(sets: Sequence[RetrievalSet], names: Sequence[str], home: Path, timed: bool) -> list[Measure]:
    """What each precision finds, how like fp32 it is, how large, and if `timed` how fast."""
    embedders = {name: open_precision(name, home) for name in names}
    found: dict[str, Found] = {name: {} for name in names}
    passages: list[str] = []
    for one in sets:
        of_set, texts = ask(one, home, embedders)
        passages += texts
        for name, each in of_set.items():
            found[name].update(each)
    questions = [question.text for one in sets for question in one.questions]
    sample = Sample(spread(questions, QUESTIONS), spread(passages, PASSAGES))
    times = time_all(names, home, sample) if timed else {}
    figures = []
    for name, embedder in embedders.items():
        other = name != FP32
        figures += found_measures(name, found[name], found[FP32] if other else None)
        if other:
            figures += likeness_measures(name, likeness(embedder, embedders[FP32], sample))
        if timed:
            figures += time_measures(name, times[name], times[FP32] if other else None)
        peer = megabytes(FP32, home, embedders[FP32]) if other else None
        size = megabytes(name, home, embedder)
        figures.append(Measure(f"{name}/model_mb", size, "MB", peer, ratio(size, peer)))
    return figures


def megabytes(name: str, home: Path, embedder: Embedder) -> float:
    """The model in millions of bytes."""
    return model_bytes(name, home, embedder) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and what costs quality, write the figures; 2 when nothing can be measured."""
    options = parser().parse_args(arguments)
    console = screen()
    try:
        names = chosen_precisions(options.precisions)
        sets = chosen_sets(options.data, options.split, Selection(options.sets, options.limit), console)
    except BadData as error:
        console.print(error, style="red", highlight=False)
        return 2
    figures = measured(sets, names, options.home, options.timed)
    stated = {"split": options.split, "server cores": EMBEDDING_CORES, "instructions": instructions()}
    show("Precision; the peer is fp32", figures, conditions(**stated), console)
    for name in costs(figures):
        console.print(f"{name}: more than {BEARABLE}", highlight=False)
    write(options.results, figures)
    return 0


def chosen_precisions(names: str) -> list[str]:
    """fp32 and those named, comma-separated ("" for all); raises BadData on one that there isn't."""
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(PRECISIONS)
    unknown = [name for name in wanted if name not in PRECISIONS]
    if unknown:
        raise BadData(f"There is no precision {', '.join(unknown)}; there are {', '.join(PRECISIONS)}.")
    return [FP32, *wanted]


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.precision", description=__doc__)
    made.add_argument("--data", type=Path, default=DATA, help="a retrieval set or a folder of sets")
    made.add_argument("--split", default="dev", help="which rows: SPLIT.jsonl, corpus_SPLIT.jsonl")
    made.add_argument("--sets", default=",".join(SETS), help='only these sets, comma-separated; "" for all')
    made.add_argument("--limit", type=int, help="only the first questions of each set")
    made.add_argument(
        "--precisions", default="", help=f"comma-separated, of {', '.join(PRECISIONS)}; default: all"
    )
    made.add_argument(
        "--results", type=Path, default=RESULTS / "precision.json", help="write the figures there"
    )
    made.add_argument("--home", type=Path, default=HOME, help="where indexes and vectors are kept")
    made.add_argument("--no-times", dest="timed", action="store_false", help="for a busy machine")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
