"""What a dialogue shows about each reason, turn by turn, as named numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.conversation import Channel, Turn
from server.flags.cues import CUES
from server.flags.frustration import heat_of
from server.flags.human_requested import asks_for_a_person
from server.flags.rule import Sentence, sentences

# Turns this alike say the same need again.
ALIKE = 0.75
# Nothing came before: as if it had shown nothing.
NOTHING = -4.0
LONGEST_WORDS = 200

Vector = NDArray[np.float32]
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """A customer's turn: the logits of it, of its strongest sentence and of its words, and its vector."""

    turn: Turn
    scores: dict[str, float]
    strongest: dict[str, float]
    words: dict[str, float]
    vector: Vector


def dialogue_features(heard: Sequence[HeardTurn], channel: Channel) -> list[Features]:
    """The features of each customer turn, oldest first; each looks at itself and what came before."""
    found: list[Features] = []
    for place, one in enumerate(heard):
        before = heard[:place]
        alike = [float(one.vector @ other.vector) for other in before]
        words = len(one.turn.text.split()[:LONGEST_WORDS])
        features = _words(one.turn)
        features |= {f"score.{name}": score for name, score in one.scores.items()}
        features |= {f"sentence.{name}": score for name, score in one.strongest.items()}
        features |= {f"words.{name}": score for name, score in one.words.items()}
        features |= {
            f"before.{name}": max((other.scores[name] for other in before), default=NOTHING)
            for name in one.scores
        }
        features |= {
            "alike": max(alike, default=0.0),
            "repeats": float(sum(similar > ALIKE for similar in alike)),
            "turns": math.log1p(place),
            "words": math.log1p(words),
            "public": float(channel is Channel.SOCIAL),
            "mail": float(channel is Channel.EMAIL),
        }
        found.append(features)
    return found


def _words(turn: Turn) -> Features:
    said: list[Sentence] = list(sentences(turn))
    texts = [sentence.text.replace("’", "'") for sentence in said]
    features = {name: float(any(pattern.search(text) for text in texts)) for name, pattern in CUES.items()}
    features["heat"] = min(heat_of(turn).score, 2.5)
    features["asks_person"] = max((asks_for_a_person(sentence) for sentence in said), default=0.0)
    return features
