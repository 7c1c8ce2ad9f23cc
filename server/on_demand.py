"""Drafts that are made only when the agent opens them: of snippets that might help and no more. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from knowledge.document import Audience
from server.assist_events import HitsRead, SnippetsReady
from server.changing import MOST_KEPT
from server.suggestion import Computing, Shown
from server.wording import spoken

BUSY = "Sotto is still writing something else. Open this draft when that is there."
NEWER_CAME = "Something newer came first. Open this draft again when you want it."
FORGOTTEN = "Sotto no longer holds these snippets. Ask for another suggestion."


def is_offered(found: SnippetsReady | HitsRead, live: Computing) -> bool:
    """Whether a draft can be made of what was found, and does not come by itself."""
    if found.fit != "might_help" or live.language is not None:
        return False
    return any(hit.passage.document.audience is Audience.PUBLIC for hit in spoken(found.hits))


class Offers:
    """The newest searches of one session whose draft waits to be opened: nothing is searched again for it."""

    def __init__(self) -> None:
        self._offers: OrderedDict[str, Computing] = OrderedDict()

    def keep(self, live: Computing, shown: Shown) -> None:
        """These snippets are on the screen; their draft is not made yet."""
        self._offers[live.suggestion_id] = replace(live, under=shown, wanted=False)
        while len(self._offers) > MOST_KEPT:
            self._offers.popitem(last=False)

    def take_up(self, suggestion_id: str) -> None:
        """Its draft has begun: it is not begun again."""
        self._offers.pop(suggestion_id, None)

    def find(self, suggestion_id: str) -> Computing | None:
        """What that draft is to be made from, or None when it is not offered (any more)."""
        return self._offers.get(suggestion_id)
