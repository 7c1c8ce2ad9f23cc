"""Reports over real sockets: to the owner and back, flags by hand, what is refused and how clearly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from knowledge.revisions import Revisions
from server.database import database_url, open_database
from server.person import Person, PersonRole
from server.reported import Reported, Reports
from server.settings import Settings
from server.tables import events, texts
from tests.live_server import HASHED, HeadlessPanel, Running, customer, publish, server_process, serving
from tests.live_server import person_token as new_person
from tests.live_server import turn as turn_by
from tests.shelf import document, passage, staged

QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"
MIRA = Person("mira.holt", frozenset({PersonRole.OWNER}), "knowledge")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as server:
        yield server


async def asked(panel: HeadlessPanel, conversation_id: str = "c1", text: str = QUESTION) -> dict[str, Any]:
    """A conversation with this question is open, its snippets were found and its draft is ready."""
    await panel.open(conversation_id, [customer("t1", text)])
    found = await panel.heard("snippets_found")
    await panel.heard("suggestion_ready")
    return found


def complaint(found: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A report about the first snippet that was found."""
    snippet = found["snippets"][0]
    plain = {
        "conversation_id": found["conversation_id"],
        "report_id": "r1",
        "about": "snippet",
        "turn_id": found["turn_id"],
        "passage_id": snippet["passage_id"],
        "problem": "outdated",
        "quote": snippet["text"],
    }
    return {**plain, **fields}


def answer(engine: Engine, word: Any = "fixed", note: str = "Corrected, thank you.") -> None:
    """The owner answers the only open report."""
    (report,) = open_reports(engine)
    now = datetime.now(UTC)
    assert Reports(engine).answer(report, MIRA, word, "Refunds", note, now)


def open_reports(engine: Engine) -> list[Reported]:
    return Reports(engine).newest(lambda _: True, answered=False, limit=20)


def kinds(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.id)).scalars())


# ---- to the owner and back ---------------------------------------------------------------------------------


async def test_a_report_reaches_the_owner_with_passage_quote_and_note_masked(server: Running) -> None:
    async with server.panel() as panel:
        found = await asked(panel)
        await panel.send("passage_report", **complaint(found, note="My card is 4111 1111 1111 1111."))
        await panel.heard("report_recorded", report_id="r1", conversation_id="c1")
    (report,) = open_reports(server.engine)
    snippet = found["snippets"][0]
    (passage,) = report.passages
    assert (passage.passage_id, passage.document_id, passage.owner) == (
        snippet["passage_id"],
        snippet["document_id"],
        snippet["owner"],
    )
    assert (report.about, report.problem, report.team) == ("snippet", "outdated", "billing")
    assert report.quote == snippet["text"]
    assert report.note == "My card is •••• •••• •••• ••••."
    assert report.revision == server.app.state.live.assistance.revision


async def test_a_report_on_a_draft_names_every_passage_it_cites(server: Running) -> None:
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        ready = await panel.heard("suggestion_ready")
        await panel.send(
            "passage_report",
            **{"conversation_id": "c1", "report_id": "r1", "about": "draft", "problem": "tone"},
            suggestion_id=ready["suggestion_id"],
            quote=ready["text"],
        )
        await panel.heard("report_recorded", report_id="r1")
    (report,) = open_reports(server.engine)
    assert {each.passage_id for each in report.passages} == {c["passage_id"] for c in ready["citations"]}
    assert report.passages[0].document_id == "refunds.md"


async def test_a_gap_goes_to_the_nearest_passage_and_one_without_any_is_kept_too(server: Running) -> None:
    gap = {"conversation_id": "c1", "about": "gap", "problem": "no_answer", "quote": "Zodiac submarines?"}
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", "Which zodiac sign suits quantum submarines?")])
        nothing = await panel.heard("nothing_found")
        assert nothing["nearest_owner"]
        await panel.send("passage_report", report_id="r1", passage_id=nothing["nearest_passage_id"], **gap)
        await panel.heard("report_recorded", report_id="r1")
        await panel.send("passage_report", report_id="r2", **gap)
        await panel.heard("report_recorded", report_id="r2")
    without, near = open_reports(server.engine)
    assert [each.passage_id for each in near.passages] == [nothing["nearest_passage_id"]]
    assert without.passages == ()


async def test_a_gap_is_the_customers_question_without_the_mail_below_it(server: Running) -> None:
    mail = "Zodiac submarines?\n\n-- \nIda Berg\n\n> You are useless."
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", mail)])
        await panel.heard("nothing_found")
        gap = {"about": "gap", "problem": "no_answer", "quote": mail}
        await panel.send("passage_report", conversation_id="c1", report_id="r1", **gap)
        await panel.heard("report_recorded", report_id="r1")
    (report,) = open_reports(server.engine)
    assert report.quote == "Zodiac submarines?"


async def test_the_answer_comes_at_once_and_again_until_it_was_seen(server: Running) -> None:
    async with server.panel() as panel, server.panel(new_person(server.home, "ben")) as other:
        await panel.send("passage_report", **complaint(await asked(panel)))
        await panel.heard("report_recorded")
        answer(server.engine)
        told = await panel.heard("report_answered", report_id="r1", conversation_id="c1")
        assert (told["answer"], told["by"], told["note"], told["title"], told["problem"]) == (
            *("fixed", "mira.holt", "Corrected, thank you."),
            *("Refunds", "outdated"),
        )
        async with server.panel() as again:
            assert (await again.heard("report_answered"))["answered_at"] == told["answered_at"]
            await again.send("answer_seen", report_id="r1")
            await again.heard("report_recorded", report_id="r1", conversation_id=None)
            await again.send("answer_seen", report_id="r1")
            await again.heard("report_recorded", report_id="r1")
        async with server.panel() as third:
            await third.send("own_record_request")
            await third.heard("own_record")
            assert "report_answered" not in third.types()
        await other.send("own_record_request")
        await other.heard("own_record")
        assert "report_answered" not in other.types()
    assert kinds(server.engine).count("answer_seen") == 1


async def test_a_panel_hears_an_answer_once_however_it_learns_of_it(server: Running) -> None:
    async with server.panel() as panel:
        await panel.send("passage_report", **complaint(await asked(panel)))
        await panel.heard("report_recorded")
    answer(server.engine)
    async with server.panel() as first, server.panel() as second:
        await first.heard("report_answered")
        await second.heard("report_answered")
        await second.send("passage_report", **complaint(await asked(second), report_id="r2"))
        await second.heard("report_recorded")
        answer(server.engine, "kept")
        await second.heard("report_answered", report_id="r2", answer="kept")
        await first.heard("report_answered", report_id="r2")
        assert second.types().count("report_answered") == first.types().count("report_answered") == 2


async def test_an_answer_taken_by_another_process_is_told(tmp_path: Path) -> None:
    publish(tmp_path)
    engine = open_database(database_url(None, tmp_path))
    token = new_person(tmp_path)
    with server_process(tmp_path, workers=2) as process:
        async with process.panel(token) as panel:
            await panel.send("passage_report", **complaint(await asked(panel)))
            await panel.heard("report_recorded")
            answer(engine)
            await panel.heard("report_answered", report_id="r1")
    engine.dispose()


async def test_a_report_on_a_passage_that_changed_meanwhile_is_stored_with_its_document(
    server: Running,
) -> None:
    async with server.panel() as panel:
        found = await asked(panel)
        gone = found["snippets"][0]
        replace_refunds(server.home)
        await panel.heard("knowledge_changed")
        await panel.send("passage_report", **complaint(found))
        await panel.heard("report_recorded")
    (report,) = open_reports(server.engine)
    (passage,) = report.passages
    assert (passage.passage_id, passage.document_id) == (gone["passage_id"], gone["document_id"])
    assert passage.owner is None


def replace_refunds(home: Path) -> None:
    """Publish a revision whose only passage is another one."""
    revisions = Revisions(home)
    changed = passage(document("refunds.md"), "Refunds take seven days now.")
    revisions.publish(revisions.stage(staged(changed), HASHED))


# ---- once, and nothing else --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("passage_report", {"about": "snippet", "problem": "wrong", "quote": "Refunds", "note": "no"}),
        ("flag_raise", {"reason": "frustration", "turn_id": "t1", "note": "shouts"}),
        ("passage_used", {"turn_id": "t1", "number": 2, "question": "when?"}),
        ("page_unread", {"adapter": "django-helpdesk", "helpdesk": "https://desk.example"}),
    ],
)
async def test_a_report_sent_again_counts_once(server: Running, type_: str, fields: dict[str, Any]) -> None:
    async with server.panel() as panel:
        found = await asked(panel)
        first = found["snippets"][0]["passage_id"]
        passages = {
            "passage_report": {"passage_id": first},
            "passage_used": {"passage_id": first, "first_passage_id": first},
        }.get(type_, {})
        about = {} if type_ == "page_unread" else {"conversation_id": "c1"}
        for _ in range(3):
            await panel.send(type_, report_id="r1", **about, **fields, **passages)
            await panel.heard("report_recorded", report_id="r1", conversation_id=about.get("conversation_id"))
    with server.engine.connect() as connection:
        reports = connection.execute(select(events.c.report_id).where(events.c.report_id == "r1")).all()
    assert len(reports) == 1


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("passage_report", {"passage_id": "no-such-passage"}, "one shown in this conversation"),
    (
        "passage_report",
        {"about": "draft", "suggestion_id": "no-such-draft"},
        "a suggestion of this conversation",
    ),
    ("passage_report", {"conversation_id": "foreign"}, "conversation_opened"),
    ("flag_raise", {"reason": "frustration", "turn_id": "no-such-turn"}, "a turn of the customer"),
    ("flag_raise", {"reason": "frustration", "turn_id": "t2"}, "a turn of the customer"),
    ("flag_raise", {"conversation_id": "foreign", "reason": "frustration", "turn_id": "t1"}, "conversation_"),
    ("passage_used", {"turn_id": "t1", "number": 2, "first_passage_id": "nope"}, "one shown in this"),
    ("answer_seen", {"report_id": "never-made"}, "a report of this person's own"),
]


@pytest.mark.parametrize(("type_", "fields", "expected"), REFUSED, ids=[f"{r[0]}-{r[2]}" for r in REFUSED])
async def test_a_report_on_what_was_never_there_is_refused_with_what_was_expected(
    server: Running, type_: str, fields: dict[str, Any], expected: str
) -> None:
    async with server.panel(new_person(server.home, "max", team="delivery")) as stranger:
        await stranger.open("foreign", [customer("t1", "Mine alone")])
        await stranger.heard("session_snapshot")
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION), turn_by("t2", "agent", "Hello!")])
        found = await panel.heard("snippets_found")
        passage_id = found["snippets"][0]["passage_id"]
        plain: dict[str, dict[str, Any]] = {
            "passage_report": complaint(found),
            "flag_raise": {"conversation_id": "c1", "report_id": "r1"},
            "passage_used": {"conversation_id": "c1", "report_id": "r1", "passage_id": passage_id},
            "answer_seen": {},
        }
        report = {**plain[type_], **fields}
        await panel.send(type_, **report)
        problem = await panel.heard("problem_reported", report_id=report["report_id"])
        assert problem["code"] == "report_refused"
        assert expected in problem["expected"]
        await panel.send("conversation_close", conversation_id="c1")
    assert not {"passage_reported", "passage_used", "answer_seen"} & set(kinds(server.engine))


@pytest.mark.parametrize(
    ("type_", "fields", "expected"),
    [
        ("passage_report", {"note": "x" * 20_481}, "at most 20480"),
        ("passage_report", {"problem": "ugly"}, "outdated"),
        ("passage_report", {"passage_id": None}, "a report about a snippet needs its passage_id"),
        ("passage_report", {"about": "draft"}, "a report about a draft needs its suggestion_id"),
        ("passage_report", {"about": "gap", "quote": ""}, "a report about a gap needs its quote"),
        ("flag_raise", {"reason": "bored", "turn_id": "t1"}, "frustration"),
        ("passage_used", {"turn_id": "t1", "number": 0, "first_passage_id": "p"}, "greater than or equal"),
        ("page_unread", {"adapter": "x" * 301, "helpdesk": "d"}, "at most 300"),
    ],
)
async def test_a_malformed_report_is_told_what_was_expected_by_its_id(
    server: Running, type_: str, fields: dict[str, Any], expected: str
) -> None:
    plain: dict[str, dict[str, Any]] = {
        "passage_report": {"about": "snippet", "passage_id": "p", "problem": "wrong", "quote": "q"},
        "flag_raise": {},
        "passage_used": {"passage_id": "p"},
        "page_unread": {},
    }
    ids = {"report_id": "r1"} | ({} if type_ == "page_unread" else {"conversation_id": "c1"})
    async with server.panel() as panel:
        await panel.send(type_, **{**ids, **plain[type_], **fields})
        problem = await panel.heard("problem_reported", code="malformed_message", report_id="r1")
        assert expected in problem["expected"]


# ---- flags by hand -----------------------------------------------------------------------------------------


async def test_a_flag_raised_by_hand_is_shown_with_the_turns_words_and_again_after_a_reload(
    server: Running,
) -> None:
    raising = {"conversation_id": "c1", "report_id": "r1", "reason": "frustration", "turn_id": "t1"}
    async with server.panel() as panel:
        await asked(panel)
        await panel.send("flag_raise", **raising, note="Third time they ask.")
        flag = (await panel.heard("flag_raised"))["flag"]
        assert (flag["rule"], flag["severity"], flag["confidence"]) == ("raised by hand", "act", 1.0)
        assert flag["evidence"] == {"turn_id": "t1", "quote": QUESTION, "start": 0, "end": len(QUESTION)}
        await panel.heard("report_recorded", report_id="r1")
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        assert (await panel.heard("session_snapshot"))["flags"] == [flag]
        fields = {"conversation_id": "c1", "report_id": "r2", "reason": "frustration", "turn_id": "t1"}
        await panel.send("flag_response", **fields, response="agreed")
        await panel.heard("report_recorded", report_id="r2")
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        assert (await panel.heard("session_snapshot"))["flags"] == []
    with server.engine.connect() as connection:
        kept = connection.execute(select(texts.c.text).where(texts.c.kind == "note")).scalars().all()
    assert kept == ["Third time they ask."]


async def test_a_flag_sent_again_before_its_conversation_is_opened_is_stored_and_shown(
    server: Running,
) -> None:
    long = "I am cross. " * 100
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", long)])
        await panel.heard("session_snapshot")
    async with server.panel() as panel:
        await panel.send(
            "flag_raise", conversation_id="c1", report_id="r1", reason="frustration", turn_id="t1"
        )
        await panel.open("c1", [customer("t1", long)])
        (flag,) = (await panel.heard("session_snapshot"))["flags"]
        assert flag["evidence"]["quote"] == long[:200]
        if "report_recorded" not in panel.types():
            await panel.heard("report_recorded", report_id="r1")
    with server.engine.connect() as connection:
        statement = select(events.c.payload).where(events.c.report_id == "r1")
        payload = connection.execute(statement).scalar_one()
    assert (payload["start"], payload["end"], payload["rule"]) == (0, 200, "raised by hand")


# ---- pages and people --------------------------------------------------------------------------------------


async def test_ones_own_record_counts_what_one_did_and_nobody_elses(server: Running) -> None:
    async with server.panel(new_person(server.home, "ben")) as other:
        await asked(other, "c2")
    async with server.panel() as panel:
        found = await asked(panel)
        suggestion = next(m for m in panel.everything if m["type"] == "suggestion_ready")["suggestion_id"]
        outcome = {"conversation_id": "c1", "suggestion_id": suggestion}
        await panel.send("outcome_report", report_id="o1", outcome="inserted", **outcome)
        await panel.send("outcome_report", report_id="o2", outcome="edited", **outcome)
        await panel.heard("report_recorded", report_id="o2")
        await panel.send("passage_report", **complaint(found))
        await panel.heard("report_recorded", report_id="r1")
        await panel.send("own_record_request")
        record = await panel.heard("own_record")
    counts = {key: value for key, value in record.items() if isinstance(value, int)}
    assert counts == {
        **{"suggestions": 1, "inserted": 0, "edited": 1, "copied": 0, "dismissed": 0, "ignored": 0},
        **{"reports": 1, "kept_days": Settings().retention_days},
    }
