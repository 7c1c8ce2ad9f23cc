"""Looks up the company's own rule for each flag and puts it into the flag's advice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from knowledge.document import Hit, QueryTurn
from server.conversation import Flag
from server.flags.own_rule import question_of, with_own_rule

# The situation is asked for, the customer's words only lean it.
WORDS_WEIGH = 0.4

Embed = Callable[[Sequence[str]], Awaitable[Sequence[object]]]
Search = Callable[[Sequence[QueryTurn]], Sequence[Hit]]


async def advised(flags: Sequence[Flag], embed: Embed, search: Search) -> tuple[Flag, ...]:
    """The flags with their own rules; `search` sees internal passages only and runs in a thread."""
    return tuple([await _advised(flag, embed, search) for flag in flags])


async def _advised(flag: Flag, embed: Embed, search: Search) -> Flag:
    question = question_of(flag)
    if question is None:
        return flag
    asked, said = await embed([question, flag.evidence.quote])
    turns = [QueryTurn(question, asked), QueryTurn(flag.evidence.quote, said, WORDS_WEIGH)]
    return with_own_rule(flag, await asyncio.to_thread(search, turns))
