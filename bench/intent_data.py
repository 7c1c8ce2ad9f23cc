"""Reads conversations labelled with routine intents: ours, the shared ones, and files to measure on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.flag_data import OURS as FLAGS
from bench.flag_data import Row, conversation_of, rows
from bench.intent_fit import Labelled
from knowledge.embedder import Embedder
from server.intents.classifier import NONE
from server.intents.reading import Heard, combined, heard

OURS = FLAGS.parent.parent / "intents" / "data"
_BATCH = 32


def our_conversations(shared: Path | None) -> list[Row]:
    """Our opening messages and dialogues, and the turns written for flags that were labelled since.

    Conversations that a person must lead teach nothing of what is out of scope, so those without intent are
    left out. `shared` is the file of shared training turns, whose labels are left out where there is none.
    """
    dialogues = [row for row in rows(FLAGS / "dialogues.jsonl") if row["routine_intent"] or not row["flags"]]
    return [*rows(OURS / "turns.jsonl"), *dialogues, *_labelled(shared)]


def _labelled(shared: Path | None) -> list[Row]:
    labels = json.loads((OURS / "labels.json").read_text(encoding="utf-8"))
    sources = {"turns": FLAGS / "turns.jsonl"} | ({"shared": shared} if shared else {})
    found = []
    for name, file in sources.items():
        texts = {row["id"]: row for row in rows(file)}
        for turn_id, intent in labels[name].items():
            row = texts[turn_id]
            turns = [{"role": "customer", "text": row["text"]}]
            found.append({"id": turn_id, "domain": row["domain"], "turns": turns, "routine_intent": intent})
    return found


def labelled(data: Sequence[Row], embedder: Embedder) -> tuple[Labelled, list[Row]]:
    """The conversations as they are read, and those of which something can be read."""
    said = [(row, heard(conversation_of(row).turns)) for row in data]
    said = [(row, messages) for row, messages in said if messages]
    vectors = vectors_of([text for _, messages in said for text in texts_of(messages)], embedder)
    read = [combined(messages, vectors) for _, messages in said]
    labels = [row.get("routine_intent") or NONE for row, _ in said]
    stacked = np.array([vector for _, vector in read], dtype=np.float32)
    texts = [text for text, _ in read]
    return Labelled(texts, stacked, labels, embedder.identity.model_digest), [row for row, _ in said]


def texts_of(messages: Sequence[Heard]) -> list[str]:
    """Everything of these messages that is embedded."""
    return [text for message in messages for text in message.texts]


def vectors_of(texts: Sequence[str], embedder: Embedder) -> dict[str, NDArray[np.float32]]:
    """A vector a text; texts of like length go together, which saves padding."""
    distinct = sorted(set(texts), key=len)
    found: dict[str, NDArray[np.float32]] = {}
    for at in range(0, len(distinct), _BATCH):
        batch = distinct[at : at + _BATCH]
        found.update(zip(batch, embedder.embed(batch), strict=True))
    return found


def joined(one: Labelled, other: Labelled) -> Labelled:
    """Both."""
    vectors = np.concatenate([one.vectors, other.vectors])
    return Labelled([*one.texts, *other.texts], vectors, [*one.intents, *other.intents], one.model)


def domain_parts(domains: Sequence[str], groups: Sequence[set[str]]) -> list[int]:
    """Which group each domain is in."""
    return [next(at for at, group in enumerate(groups) if domain in group) for domain in domains]
