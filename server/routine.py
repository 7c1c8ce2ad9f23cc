"""Reads a conversation's routine intent and says what is needed to act on it, after the snippets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import cast

from server.conversation import Conversation
from server.embedding import EmbeddingWorker
from server.intents.classifier import Reading
from server.intents.collect import NeededFact, needed_facts, question_for
from server.intents.kinds import RoutineIntent
from server.intents.reading import combined, heard
from server.intents.shipped import shipped_classifier, shipped_needs
from server.language import TESTED, language_of
from server.phrases import Phrases
from server.wire import FactPart, IntentRead, StoryLine

NOTHING = Reading(None, 0.0, "none")
# Less sure than this, what it would need is not said: a question for the wrong wish annoys.
SURE = 0.5


async def read_intent(conversation: Conversation, embedding: EmbeddingWorker, phrases: Phrases) -> IntentRead:
    """What the panel is told; texts that the search has not embedded wait behind everything that is searched.

    With another embedding model than the shipped one no intent is read.
    """
    messages = heard(conversation.turns)
    reading = NOTHING
    understood = embedding.model_digest == shipped_classifier().model
    if messages and understood and language_of(messages[0].text) in TESTED:
        texts = list(dict.fromkeys(text for message in messages for text in message.texts))
        vectors = dict(zip(texts, await embedding.embed(texts, patient=True), strict=True))
        reading = await asyncio.to_thread(lambda: shipped_classifier().read(*combined(messages, vectors)))
    return intent_message(conversation, reading, phrases.asking.model_dump())


def intent_message(
    conversation: Conversation, reading: Reading, asking: Mapping[str, Sequence[str]]
) -> IntentRead:
    """The reading with the facts that it needs and the question to ask next."""
    intent = reading.intent if reading.chance >= SURE else None
    facts = needed_facts(intent, conversation, shipped_needs()) if intent else ()
    return IntentRead(
        conversation_id=conversation.id,
        intent=cast(RoutineIntent | None, reading.intent),
        confidence=round(reading.chance, 2),
        facts=[_part(fact) for fact in facts],
        question=question_for(facts, asking, conversation.turns),
    )


def _part(fact: NeededFact) -> FactPart:
    given = StoryLine(**asdict(fact.given)) if fact.given else None
    return FactPart(name=fact.name, label=fact.label, known=fact.known, given=given)
