"""How scores become one ranking. Pure; comments say where each number comes from."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# How much words count beside the meaning, whose cosine counts 1: their saturated BM25, more in a long
# need. Fitted by scripts/fit_fusion.py on nine dev sets; each set's figures hold within the noise when it is
# left out of the fit.
LEXICAL = 0.32
LEXICAL_BY_LENGTH = 0.15
# The need's length, in different words, at which LEXICAL_BY_LENGTH changes nothing.
USUAL_WORDS = 9.0
# The BM25 at which a passage's words count half.
HALF_BM25 = 8.0

# What was said before: by itself, and by the document that it speaks of. Round numbers, for one set alone has
# long dialogues: more finds more there and makes a change of subject harder to follow.
OLDER = 0.5
OLDER_WORDS = 0.4
DOCUMENT = 1.0
# A passage about the place or plan that the dialogue names, over one about another; about none is between.
NAMED = 0.6
# A product's page has to be this far ahead: whoever asks about delivering, returning or mending an armchair
# says "armchair" too. A round number chosen on the demo, where 7 of 22 wrong first hits were such pages: the
# first five hold an answer for 96 % of the golden questions, 93 % without it. No retrieval set has products.
PRODUCT = 0.15

# What a second look at the best rows adds: the need's neighbouring words that are neighbours there too, and
# another document with the same title (answers of one page, functions of one file) that is among the best.
# Fitted like LEXICAL, with code among the sets.
PAIRS = 0.15
SUBJECT = 0.25
# How far behind the best score of all such another document may be to say anything.
REACH = 0.4

# Whether the need goes on with what was said before: a logistic function fitted by scripts/fit_fusion.py on
# the dialogues of doc2dial_va and on the same with another's question at their end.
GOES_ON = 0.3
PER_STILL_ANSWERED = 10.9
PER_BEST = -12.2
PER_SHARED = 4.8


def saturated(bm25: Scores) -> Scores:
    """BM25 from 0 to 1, so that a long query doesn't outweigh the dense score."""
    result: Scores = bm25 / (bm25 + np.float32(HALF_BM25))
    return result


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each of some rows, and what is known of the query.

    `dense` (cosine) and `lexical` (saturated BM25) are of the need, `older` and `document` (the best in the
    row's document) of what was said before, `named` from 0 to 1; `product` is 1 on the page of a product.
    `words` counts the need's different words; `going_on` is how surely it goes on with what was said before.
    A second look finds `pairs`, the share of the need's neighbouring words, and `subject`, how near to the
    best of all another document on the row's subject comes; both are 0 before it.
    """

    dense: Scores
    lexical: Scores
    older: Scores
    document: Scores
    named: Scores
    product: Scores
    words: int
    going_on: float = 0.0
    pairs: Scores | float = 0.0
    subject: Scores | float = 0.0


def of_need(evidence: Evidence) -> Scores:
    """The score by the need alone."""
    length = math.log((evidence.words + 1) / (USUAL_WORDS + 1))
    by_words = np.float32(max(0.0, LEXICAL + LEXICAL_BY_LENGTH * length))
    score: Scores = evidence.dense + by_words * evidence.lexical
    return score


def fused(evidence: Evidence) -> Scores:
    """One score a row: the need, what was said before as far as it goes on, name, kind and second look."""
    before = np.float32(OLDER) * evidence.older + np.float32(DOCUMENT) * evidence.document
    score: Scores = (
        of_need(evidence)
        + np.float32(evidence.going_on) * before
        + np.float32(NAMED) * evidence.named
        + np.float32(-PRODUCT) * evidence.product
        + np.float32(PAIRS) * evidence.pairs
        + np.float32(SUBJECT) * evidence.subject
    )
    return score


def vouched_for(scores: Scores, subjects: NDArray[np.int32], documents: NDArray[np.int32]) -> Scores:
    """For each row, 0 to REACH: how near to the best of all another document on its subject comes."""
    others = (subjects[:, None] == subjects) & (documents[:, None] != documents)
    nearest = np.where(others, scores, -np.inf).max(axis=1, initial=-np.inf)
    result: Scores = np.maximum(nearest - (scores.max(initial=-np.inf) - np.float32(REACH)), 0)
    return result


def best_of_texts(scores: Scores, texts: NDArray[np.int32], limit: int) -> NDArray[np.int64]:
    """The places of the `limit` best scores, of equal texts only the best; best first."""
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(texts[order], return_index=True)
    result: NDArray[np.int64] = order[np.sort(first)[:limit]]
    return result


def best_of_group(scores: Scores, groups: NDArray[np.int32]) -> Scores:
    """For each row the best score in its group."""
    _, group = np.unique(groups, return_inverse=True)
    best = np.full(int(group.max(initial=-1)) + 1, -np.inf, dtype=np.float32)
    np.maximum.at(best, group, scores)
    result: Scores = best[group]
    return result


def going_on(still_answered: float, best: float, shared: float) -> float:
    """How surely, 0 to 1, the need goes on with what was said before.

    `still_answered` is the need's best score in the document spoken of over its best anywhere, `best` its
    highest cosine (a question that stands alone has one near 1), `shared` the share of its words said before.
    """
    return logistic(GOES_ON + PER_STILL_ANSWERED * still_answered + PER_BEST * best + PER_SHARED * shared)


def coverage(rarity: Mapping[str, float], passage_words: Collection[str]) -> float:
    """The share, 0 to 1, of the query's words that the passage has, each counted by how rare it is."""
    whole = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in passage_words) / whole if whole else 0.0


def logistic(evidence: float) -> float:
    """Evidence, in logits, as a probability."""
    return 1.0 / (1.0 + math.exp(-evidence))
