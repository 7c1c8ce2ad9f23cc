"""How scores become one ranking and a confidence. Pure; comments say where each number comes from."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# The dense score leads; words break ties and rescue codes, names and numbers. Chosen on four public dev sets
# (stackfaq, va_faq, doc2dial_va, aws_docs), where anything from 0.3 to 0.6 is as good within the noise.
LEXICAL_WEIGHT = 0.4
# The BM25 at which a passage's words count half.
HALF_BM25 = 8.0

# Confidence that a passage answers: a logistic function over features that can be looked at. Fitted by
# scripts/fit_confidence.py on the 107 golden questions of the demo and 100 of stackfaq dev
# that the demo cannot answer.
BIAS = -6.1
PER_DENSE = 8.6
PER_LEXICAL = 3.1
PER_COVERAGE = 2.5

# Below this confidence of the first hit, nothing found is good enough to answer from. On the questions above
# it lets 92 % of the right first hits through and 22 % of the wrong ones.
ANSWER_THRESHOLD = 0.3


def saturated(bm25: Scores) -> Scores:
    """BM25 from 0 to 1, so that a long query doesn't outweigh the dense score."""
    result: Scores = bm25 / (bm25 + np.float32(HALF_BM25))
    return result


def fused(dense: Scores, lexical: Scores) -> Scores:
    """One score a passage; `dense` is a cosine, `lexical` a saturated BM25."""
    result: Scores = dense + np.float32(LEXICAL_WEIGHT) * lexical
    return result


def coverage(rarity: Mapping[str, float], passage_words: Collection[str]) -> float:
    """The share, 0 to 1, of the query's words that the passage has, each counted by how rare it is."""
    whole = sum(rarity.values())
    return sum(weight for word, weight in rarity.items() if word in passage_words) / whole if whole else 0.0


def confidence(dense: float, lexical: float, covered: float) -> float:
    """The estimated probability, 0 to 1, that the passage answers the query."""
    evidence = BIAS + PER_DENSE * dense + PER_LEXICAL * lexical + PER_COVERAGE * covered
    return 1.0 / (1.0 + math.exp(-evidence))
