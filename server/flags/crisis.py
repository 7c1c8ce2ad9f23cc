"""A crisis as the model trained for it reads it, where nobody says so in plain words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from server.conversation import Flag, Reason, Severity, Turn
from server.flags.danger import has_idiom
from server.flags.rule import LONGEST_READ, FlagView, Sentence, customer_turns, quote, sentences
from server.flags.turn_reader import ReadTurn, TurnReader
from server.flags.understanding import Understanding
from server.flags.weighing import CRISIS_ADVICE
from server.quoted import own_words

MODEL = Path(__file__).parent / "crisis_model"
# From this chance on a turn reads as a crisis.
LEAST = 0.76
# What the reasons' model sees of a crisis counts by this share; below the second number nothing is read.
SECOND_VOICE, LEAST_HEARD = 0.5, -5.5
# An idiom ("my mum will kill me") counts this much against it, and so does a plain question where no other
# sentence tells of one ("how long have I got to send it back?"): the model hears more in them than there is.
IDIOM, PLAIN_QUESTION = 1.0, 4.0
MOST_PLAIN_WORDS = 30
_ASKS = re.compile(
    r"""(?:^|:)\W*(?:(?:hi|hello|hey|and|so|ok|okay|also|but|thanks|please)\b[\s,.!]*)*
    (?:how|what|what's|when|where|which|who|why|by\ when|can|could|do|does|did|is|are|was|will|would|should
    |may|has|have\ you|am\ i)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A sentence by itself has to say this much more than a turn.
ALONE = 2.0
# A sentence of few words must not win by one of them.
STEADY = 2.0


class CrisisModel:
    """Scores how likely a turn tells of a crisis. Safe to call from many threads.

    Raises UntrustedModel when the file isn't the one that was trained.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self._reader = TurnReader(folder)

    def read(self, turn: Turn) -> ReadTurn:
        """The turn as the model reads it: by itself, so that none lends another its danger."""
        return self._reader.read("", own_words(turn.text)[:LONGEST_READ])


@dataclass(frozen=True, slots=True)
class LearnedCrisis:
    """Somebody may be in danger, as the model reads the turn.

    What it flags: self-harm, abuse, immediate danger to anybody.
    Why: a person may die while a reply is being written.
    Example: "send the bill elsewhere, he opens my post and last time i couldn't leave the house for a week"
    Not flagged: distress without danger (a death in the family, an illness), which is plain vulnerability.
    """

    model: CrisisModel
    understanding: Understanding
    reason: Reason = Reason.VULNERABILITY

    def raise_flags(self, view: FlagView) -> Flag | None:
        """The newest of the customer's turns that reads so, unless an agent said that nobody is in danger."""
        for turn in reversed(customer_turns(view.conversation)):
            if turn.id not in view.no_crisis and (flag := self._heard(view, turn)):
                return flag
        return None

    def _heard(self, view: FlagView, turn: Turn) -> Flag | None:
        # Asked first: the reasons' model has read the turn anyway, and spares most turns a second reading.
        second = self._second_voice(view, turn)
        if second < LEAST_HEARD:
            return None
        read = self.model.read(turn)
        telling = [(tells(read, sentence), sentence) for sentence in sentences(turn)]
        if not telling:
            return None
        most, sentence = max(telling, key=itemgetter(0))
        first = max(float(read.scores[0]), most - ALONE)
        others = [told for told, one in telling if one is not sentence]
        only_asks = is_plain_question(sentence.text) and all(told < 0 for told in others)
        against = IDIOM * has_idiom(turn.text) + PLAIN_QUESTION * only_asks
        both = first + SECOND_VOICE * second - against
        chance = 1 / (1 + math.exp(-both))
        if chance < LEAST:
            return None
        rule, words = "vulnerability/learned/crisis", quote(sentence)
        return Flag(self.reason, Severity.URGENT, round(chance, 2), words, CRISIS_ADVICE, rule)

    def _second_voice(self, view: FlagView, turn: Turn) -> float:
        understood = self.understanding.of(view.conversation)
        return understood.features[understood.turns.index(turn)]["score.crisis"]


def is_plain_question(text: str) -> bool:
    """Whether a sentence is one short question, behind an opening or not."""
    return bool(_ASKS.search(text)) and len(text.split()) <= MOST_PLAIN_WORDS


def tells(read: ReadTurn, sentence: Sentence) -> float:
    """How much a sentence of the turn tells of a crisis, in logits."""
    span = sentence.span
    inside = [span.start <= start and end <= span.end for start, end in read.places]
    return float(read.tokens[inside].sum()) / (sum(inside) + STEADY)
