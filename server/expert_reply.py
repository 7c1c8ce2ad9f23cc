"""What an expert answers: a text of the conversation, for the agent who asked to read and send."""

from __future__ import annotations

from sqlalchemy import Connection, and_, insert, select, update

from server.handover import Handover, HandoverState
from server.mask import mask, storable
from server.person import Person
from server.tables import conversations, handovers, texts

LONGEST = 10_000
KIND = "expert"


def may_reply(handover: Handover, person: Person) -> bool:
    """Whether this person helps from outside now."""
    helping = handover.to.kind == "expert" and handover.state is HandoverState.ACCEPTED
    return helping and handover.holder == person.name


def put_reply(connection: Connection, handover: Handover, text: str) -> bool:
    """Keeps the text, masked, in place of an earlier one; False once the conversation is forgotten."""
    here = and_(
        conversations.c.conversation_id == handover.conversation_id, conversations.c.team == handover.team
    )
    key = connection.execute(select(conversations.c.id).where(here)).scalar()
    if key is None:
        return False
    own = and_(texts.c.conversation == key, texts.c.kind == KIND, texts.c.ref == handover.report_id)
    words = mask(storable(text))
    if not connection.execute(update(texts).where(own).values(text=words)).rowcount:
        offered = select(handovers.c.offered_at).where(handovers.c.id == handover.key)
        since = connection.execute(offered).scalar_one()
        row = {
            "conversation": key,
            "kind": KIND,
            "ref": handover.report_id,
            "text": words,
            "stored_at": since,
        }
        connection.execute(insert(texts).values(row))
    return True


def reply_to(connection: Connection, handover: Handover) -> str | None:
    """What was answered, as far as it is kept."""
    of = and_(
        conversations.c.conversation_id == handover.conversation_id, conversations.c.team == handover.team
    )
    own = and_(texts.c.kind == KIND, texts.c.ref == handover.report_id)
    joined = texts.join(conversations, texts.c.conversation == conversations.c.id)
    return connection.execute(select(texts.c.text).select_from(joined).where(of, own)).scalar()
