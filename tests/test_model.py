from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from server.model import LanguageModel, ModelFailed, OpenAILikeModel, ScriptedModel
from server.prompts import Prompt
from tests.scripted_endpoint import DEADLINE_S, ScriptedEndpoint, serving

PROMPT = Prompt("rules", '{"customer": "hi"}', (1,))


async def reply(model: LanguageModel) -> str:
    return "".join([text async for text in model.stream(PROMPT)])


async def test_an_openai_like_endpoint_streams_a_reply() -> None:
    async with serving(ScriptedEndpoint("You have ", "30 days", " [1].")) as endpoint:
        model = OpenAILikeModel(endpoint.url, "tiny", "secret-key", timeout_s=DEADLINE_S)
        assert await reply(model) == "You have 30 days [1]."
        assert model.host == endpoint.url.split("/")[2]
        assert model.name == "tiny"
        asked = endpoint.asked[0]
        assert [(message["role"], message["content"]) for message in asked["messages"]] == [
            ("system", "rules"),
            ("user", '{"customer": "hi"}'),
        ]
        assert asked["stream"] is True
        assert asked["model"] == "tiny"


async def test_tokens_are_counted_without_a_network() -> None:
    model = OpenAILikeModel("http://127.0.0.1:9/v1", "tiny")
    await model.prepare()
    assert model.count_tokens("You have thirty days.") == 5


async def test_text_arrives_while_the_model_still_writes_and_leaving_ends_its_work() -> None:
    never = asyncio.Event()
    async with serving(ScriptedEndpoint("You have ", never)) as endpoint:
        model = OpenAILikeModel(endpoint.url, "tiny", timeout_s=DEADLINE_S)
        async with aclosing(model.stream(PROMPT)) as stream:
            assert await anext(stream) == "You have "
        async with asyncio.timeout(DEADLINE_S):
            await endpoint.left.wait()


async def test_a_cancelled_reader_ends_the_models_work() -> None:
    never = asyncio.Event()
    async with serving(ScriptedEndpoint("You have ", never)) as endpoint:
        model = OpenAILikeModel(endpoint.url, "tiny", timeout_s=DEADLINE_S)
        heard = asyncio.Event()

        async def read() -> None:
            async for _ in model.stream(PROMPT):
                heard.set()

        reading = asyncio.create_task(read())
        async with asyncio.timeout(DEADLINE_S):
            await heard.wait()
            reading.cancel()
            await endpoint.left.wait()
        with pytest.raises(asyncio.CancelledError):
            await reading


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_a_refusing_endpoint_is_a_model_failure_that_says_who_acts(status: int) -> None:
    async with serving(ScriptedEndpoint(status=status)) as endpoint:
        model = OpenAILikeModel(endpoint.url, "tiny", "secret-key", timeout_s=DEADLINE_S)
        with pytest.raises(ModelFailed, match=r"tiny at 127.*admin") as failure:
            await reply(model)
        assert "secret-key" not in str(failure.value)
        assert len(endpoint.asked) == 1


async def test_an_absent_endpoint_is_a_model_failure() -> None:
    model = OpenAILikeModel("http://127.0.0.1:9/v1", "tiny", timeout_s=DEADLINE_S)
    with pytest.raises(ModelFailed):
        await reply(model)


async def test_the_scripted_model_plays_its_script() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([["a", gate, "b"], [ModelFailed("down")]])
    stream = model.stream(PROMPT)
    assert await anext(stream) == "a"
    gate.set()
    assert await anext(stream) == "b"
    assert await anext(stream, None) is None
    for _ in range(2):
        with pytest.raises(ModelFailed, match="down"):
            await reply(model)
    assert len(model.prompts) == 3
    assert model.abandoned == 0


async def test_the_scripted_model_notices_when_it_is_left() -> None:
    model = ScriptedModel([["a", "b"]])
    async with aclosing(model.stream(PROMPT)) as stream:
        await anext(stream)
    assert model.abandoned == 1
