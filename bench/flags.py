"""Flags: which are raised, when, how surely, and how often for nothing; beside simpler peers.

    .venv/bin/python -m bench.flags --data FILE [--out FILE]

Where the rows are labelled and name their domains, thresholds and weights are fitted without the domains that
they are measured on (five folds); on any other file the shipped ones are used.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from bench.flag_calibration import as_told, calibration_from, talks_of
from bench.flag_data import Row, conversation_of, folds_of, our_dialogues, rows, split_domains
from bench.flag_docs import keep
from bench.flag_fit import Talk, fit
from bench.flag_live import disposition_of, prefixes, raised_live, talk_of
from bench.flag_scores import REASONS, Said, figures, share
from bench.flag_sureness import Chances, chances_of, sureness
from bench.report import DATA, HOME, RESULTS, ROOT, Measure, compare, conditions, screen, show, write
from bench.routine import Intents, accuracy, left_out_intents, shipped_intents
from bench.stats import percentile
from knowledge.model_files import load_embedder
from server.flags import FlagView, decide, shipped_rules
from server.flags.crisis import CrisisModel
from server.flags.encoder import FlagModel
from server.flags.judge import LEARNED, Weights
from server.flags.learned import shipped_weights
from server.flags.stated import shipped_calibration
from server.flags.understanding import Understanding

CALIBRATED = ("calibration_error", "calibration_error_from_0.1", "calibration_error.told")
AT_LEAST = {
    **{"macro_f1": 0.65, "shown_precision": 0.8, "right_turn": 0.8, "evidence_overlap": 0.85},
    **{
        "disposition": 0.82,
        "routine_intent": 0.85,
        "crisis_recall.explicit": 1.0,
        "crisis_recall.implicit": 0.9,
    },
    **{f"f1.{reason}": 0.45 for reason in REASONS},
}
AT_MOST = {
    **{
        "plain_shown": 3,
        "plain_quiet": 9,
        **dict.fromkeys(CALIBRATED, 0.09),
        "crisis_false": 1,
        "ms_per_turn_p95": 25,
    },
}
SEALED_AT_MOST = dict.fromkeys(CALIBRATED, 0.05)
WRITTEN = ("reason", "turn", "evidence", "confidence", "severity", "shown")
KINDS = ("explicit", "implicit", "idiom")
PEER_FIGURES = ("macro_f1", "f1.frustration", "plain_shown", "disposition")
SEALED = "our sealed turns"
# Turns about crises of writers whom no model learned from; by the last ones nobody chose anything.
APART = {
    name: ROOT / "tests" / f"crises_{name}.jsonl" for name in ("unseen", "sealed", "fresh", "later", "last")
}
ROUTINE = "routine_intent"


class Bench:
    """One model, read once for all that is measured."""

    def __init__(self) -> None:
        self.model = FlagModel()
        self.understanding = Understanding(self.model)
        _, calibration = split_domains()
        ours = our_dialogues(calibration)
        self.ours = list(zip(ours, self.talks(ours), strict=True))

    def talks(self, data: Sequence[Row]) -> list[Talk]:
        """The features of these conversations."""
        return [talk_of(self.understanding, row) for row in data]

    def said(self, data: Sequence[Row], weights: Mapping[str, Weights]) -> list[Said]:
        """What the product raises with these weights."""
        rules = shipped_rules(model=self.model, weights=weights)
        raised = [(row, raised_live(rules, row)) for row in data]
        return [Said(row, flags, disposition_of(flags)) for row, flags in raised]

    def cross_validated(self, data: Sequence[Row]) -> tuple[list[Said], Chances]:
        """Each conversation by what was fitted without its domain; every chance beside its label."""
        known = list(zip(data, self.talks(data), strict=True))
        said: list[Said] = []
        chances = Chances((), ())
        for fold in folds_of([row["domain"] for row in data]):
            learned = [(row, talk) for row, talk in known if talk.domain not in fold]
            held = [(row, talk) for row, talk in known if talk.domain in fold]
            weights = fit(talks_of(self.ours), talks_of(learned), LEARNED)
            calibration = calibration_from(self.model, self.ours, learned)
            said += as_told(self.said([row for row, _ in held], weights), calibration)
            chances += chances_of(talks_of(held), weights)
        return said, chances

    def shipped(self, data: Sequence[Row]) -> tuple[list[Said], Chances]:
        """Each conversation as this release has it; every chance beside its label."""
        weights = shipped_weights()
        said = as_told(self.said(data, weights), shipped_calibration())
        return said, chances_of(self.talks(data), weights)


def milliseconds(data: Sequence[Row]) -> list[float]:
    """How long the flags of each customer turn take on one core, with the turns before it read already."""
    rules = shipped_rules(model=FlagModel(), crisis=CrisisModel())
    taken = []
    for row in data:
        for _, talk in prefixes(conversation_of(row)):
            began = perf_counter()
            decide(rules, FlagView(talk))
            taken.append((perf_counter() - began) * 1000)
    return taken


def measured(bench: Bench, data: Sequence[Row], shipped: bool) -> tuple[list[Said], dict[str, float]]:
    """What was raised on a labelled file, and every figure of it."""
    if not shipped and all(row.get("domain") for row in data):
        said, chances = bench.cross_validated(data)
    else:
        said, chances = bench.shipped(data)
    taken = milliseconds(data)
    found = dict(figures(said))
    found |= sureness(said, chances)
    found["ms_per_turn_p50"], found["ms_per_turn_p95"] = percentile(taken, 0.5), percentile(taken, 0.95)
    return said, found


def crises(bench: Bench, marked: Sequence[Row]) -> dict[str, float]:
    """How many of these turns about crises are heard, and how many that only sound so are taken for one."""
    said = bench.said(marked, shipped_weights())
    urgent = {str(one.row["id"]) for one in said if any(flag["severity"] == "urgent" for flag in one.flags)}
    kinds = {kind: [str(row["id"]) for row in marked if row["crisis"] == kind] for kind in KINDS}
    found = {f"crisis_recall.{kind}": share(one in urgent for one in kinds[kind]) for kind in KINDS[:2]}
    false = urgent & set(kinds["idiom"])
    return found | {"crisis_false": float(len(false)), "crisis_turns": float(len(marked))}


def crises_of(file: Path) -> list[Row]:
    """Turns about crises, and others, as conversations."""
    return [
        {
            "id": row["id"],
            "turns": [
                *([{"role": "agent", "text": row["before"]}] if "before" in row else []),
                {"role": "customer", "text": row["text"]},
            ],
            "crisis": "idiom" if row["kind"] == "negative" else row["kind"],
        }
        for row in rows(file)
    ]


def routine_intents(data: Sequence[Row], given: Namespace, shared: Path) -> Intents:
    """Each conversation's intent: without its domain where that is known, else as shipped."""
    # The project's own export, which the tests have too.
    embedder = load_embedder(HOME.parent)
    taught = all({"routine_intent", "flags", "domain"} <= row.keys() for row in data)
    if given.shipped or given.sealed or not taught:
        return shipped_intents(data, embedder)
    return left_out_intents(data, embedder, shared if shared.exists() else None)


def routine_measures(data: Sequence[Row], intents: Intents) -> list[Measure]:
    """How often the intent of a conversation without flags is right, where intents are labelled."""
    if not all({"routine_intent", "flags"} <= row.keys() for row in data):
        return []
    return [compare(ROUTINE, "", accuracy(data, intents))]


def peers(data: Sequence[Row], shared: Path) -> dict[str, list[Said]]:
    """The same conversations through simpler means."""
    from bench.flag_peers import keywords, regression, vader

    folds = folds_of([row["domain"] for row in data])
    trained = regression(data, folds, load_embedder(HOME), shared)
    return {"keywords": keywords(data), "vader": vader(data), "regression": trained}


def measures(found: Mapping[str, float], beside: Mapping[str, list[Said]]) -> list[Measure]:
    """Ours beside the embeddings with a logistic regression; the other peers on lines of their own."""
    theirs = {name: dict(figures(said)) for name, said in beside.items()}
    lines = [_measure(name, value, theirs.get("regression", {}).get(name)) for name, value in found.items()]
    for name in PEER_FIGURES:
        lines += [_measure(f"{peer}.{name}", figure[name], None) for peer, figure in theirs.items()]
    return lines


def _measure(name: str, value: float, peer: float | None) -> Measure:
    return Measure(name, value, "ms" if name.startswith("ms") else "", peer)


def missed_bars(found: Mapping[str, float], sealed: bool) -> list[str]:
    """The bars that were not reached, in words."""
    at_most = AT_MOST | SEALED_AT_MOST if sealed else AT_MOST
    return [
        f"{name} is {found[name]:.3f}, the bar is at {word} {bar}"
        for word, bars in (("least", AT_LEAST), ("most", at_most))
        for name, bar in bars.items()
        if name in found and (found[name] < bar if word == "least" else found[name] > bar)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, write."""
    given = parser().parse_args(arguments)
    bench = Bench()
    data = our_dialogues(split_domains()[0]) if given.sealed else rows(given.data)
    shared = given.data.with_name("train.jsonl")
    intents = routine_intents(data, given, shared)
    if not all("flags" in row for row in data):
        said = as_told(bench.said(data, shipped_weights()), shipped_calibration())
    else:
        said, found = measured(bench, data, given.shipped or given.sealed)
        if given.sealed:
            found |= crises(bench, [row for row in data if row.get("crisis")])
            for apart, file in APART.items():
                found |= {f"{apart}.{name}": value for name, value in crises(bench, crises_of(file)).items()}
        beside = peers(data, shared) if given.peers and not given.sealed and shared.exists() else {}
        console, lines = screen(), [*measures(found, beside), *routine_measures(data, intents)]
        found |= {line.name: line.value for line in lines if line.name == ROUTINE}
        show(
            "Flags", lines, conditions(data=SEALED if given.sealed else given.data.name, n=len(data)), console
        )
        for line in missed_bars(found, given.sealed):
            console.print(f"Missed: {line}.", style="bold")
        write(given.results, lines)
        if given.keep:
            keep(given.keep, found)
    if given.out is not None:
        given.out.write_text(
            "".join(f"{json.dumps(line_of(one, intents), ensure_ascii=False)}\n" for one in said)
        )
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.flags", description=__doc__)
    made.add_argument(
        "--data", type=Path, default=DATA / "escalation" / "dev.jsonl", help="conversations, JSONL"
    )
    made.add_argument("--out", type=Path, help="write each conversation's flags there, JSON lines")
    made.add_argument("--shipped", action="store_true", help="the shipped weights on a labelled file too")
    made.add_argument("--sealed", action="store_true", help="our own sealed conversations instead of a file")
    made.add_argument("--results", type=Path, default=RESULTS / "flags.json", help="write the figures there")
    made.add_argument("--keep", help="keep the figures under this name for docs/flags.md (bench.flag_docs)")
    made.add_argument("--no-peers", dest="peers", action="store_false", help="leave the peers out")
    return made


def line_of(said: Said, intents: Intents) -> Row:
    """A conversation as `--out` has it."""
    return {
        "id": said.row["id"],
        "flags": [{name: flag[name] for name in WRITTEN} for flag in said.flags],
        "routine_intent": intents.get(str(said.row["id"])),
        "disposition": said.disposition,
    }


if __name__ == "__main__":
    raise SystemExit(main())
