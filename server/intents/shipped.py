"""The classifier and the list of needed facts that come with this release, each read once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import numpy as np

from server.intents.classifier import Classifier
from server.intents.collect import Needs

HERE = Path(__file__).parent
MODEL = HERE / "model.npz"
ARRAYS = ("rarity", "by_vector", "by_column", "bias", "centres", "doubt")


@lru_cache(maxsize=1)
def shipped_classifier(file: Path = MODEL) -> Classifier:
    """Which of the eleven a conversation has."""
    with np.load(file, allow_pickle=False) as kept:
        arrays = {name: np.asarray(kept[name], np.float32) for name in ARRAYS}
        intents = tuple(str(one) for one in kept["intents"])
        least, model = float(kept["least"]), str(kept["model"])
        return Classifier(intents=intents, least=least, model=model, **arrays)


def write_classifier(classifier: Classifier, file: Path = MODEL) -> None:
    """The coefficients in half precision; the doubt in full."""
    np.savez_compressed(
        file,
        rarity=np.asarray(classifier.rarity, np.float16),
        by_vector=np.asarray(classifier.by_vector, np.float16),
        by_column=np.asarray(classifier.by_column, np.float16),
        bias=np.asarray(classifier.bias, np.float16),
        centres=np.asarray(classifier.centres, np.float16),
        doubt=classifier.doubt,
        intents=np.array(classifier.intents),
        least=np.float64(classifier.least),
        model=np.array(classifier.model),
    )


@lru_cache(maxsize=1)
def shipped_needs() -> Needs:
    """What each intent needs."""
    tables = tomllib.loads((HERE / "facts.toml").read_text(encoding="utf-8"))
    return Needs({intent: tuple(facts) for intent, facts in tables["needs"].items()}, tables["labels"])
