"""Fits an intent classifier on labelled texts: a multinomial logistic regression, and how sure it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from bench.logistic import fit as fit_logistic
from server.intents.classifier import NONE, Classifier
from server.intents.words import columns_of, weighted

Floats = NDArray[np.float32]

# How much the meaning counts beside the words, and how freely coefficients may grow.
VECTOR_WEIGHT = 2.0
FREEDOM = 10.0
# The share of what is in scope and right that may be taken for out of scope.
LOST = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Texts, their vectors (of the embedding model with this digest), and intents; `NONE` is out of scope."""

    texts: Sequence[str]
    vectors: Floats
    intents: Sequence[str]
    model: str = ""

    def only(self, places: Sequence[int]) -> Labelled:
        """Those at these places."""
        texts, intents = [self.texts[at] for at in places], [self.intents[at] for at in places]
        return Labelled(texts, self.vectors[list(places)], intents, self.model)


def rarity_of(texts: Sequence[str], width: int) -> Floats:
    """How rare each column is among these texts."""
    filled = np.concatenate([columns_of(text, width)[0] for text in texts])
    seen = np.bincount(filled, minlength=width)
    return np.asarray(np.log((1 + len(texts)) / (1 + seen)) + 1, dtype=np.float32)


def matrix_of(texts: Sequence[str], rarity: Floats) -> sparse.csr_matrix:
    """A row of weighted columns a text."""
    counted = [columns_of(text, len(rarity)) for text in texts]
    values = [weighted(columns, counts, rarity) for columns, counts in counted]
    ends = np.cumsum([0, *(len(columns) for columns, _ in counted)])
    columns = np.concatenate([columns for columns, _ in counted])
    return sparse.csr_matrix((np.concatenate(values), columns, ends), shape=(len(texts), len(rarity)))


def coefficients(data: Labelled, width: int, none_weight: float = 1.0) -> Classifier:
    """Fitted on all of `data`; of its doubt nothing is known yet."""
    rarity = rarity_of(data.texts, width)
    meaning = sparse.csr_matrix(data.vectors * VECTOR_WEIGHT)
    rows = sparse.hstack([meaning, matrix_of(data.texts, rarity)]).tocsr().astype(np.float32)
    labels = np.array(data.intents)
    model = LogisticRegression(C=FREEDOM, max_iter=200, tol=1e-3)
    model.fit(rows, labels, sample_weight=np.where(labels == NONE, none_weight, 1.0))
    wide = data.vectors.shape[1]
    intents = tuple(str(one) for one in model.classes_)
    found = np.asarray(model.coef_.T, dtype=np.float32)
    return Classifier(
        intents=intents,
        rarity=rarity,
        by_vector=found[:wide] * VECTOR_WEIGHT,
        by_column=found[wide:],
        bias=np.asarray(model.intercept_, dtype=np.float32),
        centres=_centres(data, intents),
        doubt=np.zeros(5, dtype=np.float32),
        least=0.0,
        model=data.model,
    )


def _centres(data: Labelled, intents: Sequence[str]) -> Floats:
    labels = np.array(data.intents)
    means = np.stack([data.vectors[labels == intent].mean(axis=0) for intent in intents])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


def fitted(data: Labelled, parts: Sequence[int], width: int, none_weight: float = 1.0) -> Classifier:
    """Fitted on all of `data`, with the doubt of texts that were left out in turn, by `parts`.

    A part of -1 is never left out.
    """
    signs, right = [], []
    for part in sorted(set(parts) - {-1}):
        others = [at for at, one in enumerate(parts) if one != part]
        left_out = [at for at, one in enumerate(parts) if one == part]
        classifier = coefficients(data.only(others), width, none_weight)
        for at in left_out:
            found = _signs_of(classifier, data, at)
            signs += [each for each, _ in found]
            right += [each for _, each in found]
    doubt, least = _doubt(np.array(signs, np.float64), np.array(right, np.float64))
    return replace(coefficients(data, width, none_weight), doubt=doubt, least=least).rounded()


def _signs_of(classifier: Classifier, data: Labelled, at: int) -> list[tuple[Floats, bool]]:
    """The signs of a text with whether its best intent is right; and as if its own intent didn't exist."""
    scores, vector = classifier.scores(data.texts[at], data.vectors[at]), data.vectors[at]
    best = classifier.intents[int(scores.argmax())]
    found = [] if best == NONE else [(classifier.signs(scores, vector), best == data.intents[at])]
    if data.intents[at] != NONE and data.intents[at] in classifier.intents:
        own = np.array([intent == data.intents[at] for intent in classifier.intents])
        others = np.where(own, np.float32(scores.min()), scores)
        found.append((classifier.signs(others, vector), False))
    return found


def _doubt(signs: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[Floats, float]:
    """The weights of the signs and of the bias, and the chance under which a text is out of scope."""
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-9
    numbers = fit_logistic((signs - middle) / spread, right, np.ones(len(right)))
    weights = numbers[:-1] / spread
    doubt = np.array([*weights, numbers[-1] - weights @ middle], dtype=np.float32)
    chances = 1 / (1 + np.exp(-(signs @ doubt[:-1] + doubt[-1])))
    # What is likelier right than not is never out of scope.
    return doubt, min(float(np.quantile(chances[right > 0], LOST)), 0.5)
