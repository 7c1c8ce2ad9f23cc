"""Asks a language model about flags that were just missed: it can add a dot, and nothing else."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import aclosing

from server.conversation import Conversation, Flag, Turn
from server.draft import until
from server.logs import logger
from server.model import LanguageModel, ModelFailed
from server.opinions import confirmed, opinion_prompt, told_in
from server.placeholders import Placeholders, is_outside
from server.prompts import Budget

log = logger("second_opinion")

REMEMBERED = 1024

Told = tuple[tuple[str, str], ...]
Asked = tuple[str, str, str, str]


class SecondOpinion:
    """One model's: each turn is asked about once in this process, and a failure adds nothing."""

    def __init__(self, model: LanguageModel, timeout_s: float, prompt_tokens: int) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._prompt_tokens = prompt_tokens
        self._asked: OrderedDict[Asked, asyncio.Task[Told]] = OrderedDict()

    async def on(self, conversation: Conversation, doubts: Sequence[Flag]) -> tuple[Flag, ...]:
        """Those of the doubts, all of one turn, that the model takes for flags."""
        turn = conversation.turn(doubts[0].evidence.turn_id) if doubts else None
        if turn is None:
            return ()
        # Whoever leaves takes nothing from the next one who looks at this turn.
        return confirmed(await asyncio.shield(self._told(conversation, doubts, turn)), doubts, turn)

    async def close(self) -> None:
        """Stop asking."""
        tasks = [task for task in self._asked.values() if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _told(self, conversation: Conversation, doubts: Sequence[Flag], turn: Turn) -> asyncio.Task[Told]:
        key = (conversation.helpdesk, conversation.id, turn.id, turn.text)
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._ask(conversation, doubts, turn))
            if len(self._asked) > REMEMBERED and next(iter(self._asked.values())).done():
                self._asked.popitem(last=False)
        return self._asked[key]

    async def _ask(self, conversation: Conversation, doubts: Sequence[Flag], turn: Turn) -> Told:
        model = self._model
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        hidden = Placeholders(conversation.customer) if is_outside(model.host) else None
        try:
            async with asyncio.timeout_at(deadline):
                await model.prepare()
            seen = hidden.hidden(conversation) if hidden else conversation
            budget = Budget(self._prompt_tokens, model.count_tokens)
            prompt = opinion_prompt(seen, [doubt.reason for doubt in doubts], turn.id, budget)
            async with aclosing(until(deadline, model, prompt)) as pieces:
                answer = "".join([piece async for piece in pieces])
        except (ModelFailed, TimeoutError) as error:
            log.warning("second_opinion_failed", who="admin", error=error)
            return ()
        return tuple(
            (reason, hidden.restore(words) if hidden else words) for reason, words in told_in(answer)
        )
