"""The wire: what is refused and how clearly, generated files, and sessions recorded with old protocols."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from server.outbox import Outbox
from server.problems import PROBLEMS, agree_protocol, read_message
from server.wire import (
    CLIENT_MESSAGE,
    PROTOCOL,
    SERVER_MESSAGE,
    Hello,
    KnowledgeChanged,
    OutcomeReport,
    ProblemReported,
    ReportRecorded,
    SuggestionDelta,
    SuggestionReady,
    SuggestionStarted,
    TextPiece,
)
from server.wire_docs import generated, schema
from tests.live_server import serving

ROOT = Path(__file__).parent.parent
RECORDED = Path(__file__).parent / "recorded"
LIMIT = 262_144
OPEN = {"type": "conversation_open", "conversation_id": "c1", "helpdesk": "desk", "channel": "email"}
OUTCOME = {"type": "outcome_report", "conversation_id": "c1", "report_id": "r1", "suggestion_id": "s1"}


# ---- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "expected", "received"),
    [
        ("{nope", "Invalid JSON", "a text of 5 characters"),
        ("[]", "should be an object", "a list of 0"),
        ("[" * 5000, "recursion limit", "a text of 5000"),
        ("{}", "discriminator 'type'", "an object"),
        ({"type": "made_up"}, "expected tags", "an object of type 'made_up'"),
        ({**OPEN, "turns": [], "surprise": 1}, "surprise: Extra inputs", "int"),
        (OPEN, "turns: Field required", "an object of type 'conversation_open'"),
        (
            {**OPEN, "turns": [{"id": "t", "role": "king", "text": ""}]},
            "role: Input should be",
            "a text of 4",
        ),
        ({**OPEN, "turns": [{"id": "t", "role": "agent", "text": "x" * 20_481}]}, "at most 20480", "20481"),
        ({**OPEN, "turns": [{"id": "", "role": "agent", "text": ""}]}, "at least 1", "a text of 0"),
        (
            {**OPEN, "turns": [{"id": "t", "role": "agent", "text": "", "at": "2026-03-01T10:00:00"}]},
            "timezone",
            "a text of 19",
        ),
        ({**OPEN, "turns": [{"id": str(n), "role": "agent", "text": ""} for n in range(301)]}, "300", "301"),
        ({**OUTCOME, "outcome": "loved"}, "outcome: Input should be", "a text of 5"),
    ],
)
def test_a_message_that_is_not_of_the_protocol_is_told_what_was_expected(
    message: Any, expected: str, received: str
) -> None:
    text = message if isinstance(message, str) else json.dumps(message)
    problem = read_message(text, LIMIT)
    assert isinstance(problem, ProblemReported)
    assert (problem.code, problem.who) == ("malformed_message", "developer")
    assert expected in (problem.expected or "")
    assert received in (problem.received or "")


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\uDE00 cut", "\ufffd cut"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\ud83d\ude00 whole", "😀 whole"),
        (r"C:\\ud83d, a path", r"C:\ud83d, a path"),
        (r"\u00e9\n\"", 'é\n"'),
    ],
)
def test_half_a_character_costs_neither_the_message_nor_an_offset(escaped: str, read: str) -> None:
    text = json.dumps({**OUTCOME, "outcome": "edited", "sent_text": "TEXT"}).replace("TEXT", escaped)
    message = read_message(text, LIMIT)
    assert isinstance(message, OutcomeReport)
    assert message.sent_text == read


def test_a_refused_report_is_named_so_that_the_outbox_knows() -> None:
    problem = read_message(json.dumps({**OUTCOME, "outcome": "loved"}), LIMIT)
    assert isinstance(problem, ProblemReported)
    assert (problem.conversation_id, problem.report_id) == ("c1", "r1")


def test_problems_do_not_repeat_what_was_sent() -> None:
    secret = "my secret words"
    problem = read_message(json.dumps({**OPEN, "turns": [], secret: secret, "helpdesk": [secret]}), LIMIT)
    assert isinstance(problem, ProblemReported)
    assert secret not in (problem.received or "")


def test_size_is_counted_in_bytes() -> None:
    problem = read_message(json.dumps({"type": "x" * 100}, ensure_ascii=False), 100)
    assert isinstance(problem, ProblemReported)
    assert problem.code == "message_too_large"
    assert (problem.expected, problem.received) == ("at most 100 bytes", "112 bytes")


@pytest.mark.parametrize(
    ("oldest", "newest", "agreed"), [(1, 1, 1), (1, 9, PROTOCOL), (0, 1, 1), (2, 9, None), (0, 0, None)]
)
def test_the_newest_common_protocol_is_agreed_on(oldest: int, newest: int, agreed: int | None) -> None:
    answer = agree_protocol(Hello(oldest_protocol=oldest, newest_protocol=newest, token="", client="test"))
    assert answer == agreed if agreed else isinstance(answer, ProblemReported)


def test_every_problem_says_who_must_act_and_closes_within_the_codes_of_applications() -> None:
    for row in PROBLEMS.values():
        assert row.message.endswith(".")
        assert row.close is None or row.close in (1003, 1009, 1013) or 4000 <= row.close < 5000


# ---- generated files and released protocols ----------------------------------------------------------------


@pytest.mark.parametrize("path", list(generated(ROOT)), ids=lambda path: path.name)
def test_generated_files_are_what_the_code_says(path: Path) -> None:
    advice = "run `python -m server wire --write` (and `npm run types` in extension/)"
    assert path.read_text(encoding="utf-8") == generated(ROOT)[path], advice


@pytest.mark.parametrize("path", sorted((ROOT / "server" / "protocols").glob("*.json")), ids=lambda p: p.name)
def test_nothing_of_a_released_protocol_is_taken_away(path: Path) -> None:
    released, today = json.loads(path.read_text(encoding="utf-8"))["$defs"], schema()["$defs"]
    for name, definition in released.items():
        assert name in today
        assert definition.get("properties", {}).keys() <= today[name].get("properties", {}).keys()
        added = set(today[name].get("required", [])) - set(definition.get("required", []))
        assert not added, f"{name} now requires {added}, which panels of {path.stem} do not send"


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.jsonl")), ids=lambda p: p.name)
async def test_a_recorded_session_still_runs(path: Path, tmp_path: Path) -> None:
    """Lines are {"client": message} to send and {"server": message} to hear next: type and named fields."""
    async with serving(tmp_path) as server, server.panel(token=None) as panel:
        names: dict[str, str] = {"TOKEN": server.token}
        for line in path.read_text(encoding="utf-8").splitlines():
            step = json.loads(line)
            if "client" in step:
                CLIENT_MESSAGE.validate_python(step["client"])
                await panel.socket.send(filled(json.dumps(step["client"]), names))
                continue
            heard = await panel.heard(step["server"]["type"])
            SERVER_MESSAGE.validate_python(heard)
            names["SUGGESTION"] = heard.get("suggestion_id", names.get("SUGGESTION", ""))
            assert json.loads(filled(json.dumps(step["server"]), names)).items() <= heard.items()


def filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"<{name}>", value)
    return text


# ---- the outbox --------------------------------------------------------------------------------------------


def delta(text: str, seq: int, suggestion: str = "s1") -> SuggestionDelta:
    pieces = [TextPiece(text=text)]
    return SuggestionDelta(conversation_id="c1", suggestion_id=suggestion, seq=seq, pieces=list(pieces))


def ack(number: int) -> ReportRecorded:
    return ReportRecorded(conversation_id="c1", report_id=f"r{number}")


async def everything(outbox: Outbox) -> list[Any]:
    outbox.close()
    return [message async for message in taken(outbox)]


async def taken(outbox: Outbox) -> Any:
    while (message := await outbox.take()) is not None:
        yield message


async def test_deltas_stay_apart_while_there_is_room() -> None:
    outbox = Outbox(4)
    for number in range(3):
        outbox.put(delta(str(number), number))
    assert len(await everything(outbox)) == 3


async def test_deltas_of_one_suggestion_merge_when_full_and_nothing_else_is_lost() -> None:
    outbox = Outbox(4)
    started = SuggestionStarted(conversation_id="c1", suggestion_id="s1", seq=1, turn_id="t", source="x")
    ready = SuggestionReady(
        conversation_id="c1", suggestion_id="s1", seq=99, text="abc", citations=[], confidence=1.0
    )
    for message in (
        started,
        delta("a", 2),
        ack(1),
        delta("x", 1, "s2"),
        delta("b", 3),
        delta("c", 4),
        ready,
        ack(2),
    ):
        outbox.put(message)
    came = await everything(outbox)
    assert [message.type for message in came] == [
        *("suggestion_started", "suggestion_delta", "report_recorded", "suggestion_delta"),
        *("suggestion_ready", "report_recorded"),
    ]
    assert "".join(piece.text for piece in came[1].pieces) == "abc"
    assert came[1].seq == 4


async def test_a_delta_never_passes_a_second_start() -> None:
    outbox = Outbox(1)
    started = SuggestionStarted(conversation_id="c1", suggestion_id="s1", seq=2, turn_id="t", source="x")
    for message in (delta("void", 1), started, delta("a", 3), delta("b", 4)):
        outbox.put(message)
    came = await everything(outbox)
    assert [message.type for message in came] == [
        "suggestion_delta",
        "suggestion_started",
        "suggestion_delta",
    ]
    assert "".join(piece.text for piece in came[2].pieces) == "ab"


async def test_only_the_newest_revision_is_news() -> None:
    outbox = Outbox(4)
    for revision in ("a", "b"):
        outbox.put(KnowledgeChanged(revision=revision))
    assert [message.revision for message in await everything(outbox)] == ["b"]


async def test_room_waits_until_messages_were_taken() -> None:
    outbox = Outbox(1)
    outbox.put(ack(1))
    waiting = asyncio.create_task(outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await outbox.take()
    async with asyncio.timeout(5):
        await waiting
