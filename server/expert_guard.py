"""What goes to an expert is checked like what goes to a customer: it holds no internal text, code or note."""

from __future__ import annotations

from server.conversation import Channel, Conversation, Customer
from server.effects import SaveReport
from server.events import EventKind
from server.guarding import Check
from server.leak import Verdict
from server.recorder import NotStored

EXPECTED = (
    "a brief that somebody from outside may read, received one with internal text: write it in your own words"
)


async def check_for_experts(saving: SaveReport, check: Check) -> None:
    """Returns unless this offers an expert a brief with something internal in it; then raises NotStored."""
    (first, *_) = saving.record.events
    if first.kind is not EventKind.HANDOVER_OFFERED or first.payload["to_kind"] != "expert":
        return
    talk = saving.conversation or Conversation(
        saving.conversation_id or "", "", Channel.EMAIL, "", Customer(), ()
    )
    for text in saving.record.texts:
        if (await check(text.text, talk)).verdict is not Verdict.ALLOW:
            raise NotStored("report_refused", EXPECTED)
