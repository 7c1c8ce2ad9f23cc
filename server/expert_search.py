"""The knowledge as experts may search it: public and their own, never internal text, code or protocols."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.document import Audience, Filter, Hit, Kind, QueryTurn
from knowledge.errors import KnowledgeError
from knowledge.live import LiveKnowledge
from knowledge.search import ANSWER_THRESHOLD
from server.assist import AssistParts

AUDIENCES = frozenset({Audience.PUBLIC, Audience.EXPERT})
KINDS = frozenset(Kind) - {Kind.CODE, Kind.PROTOCOL}
SHOWN = 6
LONGEST = 1000


async def search_for_expert(parts: AssistParts, text: str, now: datetime) -> list[Hit] | None:
    """What answers the question, the best first; None while no knowledge is published."""
    (vector,) = await parts.embedding.embed([text[:LONGEST]])
    turn = QueryTurn(text[:LONGEST], vector, 1.0, False)
    try:
        return await asyncio.to_thread(_search, parts.knowledge, turn, now)
    except KnowledgeError:
        return None


def _search(live: LiveKnowledge, turn: QueryTurn, now: datetime) -> list[Hit]:
    with live.acquire() as knowledge:
        as_of = now.astimezone(ZoneInfo(knowledge.timezone)).date()
        hits = knowledge.search([turn], Filter(as_of, AUDIENCES, KINDS), SHOWN)
        return [hit for hit in hits if hit.confidence >= ANSWER_THRESHOLD]
