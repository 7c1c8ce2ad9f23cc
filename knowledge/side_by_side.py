"""Words that stand side by side in a need: do they in a passage too? Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from knowledge.words import stem

Pairs = Mapping[tuple[str, str], float]

# "Cancel my plan" and "the plan can be cancelled": so many places apart, either way round, is side by side.
NEAR = 3
# What joins words tells nothing of its own, and "plan for a family" is a family plan.
_JOINING_WORDS = """
    a about all also am an and any are as at be been but by can could did do does for from get got had has
    have he her here him his how i if in into is it its just may me might must my no not of on or our shall
    she should so some than that the their them then there these they this those to us was we were what when
    where which who whom why will with would you your
"""
JOINING = frozenset(_JOINING_WORDS.split())


def pairs_of(words: Sequence[str], rarity: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Stems of telling words with nothing telling between them, each pair as rare as its commoner word."""
    telling = [word for word in words if word not in JOINING]
    return {
        (stem(left), stem(right)): min(rarity[left], rarity[right])
        for left, right in pairwise(telling)
        if stem(left) != stem(right)
    }


def share_side_by_side(pairs: Pairs, stems: Sequence[str]) -> float:
    """The share, 0 to 1, of the pairs, each counted by its weight, that a passage has side by side."""
    whole = sum(pairs.values())
    if not whole:
        return 0.0
    asked = {word for pair in pairs for word in pair}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(stems):
        if word in asked:
            places[word].append(place)
    found = (weight for (left, right), weight in pairs.items() if _near(places[left], places[right]))
    return sum(found) / whole


def _near(left: Sequence[int], right: Sequence[int]) -> bool:
    return any(abs(one - other) <= NEAR for one in left for other in right)
