"""Which protocol a team follows in a crisis: an owner's document, shown whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.document import Filter, Kind, Passage
from knowledge.errors import NoKnowledge
from knowledge.live import LiveKnowledge
from server.conversation import Protocol

PROTOCOLS = frozenset({Kind.PROTOCOL})


def protocol_of(team: str, passages: Sequence[Passage]) -> Protocol | None:
    """The protocol with the team's name among its tags, else one without tags; of several the first by id."""
    by_id = sorted(passages, key=lambda passage: passage.document.id)
    own = (passage for passage in by_id if team in passage.document.tags)
    everybodys = (passage for passage in by_id if not passage.document.tags)
    found = next(own, None) or next(everybodys, None)
    if found is None:
        return None
    return Protocol(found.document.title, found.text, found.document.owner)


def find_protocol(live: LiveKnowledge, team: str, now: datetime) -> Protocol | None:
    """The protocol that the team follows now; None when the live knowledge has none for it."""
    return protocol_of(team, protocols_in_force(live, now))


def protocols_in_force(live: LiveKnowledge, now: datetime) -> Sequence[Passage]:
    """Every protocol that holds now; none without knowledge."""
    try:
        with live.acquire() as knowledge:
            today = now.astimezone(ZoneInfo(knowledge.timezone)).date()
            return knowledge.admitted(Filter(today, kinds=PROTOCOLS))
    except NoKnowledge:
        return ()
