"""A conversation in a few lines: in its own words, or in a language model's as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from server.assist import AssistParts
from server.brief import summary
from server.compose import form_of
from server.conversation import Conversation
from server.draft import EXTRACTIVE, NO_ANSWER, restored, until
from server.flags import FlagView, crisis_of
from server.model import LanguageModel, ModelFailed
from server.placeholders import Placeholders, is_outside
from server.prompts import Budget, build_prompt, read_template
from server.story import tell
from server.wire import SummaryTold

# So many more characters are worth another telling.
_TOLD_EACH = 40


async def sum_up(
    conversation: Conversation, parts: AssistParts | None, no_crisis: frozenset[str] = frozenset()
) -> AsyncGenerator[SummaryTold, None]:
    """The summary as it grows, the last one `done`; a model that fails gives way to what was written.

    No model writes in a crisis; `no_crisis` are the turns of which an agent said that nobody is in danger.
    """
    source = EXTRACTIVE
    if parts is not None:
        view = FlagView(conversation, no_crisis=no_crisis)
        crisis = await asyncio.to_thread(crisis_of, parts.flags, view)
        parts = None if crisis else parts
    if parts is not None and parts.model is not None:
        text = ""
        async with aclosing(_model_lines(conversation, parts, parts.model)) as tellings:
            async for text in tellings:
                yield _told(conversation, _named(parts.model), text, done=False)
        if text:
            yield _told(conversation, _named(parts.model), text.strip(), done=True)
            return
        source = NO_ANSWER
    story = await asyncio.to_thread(tell, conversation.turns)
    yield _told(conversation, source, summary(conversation, story), done=True)


def _named(model: LanguageModel) -> str:
    return f"{model.name} at {model.host}"


def _told(conversation: Conversation, source: str, text: str, *, done: bool) -> SummaryTold:
    return SummaryTold(conversation_id=conversation.id, source=source, text=text, done=done)


async def _model_lines(
    conversation: Conversation, parts: AssistParts, model: LanguageModel
) -> AsyncGenerator[str, None]:
    """The text so far, now and then and once whole; an empty one at last when the model did not finish."""
    deadline = asyncio.get_running_loop().time() + parts.model_timeout_s
    placeholders = Placeholders(conversation.customer) if is_outside(model.host) else None
    text = told = ""
    try:
        async with asyncio.timeout_at(deadline):
            await model.prepare()
        seen = placeholders.hidden(conversation) if placeholders else conversation
        budget = Budget(parts.prompt_tokens, model.count_tokens)
        prompt = build_prompt(read_template("summary"), seen, None, {}, form_of(seen), budget)
        async with aclosing(restored(until(deadline, model, prompt), placeholders)) as pieces:
            async for piece in pieces:
                text += piece
                if len(text) - len(told) >= _TOLD_EACH:
                    told = text
                    yield text
    except (ModelFailed, TimeoutError):
        text = ""
    yield text
