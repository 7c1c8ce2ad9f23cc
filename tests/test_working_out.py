"""The locked process: what it works out, how it says it, and everything it must not be able to do."""

from __future__ import annotations

import platform
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ingest.code.modules import Modules
from ingest.code.safe import safe_function
from ingest.config import SafeConfig
from ingest.folders import Bare, open_folder
from knowledge.rule import Input, Safe
from server.conversation import Channel, Conversation, Customer, Role, Turn
from server.effects import WorkOut
from server.working_out import WITHIN_S, WorkingOut, work_out

QUILLBROOK = Path(__file__).parent.parent / "examples/quillbrook"
LOCKED = platform.system() == "Linux" and platform.machine() in {"x86_64", "aarch64"}
NOW = datetime(2026, 3, 15, tzinfo=UTC)
Given = list[tuple[str, str, str]]


async def answer(body: str, given: Given | None = None, **modules: str) -> dict[str, Any]:
    """What the function `f` of a module with this code gives."""
    code = {"m": textwrap.dedent(body), **{name.replace("__", "."): text for name, text in modules.items()}}
    return await work_out(Safe("m", "f", tuple(sorted(code.items())), ()), given or [])


async def test_the_demos_function_is_worked_out_step_by_step() -> None:
    folder = open_folder(QUILLBROOK, Bare())
    safe = safe_function(folder.config.safe[0], Modules(folder.root))
    given = [("overdue", "decimal", "250.00"), ("days_late", "int", "20"), ("tier", "str", "standard")]
    assert await work_out(safe, given) == {
        "result": "7.50",
        "steps": [
            "fee: 250.00 × 3 %, to pennies = 7.50",
            "fee: the smaller of (the larger of 7.50 and 5.00) and 12.00 = 7.50",
            "room: the larger of 36.00 − 0.00 and 0.00 = 36.00",
            "the smaller of 7.50 and 36.00, to pennies = 7.50",
        ],
        "locked": LOCKED,
    }


async def test_steps_are_those_that_really_ran() -> None:
    body = """
        def f(a, b):
            if a > b:
                c = a * b
            else:
                c = (a + b) * 2
            for n in range(3):
                c = c + n
            return c - (a - b)
    """
    told = await answer(body, [("a", "int", "1"), ("b", "int", "2")])
    assert (told["result"], told["steps"]) == ("10", ["c: (1 + 2) × 2 = 6", "9 − (1 − 2) = 10"])


async def test_modules_import_each_other_and_dates_are_dates() -> None:
    body = """
        from datetime import timedelta
        from shop.rates import DAYS, Kind
        import shop.rates as rates
        from shop import more
        def f(day):
            return day + timedelta(days=DAYS + rates.DAYS + more.ONE + Kind.A.value)
    """
    rates = "from enum import Enum\nDAYS = 1\nclass Kind(Enum):\n    A = 1\n"
    told = await answer(
        body,
        [("day", "date", "2026-02-26")],
        shop__rates=rates,
        shop__more="from .rates import DAYS as ONE\n",
    )
    assert told["result"] == "2 March 2026"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("def f():\n    raise ValueError('of a customer')", "ValueError"),
        ("def f():\n    return [1]", "TypeError"),
        ("def f():\n    return len('x' * 10**9)", "MemoryError"),
        ("import socket\ndef f():\n    return 1", "ImportError"),
        ("def f():\n    return open('/etc/hostname').read()", "NameError"),
        ("def f():\n    return eval('1')", "NameError"),
        ("def f(:", "SyntaxError"),
        ("def g():\n    return 1", "AttributeError"),
        ("def f():\n    raise SystemExit", "SystemExit"),
    ],
)
async def test_what_fails_says_of_what_kind_and_nothing_of_the_values(body: str, error: str) -> None:
    told = await answer(body)
    assert told == {"error": error, "locked": LOCKED}


async def test_a_function_that_never_ends_is_ended() -> None:
    began = time.monotonic()
    assert set(await answer("def f():\n    while True:\n        pass")) == {"error"}
    assert time.monotonic() - began < WITHIN_S + 5


REACHING = "import typing\nos = typing.sys.modules['os']\n"


@pytest.mark.skipif(not LOCKED, reason="the kernel's filter is Linux's")
@pytest.mark.parametrize(
    "call",
    [
        "os.open('{folder}/written', 65, 0o600)",
        "os.mkdir('{folder}/written')",
        "os.open('/etc/passwd', 0)",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "os.listdir('/')",
        "os.chdir('/tmp')",
        "os.pipe()",
    ],
)
async def test_code_that_reaches_the_machine_is_refused_by_the_kernel(call: str, tmp_path: Path) -> None:
    told = await answer(REACHING + f"def f():\n    {call.format(folder=tmp_path)}\n    return 'done'")
    assert told == {"error": "PermissionError", "locked": True}
    assert list(tmp_path.iterdir()) == []


async def test_a_shell_started_in_spite_of_all_never_runs(tmp_path: Path) -> None:
    await answer(REACHING + f"def f():\n    return str(os.system('touch {tmp_path}/written'))")
    assert list(tmp_path.iterdir()) == []


async def test_no_socket_is_opened() -> None:
    told = await answer(
        REACHING + "import typing\nimportlib = typing.sys.modules['importlib']\n"
        "def f():\n    return str(importlib.import_module('_socket').socket())"
    )
    assert set(told) == {"error", "locked"}


def wanted(body: str, *inputs: Input) -> WorkOut:
    """An example of `f`, wanted for a conversation that names 20 days."""
    turn = Turn("t1", Role.CUSTOMER, "I am 20 days late.", NOW)
    conversation = Conversation("c1", "desk", Channel.EMAIL, "", Customer(), (turn,))
    return WorkOut("s1", "p1", conversation, None, Safe("m", "f", (("m", body),), inputs), NOW)


async def test_a_function_that_fails_is_told_to_the_log_alone_without_values() -> None:
    days = Input("days", "days late", "days")
    with capture_logs() as logs:
        told = await WorkingOut().example(wanted("def f(days):\n    raise ValueError(days)", days), "UTC")
    assert told is None
    assert [(entry["event"], entry["who"], entry["function"], entry["reason"]) for entry in logs] == [
        ("example_failed", "owner", "f", "ValueError")
    ]
    assert "20" not in str(logs)


async def test_equal_code_and_values_are_worked_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, days = WorkingOut(), Input("days", "days late", "days")
    first = await working.example(wanted("def f(days):\n    return days * 2", days), "UTC")
    assert first is not None
    assert (first.inputs, first.steps, first.result) == (["days late: 20 days"], ["20 × 2 = 40"], "f: 40")
    # No process can start any more: the answer is the kept one.
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert await working.example(wanted("def f(days):\n    return days * 2", days), "UTC") == first
    assert await working.example(wanted("def f(days):\n    return days * 3", days), "UTC") is None


def test_what_a_safe_function_needs_is_held_against_its_code() -> None:
    folder = open_folder(QUILLBROOK, Bare())
    config = SafeConfig.model_validate({"function": "billing/quillbrook_billing/refunds.py:plus_refund"})
    with pytest.raises(Exception, match="its parameter `price` has no entry"):
        safe_function(config, Modules(folder.root))
