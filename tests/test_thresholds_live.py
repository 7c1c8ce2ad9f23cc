"""A lead's change reaches the panels of a running server at once, and those of one team only."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from server.conversation import Reason
from server.people import People
from server.thresholds import StoredThresholds, ThresholdChange
from tests.live_server import DEADLINE_S, HeadlessPanel, Running, customer, person_token, serving

ANGRY = "This is the third time I ask. Absolutely useless!!"
PAGE = "/review/flags/frustration"


async def flagged(panel: HeadlessPanel, conversation_id: str) -> dict[str, Any]:
    """The flag of an angry customer in a new conversation."""
    await panel.open(conversation_id, [customer("t1", ANGRY)])
    raised = await panel.heard("flag_raised", conversation_id=conversation_id)
    assert raised["flag"]["reason"] == "frustration"
    flag: dict[str, Any] = raised["flag"]
    return flag


async def move(server: Running, name: str, quiet: str, shown: str) -> str:
    """A lead looks at the preview, saves it, and what the preview said."""
    async with httpx.AsyncClient(base_url=server.url, follow_redirects=True) as browser:
        await browser.get("/signin", params={"code": People(server.engine).link(name)})
        preview = (await browser.get(PAGE, params={"quiet": quiet, "shown": shown})).text
        hidden = dict(re.findall(r'name="(\w+)" value="(\w+)"', preview[preview.index('id="preview"') :]))
        saved = await browser.post(PAGE, data={**hidden, "why": "Too many."})
        assert saved.status_code == 200
        assert "holds now" in saved.text
    return preview


async def test_a_change_reaches_open_panels_without_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        person_token(tmp_path, "lea", "lead")
        other = person_token(tmp_path, "mia", team="delivery")
        async with server.panel() as panel, server.panel(other) as elsewhere:
            assert (await flagged(panel, "c1"))["shown"]
            preview = await move(server, "lea", "10", "99")
            assert "Would lose a shown flag</dt><dd>1 conversation<" in preview
            assert "Absolutely useless!!" in preview
            assert not (await flagged(panel, "c2"))["shown"]
            assert (await flagged(elsewhere, "c3"))["shown"]


async def test_a_change_that_another_process_took_holds_here_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.panel() as panel:
        now = datetime.now(UTC)
        change = ThresholdChange("billing", Reason.FRUSTRATION, 1, None, 0.99, "lea", now, "Too many.")
        assert StoredThresholds(server.engine).save(change)
        async with asyncio.timeout(DEADLINE_S):
            while not server.app.state.live.thresholds.of("billing"):
                await asyncio.sleep(0.01)
        assert not (await flagged(panel, "c1"))["shown"]


async def test_a_change_still_holds_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        person_token(tmp_path, "lea", "lead")
        await move(server, "lea", "10", "99")
    async with serving(tmp_path) as server, server.panel() as panel:
        assert not (await flagged(panel, "c1"))["shown"]
