"""Which documents are found: hit@1, hit@5, mrr@10 beside the peer, over any folder of retrieval sets.

`python -m bench.retrieval --data DIR --split NAME [--out FILE] [--results FILE]`; bench/README.md says how
the data has to look.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from bench.ours import Ours, open_ours
from bench.peer import Peer, PeerDocument, fastest_threads, load_embedding, open_peer
from bench.ranking import first_places, hit, recall, reciprocal_rank
from bench.report import DATA, HOME, RESULTS, Measure, compare, conditions, screen, show, write
from bench.sets import BadData, Question, RetrievalSet, find_sets, read_set
from bench.stats import Estimate, mean, proportion
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder

PROBE = 20
DEPTH = 10
# Several passages of one document count once, so more passages than documents are asked for.
PASSAGES = 50
SEVERAL = 2.0

Rankings = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The ranked document ids per question of one set; `peer_dialogue` where the set has dialogues."""

    questions: Sequence[Question]
    ours: Rankings
    peer: Rankings = field(default_factory=dict)
    peer_dialogue: Rankings = field(default_factory=dict)


def forms(retrieval_set: RetrievalSet) -> dict[str, Sequence[Question]]:
    """The set's questions by the name of their figures: as they are, and headed by the page they lean on."""
    questions = retrieval_set.questions
    asked: dict[str, Sequence[Question]] = {retrieval_set.name: questions}
    if any(question.page for question in questions):
        headed = [replace(question, subject=question.page) for question in questions]
        asked[f"{retrieval_set.name} (page title as subject)"] = headed
    return asked


def answer(questions: Sequence[Question], ours: Ours, peer: Peer | None) -> Answered:
    """Ask both sides every question."""
    rankings = {question.id: first_places(ours.ranked(question, PASSAGES), DEPTH) for question in questions}
    if peer is None:
        return Answered(questions, rankings)
    with_context = any(question.context or question.subject for question in questions)
    return Answered(
        questions,
        rankings,
        {question.id: _peer_ranked(peer, question, question.text) for question in questions},
        {question.id: _peer_ranked(peer, question, dialogue(question)) for question in questions}
        if with_context
        else {},
    )


def dialogue(question: Question) -> str:
    """Subject and everything that was said, one line each, the question last."""
    subject = [question.subject] if question.subject else []
    return "\n".join([*subject, *(text for _role, text in question.context), question.text])


def _peer_ranked(peer: Peer, question: Question, query: str) -> list[str]:
    scope = {key: [value] for key, value in question.scope.items()}
    return first_places((found.document_id for found in peer.retrieve(query, PASSAGES, scope)), DEPTH)


def measures(name: str, answered: Answered) -> list[Measure]:
    """The set's figures with intervals; recall@10 too where questions need several documents on average."""
    several = sum(len(question.gold) for question in answered.questions) >= SEVERAL * len(answered.questions)
    depths = ["hit@1", "hit@5", "mrr@10", *(["recall@10"] if several else [])]
    found = [_measure(f"{name}/{metric}", metric, answered, answered.peer) for metric in depths]
    if answered.peer_dialogue:
        label = "peer: dialogue"
        found += [
            _measure(f"{name}/{metric} ({label})", metric, answered, answered.peer_dialogue)
            for metric in depths
        ]
    return found


def _measure(name: str, metric: str, answered: Answered, peer: Rankings) -> Measure:
    theirs = score(metric, answered.questions, peer) if peer else None
    return compare(name, "share", score(metric, answered.questions, answered.ours), theirs)


def score(metric: str, questions: Sequence[Question], rankings: Rankings) -> Estimate:
    """One metric, named like "hit@5", "mrr@10" or "recall@10", over all questions."""
    kind, depth = metric.split("@")
    pairs = [(rankings[question.id], question.gold) for question in questions]
    if kind == "hit":
        return proportion([hit(ranked, gold, int(depth)) for ranked, gold in pairs])
    one = {"mrr": reciprocal_rank, "recall": recall}[kind]
    return mean([one(ranked, gold, int(depth)) for ranked, gold in pairs])


def peer_documents(retrieval_set: RetrievalSet) -> list[PeerDocument]:
    """The corpus as a LlamaIndex user would load it: all fields as metadata."""
    return [PeerDocument(one.id, one.text, {**one.fields, **one.scope}) for one in retrieval_set.documents]


def write_rankings(path: Path, answered: dict[str, Answered]) -> None:
    """One JSON line a question: set, id, gold, and the ranked ids of both sides."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for name, one in answered.items():
            for question in one.questions:
                row = {
                    "set": name,
                    "id": question.id,
                    "gold": sorted(question.gold),
                    "ranked": one.ours[question.id],
                    "peer": one.peer.get(question.id),
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Bench:
    """What every set is measured with; `peer_threads` None leaves the peer out."""

    home: Path
    embedder: Embedder
    peer_threads: int | None
    console: Console

    def run(self, retrieval_set: RetrievalSet) -> dict[str, Answered]:
        """Index (or open what is indexed) and answer one set, by the names of its figures."""
        notes = told_notes(retrieval_set)
        self.console.print(
            f"[bold]{retrieval_set.name}[/bold]: {len(retrieval_set.documents)} documents, "
            f"{len(retrieval_set.questions)} questions{'; ' + notes if notes else ''}",
            highlight=False,
        )
        peer = None
        if self.peer_threads is not None:
            peer = open_peer(self.home / "peer", peer_documents(retrieval_set), self.peer_threads)
        ours = open_ours(self.home / "sets" / retrieval_set.name, retrieval_set, self.embedder)
        try:
            return {name: answer(questions, ours, peer) for name, questions in forms(retrieval_set).items()}
        finally:
            ours.close()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sets (comma-separated names, "" for all) and at most how many questions of each."""

    names: str
    limit: int | None

    @property
    def wanted(self) -> frozenset[str]:
        """The names as a set; empty means all."""
        return frozenset(name.strip() for name in self.names.split(",") if name.strip())


def chosen_sets(data: Path, split: str, selection: Selection, console: Console) -> list[RetrievalSet]:
    """The sets that can be measured, saying why each other one can't; raises BadData when none is left."""
    found = find_sets(data, split)
    missing = selection.wanted - {folder.name for folder in found}
    if missing:
        raise BadData(f"{data} holds no set named {', '.join(sorted(missing))}.")
    sets = []
    for folder, obstacle in found.items():
        if selection.wanted and folder.name not in selection.wanted:
            continue
        one = read_set(folder, split, selection.limit) if obstacle is None else None
        if one is not None and one.questions:
            sets.append(one)
        else:
            why = obstacle or (one and told_notes(one)) or "no questions"
            console.print(f"{folder.name}: left out ({why})", style="dim", highlight=False)
    if not sets:
        raise BadData(f"{data} holds no set of split {split!r} that has a corpus and questions with gold.")
    return sets


def told_notes(retrieval_set: RetrievalSet) -> str:
    """What was left out or repaired, in words."""
    return "; ".join(f"{count} {what}" for what, count in retrieval_set.notes.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure beside the peer, print the table, write the figures; 2 when nothing can be measured."""
    options = parser().parse_args(arguments)
    console = screen()
    try:
        chosen = chosen_sets(options.data, options.split, Selection(options.sets, options.limit), console)
    except BadData as error:
        console.print(error, style="red", highlight=False)
        return 2
    stated: dict[str, object] = {
        "split": options.split,
        "our threads": options.threads,
        "peer threads": "no peer",
    }
    peer_threads = None
    if options.peer:
        queries = [question.text for question in chosen[0].questions[:PROBE]]
        peer_threads, seconds = fastest_threads(load_embedding(1), queries)
        told = ", ".join(
            f"{count}: {taken / len(queries) * 1000:.0f} ms a query" for count, taken in seconds.items()
        )
        stated["peer threads"] = f"{peer_threads} ({told})"
    bench = Bench(options.home, load_embedder(options.home, options.threads), peer_threads, console)
    answered = {name: each for one in chosen for name, each in bench.run(one).items()}
    figures = [figure for name, one in answered.items() for figure in measures(name, one)]
    show("Retrieval, document level", figures, conditions(**stated), console)
    write(options.results, figures)
    if options.out is not None:
        write_rankings(options.out, answered)
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    made.add_argument("--data", type=Path, default=DATA, help="a retrieval set or a folder of sets")
    made.add_argument("--split", default="dev", help="which rows: SPLIT.jsonl, corpus_SPLIT.jsonl")
    made.add_argument("--out", type=Path, help="write the ranked ids per question there, JSON lines")
    made.add_argument(
        "--results", type=Path, default=RESULTS / "retrieval.json", help="write the figures there"
    )
    made.add_argument("--sets", default="", help="only these sets, comma-separated")
    made.add_argument("--limit", type=int, help="only the first questions of each set")
    made.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads of our embedder")
    made.add_argument("--home", type=Path, default=HOME, help="where indexes and vectors are kept")
    made.add_argument("--no-peer", dest="peer", action="store_false", help="leave the peer out")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
