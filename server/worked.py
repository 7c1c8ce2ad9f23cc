"""Which rule is worked out for a conversation: the best code found that its owner marked safe. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from knowledge.document import Hit
from server.conversation import Conversation
from server.effects import WorkOut
from server.suggestion import Computing


def wanted_example(
    live: Computing, hits: Sequence[Hit], conversation: Conversation, at: datetime
) -> list[WorkOut]:
    """One example to work out, or none."""
    for hit in hits:
        rule = hit.passage.rule
        if rule is not None and rule.safe is not None:
            wanted = (conversation, live.question, rule.safe, at)
            return [WorkOut(live.suggestion_id, hit.passage.id, *wanted)]
    return []
