"""Whether an own macro answers about as well as the best that the knowledge has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.confidence import ANSWER_THRESHOLD, MOST_LEAD, confidence
from knowledge.document import Hit, Passage, QueryTurn
from server.phrases import OwnPhrasesOf, nobodys_phrases

Vector = NDArray[np.float32]

# Of the best hit's confidence: that of company macros beside it in drafts.
ABOUT_AS_WELL = 0.9


@dataclass(frozen=True, slots=True)
class ReadyMacro:
    """An own macro that can be compared: `vector` is its unit embedding."""

    passage: Passage
    vector: Vector


@dataclass(frozen=True, slots=True)
class Own:
    """The macros of one agent and of their team."""

    agent: Sequence[ReadyMacro] = ()
    team: Sequence[ReadyMacro] = ()


NOTHING_OWN = Own()
OwnOf = Callable[[str, str], Own]
"""Of an agent and their team."""


def nothing_own(_agent: str, _team: str) -> Own:
    """The macros of an agent and a team who keep none."""
    return NOTHING_OWN


@dataclass(frozen=True, slots=True)
class OwnTextsOf:
    """Where drafting asks for what agents and teams keep."""

    macros: OwnOf = nothing_own
    phrases: OwnPhrasesOf = nobodys_phrases


NOBODYS = OwnTextsOf()


def with_own(hits: Sequence[Hit], turns: Sequence[QueryTurn], own: Own) -> tuple[Hit, ...]:
    """The hits, the agent's own macro first if one fits about as well as they do, else the team's."""
    best = hits[0] if hits else None
    meaning = _meaning(turns, best.older if best else 0.0)
    bar = max(ANSWER_THRESHOLD, ABOUT_AS_WELL * best.confidence if best else 0.0)
    for macros in (own.agent, own.team):
        if meaning is None or not macros:
            continue
        first = _nearest(macros, meaning, best)
        if first.confidence >= bar:
            return first, *hits
    return tuple(hits)


def _nearest(macros: Sequence[ReadyMacro], meaning: Vector, best: Hit | None) -> Hit:
    """The nearest macro, judged as if in the best hit's place: as far ahead, and by what it is nearer."""
    cosines = np.stack([macro.vector for macro in macros]) @ meaning
    place = int(cosines.argmax())
    near = float(cosines[place])
    ahead = min(MOST_LEAD, max(0.0, near if best is None else best.lead + near - best.dense))
    judged = best or Hit(macros[place].passage, near, 0.0, near, 0.0)
    return replace(
        judged,
        passage=macros[place].passage,
        confidence=confidence(near, ahead),
        dense=near,
        lexical=0.0,
        coverage=0.0,
        lead=ahead,
    )


def _meaning(turns: Sequence[QueryTurn], older: float) -> Vector | None:
    """Where the query points, what was said before in it by the share that it has in the best hit's."""
    need, before = ([turn for turn in turns if turn.older is old] for old in (False, True))
    if not need:
        need, before = before, []
    sides = [(1 - older, _direction(need)), (older, _direction(before))]
    parts = [np.float32(share) * side for share, side in sides if side is not None]
    return _unit(np.sum(parts, axis=0)) if parts else None


def _direction(turns: Sequence[QueryTurn]) -> Vector | None:
    weighed = [
        np.float32(turn.weight) * np.asarray(turn.vector, np.float32)
        for turn in turns
        if turn.vector is not None
    ]
    return _unit(np.sum(weighed, axis=0)) if weighed else None


def _unit(vector: Vector) -> Vector:
    unit: Vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
