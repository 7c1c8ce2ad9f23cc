"""What the weights say where something is booked: no to bookings, yes to what the rules miss, or nothing."""

from __future__ import annotations

import itertools
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from bench.needs_rows import Labelled, our_turns, talk_of, written
from bench.questions import dialogues, read_topics
from bench.silence import f1, said_to_need
from knowledge.embedder import Embedder
from knowledge.live import LiveKnowledge
from knowledge.revisions import Revisions
from server.assist import AssistParts, AssistRequest, assist
from server.assist_events import AssistEvent, NothingNeeded, SnippetsReady
from server.embedding import EmbeddingWorker
from server.flags import shipped_rules
from server.needs import needs_knowledge, signs_of
from server.needs_shipped import shipped_weights, write_weights
from server.needs_weighed import is_weighed, needs_by_weights
from tests import shelf
from tests.dialogues import NOW, conversation
from tests.shelf import document, passage, staged

ROOT = Path(__file__).parent.parent
GOLDEN = (ROOT / "examples/quillbrook/golden.jsonl").read_text().splitlines()
INN = "The Oakdene is a hotel in the north with free rooms."


def embedder() -> Embedder:
    return shelf.onnx()


def after(text: str, *told: str) -> Labelled:
    return Labelled("test", text, talk_of([*(("agent", one) for one in told), ("customer", text)]), True)


def weighed(row: Labelled) -> bool | None:
    if not is_weighed(row.talk):
        return None
    texts = [row.asking, row.told]
    vectors = dict(zip(texts, embedder().embed(texts), strict=True))
    return needs_by_weights(row.talk, row.asking, vectors, shipped_weights())


@pytest.mark.parametrize("text", ["Is it anywhere near the centre?", "Is it in the east part of the city?"])
def test_what_a_booking_tells_is_not_searched_though_the_rules_would(text: str) -> None:
    assert needs_knowledge(text, after(text, INN).before)
    assert weighed(after(text, INN)) is False


@pytest.mark.parametrize(
    "text",
    [
        "I'd only take it with a soft bed.",
        "And a quiet room matters to us, my husband sleeps badly.",
    ],
)
def test_what_the_words_do_not_ask_is_searched_where_the_weights_are_sure(text: str) -> None:
    assert not needs_knowledge(text, after(text, INN).before)
    assert weighed(after(text, INN))


@pytest.mark.parametrize(
    "text",
    [
        "Is the parking safe overnight for a van?",
        "Do they have a swimming pool?",
        "Can I bring my dog?",
        "How noisy is it at night?",
        "What do I pay if I cancel the day before?",
    ],
)
def test_what_only_a_policy_or_a_guest_tells_is_searched(text: str) -> None:
    assert weighed(after(text, INN)) is not False


def test_an_appointment_of_the_customers_own_is_no_booking_here() -> None:
    asks = "Quick one before the 28th: Can you change my washing machine delivery to another day, I've got"
    assert weighed(after(f"{asks} a hospital appointment")) is None


def test_the_weights_have_a_say_only_in_one_short_turn_without_trouble_where_a_booking_is_named() -> None:
    asked = "Is it anywhere near the centre?"
    assert is_weighed(after(asked, INN).talk)
    others = [
        talk_of([("customer", asked)]),
        talk_of([("agent", "The lamp is back in stock."), ("customer", asked)]),
        talk_of([("agent", INN), ("customer", "One more thing about the hotel."), ("customer", asked)]),
        talk_of([("agent", INN), ("customer", "My key is broken. " + asked)]),
        talk_of([("agent", INN), ("customer", "I walked on and on. " * 30 + asked)]),
        talk_of([("agent", INN), ("customer", asked), ("agent", "They do.")]),
    ]
    assert not any(map(is_weighed, others))


async def test_nothing_is_shown_for_a_booking_but_for_a_need_that_no_word_tells_and_the_agents_own_question(
    tmp_path: Path,
) -> None:
    shops = passage(document("shops"), "Is it anywhere near the centre? All our shops are near the centre.")
    beds = passage(document("beds"), "How soft are the beds? Guests of the Oakdene call its beds soft.")
    revisions = Revisions(tmp_path)
    revisions.publish(revisions.stage(staged(shops, beds), shelf.onnx()))
    live = LiveKnowledge(revisions, shelf.onnx())
    live.refresh()
    worker = EmbeddingWorker(shelf.onnx())
    worker.start()
    record, bed = (
        conversation(("agent", INN), ("customer", text))
        for text in ("Is it anywhere near the centre?", "I'd only take it with a soft bed.")
    )
    parts = AssistParts(live, worker, None, shipped_rules())
    try:
        kinds = [
            await _first(AssistRequest(talk, own, 0.0, NOW), parts)
            for talk, own in ((record, None), (record, "Is it near the centre?"), (bed, None))
        ]
    finally:
        await worker.stop()
        live.close()
    assert kinds == [NothingNeeded, SnippetsReady, SnippetsReady]


async def _first(request: AssistRequest, parts: AssistParts) -> type[AssistEvent]:
    async with aclosing(assist(request, parts)) as events:
        return type(await anext(events))


def test_our_turns_are_read_no_worse_than_by_the_rules_alone() -> None:
    rows = our_turns()
    told = f1(list(zip(said_to_need(rows, embedder()), (row.needs for row in rows), strict=True)))
    rules = f1([(needs_knowledge(row.text, row.before), row.needs) for row in rows])
    assert told >= max(rules, 0.95)


@pytest.mark.parametrize(
    "said",
    [INN, "Would you like me to book the hotel?", "The train leaves at nine.", "Is there anything else?"],
)
def test_no_question_of_the_demo_is_silenced_after_a_booking(said: str) -> None:
    rows = [after(json.loads(line)["question"], said) for line in GOLDEN]
    assert [row.text for row in rows if weighed(row) is False] == []


def test_no_question_of_the_demo_is_silenced_behind_a_greeting_or_an_order_number() -> None:
    topics = read_topics(ROOT / "examples/quillbrook/golden.jsonl")
    turns = [turn for talk in itertools.islice(dialogues(topics, seed=5), 40) for turn in talk]
    rows = [after(turn) for turn in turns]
    told = said_to_need(rows, embedder())
    assert [row.text for row, needed in zip(rows, told, strict=True) if not needed] == []


def test_the_weights_belong_to_the_shipped_model_and_to_every_sign(tmp_path: Path) -> None:
    weights = shipped_weights()
    assert weights.model == embedder().identity.model_digest
    assert weights.signs == tuple(signs_of("", None))
    assert weights.turns.shape == (len(weights.pulls), 2 * embedder().dimension + len(weights.signs))
    write_weights(weights, tmp_path / "again.npz")
    again = shipped_weights(tmp_path / "again.npz")
    assert (again.turns == weights.turns).all()
    assert (again.pulls == weights.pulls).all()
    assert (again.bias, again.reach, again.least, again.most) == (
        weights.bias,
        weights.reach,
        weights.least,
        weights.most,
    )


def test_our_dialogues_are_many_and_repeat_no_turn_that_is_measured() -> None:
    rows = list(written())
    assert len(rows) >= 6500
    said = {(row.before.text if row.before else "", row.text) for row in rows}
    assert said.isdisjoint({(row.before.text if row.before else "", row.text) for row in our_turns()})
