"""How far what is said of how sure a flag is agrees with how often it is right. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.flag_fit import Talk
from bench.flag_scores import REASONS, Said, calibration_error
from server.flags.judge import LEARNED, WITHOUT_TROUBLE, Weights, trouble_at

# From here on a reason is more than surely nothing.
SOMETHING = 0.1

Pairs = Sequence[tuple[float, bool]]


@dataclass(frozen=True, slots=True)
class Chances:
    """Chances beside what is labelled: of each reason at each turn, and of trouble at each end."""

    reasons: Pairs
    trouble: Pairs

    def __add__(self, other: Chances) -> Chances:
        return Chances([*self.reasons, *other.reasons], [*self.trouble, *other.trouble])


def chances_of(talks: Sequence[Talk], weights: Mapping[str, Weights]) -> Chances:
    """How sure each reason is at each turn up to its label, and how likely anything is wrong in the end."""
    reasons = [
        (weights[reason].chance(features), at == place)
        for talk in talks
        for reason in LEARNED
        if reason not in talk.hidden
        for at in [talk.labels.get(reason)]
        for place, features in zip(talk.places, talk.features, strict=True)
        if at is None or place <= at
    ]
    trouble = [
        (trouble_at(weights, talk.features, talk.hidden, len(talk.features) - 1), _is_wrong(talk))
        for talk in talks
        if talk.features
    ]
    return Chances(reasons, trouble)


def _is_wrong(talk: Talk) -> bool:
    return any(reason not in WITHOUT_TROUBLE for reason in talk.labels)


def told(said: Sequence[Said], shown: bool | None = None) -> list[tuple[float, bool]]:
    """The confidence of each flag as the agent gets it, and whether its conversation is labelled so.

    Of those shown or of the quiet ones alone, where that is asked.
    """
    return [
        (flag["confidence"], reason in one.labelled)
        for one in said
        for reason, flag in one.raised.items()
        if reason in REASONS and shown in (None, bool(flag["shown"]))
    ]


def sureness(said: Sequence[Said], chances: Chances) -> dict[str, float]:
    """The calibration errors of what agents are told and of what it is made from."""
    several: dict[str, Pairs] = {
        "calibration_error": chances.reasons,
        "calibration_error_from_0.1": [pair for pair in chances.reasons if pair[0] >= SOMETHING],
        "calibration_error.trouble": chances.trouble,
        "calibration_error.told": told(said),
        "calibration_error.told_shown": told(said, shown=True),
        "calibration_error.told_quiet": told(said, shown=False),
    }
    errors = {name: calibration_error(*_columns(pairs)) for name, pairs in several.items()}
    confidences, right = _columns(several["calibration_error.told"])
    return errors | {
        "told": float(len(right)),
        "told_confidence": _mean(confidences),
        "told_right": _mean(right),
    }


def _columns(pairs: Pairs) -> tuple[list[float], list[bool]]:
    return [chance for chance, _ in pairs], [right for _, right in pairs]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
