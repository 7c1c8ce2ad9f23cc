"""A retrieval set as this product sees it: read, split, staged as a revision, asked as the server asks."""

from __future__ import annotations

import ast
import hashlib
import textwrap
import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from bench.sets import FIELDS, SCOPES, Question, RetrievalSet, SetDocument
from ingest.errors import UnreadableDocument
from ingest.read.forms import read_document
from ingest.read.outline import Block, Reading, Section
from ingest.split import passages_of
from knowledge.document import Audience, Document, Filter, Hit, Kind, Passage, QueryTurn
from knowledge.embedder import Embedder
from knowledge.revisions import Revisions, Staged
from knowledge.search import Knowledge
from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.understand import Need, understand

# No document of a set has dates, so any day will do.
TODAY = date(2026, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Ours:
    """One set, open for questions."""

    def __init__(self, knowledge: Knowledge, retrieval_set: RetrievalSet, embedder: Embedder) -> None:
        self.knowledge = knowledge
        self._embedder = embedder
        self._scopes = {prefix(one.scope): one.scope for one in retrieval_set.documents}

    def ranked(self, question: Question, passages: int) -> list[str]:
        """The document ids of the best passages, best first, repeated as the passages come.

        Where a turn needs nothing the panel keeps what it shows, so the turn before is asked instead.
        """
        need = understand(conversation(question))
        if need is None:
            earlier = before(question)
            return self.ranked(earlier, passages) if earlier else []
        return [self.document_of(hit) for hit in self.found(question, need, passages)]

    def found(self, question: Question, need: Need, passages: int) -> list[Hit]:
        """The best passages for what the question needs, best first."""
        vectors = self._embedder.embed([one.text for one in need.texts])
        turns = [
            QueryTurn(one.text, vector, one.weight, one.older)
            for one, vector in zip(need.texts, vectors, strict=True)
        ]
        limits = Filter(as_of=TODAY, documents=self.admitted(question.scope))
        return list(self.knowledge.search(turns, limits, passages))

    def document_of(self, hit: Hit) -> str:
        """The set's id of the document that a hit is from."""
        return doc_id(hit.passage.document.id)

    @cached_property
    def documents(self) -> NDArray[np.str_]:
        """The set's own document id of every row."""
        return np.array([self.document(row) for row in range(len(self.knowledge.passages))])

    def close(self) -> None:
        """Let go of the revision."""
        self.knowledge.close()

    def document(self, row: int) -> str:
        """The id of the document that a passage belongs to."""
        return doc_id(self.knowledge.passages[row].document.id)

    def admitted(self, scope: Mapping[str, str]) -> tuple[str, ...] | None:
        """Id prefixes of the documents whose site and repo agree with the question's; None without limit."""
        if not scope:
            return None
        return tuple(start for start, has in self._scopes.items() if scope.items() <= has.items())


def open_ours(home: Path, retrieval_set: RetrievalSet, embedder: Embedder) -> Ours:
    """Stage the set below `home` (texts that are embedded already are not embedded again) and open it."""
    return open_staged(home, staged(retrieval_set, embedder), retrieval_set, embedder)


def staged(retrieval_set: RetrievalSet, embedder: Embedder) -> Staged:
    """The documents of the set and their passages; only the tokens of `embedder` matter."""
    documents, passages = [], []
    for one in retrieval_set.documents:
        document, of_it = read(one, embedder)
        documents.append(document)
        passages.extend(of_it)
    return Staged(documents, passages, name=retrieval_set.name)


def open_staged(home: Path, whole: Staged, retrieval_set: RetrievalSet, embedder: Embedder) -> Ours:
    """Stage below `home` what was read already, and open it."""
    revisions = Revisions(home)
    revision = revisions.stage(whole, embedder)
    return Ours(revisions.open(revision, embedder), retrieval_set, embedder)


def read(one: SetDocument, embedder: Embedder) -> tuple[Document, list[Passage]]:
    """The document and its passages, by the readers and the splitter of `ingest`."""
    titles = tuple(one.fields[name] for name in FIELDS if name in one.fields)
    code = is_python(one.text)
    reading = _reading(one.text, code)
    document = Document(
        id=prefix(one.scope) + one.id,
        title=titles[0] if titles else reading.title or "",
        kind=Kind.CODE if code else Kind.POLICY,
        audience=Audience.INTERNAL if code else Audience.PUBLIC,
        owner="bench",
        entity=one.fields.get("entity"),
        revision=hashlib.sha256(one.text.encode()).hexdigest(),
    )
    sections = tuple(replace(section, titles=(*titles[1:], *section.titles)) for section in reading.sections)
    passages = passages_of(
        document, replace(reading, sections=sections), embedder.count_tokens, embedder.identity.max_tokens
    )
    return document, passages


def _reading(text: str, code: bool) -> Reading:
    source = textwrap.dedent(text) if code else text
    name, kind = ("set.py", Kind.CODE) if code else ("set.md", Kind.POLICY)
    try:
        return replace(read_document(name, kind, source.encode()), title=None)
    except UnreadableDocument:
        # A file of headings alone is an owner's mistake; a row of a set is searched as it stands.
        return Reading(None, (Section((), (Block(text or "…"),)),))


def is_python(text: str) -> bool:
    """Whether the text is Python that starts with a function or class."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(textwrap.dedent(text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(body) and isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def conversation(question: Question) -> Conversation:
    """The dialogue as the helpdesk page would show it, the question as the newest customer turn."""
    said = [*question.context, (Role.CUSTOMER, question.text)]
    turns = tuple(Turn(f"t{place}", Role(role), text, NOW) for place, (role, text) in enumerate(said))
    return Conversation("bench", "bench", Channel.CHAT, question.subject, Customer(), turns)


def before(question: Question) -> Question | None:
    """The dialogue up to the customer's turn before, if there is one."""
    asked = [place for place, (role, _) in enumerate(question.context) if role == Role.CUSTOMER]
    if not asked:
        return None
    return replace(question, text=question.context[asked[-1]][1], context=question.context[: asked[-1]])


def prefix(scope: Mapping[str, str]) -> str:
    """What stands before a document's id so that site and repo can be filtered; ends with a bar."""
    return "".join(f"{key}={quote(scope[key], safe='')}/" for key in SCOPES if key in scope) + "|"


def doc_id(document_id: str) -> str:
    """The set's own id again."""
    return document_id.partition("|")[2]
