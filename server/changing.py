"""Drafts said another way: what each was made from, and what is wished of the next. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.document import Hit
from server.conversation import Conversation
from server.suggestion import Rewrite, Shown, Wish
from server.wire import Change

SHORTEST, LONGEST = -1, 3
MOST_KEPT = 4
"""One more than the panel keeps in reach."""

NEWER_COMES = "A newer suggestion is being written. Change this one when it is there."
IN_CRISIS = "Somebody may be in danger: no draft is written."
NEEDS_MODEL = "Sotto needs a language model for that: shorter, longer and facts only work without one."
NO_OTHER_LANGUAGE = "The customer writes English: there is nothing to translate."
NO_CHANGE = {
    "shorter": "This is as short as the answer and its conditions can be.",
    "longer": "The snippets say nothing more that answers this.",
}

_STEPS = {"shorter": -1, "longer": 1}
# Another voice or language is a language model's work alone.
_VOICES = frozenset({"warmer", "more_formal", "translate"})


@dataclass(frozen=True, slots=True)
class Made:
    """A whole draft and what it was made from."""

    text: str
    question: str | None
    conversation: Conversation
    hits: Sequence[Hit]
    shown: Shown
    wish: Wish
    revision: str | None = None


class MadeDrafts:
    """The newest drafts of one session, so that each can be changed without searching again."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Made] = OrderedDict()

    def keep(self, suggestion_id: str, made: Made) -> None:
        """A draft is complete."""
        self._made[suggestion_id] = made
        while len(self._made) > MOST_KEPT:
            self._made.popitem(last=False)

    def find(self, suggestion_id: str) -> Made | None:
        """What that draft was made from, or None when it is not known here (any more)."""
        return self._made.get(suggestion_id)


def changed(wish: Wish, change: Change, made: Made | None) -> Wish:
    """The wish for a draft that is `made` said another way: what it says may be said again."""
    before = made.wish if made else wish
    texts = (*(before.rewrite.texts if before.rewrite else ()), *([made.text] if made else ()))
    length = min(LONGEST, max(SHORTEST, before.length + _STEPS.get(change, 0)))
    return replace(
        wish,
        form=before.form,
        hint=before.hint,
        length=length,
        rewrite=Rewrite(change, texts),
        used=tuple(text for text in wish.used if text not in texts),
    )


def is_voice(rewrite: Rewrite | None) -> bool:
    """Whether only a language model can do it."""
    return rewrite is not None and rewrite.change in _VOICES
