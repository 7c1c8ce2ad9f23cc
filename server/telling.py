"""What a panel is told of its conversations beside suggestions: their stories."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from server.conversation import Conversation
from server.logs import logger
from server.parts import story_part
from server.precedence import Precedence
from server.story import tell
from server.wire import ServerMessage, StoryTold

log = logger("telling")


class Telling:
    """For one panel; its tasks belong to the panel's group and end with it."""

    def __init__(self, tasks: asyncio.TaskGroup, send: Callable[[ServerMessage], None]) -> None:
        self._tasks = tasks
        self._send = send
        self._stories: dict[str, asyncio.Task[None]] = {}

    def tell_story(self, conversation: Conversation, precedence: Precedence | None) -> None:
        """Tell the story as it stands; an older telling of this conversation is given up."""
        older = self._stories.pop(conversation.id, None)
        if older is not None:
            older.cancel()
        task = self._tasks.create_task(self._story(conversation, precedence))
        self._stories[conversation.id] = task
        task.add_done_callback(lambda done: self._forget(conversation.id, done))

    async def _story(self, conversation: Conversation, precedence: Precedence | None) -> None:
        """In a thread, after the snippets: a long conversation must hold nobody up."""
        if precedence is not None:
            await precedence.give_way()
        try:
            story = await asyncio.to_thread(tell, conversation.turns)
        except Exception as error:
            log.error("story_failed", who="developer", error=error)
            return
        self._send(StoryTold(conversation_id=conversation.id, story=story_part(story)))

    def _forget(self, conversation_id: str, done: asyncio.Task[Any]) -> None:
        if self._stories.get(conversation_id) is done:
            del self._stories[conversation_id]
