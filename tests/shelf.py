"""A small shelf of made-up documents that the tests of the knowledge stage, publish and search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.document import Audience, Document, Filter, Kind, Passage, QueryTurn, passage_id
from knowledge.embedder import Embedder, HashEmbedder
from knowledge.manifest import Staged
from knowledge.model_files import load_embedder
from knowledge.onnx_embedder import OnnxEmbedder

TODAY = date(2026, 3, 15)
EVERYTHING = Filter(as_of=TODAY)
HASH = HashEmbedder()
PROJECT_HOME = Path(__file__).parent.parent / ".sotto"


@lru_cache
def onnx() -> OnnxEmbedder:
    """The real model, exported once for all tests (and for `make run`)."""
    return load_embedder(PROJECT_HOME)


def document(name: str, **fields: Any) -> Document:
    """A public policy called `name`, unless `fields` say otherwise."""
    plain = Document(name, name.title(), Kind.POLICY, Audience.PUBLIC, "olga", f"revision of {name}")
    return replace(plain, **fields)


def passage(of: Document, text: str, ordinal: int = 0, **fields: Any) -> Passage:
    """A passage of `of` below its title."""
    return replace(Passage(passage_id(of.id, ordinal, text), of, text, (of.title,)), **fields)


def staged(*passages: Passage, **fields: Any) -> Staged:
    """What a sync would hand over: the passages and their documents."""
    documents = dict.fromkeys(item.document for item in passages)
    return Staged(tuple(documents), passages, **fields)


def many(count: int, word: str = "refund") -> Staged:
    """`count` different passages in documents of ten."""
    documents = [document(f"{word}-{number}.md") for number in range(-(-count // 10))]
    return staged(
        *(
            passage(documents[row // 10], f"{word} rule {row} grants {row * 13} coins", row)
            for row in range(count)
        )
    )


def ask(text: str, embedder: Embedder = HASH, weight: float = 1.0, older: bool = False) -> QueryTurn:
    """One turn as the server would hand it to search."""
    return QueryTurn(text, embedder.embed([text])[0], weight, older)
