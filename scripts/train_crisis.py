"""Trains the model that hears crises and writes it to `server/flags/crisis_model`.

    .venv/bin/python -m scripts.train_crisis --turns ../shared/data/escalation/train.jsonl \\
        --questions ../shared/data/intent_banking77/train.jsonl ../shared/data/intent_clinc150_oos/train.jsonl

Fine-tunes the pinned MiniLM with one linear layer over its token states, as scripts/train_flags.py does for
the reasons: a model of its own, for what nobody names takes all of a small one. Learns from the turns about
crises and their look-alikes, and from ordinary ones: ours, questions to the businesses of `bench/own`, and
questions of Banking77 (CC BY 4.0) and CLINC150 (CC BY 3.0). One turn in ten of the first and the questions to
every fourth business are held back to check on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.flag_data import (
    BUSINESSES,
    OURS,
    Example,
    business_questions,
    crisis_examples,
    our_examples,
    rows,
    shared_examples,
    split_domains,
)
from bench.intent_data import OURS as INTENTS
from bench.needs_rows import OUR_TURNS
from knowledge.weights import WEIGHTS_SHA256
from scripts.train_flags import Batch, begin, digest, export, train
from server.flags.crisis import LEAST, MODEL
from server.flags.encoder import REASONS
from server.flags.turn_reader import TurnReader

EPOCHS = 3
CRISIS = REASONS.index("crisis")
# Of each set of questions so many are enough.
QUESTIONS = 600
HELD = 10


def loss_of(scores: Any, batch: Batch) -> Any:
    """How far the scores are from saying which turns are crises."""
    return torch.nn.functional.binary_cross_entropy_with_logits(scores[:, 0], batch.labels[:, CRISIS])


def learned_from(turns: Path) -> list[Example]:
    """Turns about crises, and those of ours and of the shared ones that are known to be none."""
    apart = frozenset().union(*split_domains())
    ours = [one for one in our_examples(("turns.jsonl", "long_turns.jsonl")) if one.domain not in apart]
    known = [one for one in [*ours, *shared_examples(turns)] if one.crisis or not _unsure(one)]
    return [*known, *(one for at, one in enumerate(crisis_examples()) if at % HELD)]


def asked(files: Sequence[Path]) -> list[Example]:
    """Ordinary questions: of these files, and those that we wrote about intents and needs."""
    found = []
    for file in files:
        of_set = rows(file)
        found += [_ordinary(row["text"]) for row in of_set[:: max(1, len(of_set) // QUESTIONS)]]
    found += [question for held, question in business_questions() if not held]
    turns = [turn for row in rows(INTENTS / "turns.jsonl") for turn in row["turns"]]
    found += [_ordinary(turn["text"]) for turn in turns if turn["role"] == "customer"]
    return found + [_ordinary(row["text"]) for row in rows(OUR_TURNS)]


def _ordinary(text: str) -> Example:
    return Example("", "", "chat", "", text, frozenset())


def _unsure(example: Example) -> bool:
    """Whether nobody said if this distress is a crisis."""
    return "vulnerability" in example.reasons and example.mood is None


def heard(folder: Path) -> tuple[float, float]:
    """The shares of crises heard, and of the rest taken for one, among the turns held back."""
    held, reader = crisis_examples()[::HELD], TurnReader(folder)
    logits = np.array([reader.read("", one.text).scores[0] for one in held])
    said, crises = 1 / (1 + np.exp(-logits)) >= LEAST, np.array([one.crisis != "idiom" for one in held])
    return float(said[crises].mean()), float(said[~crises].mean())


def main() -> None:
    """Read, train, export, write the manifest, say what is heard."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=Path, required=True, help="the shared training turns")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="sets of ordinary questions")
    parser.add_argument("--out", type=Path, default=MODEL)
    given = parser.parse_args()
    reader, scorer = begin(1)
    # Read by itself, as the server reads it: before a turn, anything may have been said.
    examples = [replace(one, context="") for one in (*learned_from(given.turns), *asked(given.questions))]
    print(f"{len(examples)} turns to learn from", flush=True)
    began = time.monotonic()
    for loss in train(scorer, reader, examples, EPOCHS, loss_of):
        print(f"{time.monotonic() - began:.0f} s, loss {loss:.3f}", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    export(scorer, given.out / "model.onnx")
    ours = [
        *sorted(OURS.glob("*s.jsonl")),
        INTENTS / "turns.jsonl",
        OUR_TURNS,
        *sorted(BUSINESSES.glob("*/*.jsonl")),
    ]
    read = [*ours, given.turns, *given.questions]
    manifest = {
        "model": digest(given.out / "model.onnx"),
        "weights": WEIGHTS_SHA256,
        "data": {"/".join(path.parts[-3:]): digest(path) for path in read},
        "trained_on": len(examples),
    }
    (given.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    recall, false = heard(given.out)
    print(f"of the turns held back {recall:.2f} of the crises are heard, {false:.2f} of others taken for one")


if __name__ == "__main__":
    main()
