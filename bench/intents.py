"""Intents of single messages, and which have none that is known; beside TF-IDF with a logistic regression.

    .venv/bin/python -m bench.intents [--data DIR]

`DIR` holds a folder a set with `train.jsonl` and `dev.jsonl`: `text`, `intent`, and `out_of_scope` where a
message has none of the others. Both are fitted on train alone; what counts as out of scope as well.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench.flag_data import Row, rows
from bench.intent_data import vectors_of
from bench.intent_fit import LOST, Labelled, fitted
from bench.report import DATA, HOME, RESULTS, Measure, compare, conditions, screen, show, write
from bench.stats import Estimate, percentile, proportion
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder
from server.intents.classifier import NONE, Reading

WIDTH = 2**15
# Every so many-th text of a set only says how sure the others' coefficients may be.
KEPT_BACK = 5
SETS = ("intent_banking77", "intent_clinc150_oos")
AT_LEAST = {
    "intent_banking77.accuracy": 0.92,
    "intent_clinc150_oos.in_scope": 0.95,
    "intent_clinc150_oos.out_of_scope_recall": 0.55,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """For each message the likeliest intent, and the one that is given: NONE when out of scope."""

    best: Sequence[str]
    given: Sequence[str]


def intent_of(row: Row) -> str:
    """The label; NONE for what is out of scope."""
    return NONE if row.get("out_of_scope") else str(row["intent"])


def kept_back(intents: Sequence[str]) -> list[int]:
    """Part 0 for what is left out: a fifth of the intents' texts, half of those out of scope; else -1."""
    seen: dict[bool, int] = {True: 0, False: 0}
    parts = []
    for intent in intents:
        none = intent == NONE
        seen[none] += 1
        parts.append(0 if seen[none] % (2 if none else KEPT_BACK) == 0 else -1)
    return parts


def ours(train: Sequence[Row], dev: Sequence[Row], embedder: Embedder) -> tuple[Answers, list[float]]:
    """Through the component that reads the eleven; and the milliseconds that each message took."""
    texts, asked = ([str(row["text"]) for row in some] for some in (train, dev))
    vectors = vectors_of([*texts, *asked], embedder)
    stacked: NDArray[np.float32] = np.array([vectors[text] for text in texts], np.float32)
    data = Labelled(texts, stacked, [intent_of(row) for row in train], embedder.identity.model_digest)
    classifier = fitted(data, kept_back(data.intents), WIDTH)
    readings: list[Reading] = []
    taken = []
    for text in asked:
        began = process_time()
        readings.append(classifier.read(text, vectors[text]))
        taken.append((process_time() - began) * 1000)
    given = [reading.intent or NONE for reading in readings]
    return Answers([reading.best for reading in readings], given), taken


def peer(train: Sequence[Row], dev: Sequence[Row]) -> Answers:
    """TF-IDF of words and pairs; out of scope is what is less sure than nearly all that it gets right."""
    known = [row for row in train if intent_of(row) != NONE]
    parts = kept_back([intent_of(row) for row in known])
    first = [row for row, part in zip(known, parts, strict=True) if part]
    held = [row for row, part in zip(known, parts, strict=True) if not part]
    best, chances = _tfidf(first, held)
    right = [chance for row, one, chance in zip(held, best, chances, strict=True) if one == intent_of(row)]
    least = float(np.quantile(right, LOST))
    best, chances = _tfidf(known, dev)
    return Answers(best, [one if sure >= least else NONE for one, sure in zip(best, chances, strict=True)])


def _tfidf(train: Sequence[Row], asked: Sequence[Row]) -> tuple[list[str], list[float]]:
    counting = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    columns = counting.fit_transform([row["text"] for row in train])
    model = LogisticRegression(C=10.0, max_iter=200, tol=1e-3)
    model.fit(columns, [intent_of(row) for row in train])
    chances = model.predict_proba(counting.transform([row["text"] for row in asked]))
    return [str(one) for one in model.classes_[chances.argmax(axis=1)]], list(chances.max(axis=1))


def figures(dev: Sequence[Row], answers: Answers) -> dict[str, Estimate]:
    """How often the likeliest intent is right; and, with what is held out of scope, both kinds of right."""
    labels = [intent_of(row) for row in dev]
    triples = list(zip(labels, answers.best, answers.given, strict=True))
    known = [(label, best, given) for label, best, given in triples if label != NONE]
    found = {"accuracy": proportion([label == best for label, best, _ in known])}
    if len(known) < len(triples):
        found["in_scope"] = proportion([label == given for label, _, given in known])
        out = [given == NONE for label, _, given in triples if label == NONE]
        found["out_of_scope_recall"] = proportion(out)
    return found


def measured(folder: Path, embedder: Embedder) -> list[Measure]:
    """Both sides on one set."""
    train, dev = rows(folder / "train.jsonl"), rows(folder / "dev.jsonl")
    answers, taken = ours(train, dev, embedder)
    mine, theirs = figures(dev, answers), figures(dev, peer(train, dev))
    lines = [compare(f"{folder.name}.{name}", "", mine[name], theirs[name]) for name in mine]
    return [*lines, Measure(f"{folder.name}.read_p95", percentile(taken, 0.95), "ms", count=len(taken))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, write."""
    given = parser().parse_args(arguments)
    embedder = load_embedder(HOME)
    lines = [line for name in given.sets for line in measured(given.data / name, embedder)]
    console = screen()
    show("Intents", lines, conditions(sets=", ".join(given.sets)), console)
    write(given.results, lines)
    low = [line for line in lines if line.value < AT_LEAST.get(line.name, 0.0)]
    for line in low:
        console.print(
            f"Missed: {line.name} is {line.value:.3f}, the bar is {AT_LEAST[line.name]}", style="bold"
        )
    return 1 if low else 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.intents", description=__doc__)
    made.add_argument("--data", type=Path, default=DATA, help="the folder of the sets")
    made.add_argument("--sets", nargs="+", default=list(SETS), help="names of sets in it")
    made.add_argument(
        "--results", type=Path, default=RESULTS / "intents.json", help="write the figures there"
    )
    return made


if __name__ == "__main__":
    raise SystemExit(main())
