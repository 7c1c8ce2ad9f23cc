"""The extractive draft as events: what is compared by meaning, and what is said when there is no draft."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.document import Audience, Hit
from knowledge.embedder import HashEmbedder, Vectors
from server.assist_events import AssistEvent, DraftFailed, DraftReady, DraftStarted
from server.draft import (
    INTERNAL_ONLY,
    MOST_COMPARED,
    SAID_ALREADY,
    TOO_LONG,
    Drafting,
    DraftRequest,
    draft,
)
from server.embedding import EmbeddingWorker
from server.phrases import read_phrases
from server.suggestion import NO_WISH, Wish
from tests.dialogues import conversation
from tests.shelf import document, passage

PHRASES = read_phrases().company
TRIED = "Press the red button for ten seconds."


def hit(text: str, confidence: float = 0.8, audience: Audience = Audience.PUBLIC) -> Hit:
    return Hit(passage(document(text[:12], audience=audience), text), 1.0, confidence, 0.8, 0.5)


async def drafted(
    hits: Sequence[Hit], *turns: tuple[str, str], wish: Wish = NO_WISH, parts: Drafting | None = None
) -> list[AssistEvent]:
    request = DraftRequest(conversation(*turns), None, turns[-1][1], hits, wish)
    return [event async for event in draft(request, parts or Drafting(PHRASES))]


class Noting(HashEmbedder):
    """The shipped hash embedder, which notes every text."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


async def test_a_bounded_number_of_sentences_of_the_surest_passages_is_compared() -> None:
    embedder = Noting()
    worker = EmbeddingWorker(embedder)
    worker.start()
    long = hit(" ".join(f"Rule {number} is about lamps." for number in range(40)))
    unsure = hit("Boats are not lamps. Boats float.", 0.4)
    parts = Drafting(PHRASES, worker)
    events = await drafted([long, unsure], ("customer", "lamps?"), parts=parts)
    await worker.stop()
    assert isinstance(events[-1], DraftReady)
    assert len(embedder.texts) == 1 + MOST_COMPARED
    embedder.texts.clear()
    worker.start()
    await drafted([hit("Lamps are fine. Lamps glow."), unsure], ("customer", "lamps?"), parts=parts)
    await worker.stop()
    assert sorted(embedder.texts) == ["Lamps are fine.", "Lamps glow."]


@pytest.mark.parametrize(
    ("hits", "turns", "told"),
    [
        ([hit("Waive it.", audience=Audience.INTERNAL)], (("customer", "waive it?"),), INTERNAL_ONLY),
        ([hit(TRIED)], (("agent", TRIED), ("customer", "button?")), SAID_ALREADY),
        (
            [hit("Lamps are free " + "unless lamps are faulty. Lamps are charged " * 4 + "unless new.")],
            (("customer", "Are lamps free?"),),
            TOO_LONG,
        ),
    ],
)
async def test_without_a_draft_the_panel_says_why(
    hits: list[Hit], turns: tuple[tuple[str, str], ...], told: str
) -> None:
    assert await drafted(hits, *turns) == [DraftStarted("extractive"), DraftFailed(told)]


async def test_a_handing_over_cites_nothing_and_is_sure_of_nothing() -> None:
    turns = (("agent", TRIED), ("customer", "The red button? I already tried that."))
    ready = (await drafted([hit(f"{TRIED} The lamp stops blinking.")], *turns))[-1]
    assert ready == DraftReady(PHRASES.moving_on.hand_over[0], (), 0.0)


async def test_facts_are_wanted_of_a_draft_by_the_agents_wish() -> None:
    ready = (await drafted([hit("Lamps glow.")], ("customer", "lamps?"), wish=Wish(form="facts")))[-1]
    assert isinstance(ready, DraftReady)
    assert ready.text == "- Lamps glow."
    (citation,) = ready.citations
    assert ready.text[citation.start : citation.end] == "Lamps glow."
