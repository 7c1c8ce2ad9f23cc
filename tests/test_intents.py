"""Routine intents: how a conversation is read, what is needed to act on it, and the question to ask next."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.flag_data import conversation_of
from bench.intent_data import OURS, our_conversations
from bench.intent_fit import Labelled, fitted
from server.conversation import Conversation, Customer
from server.embedding import EmbeddingWorker
from server.intents.classifier import NONE, Classifier
from server.intents.collect import needed_facts, question_for
from server.intents.finders import FINDERS
from server.intents.kinds import INTENTS
from server.intents.reading import combined, heard
from server.intents.shipped import MODEL, shipped_classifier, shipped_needs, write_classifier
from server.intents.words import columns_of, weighted
from server.phrases import read_phrases
from server.routine import read_intent
from tests import shelf
from tests.dialogues import conversation

WIDTH = 1024
PLAIN = {
    "Has the grey jumper from order QD-3301 been sent off yet?": "order_status",
    "Could I come in for a haircut on Thursday afternoon?": "appointment",
    "The jumper is too big. How do I send it back and get a refund?": "refund_standard",
    "I have moved house, please change my address to 4 Oak Rise.": "update_details",
    "What are your opening hours on Sunday, and where do I park?": "hours_location",
    "Does the annual pass include the guest rooms?": "faq",
    "Is there any news on ticket 4471? You said you would look into it last week.": "follow_up",
    "I forgot my password and can't log in to my account.": "password_reset",
    "Which of your tents would you recommend for two people in the rain?": "recommend_product",
    "We are a firm of 45 and would like a quote for your software.": "qualify_lead",
    "My dishwasher isn't working.": "collect_info",
}


def asking() -> dict[str, Any]:
    return read_phrases().company.asking.model_dump()


def known_of(intent: str, talk: Conversation) -> dict[str, bool]:
    return {fact.name: fact.known for fact in needed_facts(intent, talk, shipped_needs())}


# ---- words -------------------------------------------------------------------------------------------------


def test_equal_texts_fill_equal_columns_and_numbers_count_by_their_length_alone() -> None:
    first, counts = columns_of("Order 4711, please: order!", WIDTH)
    again, _ = columns_of("order 9023, please: ORDER!", WIDTH)
    assert sorted(first) == sorted(again)
    assert first.max() < WIDTH
    assert first.min() >= 0
    values = weighted(first, counts, np.ones(WIDTH, np.float32))
    words = first < WIDTH // 2
    assert np.linalg.norm(values[words]) == pytest.approx(1)
    assert np.linalg.norm(values[~words]) == pytest.approx(1)
    assert not columns_of("", WIDTH)[0].size


# ---- fitting -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> Classifier:
    """Two intents about tea and rain, and what is neither."""
    tea = [f"please bring {count} cups of {kind} tea" for count in "23456" for kind in ("green", "black")]
    rain = [
        f"will it {verb} on {day}" for verb in ("rain", "pour") for day in ("monday", "tuesday", "friday")
    ]
    none = [f"my {one} likes football a lot" for one in ("brother", "sister", "uncle", "teacher")]
    texts = [*tea, *rain, *none]
    labels = ["tea"] * len(tea) + ["rain"] * len(rain) + [NONE] * len(none)
    data = Labelled(texts, shelf.HASH.embed(texts), labels)
    return fitted(data, [place % 2 for place in range(len(texts))], WIDTH)


def test_a_fitted_classifier_knows_its_intents_and_what_is_none_of_them(small: Classifier) -> None:
    def read(text: str) -> str | None:
        return small.read(text, shelf.HASH.embed([text])[0]).intent

    assert read("could you bring 9 cups of mint tea") == "tea"
    assert read("will it rain on sunday") == "rain"
    assert read("my aunt likes football") is None


def test_what_is_written_is_read_back_the_same(small: Classifier, tmp_path: Path) -> None:
    write_classifier(small, tmp_path / "model.npz")
    shipped_classifier.cache_clear()
    back = shipped_classifier(tmp_path / "model.npz")
    shipped_classifier.cache_clear()
    text = "bring tea on friday"
    vector = shelf.HASH.embed([text])[0]
    assert back.read(text, vector) == small.read(text, vector)


# ---- the shipped eleven ------------------------------------------------------------------------------------


def test_the_shipped_classifier_knows_the_eleven_and_none_and_is_small() -> None:
    classifier = shipped_classifier()
    assert set(classifier.intents) == {*INTENTS, NONE}
    assert classifier.model == shelf.onnx().identity.model_digest
    assert MODEL.stat().st_size < 400_000


def test_plain_messages_are_read_as_what_they_are() -> None:
    vectors = dict(zip(PLAIN, shelf.onnx().embed(list(PLAIN)), strict=True))
    read = {text: shipped_classifier().read(text, vector).intent for text, vector in vectors.items()}
    assert read == PLAIN


def test_reading_a_long_message_takes_five_milliseconds_at_most() -> None:
    words = " ".join(f"word{chr(97 + place % 26)}{place % 7}" for place in range(400))
    classifier, vector = shipped_classifier(), np.full(384, 0.05, np.float32)
    classifier.read(words, vector)
    began = time.process_time()
    for _ in range(20):
        classifier.read(words, vector)
    assert (time.process_time() - began) / 20 < 0.005


def test_later_messages_count_less_and_those_that_say_nothing_not_at_all() -> None:
    talk = conversation(
        ("customer", "Hello!"),
        ("agent", "Hello, how can I help?"),
        ("customer", "My box came. Where is the second one?"),
        ("customer", "It should be blue."),
    )
    messages = heard(talk.turns)
    assert [message.text for message in messages] == [
        "My box came. Where is the second one?",
        "It should be blue.",
    ]
    assert messages[0].asks == "Where is the second one?"
    assert messages[0].weight > messages[1].weight
    vectors = {text: shelf.HASH.embed([text])[0] for message in messages for text in message.texts}
    text, vector = combined(messages, vectors)
    assert text.count("Where is the second one?") == 2
    assert np.linalg.norm(vector) == pytest.approx(1)


# ---- what is needed ----------------------------------------------------------------------------------------


def test_every_needed_fact_has_a_label_a_finder_and_questions_to_choose_from() -> None:
    needs = shipped_needs()
    assert set(needs.facts) < set(INTENTS), "opening hours and general questions need nothing"
    facts = {fact for needed in needs.facts.values() for fact in needed}
    assert facts == set(needs.labels) == set(FINDERS) == set(asking())
    assert all(len(asking()[fact]) > 1 for fact in facts)


@pytest.mark.parametrize(
    ("intent", "said", "known"),
    [
        ("order_status", "Where is my parcel?", {"order_number": False}),
        ("order_status", "Where is AB-20418?", {"order_number": True}),
        ("order_status", "I ordered it in 2025.", {"order_number": False}),
        (
            "refund_standard",
            "Order 55201 is too small, refund please",
            {"order_number": True, "reason": True},
        ),
        ("refund_standard", "I want to send a lamp back", {"order_number": False, "reason": False}),
        ("appointment", "Can I come on Friday?", {"day": True, "time": False}),
        ("appointment", "Could we say 14:30 on the 3rd?", {"day": True, "time": True}),
        ("update_details", "I have moved.", {"new_details": False}),
        ("update_details", "Please use kim@post.example from now on", {"new_details": True}),
        ("recommend_product", "Which tent for two under 200 euros?", {"purpose": True, "budget": True}),
        (
            "qualify_lead",
            "We need 40 seats by March.",
            {"quantity": True, "start": True, "budget": False},
        ),
        ("follow_up", "Any news?", {"reference": False}),
        ("follow_up", "Any news on ticket 88?", {"reference": True}),
        ("password_reset", "I can't log in", {"account": False}),
        (
            "collect_info",
            "The tap leaks since Tuesday",
            {"what_happened": True, "since_when": True, "reference": False},
        ),
        ("faq", "Are dogs allowed?", {}),
    ],
)
def test_what_the_customer_has_given_is_known_and_the_rest_missing(
    intent: str, said: str, known: dict[str, bool]
) -> None:
    assert known_of(intent, conversation(("customer", said))) == known


def test_a_fact_is_quoted_from_its_place_and_older_mail_gives_none() -> None:
    older = "On 3 March 2026 at 10:11 Shop <s@shop.example> wrote:\n> QX-1111\n"
    said = f"It is too big.\nMy order: QX-20418.\n\n{older}"
    talk = conversation(("agent", "Order QX-999?"), ("customer", said))
    order = needed_facts("refund_standard", talk, shipped_needs())[0]
    assert order.given is not None
    assert order.given.quote == "QX-20418"
    assert said[order.given.start : order.given.end] == "QX-20418"
    assert order.given.turn_id == "t1"


def test_an_address_that_the_helpdesk_has_is_not_asked_for() -> None:
    talk = conversation(("customer", "I can't log in"), customer=Customer(email="kim@post.example"))
    facts = needed_facts("password_reset", talk, shipped_needs())
    assert [(fact.known, fact.given) for fact in facts] == [(True, None)]
    assert question_for(facts, asking(), talk.turns) is None


def test_the_question_asks_for_the_first_missing_fact_and_never_twice_in_the_same_words() -> None:
    first, second = asking()["time"][:2]
    talk = conversation(("customer", "Can I come on Friday?"))
    facts = needed_facts("appointment", talk, shipped_needs())
    assert question_for(facts, asking(), talk.turns) == first
    asked = conversation(("customer", "Can I come on Friday?"), ("agent", f"Gladly. {first.upper()}"))
    assert question_for(facts, asking(), asked.turns) == second
    both = (*asked.turns, replace(asked.turns[1], id="t2", text=second))
    assert question_for(facts, asking(), both) is None


SAME_FACT = {
    **{"order number": "order_number", "day": "day", "time": "time", "ticket": "reference"},
    **{"since when": "since_when", "fault": "what_happened", "what happened": "what_happened"},
    **{
        "reason": "reason",
        "volume": "quantity",
        "seats": "quantity",
        "budget": "budget",
        "e-mail": "account",
    },
    **{"new address": "new_details", "machine number": "reference", "serial number": "reference"},
}


def test_the_facts_agree_with_what_our_dialogues_are_labelled_with() -> None:
    agreed: Counter[bool] = Counter()
    for row in our_conversations(None):
        needed = row.get("needed") or {}
        known = known_of(row["routine_intent"] or "", conversation_of(row))
        for state in ("present", "missing"):
            facts = [SAME_FACT.get(label) for label in needed.get(state, ())]
            agreed.update(known[fact] is (state == "present") for fact in facts if fact in known)
    assert agreed.total() >= 30
    assert agreed[True] / agreed.total() >= 0.9


# ---- told --------------------------------------------------------------------------------------------------


async def test_an_intent_is_read_with_what_is_missing_and_what_to_ask() -> None:
    worker = EmbeddingWorker(shelf.onnx())
    worker.start()
    try:
        talk = conversation(("customer", "Could I come in for a haircut on Thursday?"))
        told = await read_intent(talk, worker, read_phrases().company)
        polish = conversation(
            ("customer", "Dzień dobry, kiedy przyjdzie moja paczka? Czekam już od tygodnia.")
        )
        foreign = await read_intent(polish, worker, read_phrases().company)
        silent = await read_intent(conversation(("agent", "Hello?")), worker, read_phrases().company)
    finally:
        await worker.stop()
    assert told.intent == "appointment"
    assert [(fact.name, fact.known) for fact in told.facts] == [("day", True), ("time", False)]
    assert told.question == asking()["time"][0]
    assert (foreign.intent, foreign.facts) == (None, [])
    assert (silent.intent, silent.facts) == (None, [])


async def test_with_another_embedding_model_no_intent_is_read() -> None:
    worker = EmbeddingWorker(shelf.HASH)
    worker.start()
    try:
        talk = conversation(("customer", "Could I come in for a haircut on Thursday?"))
        told = await read_intent(talk, worker, read_phrases().company)
    finally:
        await worker.stop()
    assert (told.intent, told.confidence, told.question) == (None, 0.0, None)


# ---- the data ----------------------------------------------------------------------------------------------


def test_the_training_conversations_are_sound() -> None:
    lines = (OURS / "turns.jsonl").read_text(encoding="utf-8").splitlines()
    written = [json.loads(line) for line in lines]
    assert len({row["id"] for row in written}) == len(written) > 500
    assert all(row["turns"][0]["role"] == "customer" for row in written)
    intents = Counter(row["routine_intent"] for row in written)
    assert set(intents) == {*INTENTS, None}
    assert min(intents.values()) >= 40
    labels = json.loads((OURS / "labels.json").read_text(encoding="utf-8"))
    assert {one for of in labels.values() for one in of.values()} == {*INTENTS, None}
    assert len(our_conversations(None)) > 1000 - len(labels["shared"])
