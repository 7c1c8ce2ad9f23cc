"""What flags are compared with: a list of words, VADER, and a logistic regression on single turns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.flag_data import Example, Row, our_examples, shared_examples, split_domains
from bench.flag_fit import GRID, f1
from bench.flag_live import disposition_of
from bench.flag_scores import REASONS, Said, reason_of
from knowledge.embedder import Embedder

# As a team would write it in an afternoon.
KEYWORDS = {
    "frustration": "ridiculous useless unacceptable worst terrible angry furious fed.up joke again!",
    "dispute": "lawyer court legal chargeback dispute fraud refund.me ombudsman sue",
    "policy_exception": "exception waive goodwill just.this.once bend extend",
    "not_understood": "not.what.i.asked didn't.answer already.told i.said misunderstood",
    "churn_risk": "cancel close.my.account switch competitor leaving never.again",
    "public_escalation": "twitter facebook tiktok review press journalist followers viral reddit",
    "vulnerability": "died funeral ill cancer hospital suicide abuse homeless disabled can't.afford",
    "upsell": "upgrade premium more.seats add-on bigger.plan",
    "multi_department": "department departments billing.and transferred",
    "human_requested": "human real.person manager supervisor call.me agent.please speak.to",
}
VADER_FROM = -0.4
FRUSTRATION = "frustration"

Chances = Mapping[str, NDArray[np.float64]]


def customer_places(row: Row) -> list[int]:
    """The places of the customer's turns."""
    return [place for place, turn in enumerate(row["turns"]) if turn["role"] == "customer"]


def said_by(row: Row, raised: Iterable[tuple[str, int]]) -> Said:
    """A peer's flags for a conversation, the first of each reason; all are shown."""
    first: dict[str, Row] = {}
    for reason, place in raised:
        text = row["turns"][place]["text"]
        flag = {"reason": reason, "turn": place, "evidence": text, "confidence": 1.0, "shown": True}
        first.setdefault(reason, flag)
    flags = list(first.values())
    return Said(row, flags, disposition_of(flags))


def keywords(data: Sequence[Row]) -> list[Said]:
    """Whoever uses one of the words."""
    patterns = {
        reason: re.compile(rf"\b(?:{'|'.join(words.split())})", re.IGNORECASE)
        for reason, words in KEYWORDS.items()
    }
    return [
        said_by(
            row,
            [
                (reason, place)
                for place in customer_places(row)
                for reason, pattern in patterns.items()
                if pattern.search(row["turns"][place]["text"])
            ],
        )
        for row in data
    ]


def vader(data: Sequence[Row]) -> list[Said]:
    """Frustration wherever the sentiment of a turn is low."""
    analyzer = SentimentIntensityAnalyzer()
    low = {
        str(row["id"]): [
            place
            for place in customer_places(row)
            if analyzer.polarity_scores(row["turns"][place]["text"])["compound"] <= VADER_FROM
        ]
        for row in data
    }
    return [said_by(row, [(FRUSTRATION, place) for place in low[str(row["id"])]]) for row in data]


def regression(
    data: Sequence[Row], folds: Sequence[Collection[str]], embedder: Embedder, shared: Path
) -> list[Said]:
    """Frozen embeddings of single turns and a logistic regression; thresholds from the other domains."""
    sealed, _ = split_domains()
    learned = [one for one in our_examples() if one.domain not in sealed] + shared_examples(shared)
    turns = [(row, place) for row in data for place in customer_places(row)]
    known = embedder.embed([one.text for one in learned])
    asked = embedder.embed([row["turns"][place]["text"] for row, place in turns])
    chances = {reason: _chances(learned, known, asked, reason) for reason in REASONS}
    said: list[Said] = []
    for fold in folds:
        least = _thresholds([row for row in data if row["domain"] not in fold], turns, chances)
        for row in data:
            if row["domain"] in fold:
                said.append(said_by(row, _raised(row, turns, chances, least)))
    return said


def _chances(
    learned: Sequence[Example], known: NDArray[np.float32], asked: NDArray[np.float32], reason: str
) -> NDArray[np.float64]:
    wanted = "churn" if reason == "churn_risk" else reason
    model = LogisticRegression(C=10.0, max_iter=500, class_weight="balanced")
    model.fit(known, [wanted in one.reasons for one in learned])
    return np.asarray(model.predict_proba(asked)[:, 1])


def _raised(
    row: Row, turns: Sequence[tuple[Row, int]], chances: Chances, least: Mapping[str, float]
) -> list[tuple[str, int]]:
    places = [(at, place) for at, (of, place) in enumerate(turns) if of is row]
    return [
        (reason, place) for at, place in places for reason in REASONS if chances[reason][at] >= least[reason]
    ]


def _thresholds(data: Sequence[Row], turns: Sequence[tuple[Row, int]], chances: Chances) -> dict[str, float]:
    best = {}
    rows_of = {id(row): [at for at, (of, _) in enumerate(turns) if of is row] for row in data}
    for reason in REASONS:
        highest = np.array([chances[reason][rows_of[id(row)]].max(initial=0.0) for row in data])
        there = np.array([reason in {reason_of(flag["reason"]) for flag in row["flags"]} for row in data])
        best[reason] = float(GRID[int(np.argmax([f1(there, highest >= at) for at in GRID]))])
    return best
