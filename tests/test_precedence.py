"""What an agent waits for goes first, and nobody waits for ever."""

from __future__ import annotations

import asyncio

import pytest

from server import precedence as precedence_file
from server.precedence import Precedence


async def test_without_searches_nobody_waits() -> None:
    waiting = Precedence().give_way()
    with pytest.raises(StopIteration):  # it ended without suspending once
        waiting.send(None)


async def test_drafts_give_way_until_the_last_search_is_over() -> None:
    precedence = Precedence()
    with precedence.searching():
        with precedence.searching():
            draft = asyncio.create_task(precedence.give_way())
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not draft.done()
    await draft


async def test_a_lull_begins_when_the_newest_search_is_over() -> None:
    precedence = Precedence()
    with precedence.searching():
        told = asyncio.create_task(precedence.lull())
        await asyncio.sleep(0)
    with precedence.searching():
        await asyncio.sleep(0)
        assert not told.done()
    await told


async def test_what_waits_for_a_lull_waits_on_when_the_next_search_comes_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precedence_file, "LULL_S", 0)
    precedence = Precedence()
    told = asyncio.create_task(precedence.lull())
    await asyncio.sleep(0)
    with precedence.searching():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not told.done()
    await told


async def test_endless_searches_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence_file, "AT_MOST_S", 0.01)
    precedence = Precedence()
    with precedence.searching():
        await precedence.give_way()
        await precedence.lull()
