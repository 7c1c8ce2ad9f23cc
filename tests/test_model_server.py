"""Drafting through a real inference server: transformers' own, with a tiny model that makes no sense."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.processes import running, wait_until_ready
from knowledge.document import Hit
from server.assist_events import DraftReady, DraftStarted
from server.draft import NOTHING_CITED, Drafting, DraftRequest, draft
from server.model import OpenAILikeModel
from server.phrases import read_phrases
from server.prompts import Prompt
from tests.dialogues import conversation
from tests.shelf import document, passage
from tests.tiny_model import write_tiny_model

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

PROMPT = Prompt("rules", '{"customer": "hi"}', (1,))
PATIENCE_S = 60.0
REPLY_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Served:
    url: str
    name: str

    def model(self) -> OpenAILikeModel:
        return OpenAILikeModel(self.url, self.name, timeout_s=PATIENCE_S, reply_tokens=REPLY_TOKENS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_model(folder)
    serve = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    options = ["--host", "127.0.0.1", "--port", "0", "--device", "cpu"]
    with running([*serve, *options], {"HF_HUB_OFFLINE": "1"}, r"http://127\.0\.0\.1:[1-9]\d*") as address:
        wait_until_ready(f"{address}/health")
        yield Served(f"{address}/v1", str(folder))


async def test_a_real_inference_server_streams_a_reply_in_pieces(served: Served) -> None:
    pieces = [text async for text in served.model().stream(PROMPT)]
    assert 2 < len(pieces) <= REPLY_TOKENS


async def test_leaving_half_way_frees_the_server_for_the_next_reader(served: Served) -> None:
    async with aclosing(served.model().stream(PROMPT)) as stream:
        first = await anext(stream)
    again = [text async for text in served.model().stream(PROMPT)]
    assert again[0] == first


async def test_nonsense_without_a_citation_gives_way_to_the_passages(served: Served) -> None:
    rule = passage(document("returns"), "You have 30 days to return a lamp after delivery.")
    shelf = Hit(rule, 1.0, 0.9, 0.9, 1.0, 1.0)
    asked = DraftRequest(
        conversation(("customer", "Can I return a lamp?")), None, "Can I return a lamp?", [shelf]
    )
    parts = Drafting(read_phrases().company, model=served.model(), timeout_s=PATIENCE_S)
    events = [event async for event in draft(asked, parts)]
    sources = [event.source for event in events if isinstance(event, DraftStarted)]
    assert sources == [f"{served.name} at {served.model().host}", NOTHING_CITED]
    assert isinstance(events[-1], DraftReady)
    assert "30 days" in events[-1].text
