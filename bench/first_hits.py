"""The first hits of every question: with its answer there, with it removed, and in a foreign corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from bench.ours import TODAY, Ours, before, conversation, doc_id, open_ours
from bench.sets import Question, RetrievalSet
from knowledge.document import Filter, Hit, QueryTurn
from knowledge.embedder import Embedder, Vectors
from knowledge.embedding_cache import embed_cached
from server.cross_encoder import PassageReader
from server.read_on import MOST_READ, is_readable
from server.understand import Need, understand

T = TypeVar("T")

# Of each other set this many questions are asked of a corpus; of its own at most MOST_QUESTIONS.
MOST_FOREIGN = 60
MOST_QUESTIONS = 700


class Kind(StrEnum):
    """What became of the answer."""

    THERE = "answer there"
    REMOVED = "answer removed"
    FOREIGN = "foreign question"


@dataclass(frozen=True, slots=True)
class ReadHit:
    """One of the first hits with the logit that the cross-encoder gives it."""

    hit: Hit
    right: bool
    score: float


@dataclass(frozen=True, slots=True)
class FirstHit:
    """The first hit for a question of `asked_of`; `peer` is the highest cosine of the question by itself.

    `read` are the first that are read beside the question, best first.
    """

    asked_of: str
    kind: Kind
    hit: Hit | None
    right: bool
    peer: float
    peer_right: bool
    read: tuple[ReadHit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    question: Question
    asked: str
    turns: Sequence[QueryTurn]
    alone: Vectors


@dataclass(frozen=True, slots=True)
class _Unread:
    asked: str
    gold: frozenset[str]
    first: FirstHit
    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True)
class Models:
    """What searches, and what reads the passages that were found; `threads` of them at once."""

    embedder: Embedder
    reader: PassageReader
    threads: int = 1


def first_hits(
    sets: Sequence[RetrievalSet], home: Path, models: Models, akin: Sequence[frozenset[str]] = ()
) -> Iterator[FirstHit]:
    """Every set's questions asked of its corpus, with and without their answer, and those of other sets.

    Sets named together in `akin` are about the same and not asked of each other.
    """
    found = _found(sets, home, models.embedder, akin)
    with ThreadPoolExecutor(models.threads) as threads:
        yield from threads.map(partial(_read, models.reader), found)


def _read(reader: PassageReader, found: _Unread) -> FirstHit:
    read = (
        ReadHit(hit, _answers(hit, found.gold), reader.score(found.asked, hit.passage))
        for hit in found.hits
        if is_readable(hit)
    )
    return replace(found.first, read=tuple(read))


def _found(
    sets: Sequence[RetrievalSet], home: Path, embedder: Embedder, akin: Sequence[frozenset[str]]
) -> Iterator[_Unread]:
    """What is asked with its first hits, not read yet."""
    ready = {one.name: _ready(spread(one.questions, MOST_QUESTIONS), home, embedder) for one in sets}
    for one in sets:
        ours = open_ours(home / "sets" / one.name, one, embedder)
        try:
            yield from _of_its_own(one.name, ours, ready[one.name])
            for other, theirs in ready.items():
                if other != one.name and not any({other, one.name} <= both for both in akin):
                    yield from _foreign(one, ours, spread(theirs, MOST_FOREIGN))
        finally:
            ours.close()


def spread(rows: Sequence[T], most: int) -> Sequence[T]:
    """At most `most` of the rows, evenly spaced."""
    return rows[:: -(-len(rows) // most)] if rows else rows


def _ready(questions: Sequence[Question], home: Path, embedder: Embedder) -> list[_Ready]:
    """The questions that need anything with all their vectors, each text embedded once for good."""
    needs = [_need(question) for question in questions]
    texts = [text.text for need in needs if need for text in need.texts] + [one.text for one in questions]
    distinct = list(dict.fromkeys(texts))
    rows = embed_cached(
        home / "questions.sqlite", embedder, distinct, lambda _done, _all: None, datetime.now(UTC)
    )
    vectors = dict(zip(distinct, rows, strict=True))
    return [
        _Ready(
            question,
            need.asked,
            [QueryTurn(one.text, vectors[one.text], one.weight, one.older) for one in need.texts],
            vectors[question.text],
        )
        for question, need in zip(questions, needs, strict=True)
        if need
    ]


def _need(question: Question) -> Need | None:
    """What the server would search for, or did for the turn before where this one needs nothing."""
    asked: Question | None = question
    while asked is not None:
        need = understand(conversation(asked))
        if need is not None:
            return need
        asked = before(asked)
    return None


def _of_its_own(name: str, ours: Ours, ready: Sequence[_Ready]) -> Iterator[_Unread]:
    for one in ready:
        for kind in (Kind.THERE, Kind.REMOVED):
            yield _first(name, ours, one, kind)


def _foreign(one: RetrievalSet, ours: Ours, ready: Sequence[_Ready]) -> Iterator[_Unread]:
    """Each question is asked where one of the set's own would be: of the same site or repository."""
    for place, theirs in enumerate(ready):
        scope = one.questions[place * 7 % len(one.questions)].scope
        moved = replace(theirs.question, scope=scope, gold=frozenset())
        yield _first(one.name, ours, replace(theirs, question=moved), Kind.FOREIGN)


def _first(name: str, ours: Ours, ready: _Ready, kind: Kind) -> _Unread:
    gold = ready.question.gold
    mask = ours.knowledge.mask(Filter(as_of=TODAY, documents=ours.admitted(ready.question.scope)))
    if kind is Kind.REMOVED:
        mask = mask & ~np.isin(ours.documents, list(gold))
    hits = ours.knowledge.search_in(ready.turns, mask, MOST_READ)
    nearest = ours.knowledge.nearest(ready.alone, mask)
    first = FirstHit(
        asked_of=name,
        kind=kind,
        hit=hits[0] if hits else None,
        right=bool(hits) and _answers(hits[0], gold),
        peer=nearest[1] if nearest else 0.0,
        peer_right=nearest is not None and ours.documents[nearest[0]] in gold,
    )
    return _Unread(ready.asked, gold, first, hits)


def _answers(hit: Hit, gold: frozenset[str]) -> bool:
    return doc_id(hit.passage.document.id) in gold
