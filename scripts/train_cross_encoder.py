"""Trains the model that reads a question beside a passage and writes it to `server/cross_encoder_model`.

    .venv/bin/python -m scripts.train_cross_encoder

Fine-tunes the pinned MiniLM as scripts/train_flags.py does: the question stands where a turn's context does,
the passage where the turn does, and the one score says whether it answers. Learns from the sets in
`bench/own` alone: each question with passages that answer it, with the nearest that don't, and now and then
with one of another business. The questions to every eighth business are held back to check on.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.flag_data import ASKED, BUSINESSES, Example, rows
from bench.reliability import auroc
from bench.report import HOME
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder
from knowledge.weights import WEIGHTS_SHA256
from scripts.train_flags import SEED, Batch, begin, digest, export, train
from server.cross_encoder import MODEL
from server.flags.turn_reader import TurnReader

EPOCHS = 3
HELD_BUSINESSES = 8
# Where every passage is short a question has several answers; two of them say enough.
MOST_ANSWERS = 2
# How often beside the nearest passage one of the next four is learned from, and one of another business.
SHARE_NEXT, SHARE_OTHERS = 0.6, 0.6
# How often a passage is read without its titles, or without the name of its business.
SHARE_BARE, SHARE_NAMELESS = 0.2, 0.4
ANSWER_WEIGHT = 1.5
# The flags' batches label reasons; the first stands for "answers".
ANSWERS, NOT = frozenset({"frustration"}), frozenset[str]()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a business with its passages, nearest first, and which of them answer."""

    held: bool
    question: str
    passages: Sequence[Mapping[str, str]]
    gold: frozenset[str]


def loss_of(scores: Any, batch: Batch) -> Any:
    """How far the scores are from saying which passages answer."""
    return torch.nn.functional.binary_cross_entropy_with_logits(
        scores[:, 0], batch.labels[:, 0], pos_weight=torch.tensor(ANSWER_WEIGHT)
    )


def asked(folder: Path, embedder: Embedder) -> Iterator[Asked]:
    """Every question of a set."""
    businesses: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for passage in rows(folder / "corpus.jsonl"):
        businesses[passage["doc_id"].partition("/")[0]].append(passage)
    vectors = {
        name: embedder.embed([titled(one, 1.0) for one in passages]) for name, passages in businesses.items()
    }
    questions = [row for name in ASKED for row in rows(folder / f"{name}.jsonl")]
    for row, meaning in zip(questions, embedder.embed([row["query"] for row in questions]), strict=True):
        name = row["id"].partition("-")[0]
        nearest = np.argsort(-(np.asarray(vectors[name]) @ np.asarray(meaning)), kind="stable")
        passages = [businesses[name][int(at)] for at in nearest]
        yield Asked(int(name[1:]) % HELD_BUSINESSES == 0, row["query"], passages, frozenset(row["gold"]))


def titled(passage: Mapping[str, str], draw: float) -> str:
    """The passage as it is indexed; for a low draw without its titles, or without its business."""
    titles = [passage[name] for name in ("title", "page_title") if name in passage]
    if draw < SHARE_BARE:
        return passage["text"]
    if draw >= SHARE_BARE + SHARE_NAMELESS or not titles:
        titles.append(passage["entity"])
    return f"{' > '.join(titles)}\n{passage['text']}"


def pairs(every: Sequence[Asked], rng: random.Random) -> Iterator[Example]:
    """What is learned from: questions with passages that answer, and with others that come near."""
    for one in every:
        right = [passage for passage in one.passages if passage["doc_id"] in one.gold]
        wrong = [passage for passage in one.passages if passage["doc_id"] not in one.gold]
        taken = wrong[:1] if right else wrong[:2]
        if rng.random() < SHARE_NEXT:
            taken += rng.sample(wrong[len(taken) : len(taken) + 4], 1)
        if rng.random() < SHARE_OTHERS:
            taken += rng.sample(list(rng.choice(every).passages), 1) if one.gold else []
        right = rng.sample(right, min(MOST_ANSWERS, len(right)))
        for passage in right:
            yield Example("", "", "chat", one.question, titled(passage, rng.random()), ANSWERS)
        for passage in taken:
            if passage["doc_id"] not in one.gold:
                yield Example("", "", "chat", one.question, titled(passage, rng.random()), NOT)


def told_apart(folder: Path, held: Sequence[Asked]) -> float:
    """The chance that a passage that answers a held-back question scores higher than one that doesn't."""
    reader = TurnReader(folder)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for one in held:
        for passage in one.passages[:5]:
            score = float(reader.read(one.question, titled(passage, 1.0)).scores[0])
            scores[passage["doc_id"] in one.gold].append(score)
    return auroc(scores[True], scores[False])


def main() -> None:
    """Read, train, export, write the manifest, say how it does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--only", type=int, help="so many questions, to try the script")
    given = parser.parse_args()
    reader, scorer = begin(1)
    embedder = load_embedder(HOME)
    folders = sorted(path.parent for path in BUSINESSES.glob("*/corpus.jsonl"))
    every = [one for folder in folders for one in asked(folder, embedder)][: given.only]
    examples = list(pairs([one for one in every if not one.held], random.Random(SEED)))
    print(
        f"{len(examples)} pairs to learn from, {sum(bool(one.reasons) for one in examples)} answer",
        flush=True,
    )
    began = time.monotonic()
    for loss in train(scorer, reader, examples, EPOCHS, loss_of):
        print(f"{time.monotonic() - began:.0f} s, loss {loss:.3f}", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    export(scorer, given.out / "model.onnx")
    manifest = {
        "model": digest(given.out / "model.onnx"),
        "weights": WEIGHTS_SHA256,
        "data": {"/".join(path.parts[-2:]): digest(path) for path in sorted(BUSINESSES.glob("*/*.jsonl"))},
        "trained_on": len(examples),
    }
    (given.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    held = told_apart(given.out, [one for one in every if one.held])
    print(f"answers and others of the questions held back told apart: {held:.3f}")


if __name__ == "__main__":
    main()
