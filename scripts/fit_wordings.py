"""Fits which words speak for each reason; writes `model/words.json` and names it in the manifest.

    .venv/bin/python -m scripts.fit_wordings --turns ../shared/data/escalation/train.jsonl

Learned from the turns that the model is trained on: nothing sealed or kept for calibration.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench.flag_data import Example, our_examples, shared_examples, split_domains
from knowledge.durable import sha256_of
from server.flags.encoder import MODEL
from server.flags.judge import LEARNED, TROUBLE
from server.flags.wording import FILE, HUNDREDTHS, terms_of

LEAST_TURNS = 2
STRENGTH = 5.0


def labels_of(examples: Sequence[Example], head: str) -> tuple[list[int], list[bool]]:
    """The places of the examples that count for this head, and whether each has it."""
    if head == TROUBLE:
        return list(range(len(examples))), [bool(one.reasons - {"upsell"}) for one in examples]
    counted = [at for at, one in enumerate(examples) if head not in one.unsure]
    return counted, [head in examples[at].reasons for at in counted]


def hundredths(numbers: Any) -> list[Any]:
    """The numbers as whole hundredths."""
    whole: list[Any] = np.round(np.asarray(numbers) * HUNDREDTHS).astype(int).tolist()
    return whole


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=Path, required=True, help="the shared training turns")
    parser.add_argument("--out", type=Path, default=MODEL)
    given = parser.parse_args()
    sealed, calibration = split_domains()
    ours = [one for one in our_examples() if one.domain not in sealed | calibration]
    examples = [*ours, *shared_examples(given.turns)]
    counting = TfidfVectorizer(analyzer=terms_of, sublinear_tf=True, min_df=LEAST_TURNS)
    columns = counting.fit_transform([one.text for one in examples])
    heads = [*LEARNED, TROUBLE]
    fits = []
    for head in heads:
        counted, labels = labels_of(examples, head)
        fits.append(LogisticRegression(C=STRENGTH, solver="liblinear").fit(columns[counted], labels))
    written = {
        "heads": heads,
        "intercepts": hundredths([one.intercept_[0] for one in fits]),
        "terms": counting.get_feature_names_out().tolist(),
        "rarity": hundredths(counting.idf_),
        "weights": hundredths(np.stack([one.coef_[0] for one in fits], axis=1)),
    }
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    (given.out / FILE).write_text(text + "\n", encoding="utf-8")
    card = given.out / "manifest.json"
    named = json.loads(card.read_text(encoding="utf-8")) | {"words": sha256_of(given.out / FILE)}
    card.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")
    print(f"{len(written['terms'])} terms from {len(examples)} turns, {len(text) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
