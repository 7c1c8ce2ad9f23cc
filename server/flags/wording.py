"""Which words speak for a reason: a linear model over single words and pairs, open to inspection. Pure."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.flags.encoder import MODEL

FILE = "words.json"
# Numbers are kept as whole hundredths: small, and the same on every machine.
HUNDREDTHS = 100
_TERM = re.compile(r"\w[\w']*|[!?]")


def terms_of(text: str) -> list[str]:
    """The words and marks of a text in their order, then its pairs."""
    said = _TERM.findall(text.replace("’", "'").lower())
    return said + [f"{one} {other}" for one, other in pairwise(said)]


@dataclass(frozen=True, slots=True, eq=False)
class Wordings:
    """How much each known term speaks for each head; a text's score is a logit."""

    heads: tuple[str, ...]
    intercepts: NDArray[np.float64]
    places: Mapping[str, int]
    rarity: NDArray[np.float64]
    weights: NDArray[np.float64]

    def scores(self, text: str) -> dict[str, float]:
        """How much the text's wording speaks for each head."""
        counts = Counter(self.places[term] for term in terms_of(text) if term in self.places)
        logits = self.intercepts
        if counts:
            known = sorted(counts)
            often = np.array([1 + math.log(counts[place]) for place in known]) * self.rarity[known]
            logits = logits + (often / np.sqrt(often @ often)) @ self.weights[known]
        return dict(zip(self.heads, (round(float(logit), 6) for logit in logits), strict=True))


@cache
def shipped_wordings(folder: Path = MODEL) -> Wordings:
    """The words of this release."""
    written = json.loads((folder / FILE).read_text(encoding="utf-8"))
    hundredths = {name: np.array(written[name]) / HUNDREDTHS for name in ("intercepts", "rarity", "weights")}
    places = {term: place for place, term in enumerate(written["terms"])}
    return Wordings(tuple(written["heads"]), places=places, **hundredths)
