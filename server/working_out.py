"""Works a safe function out with a conversation's values, in a locked process that can do nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.rule import Safe
from server.conversation import Role
from server.effects import WorkOut
from server.logs import logger
from server.quoted import own_words
from server.said_values import Known, Values, result_words, values_of
from server.wire import ExamplePart

log = logger("working_out")

# A busy machine may take seconds to start the process; the sum itself has one of processor time.
WITHIN_S = 10.0
KEPT = 256
_ROOT = str(Path(__file__).parent.parent)
_START = "import sys; sys.path.append(sys.argv[1]); from server.sums.child import main; main()"
_SPEAKERS = (Role.CUSTOMER, Role.AGENT, Role.ASSISTANT)
_TURNS_READ = 30

Answer = dict[str, Any]
Asked = tuple[Safe, tuple[tuple[str, str, str], ...]]


class WorkingOut:
    """Works examples out, one process at a time; an answer is kept for the same code and values."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._turn = asyncio.Semaphore(1)

    async def example(self, wanted: WorkOut, timezone: str) -> ExamplePart | None:
        """The example, or what is missing for it; None when it fails, which the log alone says."""
        try:
            return await self._example(wanted, timezone)
        except Exception as error:
            log.error("example_failed", who="developer", function=wanted.safe.function, error=error)
            return None

    async def _example(self, wanted: WorkOut, timezone: str) -> ExamplePart | None:
        values = await asyncio.to_thread(_values, wanted, timezone)
        shown, missing = list(values.shown), list(values.missing)
        if missing:
            return ExamplePart(inputs=shown, missing=missing)
        answer = await self._answer((wanted.safe, values.given))
        if "error" in answer:
            log.warning("example_failed", who="owner", function=wanted.safe.function, reason=answer["error"])
            return None
        result = result_words(wanted.safe.function, answer["result"], wanted.safe.gives, values.mark)
        return ExamplePart(inputs=shown, steps=answer["steps"], result=result)

    async def _answer(self, asked: Asked) -> Answer:
        async with self._turn:
            if asked not in self._answers:
                self._answers[asked] = await work_out(*asked)
            self._answers.move_to_end(asked)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
            return self._answers[asked]


async def work_out(safe: Safe, given: Sequence[tuple[str, str, str]]) -> Answer:
    """`result`, `steps` and `locked`; or `error`: the function fails, is too slow or asks for too much."""
    asked = {"modules": dict(safe.modules), "module": safe.module, "function": safe.function, "inputs": given}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", "-B", "-c", _START, _ROOT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            told, _ = await process.communicate(json.dumps(asked).encode())
    except TimeoutError:
        return {"error": "too slow"}
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    try:
        answer: Answer = json.loads(told)
    except ValueError:
        return {"error": f"ended with {process.returncode}"}
    return answer


def _values(wanted: WorkOut, timezone: str) -> Values:
    conversation = wanted.conversation
    texts = [own_words(turn.text) for turn in conversation.turns[-_TURNS_READ:] if turn.role in _SPEAKERS]
    today = wanted.at.astimezone(ZoneInfo(timezone)).date()
    return values_of(wanted.safe.inputs, Known(wanted.question, texts, conversation.customer.tier, today))
