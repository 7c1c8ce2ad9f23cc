"""Fits the eleven routine intents and writes `server/intents/model.npz`.

    .venv/bin/python -m scripts.fit_intents [--shared ../shared/data/escalation]

Fitted on our own conversations (`server/intents/data`, `server/flags/data`) and, where given, on the labelled
turns and conversations of that folder. What bench/flags.py reports of those was fitted without the domains
that it reports.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bench.flag_data import rows
from bench.intent_data import labelled, our_conversations
from bench.report import HOME
from bench.routine import fit_routine
from knowledge.model_files import load_embedder
from server.intents.shipped import MODEL, write_classifier


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    given = parser.parse_args()
    data = our_conversations(given.shared / "train.jsonl" if given.shared else None)
    if given.shared:
        taught = rows(given.shared / "dev.jsonl")
        data += [row for row in taught if row["routine_intent"] or not row["flags"]]
    texts, read = labelled(data, load_embedder(HOME.parent))
    classifier = fit_routine(texts, [row["domain"] for row in read])
    write_classifier(classifier, given.out)
    print(Counter(texts.intents), f"least {classifier.least:.3f}", f"{given.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
