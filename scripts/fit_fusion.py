"""Fits the constants of `knowledge/fusion.py`'s ranking on retrieval sets and prints them.

    .venv/bin/python -m scripts.fit_fusion --data FOLDER_OF_SETS [--split dev] [--home .sotto/bench]

The sets look as bench/README.md says. For each set it prints hit@1 and hit@5 with the constants fitted on the
other sets, and fitted on all. How much older turns and names count is not fitted: only one set has long
dialogues and one has names, so that leaving it out would leave nothing to fit on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.ours import TODAY, Ours, before, conversation, open_ours
from bench.sets import Question, RetrievalSet, find_sets, read_set
from knowledge.document import Filter, QueryTurn
from knowledge.embedding_cache import embed_cached
from knowledge.fusion import DOCUMENT, NAMED, OLDER, PRODUCT, USUAL_WORDS, Evidence
from knowledge.model_files import load_embedder
from knowledge.onnx_embedder import OnnxEmbedder
from server.understand import understand

NAMES = ("scale", "LEXICAL", "LEXICAL_BY_LENGTH", "PAIRS", "SUBJECT")
# Long sets would otherwise drown the short ones.
MOST_QUESTIONS = 350
PASSAGES = 50
RIDGE = 1e-4
WEAK_RIDGE = 0.02
# How many of the questions within a dialogue are held to go on with it.
GOES_ON_SHARE = 0.8

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One question: a row of features a candidate, its document, its text's group, whether it is gold."""

    features: Matrix
    documents: NDArray[np.int32]
    texts: NDArray[np.int32]
    gold: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one set as the server does, embedding each text once for good."""

    ours: Ours
    embedder: OnnxEmbedder
    vectors: Path

    def turns(self, question: Question, before: Sequence[tuple[str, str]] = ()) -> list[QueryTurn]:
        """What is searched for, with another dialogue `before` it if given; none when nothing is needed."""
        need = understand(conversation(replace(question, context=(*before, *question.context))))
        if need is None:
            return []
        texts = [one.text for one in need.texts]
        vectors = embed_cached(
            self.vectors, self.embedder, texts, lambda _done, _all: None, datetime.now(UTC)
        )
        pairs = zip(need.texts, vectors, strict=True)
        return [QueryTurn(one.text, vector, one.weight, one.older) for one, vector in pairs]

    def case(self, question: Question) -> Case | None:
        """The question's candidates with their features; where it needs nothing, those of the turn before."""
        turns = self.turns(question)
        if not turns:
            earlier = before(question)
            return self.case(earlier) if earlier else None
        knowledge = self.ours.knowledge
        mask = knowledge.mask(Filter(as_of=TODAY, documents=self.ours.admitted(question.scope)))
        _, rows, evidence = knowledge.evidence(turns, mask, PASSAGES)
        ids = [self.ours.document(int(row)) for row in rows]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(ids))}
        return Case(
            features_of(evidence),
            np.array([numbers[name] for name in ids], np.int32),
            knowledge.same_text[rows],
            np.array([name in question.gold for name in ids]),
        )

    def continuity(self, questions: Sequence[Question]) -> tuple[Matrix, Matrix]:
        """What `going_on` asks, of questions within dialogues, and of first ones behind another dialogue."""
        talks = [question for question in questions if question.context]
        first = [question for question in questions if not question.context]
        behind = [(question, talks[number * 7 % len(talks)]) for number, question in enumerate(first)]
        within = [self._continuity(self.turns(question)) for question in talks]
        after = [
            self._continuity(self.turns(question, said_before(talk)))
            for question, talk in behind
            if not question.gold & talk.gold and said_before(talk)
        ]
        return np.array(within), np.array(after)

    def _continuity(self, turns: Sequence[QueryTurn]) -> tuple[float, float, float]:
        knowledge = self.ours.knowledge
        asked, _, evidence = knowledge.evidence(turns, knowledge.mask(Filter(as_of=TODAY)), PASSAGES)
        return knowledge.continuity(asked, evidence)


def said_before(talk: Question) -> tuple[tuple[str, str], ...]:
    """A dialogue up to its last reply."""
    replies = [place for place, (role, _) in enumerate(talk.context) if role != "customer"]
    return talk.context[: replies[-1] + 1] if replies else ()


def features_of(evidence: Evidence) -> Matrix:
    """What the fitted numbers multiply; the first column is what counts 1 and what is not fitted."""
    length = np.log((evidence.words + 1) / (USUAL_WORDS + 1))
    before = OLDER * evidence.older + DOCUMENT * evidence.document
    fixed = evidence.dense + evidence.going_on * before + NAMED * evidence.named - PRODUCT * evidence.product
    columns = [fixed, evidence.lexical, evidence.lexical * length, evidence.pairs, evidence.subject]
    return np.stack(columns, axis=1).astype(np.float64)


def fit(sets: Sequence[Sequence[Case]]) -> Matrix:
    """Numbers under which gold passages are likeliest to be chosen among the candidates (a softmax)."""
    cases = [
        (case, 1 / np.sqrt(len(chosen)))
        for every in sets
        for chosen in [every[:: -(-len(every) // MOST_QUESTIONS)]]
        for case in chosen
        if case.gold.any()
    ]

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        total, slope = RIDGE * float(numbers @ numbers) / 2, RIDGE * numbers
        for case, weight in cases:
            scores = case.features @ numbers
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            right = float(chance[case.gold].sum())
            total -= weight * np.log(right)
            slope = slope + weight * (case.features.T @ (chance - np.where(case.gold, chance, 0) / right))
        return total, slope

    start = np.array([15.0, 3.0, 0.0, 0.0, 0.0])
    fitted: Matrix = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return fitted


def hits(cases: Sequence[Case | None], numbers: Matrix) -> str:
    """hit@1 / hit@5 by document, equal texts counted once."""
    places = [place(case, numbers) for case in cases if case is not None]
    return " / ".join(f"{sum(one < depth for one in places) / len(cases):.3f}" for depth in (1, 5))


def place(case: Case, numbers: Matrix) -> int:
    """At which place, from 0, the first gold document comes."""
    documents: dict[int, bool] = {}
    texts: set[int] = set()
    for at in np.argsort(-(case.features @ numbers), kind="stable"):
        if int(case.texts[at]) in texts:
            continue
        texts.add(int(case.texts[at]))
        documents.setdefault(int(case.documents[at]), bool(case.gold[at]))
    return list(documents.values()).index(True) if any(documents.values()) else len(documents) + 99


def told_continuity(within: Matrix, behind: Matrix) -> str:
    """The numbers of `going_on`, and how well they tell the questions within from those behind."""
    features = np.vstack([within, behind])
    columns = np.hstack([features, np.ones((len(features), 1))])
    goes_on = np.arange(len(features)) < len(within)
    sign = np.where(goes_on, 1.0, -1.0)
    # Both kinds count alike here; GOES_ON_SHARE is told afterwards.
    weight = np.where(goes_on, 0.5 / len(within), 0.5 / len(behind)) * len(features)

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        agrees = sign * (columns @ numbers)
        slope = -(weight * sign / (1 + np.exp(agrees))) @ columns
        total = float(weight @ np.logaddexp(0, -agrees)) + WEAK_RIDGE * float(numbers @ numbers) / 2
        return total, slope + WEAK_RIDGE * numbers

    numbers: Matrix = minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B").x
    scores = columns @ numbers
    auroc = float((scores[goes_on][:, None] > scores[~goes_on][None, :]).mean())
    numbers[-1] += np.log(GOES_ON_SHARE / (1 - GOES_ON_SHARE))
    names = ("PER_STILL_ANSWERED", "PER_BEST", "PER_SHARED", "GOES_ON")
    told = ", ".join(f"{name} = {number:.1f}" for name, number in zip(names, numbers, strict=True))
    return f"{told} (AUROC {auroc:.3f}, {len(within)} and {len(behind)} questions)"


@contextmanager
def asking(one: RetrievalSet, home: Path, embedder: OnnxEmbedder) -> Iterator[Asker]:
    """A set, open for questions."""
    ours = open_ours(home / "sets" / one.name, one, embedder)
    try:
        yield Asker(ours, embedder, home / "questions.sqlite")
    finally:
        ours.close()


def main() -> None:
    """Search, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--home", type=Path, default=Path(".sotto/bench"))
    parser.add_argument("--dialogues", default="retrieval_doc2dial_va", help="the set that fits going_on")
    given = parser.parse_args()
    embedder = load_embedder(given.home)
    folders = [folder for folder, obstacle in find_sets(given.data, given.split).items() if obstacle is None]
    cases: dict[str, list[Case | None]] = {}
    for folder in folders:
        one = read_set(folder, given.split)
        if not one.questions:
            continue
        with asking(one, given.home, embedder) as asker:
            cases[folder.name] = [asker.case(question) for question in one.questions]
            if folder.name == given.dialogues:
                print("going_on:", told_continuity(*asker.continuity(one.questions)))
        print(f"{folder.name}: {len(cases[folder.name])} questions", flush=True)
    asked = {name: [case for case in every if case] for name, every in cases.items()}
    whole = fit(list(asked.values()))
    for name, every in cases.items():
        others = fit([of for other, of in asked.items() if other != name])
        print(f"{name}: left out {hits(every, others)}, fitted on all {hits(every, whole)}", flush=True)
    told = zip(NAMES, whole / np.array([1.0, *[whole[0]] * (len(NAMES) - 1)]), strict=True)
    print(", ".join(f"{name} = {number:.2f}" for name, number in told))


if __name__ == "__main__":
    main()
