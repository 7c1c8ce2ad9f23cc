"""Routine intents of whole conversations: fitted without the domains that are measured, or as shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.flag_data import Row, folds_of
from bench.intent_data import domain_parts, joined, labelled, our_conversations
from bench.intent_fit import Labelled, fitted
from bench.stats import Estimate, proportion
from knowledge.embedder import Embedder
from server.intents.classifier import Classifier
from server.intents.shipped import shipped_classifier

WIDTH = 8192
# What fits none of the eleven is written far oftener in our data than it is among routine conversations.
NONE_WEIGHT = 0.15
Intents = Mapping[str, str | None]


def fit_routine(data: Labelled, domains: Sequence[str]) -> Classifier:
    """The eleven, their doubt taken from domains left out in five turns."""
    parts = domain_parts(domains, folds_of(domains))
    return fitted(data, parts, WIDTH, NONE_WEIGHT)


def shipped_intents(data: Sequence[Row], embedder: Embedder) -> Intents:
    """As the server reads the whole conversations."""
    return _read(shipped_classifier(), *labelled(data, embedder))


def left_out_intents(data: Sequence[Row], embedder: Embedder, shared: Path | None) -> Intents:
    """Each conversation by coefficients that were fitted on ours and on the other domains."""
    ours, our_rows = labelled(our_conversations(shared), embedder)
    theirs, their_rows = labelled(data, embedder)
    # A person must lead these, and what they want beside that was not always labelled.
    taught = [at for at, row in enumerate(their_rows) if row["routine_intent"] or not row["flags"]]
    found: dict[str, str | None] = {}
    for fold in folds_of([row["domain"] for row in data]):
        others = [at for at in taught if their_rows[at]["domain"] not in fold]
        held = [at for at, row in enumerate(their_rows) if row["domain"] in fold]
        domains = [row["domain"] for row in [*our_rows, *(their_rows[at] for at in others)]]
        classifier = fit_routine(joined(ours, theirs.only(others)), domains)
        found |= _read(classifier, theirs.only(held), [their_rows[at] for at in held])
    return found


def _read(classifier: Classifier, data: Labelled, data_rows: Sequence[Row]) -> dict[str, str | None]:
    pairs = zip(data_rows, data.texts, data.vectors, strict=True)
    return {str(row["id"]): classifier.read(text, vector).intent for row, text, vector in pairs}


def accuracy(data: Sequence[Row], found: Intents) -> Estimate:
    """The share of conversations without flags whose intent is right; none is an intent too."""
    plain = [row for row in data if not row["flags"]]
    return proportion([found.get(str(row["id"])) == row["routine_intent"] for row in plain])
