"""How near extractive drafts come to gold answers: token F1 and embedding similarity beside the peer.

`python -m bench.drafts --data DIR --split NAME --out FILE`; bench/README.md says how the data has to look.
"""

from __future__ import annotations

import asyncio
import json
import os
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.ours import Ours, conversation, open_ours
from bench.overlap import cut_to, paired_difference, token_f1, tokens
from bench.peer import Peer, open_peer
from bench.report import DATA, HOME, RESULTS, Measure, compare, conditions, screen, show, write
from bench.retrieval import Selection, chosen_sets, peer_documents
from bench.sets import BadData, Question, RetrievalSet, read_answers
from bench.stats import mean, proportion
from knowledge.document import Hit
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder
from knowledge.search import ANSWER_THRESHOLD
from server.assist import SEARCHED, SHOWN
from server.assist_events import DraftReady
from server.cross_encoder import shipped_reader
from server.draft import Drafting, DraftRequest, draft
from server.embedding import EmbeddingWorker
from server.phrases import read_phrases
from server.read_on import fit_of, read_through
from server.understand import understand


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with its draft (empty where the server stays silent), what it cites, and the peer's text."""

    question: Question
    gold: str
    text: str
    citations: tuple[Mapping[str, object], ...]
    confidence: float | None
    peer: str = ""

    def row(self) -> dict[str, object]:
        """As `--out` has it."""
        return {
            "id": self.question.id,
            "question": self.question.text,
            "draft": self.text,
            "citations": list(self.citations),
            "confidence": self.confidence,
            "gold": self.gold,
            "peer": self.peer,
        }


async def draft_all(
    ours: Ours, questions: Sequence[Question], gold: Mapping[str, str], embedder: Embedder
) -> list[Drafted]:
    """The drafts as the server makes them, question by question."""
    worker = EmbeddingWorker(embedder)
    worker.start()
    drafting = Drafting(read_phrases().company, worker)
    try:
        return [await _drafted(ours, each, gold[each.id], drafting) for each in questions if each.id in gold]
    finally:
        await worker.stop()


async def _drafted(ours: Ours, question: Question, gold: str, drafting: Drafting) -> Drafted:
    talk = conversation(question)
    need = understand(talk)
    found = ours.found(question, need, SEARCHED) if need is not None else []
    good = tuple(hit for hit in found if hit.confidence >= ANSWER_THRESHOLD)[:SHOWN]
    if need is not None:
        asked = need.asked
        good = read_through(good, lambda hit: shipped_reader().score(asked, hit.passage))
    best = max((hit.confidence for hit in good or found), default=None)
    if need is None or fit_of(good, read=True) != "answers":
        return Drafted(question, gold, "", (), best)
    request = DraftRequest(talk, None, need.text, good)
    async for event in draft(request, drafting):
        if isinstance(event, DraftReady):
            cited = tuple(
                _citation(event.text[each.start : each.end], good[each.number - 1], ours)
                for each in event.citations
            )
            return Drafted(question, gold, event.text, cited, event.confidence)
    return Drafted(question, gold, "", (), best)


def _citation(text: str, hit: Hit, ours: Ours) -> dict[str, object]:
    return {"text": text, "document": ours.document_of(hit), "passage": hit.passage.text}


def with_peer(drafted: Sequence[Drafted], peer: Peer) -> list[Drafted]:
    """Each with the peer's top chunk for the last turn, cut to as many tokens as the draft has."""
    return [_beside(one, peer) for one in drafted]


def _beside(one: Drafted, peer: Peer) -> Drafted:
    scope = {key: [value] for key, value in one.question.scope.items()}
    top = peer.retrieve(one.question.text, 1, scope) if one.text else []
    text = cut_to(top[0].text, len(tokens(one.text))) if top else ""
    return Drafted(one.question, one.gold, one.text, one.citations, one.confidence, text)


def measures(name: str, drafted: Sequence[Drafted], embedder: Embedder, peer: bool) -> list[Measure]:
    """Over the questions with a draft; how many there are is a figure too."""
    spoke = [one for one in drafted if one.text]
    coverage = compare(f"{name}/with a draft", "share", proportion([bool(one.text) for one in drafted]))
    if not spoke:
        return [coverage]
    figures = [coverage]
    for metric, ours, theirs in (
        (
            "token F1",
            [token_f1(one.text, one.gold) for one in spoke],
            [token_f1(one.peer, one.gold) for one in spoke],
        ),
        (
            "embedding similarity",
            _similarities([one.text for one in spoke], spoke, embedder),
            _similarities([one.peer for one in spoke], spoke, embedder),
        ),
    ):
        figures.append(compare(f"{name}/{metric}", "0 to 1", mean(ours), mean(theirs) if peer else None))
        if peer:
            difference = paired_difference(ours, theirs)
            figures.append(compare(f"{name}/{metric}: ours - peer, paired", "", difference))
    return figures


def _similarities(texts: Sequence[str], beside: Sequence[Drafted], embedder: Embedder) -> list[float]:
    made, gold = embedder.embed(texts), embedder.embed([one.gold for one in beside])
    return [float(each) for each in np.sum(made * gold, axis=1)]


def write_drafts(path: Path, drafted: Mapping[str, Sequence[Drafted]]) -> None:
    """One JSON line a question."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for name, rows in drafted.items():
            for one in rows:
                file.write(json.dumps({"set": name, **one.row()}, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Bench:
    """What every set is measured with."""

    home: Path
    data: Path
    split: str
    embedder: Embedder
    peer: bool

    def run(self, retrieval_set: RetrievalSet) -> list[Drafted]:
        """Index (or open what is indexed) and draft for every question with a gold answer."""
        rows = f"{self.split}.jsonl"
        folder = self.data if (self.data / rows).is_file() else self.data / retrieval_set.name
        gold = read_answers(folder / rows)
        if not gold:
            return []
        ours = open_ours(self.home / "sets" / retrieval_set.name, retrieval_set, self.embedder)
        try:
            drafted = asyncio.run(draft_all(ours, retrieval_set.questions, gold, self.embedder))
        finally:
            ours.close()
        if not self.peer:
            return drafted
        return with_peer(drafted, open_peer(self.home / "peer", peer_documents(retrieval_set), 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write figures and drafts; 2 when nothing can be measured."""
    options = parser().parse_args(arguments)
    console = screen()
    try:
        chosen = chosen_sets(options.data, options.split, Selection(options.sets, options.limit), console)
        embedder = load_embedder(options.home, options.threads)
        bench = Bench(options.home, options.data, options.split, embedder, options.peer)
        drafted = {one.name: rows for one in chosen if (rows := bench.run(one))}
        if not drafted:
            raise BadData(f"{options.data}: no question of split {options.split!r} has a gold answer.")
    except BadData as error:
        console.print(error, style="red", highlight=False)
        return 2
    figures = [
        figure for name, rows in drafted.items() for figure in measures(name, rows, embedder, options.peer)
    ]
    show("Extractive drafts beside gold answers", figures, conditions(split=options.split), console)
    write(options.results, figures)
    if options.out is not None:
        write_drafts(options.out, drafted)
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.drafts", description=__doc__)
    made.add_argument("--data", type=Path, default=DATA, help="a retrieval set or a folder of sets")
    made.add_argument("--split", default="dev", help="which rows: SPLIT.jsonl, corpus_SPLIT.jsonl")
    made.add_argument("--out", type=Path, help="write the drafts there, JSON lines")
    made.add_argument("--results", type=Path, default=RESULTS / "drafts.json", help="write the figures there")
    made.add_argument("--sets", default="", help="only these sets; else all with gold answers")
    made.add_argument("--limit", type=int, help="only the first questions of each set")
    made.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads of our embedder")
    made.add_argument("--home", type=Path, default=HOME, help="where indexes and vectors are kept")
    made.add_argument("--no-peer", dest="peer", action="store_false", help="leave the peer out")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
