"""The nouns of the knowledge: Document, Passage, Hit and the filter that search obeys. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.rule import Rule


class Kind(StrEnum):
    """What a document is."""

    POLICY = "policy"
    FAQ = "faq"
    MACRO = "macro"
    PRODUCT = "product"
    CODE = "code"
    PROTOCOL = "protocol"


class Audience(StrEnum):
    """Who may read a passage; only `public` text ever enters a draft."""

    PUBLIC = "public"
    EXPERT = "expert"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Document:
    """One source file (or row set) as its owner published it.

    `id` is its path relative to the folder of `knowledge.toml`; `revision` is the SHA-256 of its bytes and of
    the source settings that shaped it, so an equal revision means equal passages. `source` is the name of the
    `[[source]]` in `knowledge.toml` that claimed it. `entity` is the place, plan or product it is about, by
    the name that people call it.
    """

    id: str
    title: str
    kind: Kind
    audience: Audience
    owner: str
    revision: str
    locale: str = "en"
    product: str | None = None
    entity: str | None = None
    tags: tuple[str, ...] = ()
    effective_from: date | None = None
    expires_on: date | None = None
    updated_on: date | None = None
    url: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable piece of a document, with everything a citation has to show.

    `first_line`/`last_line` are 1-based and inclusive in the document's file; both are None where lines mean
    nothing (HTML). `question` is set for question-answer pairs. `title_path` runs from the document's title
    to the nearest heading (or module, class, function). `rule` says in words what code decides.
    """

    id: str
    document: Document
    text: str
    title_path: tuple[str, ...]
    question: str | None = None
    first_line: int | None = None
    last_line: int | None = None
    rule: Rule | None = None

    @property
    def search_text(self) -> str:
        """The text both indexes see: titles, then the question, then the text."""
        return "\n".join(part for part in (" > ".join(self.title_path), self.question, self.text) if part)


def passage_id(document_id: str, ordinal: int, text: str) -> str:
    """A stable id: equal document, place and text give the same 16 hex digits."""
    return hashlib.sha256(f"{document_id}\0{ordinal}\0{text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Filter:
    """Hard limits of a search; None means no limit.

    `as_of` judges effective-from and expires-on (both inclusive). `documents` are id prefixes (a site or a
    repository). `locales` always admit passages of an equal base language ("en" admits "en-GB").
    """

    as_of: date
    audiences: frozenset[Audience] = frozenset(Audience)
    kinds: frozenset[Kind] = frozenset(Kind)
    product: str | None = None
    locale: str | None = None
    documents: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class QueryTurn:
    """One utterance of the dialogue as search sees it; `vector` is its unit embedding (384 floats).

    Without one (None, for all turns of a search) only words count. What is needed now comes first, then what
    was said before it (`older`), each newest first.
    """

    text: str
    vector: object = field(compare=False, hash=False)
    weight: float = 1.0
    older: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores: `confidence` is the calibrated probability that it answers.

    It follows from `dense` (cosine) and `lead` (how far its score is above the best of other subjects).
    `lexical` is saturated BM25, `coverage` the share of the query's words that it has. `older` is the
    share that what was said before has in these.
    """

    passage: Passage
    score: float
    confidence: float
    dense: float
    lexical: float
    coverage: float = 0.0
    lead: float = 0.0
    older: float = 0.0
