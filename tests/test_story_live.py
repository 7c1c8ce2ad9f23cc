"""Stories over real sockets: who arrives hears what happened; a draft waits for the customer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from knowledge.embedder import HashEmbedder, Vectors
from server import precedence
from server.assistance import Engines
from tests.live_server import HeadlessPanel, Running, customer, serving, turn
from tests.live_server import person_token as new_person

QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"
BOT = turn("t0", "assistant", "Hello, what is your order number?")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as server:
        yield server


async def opened(panel: HeadlessPanel, *turns: dict[str, Any]) -> dict[str, Any]:
    await panel.open("c1", turns)
    return await panel.heard("session_snapshot")


async def heard_all(panel: HeadlessPanel, *types: str) -> dict[str, Any]:
    """The last of these messages, which come in any order."""
    while not set(types) <= set(panel.types()):
        await panel.next()
    return next(message for message in reversed(panel.everything) if message["type"] == types[-1])


async def test_a_conversation_that_a_bot_began_is_caught_up_with_once(server: Running) -> None:
    turns = [BOT, customer("t1", f"It is KC-20418. {QUESTION}")]
    async with server.panel() as panel:
        assert (await opened(panel, *turns))["catch_up"]
        story = (await heard_all(panel, "suggestion_ready", "story_told"))["story"]
        assert story["request"]["quote"] == QUESTION
        assert [(line["quote"], line["turn_id"], line["start"]) for line in story["not_again"]] == [
            ("KC-20418", "t1", 6)
        ]
        answer = {"reason": "frustration", "turn_id": "t1", "response": "disagreed"}
        await panel.send("flag_response", conversation_id="c1", report_id="r1", **answer)
        await panel.heard("report_recorded")  # so that the opening, which came before, is stored too
        assert not (await opened(panel, *turns))["catch_up"]
    async with server.panel(new_person(server.home, "ben")) as other:
        assert (await opened(other, *turns))["catch_up"], "a colleague arrives too"


async def test_after_our_last_word_there_are_snippets_but_no_draft_until_the_customer_writes(
    server: Running,
) -> None:
    ours = turn("t2", "assistant", "I will pass you to a colleague.")
    async with server.panel() as panel:
        assert (await opened(panel, customer("t1", QUESTION), ours))["catch_up"]
        story = (await heard_all(panel, "snippets_found", "story_told"))["story"]
        assert [line["quote"] for line in story["promised"]] == ["I will pass you to a colleague."]
        assert "suggestion_started" not in panel.types()
        panel.everything.clear()
        await panel.send("turns_changed", conversation_id="c1", turns=[customer("t3", QUESTION)])
        again = (await heard_all(panel, "suggestion_ready", "story_told"))["story"]
        assert [line["turn_id"] for line in again["open_questions"]] == ["t3"]


class Noting(HashEmbedder):
    """Remembers every text that it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


async def test_once_the_customer_pauses_their_turn_is_ready_to_be_looked_back_on(tmp_path: Path) -> None:
    noting = Noting()
    told = f"The green lamp came today. {QUESTION}"
    engines = Engines(embedder=lambda _home: noting)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel, customer("t1", told))
        await heard_all(panel, "intent_read")
        assert told in noting.texts


class Held(HashEmbedder):
    """Embeds nothing until it is released."""

    def __init__(self) -> None:
        self.released = Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any(QUESTION in text for text in texts):
            self.released.wait()
        return super().embed(texts)


async def test_nothing_is_told_of_a_conversation_once_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "AT_MOST_S", 60)  # so that no story is told while a search is held
    held = Held()
    engines = Engines(embedder=lambda _home: held)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel, customer("t1", QUESTION))
        await panel.send("conversation_close", conversation_id="c1")
        held.released.set()
        await panel.open("c2", [customer("t1", "The green lamp came today.")])
        await panel.heard("intent_read", conversation_id="c2")
        assert [m["conversation_id"] for m in panel.everything if m["type"] == "story_told"] == ["c2"]


async def test_the_intent_follows_the_story_and_is_none_with_another_embedding_model(server: Running) -> None:
    async with server.panel() as panel:
        await opened(panel, customer("t1", QUESTION))
        read = await heard_all(panel, "story_told", "intent_read")
        assert panel.types().index("story_told") < panel.types().index("intent_read")
        assert (read["conversation_id"], read["intent"], read["facts"]) == ("c1", None, [])
