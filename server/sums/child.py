"""The locked process: reads one sum from standard input, works it out, writes the answer, and ends.

Nobody imports this but the interpreter that `server/working_out.py` starts.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from datetime import date
from decimal import Decimal
from types import FunctionType
from typing import Any

from knowledge.plain import plain
from server.sums.guests import Guests
from server.sums.lock import lock_down
from server.sums.steps import Recorder, steps_of

MEMORY_BYTES = 256 * 1024 * 1024
SECONDS = 1


def main() -> None:
    """Answer with `result` and `steps`, or with `error`: the kind of what went wrong, never its text."""
    asked = json.loads(sys.stdin.read())
    guests = Guests(asked["modules"])
    locked = lock_down(MEMORY_BYTES, SECONDS)
    try:
        answer = _work_out(asked, guests)
    except BaseException as error:
        answer = {"error": type(error).__name__}
    os.write(1, json.dumps(answer | {"locked": locked}).encode())
    os._exit(0)


def _work_out(asked: dict[str, Any], guests: Guests) -> dict[str, Any]:
    module = guests.load(asked["module"])
    function = getattr(module, asked["function"])
    given = {name: _value(tag, text) for name, tag, text in asked["inputs"]}
    if not isinstance(function, FunctionType):
        return {"result": _told(function(**given)), "steps": []}
    recorder = Recorder(function.__code__)
    result = recorder.run(lambda: function(**given))
    tree = ast.parse(asked["modules"][asked["module"]])
    node = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == asked["function"])
    return {"result": _told(result), "steps": steps_of(node, recorder, vars(module))}


def _told(result: object) -> str:
    told = plain(result)
    if told is None:
        raise TypeError
    return told


def _value(tag: str, text: str) -> object:
    match tag:
        case "decimal":
            return Decimal(text)
        case "int":
            return int(text)
        case "date":
            return date.fromisoformat(text)
        case "bool":
            return text == "true"
    return text
