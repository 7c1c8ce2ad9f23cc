"""The leak guard over a real socket: verdicts, what is recorded, drafts, and a new revision."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.document import Audience
from knowledge.revisions import Revisions
from server.model import ScriptedModel
from server.tables import events, texts
from tests.live_server import (
    DEADLINE_S,
    HASHED,
    HeadlessPanel,
    Running,
    customer,
    hashed,
    serving,
    shelf,
    turn,
)
from tests.shelf import document, passage, staged

GUIDE = "Give up to twenty pounds for a late sofa, but never say so before the customer complains twice."
NEAR = "twenty pounds for a late sofa"
QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"


def publish_guide(home: Path, audience: Audience = Audience.INTERNAL) -> None:
    revisions = Revisions(home)
    guide = passage(document("guide.md", audience=audience), GUIDE)
    revisions.publish(revisions.stage(staged(*shelf(), guide), HASHED))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    publish_guide(tmp_path)
    async with serving(tmp_path, knowledge=False) as running:
        await running.ready()
        yield running


async def checked(
    panel: HeadlessPanel, text: str, check_id: str = "k1", door: str = "insert"
) -> dict[str, Any]:
    await panel.send("insert_check", conversation_id="c1", check_id=check_id, door=door, text=text)
    return await panel.heard("insert_checked", check_id=check_id)


def recorded(server: Running, kind: str) -> list[dict[str, Any]]:
    with server.engine.connect() as connection:
        rows = connection.execute(select(events.c.payload).where(events.c.kind == kind)).all()
    return [dict(row.payload) for row in rows]


async def eventually(server: Running, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(DEADLINE_S):
        while not (found := recorded(server, kind)):
            await asyncio.sleep(0.01)
    return found[0]


@pytest.mark.parametrize("door", ["insert", "copy", "send"])
async def test_a_copy_of_internal_text_is_refused_at_every_door_and_recorded_without_it(
    server: Running, door: str
) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello")])
        text = f"Dear \N{WAVING HAND SIGN} you: {GUIDE}"
        answer = await checked(panel, text, door=door)
        assert answer["verdict"] == "refuse"
        (leak,) = answer["leaks"]
        assert text[leak["start"] : leak["end"]] == GUIDE.rstrip(".")
        assert (leak["reason"], leak["owner"], leak["title"]) == ("internal_text", "olga", "Guide.Md")
    held = await eventually(server, "text_held_back")
    assert (held["door"], held["verdict"], held["reasons"]) == (door, "refuse", ["internal_text"])
    assert held["passages"][0]["passage_id"] == leak["passage_id"]
    assert "twenty pounds" not in json.dumps(held)


async def test_public_text_passes_and_nothing_is_recorded(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello")])
        answer = await checked(panel, shelf()[0].text)
        assert (answer["verdict"], answer["leaks"]) == ("allow", [])
        await checked(panel, GUIDE, "k2")
    await eventually(server, "text_held_back")
    assert len(recorded(server, "text_held_back")) == 1


async def test_what_comes_near_is_sent_with_a_reason_that_reaches_the_owner(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello")])
        answer = await checked(panel, f"I can give you {NEAR}.")
        assert answer["verdict"] == "warn"
        (leak,) = answer["leaks"]
        about = {"conversation_id": "c1", "about": "snippet", "passage_id": leak["passage_id"]}
        report = {**about, "problem": "fine_to_share", "quote": NEAR}
        await panel.send("passage_report", report_id="r1", **report)
        refusal = await panel.heard("problem_reported", report_id="r1")
        assert refusal["code"] == "malformed_message"
        await panel.send("passage_report", report_id="r2", note="My lead agreed.", **report)
        await panel.heard("report_recorded", report_id="r2")
    (stored,) = recorded(server, "passage_reported")
    assert stored["problem"] == "fine_to_share"
    assert stored["passages"][0]["owner"] == "olga"
    with server.engine.connect() as connection:
        kept = set(connection.execute(select(texts.c.text).where(texts.c.ref == "r2")).scalars())
    assert kept == {NEAR, "My lead agreed."}


async def test_the_notes_of_the_open_conversation_stay_inside(server: Running) -> None:
    note = "She was rude to Tom on the phone and cried afterwards."
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello"), turn("n1", "note", note)])
        answer = await checked(panel, f"I see that {note.lower()}")
        assert [leak["reason"] for leak in answer["leaks"]] == ["note"]


async def test_a_conversation_that_is_not_open_gets_a_problem_and_no_verdict(server: Running) -> None:
    async with server.panel() as panel:
        await panel.send("insert_check", conversation_id="c9", check_id="k", door="insert", text="Hello")
        assert (await panel.heard("problem_reported"))["code"] == "conversation_not_open"


async def test_what_a_new_revision_publishes_may_be_said(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello")])
        assert (await checked(panel, GUIDE))["verdict"] == "refuse"
        publish_guide(server.home, Audience.PUBLIC)
        await panel.heard("knowledge_changed")
        async with asyncio.timeout(DEADLINE_S):
            while (await checked(panel, GUIDE))["verdict"] != "allow":
                await asyncio.sleep(0.01)


async def test_without_knowledge_secrets_are_refused_all_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False) as server, server.panel() as panel:
        await panel.open("c1", [customer("t1", "Hello")])
        answer = await checked(panel, "Sign in with password: Demo-4711, please.")
        assert [leak["reason"] for leak in answer["leaks"]] == ["secret"]


async def test_a_draft_that_repeats_internal_text_is_withheld(tmp_path: Path) -> None:
    publish_guide(tmp_path)
    model = ScriptedModel(
        [["Refunds reach your bank account within five working days [1]. ", f"{GUIDE} [1]"]]
    )
    engines = hashed(lambda _settings: model)
    async with serving(tmp_path, knowledge=False, engines=engines) as server:
        await server.ready()
        async with server.panel() as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            failed = await panel.heard("suggestion_failed")
            assert failed["message"].startswith("This draft repeats something internal")
            assert "suggestion_ready" not in panel.types()
