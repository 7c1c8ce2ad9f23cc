"""Whoever picks a conversation up has its draft at once, whatever the tier; and helpdesks hear who waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live_server import HeadlessPanel, Running, customer, person_token, serving, turn

QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"
ANGRY = f"{QUESTION} This is the third time I ask. Absolutely useless!!"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as server:
        yield server


async def draft(panel: HeadlessPanel, conversation_id: str, text: str, **fields: Any) -> str:
    """The draft for a conversation that was just opened."""
    await panel.open(conversation_id, [customer("t1", text)], **fields)
    ready = await panel.heard("suggestion_ready", conversation_id=conversation_id)
    return str(ready["text"])


async def needs(server: Running, token: str) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.get("/api/needs", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["conversations"]
    return found


@pytest.mark.parametrize("tier", [None, "premium"])
async def test_the_draft_is_ready_for_whoever_picks_it_up_whatever_the_tier(
    server: Running, tier: str | None
) -> None:
    ben = person_token(server.home, "ben")
    async with server.panel() as panel, server.panel(ben) as other:
        first = await draft(panel, "c1", QUESTION, customer={"tier": tier})
        assert "five working days" in first
        second = await draft(other, "c1", QUESTION, customer={"tier": tier})
        assert second.replace("ben", "ana") == first.replace("ben", "ana")


async def test_the_panel_and_the_api_say_the_same_need(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", ANGRY)], customer={"tier": "premium"})
        told = await panel.heard("need_told")
        answer = {"reason": "frustration", "turn_id": "t1", "response": "agreed"}
        await panel.send("flag_response", conversation_id="c1", report_id="r1", **answer)
        await panel.heard("report_recorded")
        (asked,) = await needs(server, server.token)
        assert (told["need"], f"{told['why']}; waiting 0 min") == (asked["need"], asked["why"])
        assert told["why"] == "a person should lead: frustration; a valued customer"
        await panel.send("turns_changed", conversation_id="c1", turns=[turn("t2", "agent", "I see.")])
        told = await panel.heard("need_told", need=None)
        assert (told["why"], told["since"]) == (None, None)


async def test_who_takes_a_handover_gets_the_draft_and_no_flag_that_was_answered(server: Running) -> None:
    async with server.panel() as panel, server.panel(person_token(server.home, "ben")) as other:
        await draft(panel, "c1", ANGRY)
        answer = {"reason": "frustration", "turn_id": "t1", "response": "agreed"}
        await panel.send("flag_response", conversation_id="c1", report_id="r1", **answer)
        to = {"kind": "person", "name": "ben"}
        await panel.send("handover_request", conversation_id="c1", report_id="r2", to=to, brief="Refund.")
        offer = (await other.heard("handover_offered"))["handover"]
        taken = {"handover_id": offer["handover_id"], "answer": "accepted"}
        await other.send("handover_answer", report_id="a1", **taken)
        await other.heard("report_recorded", report_id="a1")
        assert "five working days" in await draft(other, "c1", ANGRY)
        raised = [m["flag"]["reason"] for m in other.everything if m["type"] == "flag_raised"]
        assert "frustration" not in raised


async def test_a_helpdesk_hears_who_waits_until_they_are_answered(server: Running) -> None:
    lead = person_token(server.home, "lea", "lead")
    async with server.panel() as panel:
        await draft(panel, "c1", QUESTION, customer={"tier": "Premium"})
        raised = {"reason": "dispute", "turn_id": "t1"}
        await panel.send("flag_raise", conversation_id="c1", report_id="r1", **raised)
        await panel.heard("report_recorded", report_id="r1")
        (one,) = await needs(server, lead)
        assert (one["conversation_id"], one["need"], one["tag"]) == ("c1", "human", "sotto-human")
        assert one["why"] == "a person should lead: dispute; a valued customer; waiting 0 min"
        answered = [turn("t2", "agent", "Five working days.")]
        await panel.send("turns_changed", conversation_id="c1", turns=answered)
        await panel.send("flag_raise", conversation_id="c1", report_id="r2", **raised)
        await panel.heard("report_recorded", report_id="r2")
        assert await needs(server, lead) == []
