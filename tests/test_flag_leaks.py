"""No training turn of the flags or intents repeats a conversation that they are measured on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.flag_data import business_questions, crisis_examples, our_examples, rows, shared_examples
from bench.intent_data import OURS as INTENTS
from bench.report import DATA
from knowledge.model_files import load_embedder

MEASURED = Path(os.environ.get("FLAGS_MEASURED_ON", DATA / "escalation" / "dev.jsonl"))
RUN = 6
NEARER = 0.9
# Greetings and thanks are alike wherever they are said.
SAYS_SOMETHING = 5

pytestmark = pytest.mark.skipif(
    not MEASURED.exists(),
    reason=f"{MEASURED.name}, which the flags are measured on, isn't part of the project",
)


def words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower().replace("’", "'"))


def runs(text: str) -> set[str]:
    said = words(text)
    return {" ".join(said[at : at + RUN]) for at in range(len(said) - RUN + 1)}


def training_turns() -> dict[str, str]:
    shared = MEASURED.with_name("train.jsonl")
    examples = our_examples(("turns.jsonl", "long_turns.jsonl", "turns_quoted.jsonl"))
    examples += shared_examples(shared) if shared.exists() else []
    asked = {row["id"]: row["turns"][0]["text"] for row in rows(INTENTS / "turns.jsonl")}
    return {example.id: example.text for example in examples} | asked


def crisis_turns() -> dict[str, str]:
    questions = [question for held, question in business_questions() if not held]
    return {example.id: example.text for example in [*crisis_examples(), *questions]}


def measured_turns() -> list[str]:
    return [turn["text"] for row in rows(MEASURED) for turn in row["turns"] if turn["role"] == "customer"]


def test_no_training_turn_shares_six_words_in_a_row_with_a_measured_one() -> None:
    measured = {run for text in measured_turns() for run in runs(text)}
    assert measured
    trained = training_turns() | crisis_turns()
    assert {name: found for name, text in trained.items() if (found := runs(text) & measured)} == {}


# They take two minutes to embed.
@pytest.mark.long
@pytest.mark.parametrize("turns", [training_turns, crisis_turns])
def test_no_training_turn_means_nearly_the_same_as_a_measured_one(
    turns: Callable[[], dict[str, str]],
) -> None:
    embedder = load_embedder(Path(os.environ.get("SOTTO_HOME", ".sotto")))
    trained = {name: text for name, text in turns().items() if len(words(text)) >= SAYS_SOMETHING}
    measured = [text for text in measured_turns() if len(words(text)) >= SAYS_SOMETHING]
    near = embedder.embed(list(trained.values())) @ embedder.embed(measured).T
    places = np.argwhere(near > NEARER)
    names = list(trained)
    assert [(names[row], trained[names[row]], measured[column]) for row, column in places] == []
