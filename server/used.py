"""The drafts of one conversation that the agent took or turned down: none is suggested again. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

USED = frozenset({"inserted", "edited", "copied", "dismissed"})
MOST_REMEMBERED = 50


class UsedDrafts:
    """What was suggested in this session, and which of it was used, as texts."""

    def __init__(self) -> None:
        self._suggested: OrderedDict[str, str] = OrderedDict()
        self._used: OrderedDict[str, None] = OrderedDict()

    @property
    def texts(self) -> tuple[str, ...]:
        """The used drafts, oldest first."""
        return tuple(self._used)

    def recall(self, texts: Iterable[str]) -> None:
        """Take in what is on record of earlier sessions."""
        for text in texts:
            self._use(text)

    def suggested(self, suggestion_id: str, text: str) -> None:
        """A draft is complete."""
        self._suggested[suggestion_id] = text
        while len(self._suggested) > MOST_REMEMBERED:
            self._suggested.popitem(last=False)

    def became(self, suggestion_id: str, outcome: str) -> None:
        """The agent reported what became of a draft."""
        text = self._suggested.get(suggestion_id)
        if text is not None and outcome in USED:
            self._use(text)

    def _use(self, text: str) -> None:
        self._used[text] = None
        while len(self._used) > MOST_REMEMBERED:
            self._used.popitem(last=False)
