"""Fits how the reasons weigh what the flags' model sees, and how likely a flag is right that is so sure.

Writes `weights.json` and `calibration.json` in `server/flags/model`.

    .venv/bin/python -m scripts.fit_flags [--dev ../shared/data/escalation/dev.jsonl]

Fitted on our businesses kept for calibration and, where given, on labelled conversations. What bench/flags.py
reports of those was fitted without the domains that it reports.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bench.flag_calibration import calibration_from, talks_of
from bench.flag_data import our_dialogues, rows, split_domains
from bench.flag_fit import fit
from bench.flag_live import talk_of
from server.flags.encoder import MODEL, FlagModel
from server.flags.judge import LEARNED
from server.flags.stated import FILE as CALIBRATION
from server.flags.understanding import Understanding


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--model", type=Path, default=MODEL)
    given = parser.parse_args()
    model = FlagModel(given.model)
    understanding = Understanding(model)
    ours = [(row, talk_of(understanding, row)) for row in our_dialogues(split_domains()[1])]
    labelled = [(row, talk_of(understanding, row)) for row in rows(given.dev)] if given.dev else []
    weights = fit(talks_of(ours), talks_of(labelled), LEARNED)
    written = {reason: {**asdict(one), "features": dict(one.features)} for reason, one in weights.items()}
    (given.model / "weights.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    calibration = asdict(calibration_from(model, ours, labelled))
    (given.model / CALIBRATION).write_text(json.dumps(calibration, indent=1) + "\n", encoding="utf-8")
    for reason, one in weights.items():
        print(f"{reason}: quiet {one.quiet}, shown {one.shown}", dict(one.features))
    print(calibration)


if __name__ == "__main__":
    main()
