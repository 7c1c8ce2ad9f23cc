"""A conversation summed up over a real socket: in its own words, or in a model's as they come."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.model import ModelFailed, ScriptedModel, Step
from tests.live_server import DEADLINE_S, HeadlessPanel, customer, hashed, serving, turn

ASKED = "Maria Lind here. Can I return the lamp from order 88120-4? It is a present."
TOLD = "You have 30 days to return a lamp. I will send you the label tomorrow."
# The last word is ours, so no draft comes and a model is asked for nothing but the summary.
TURNS = [customer("t1", ASKED), turn("t2", "note", "He is a difficult one."), turn("t3", "agent", TOLD)]
MARIA = {"name": "Maria Lind"}


async def summed_up(panel: HeadlessPanel) -> list[dict[str, Any]]:
    """Every telling of one summary, the last one done."""
    await panel.send("summary_request", conversation_id="c1")
    await panel.heard("summary_told", done=True)
    return [message for message in panel.everything if message["type"] == "summary_told"]


async def opened(panel: HeadlessPanel) -> None:
    await panel.open("c1", TURNS, customer=MARIA)
    await panel.heard("session_snapshot")


def model_of(*replies: list[Step], host: str = "here") -> ScriptedModel:
    return ScriptedModel(replies, host=host)


async def test_without_a_model_a_summary_is_told_once_in_the_words_of_those_who_wrote(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.panel() as panel:
        await opened(panel)
        (told,) = await summed_up(panel)
        assert (told["conversation_id"], told["source"]) == ("c1", "extractive")
        assert "“Can I return the lamp from order 88120-4?”" in told["text"]
        assert "“I will send you the label tomorrow.” (agent, tomorrow)" in told["text"]
        assert "difficult" not in told["text"]


async def test_a_summary_of_a_conversation_that_is_not_open_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.panel() as panel:
        await panel.send("summary_request", conversation_id="c1")
        assert (await panel.heard("problem_reported"))["code"] == "conversation_not_open"


async def test_a_models_summary_is_told_as_it_grows(tmp_path: Path) -> None:
    first, rest = "Maria wants to return a lamp that is a present; ", "the label comes tomorrow."
    model = model_of([first, rest])
    engines = hashed(lambda _: model)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel)
        tellings = await summed_up(panel)
        assert [(told["text"], told["done"]) for told in tellings] == [
            (first, False),
            (first + rest, False),
            (first + rest, True),
        ]
        assert {told["source"] for told in tellings} == {"scripted at here"}
        assert "suggestion_started" not in panel.types()


async def test_a_model_on_another_machine_sums_up_without_knowing_the_name(tmp_path: Path) -> None:
    model = model_of(["<NAME_1> wants to return a lamp."], host="model.example")
    engines = hashed(lambda _: model)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel)
        told = (await summed_up(panel))[-1]
        assert told["text"] == "Maria Lind wants to return a lamp."
        assert "Maria" not in model.prompts[0].system + model.prompts[0].user


@pytest.mark.parametrize("begun", [[], ["Maria wants to return a lamp that is a present, and then "]])
async def test_a_model_that_fails_gives_way_to_what_was_written(tmp_path: Path, begun: list[Step]) -> None:
    model = model_of([*begun, ModelFailed("gone")])
    engines = hashed(lambda _: model)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel)
        told = (await summed_up(panel))[-1]
        assert told["source"] == "extractive (model did not answer)"
        assert "“Can I return the lamp from order 88120-4?”" in told["text"]


async def test_asked_again_only_the_newer_summary_is_finished(tmp_path: Path) -> None:
    model = model_of(["A first summary that is never finished, because ", asyncio.Event()], ["A lamp."])
    engines = hashed(lambda _: model)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await opened(panel)
        await panel.send("summary_request", conversation_id="c1")
        await panel.heard("summary_told")
        told = (await summed_up(panel))[-1]
        assert (told["text"], model.abandoned) == ("A lamp.", 1)


async def test_a_panel_that_leaves_stops_the_model(tmp_path: Path) -> None:
    model = model_of(["A first summary that is never finished, because ", asyncio.Event()])
    engines = hashed(lambda _: model)
    async with serving(tmp_path, engines=engines) as server:
        async with server.panel() as panel:
            await opened(panel)
            await panel.send("summary_request", conversation_id="c1")
            await panel.heard("summary_told")
        async with asyncio.timeout(DEADLINE_S):
            while not model.abandoned:
                await asyncio.sleep(0.01)
