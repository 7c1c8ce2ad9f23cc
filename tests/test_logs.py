"""The log tells what happened and where, never what anybody wrote."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from server.logs import configure_logs, logger
from tests.live_server import customer, person_token, publish, server_process, turn
from tests.test_live import OTHER, QUESTION

MARKS = {
    "turn": "violet-turn-mark",
    "note": "violet-note-mark",
    "subject": "violet-subject-mark",
    "name": "Violet Namemark",
    "email": "violet@mail.example",
    "question": "violet-question-mark",
    "sent": "violet-sent-mark",
    "field": "violet-field-mark",
    "text": "violet-text-mark",
    "origin": "https://violet-origin.example",
}


@pytest.fixture
def _restored() -> object:
    """The test runner's own logging, put back afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]


async def test_the_log_of_a_live_session_holds_nobodys_words(tmp_path: Path) -> None:
    publish(tmp_path)
    token = person_token(tmp_path)
    with server_process(tmp_path, log_level="debug") as server:
        server.said("revision_live")
        async with server.panel(None, origin=MARKS["origin"]) as refused:
            await refused.heard("problem_reported", code="origin_refused")
        async with server.panel(None) as stranger:
            await stranger.hello("violet-token-mark")
            await stranger.heard("problem_reported", code="not_signed_in")
        async with server.panel(token) as panel:
            person = {"name": MARKS["name"], "email": MARKS["email"]}
            turns = [customer("t1", f"{QUESTION} {MARKS['turn']}"), turn("t2", "note", MARKS["note"])]
            await panel.open("c1", turns, subject=MARKS["subject"], customer=person)
            ready = await panel.heard("suggestion_ready")
            question = f"{OTHER} {MARKS['question']}"
            await panel.send("suggestion_request", conversation_id="c1", question=question)
            await panel.heard("suggestion_ready")
            report = {"report_id": "r1", "suggestion_id": ready["suggestion_id"], "outcome": "edited"}
            await panel.send("outcome_report", conversation_id="c1", **report, sent_text=MARKS["sent"])
            await panel.heard("report_recorded")
            await panel.socket.send(json.dumps({"type": "conversation_close", MARKS["field"]: MARKS["text"]}))
            await panel.heard("problem_reported", code="malformed_message")
            strange = {**report, "report_id": "r2", "conversation_id": "never"}
            await panel.send("outcome_report", **strange, sent_text=MARKS["sent"])
            await panel.heard("problem_reported", code="report_refused")
        assert server.terminate() == 0
    log = "".join(server.lines)
    assert "record_refused" in log, "the log does tell what went wrong"
    for words in (*MARKS.values(), token, "violet", "Refunds reach"):
        assert words not in log


@pytest.mark.usefixtures("_restored")
@pytest.mark.parametrize("form", ["json", "console"])
def test_exceptions_are_logged_as_type_and_place_without_their_text(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    configure_logs("json" if form == "json" else "console", "debug")
    try:
        raise ValueError("what the customer wrote")
    except ValueError as error:
        logger("test").error("ours", error=error)
        logging.getLogger("library").exception("theirs")
        logging.getLogger("library").error("theirs too", exc_info=error)
    written = capsys.readouterr().err
    assert "customer wrote" not in written
    assert written.count("ValueError") == 3
    assert written.count("test_logs.py") == 3


@pytest.mark.usefixtures("_restored")
def test_every_json_line_is_one_object_with_time_level_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "info")
    logger("test").info("ours", count=2)
    logging.getLogger("library").warning("theirs %d", 3)
    logging.getLogger("library").info("not this")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["part"], ours["count"], ours["level"]) == ("ours", "test", 2, "info")
    assert (theirs["event"], theirs["level"]) == ("theirs 3", "warning")
    assert "timestamp" in ours
