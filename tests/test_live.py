"""The real server, real sockets: what a panel sees, and what happens when somebody or something breaks."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed

from knowledge.embedder import HashEmbedder, Vectors
from knowledge.revisions import Revisions
from server.assistance import Engines
from server.database import database_url, open_database
from server.held_texts import HeldCount, held_count
from server.model import ScriptedModel
from server.origin import EXTENSION_ID
from server.tables import events
from tests.live_server import (
    DEADLINE_S,
    HASHED,
    HeadlessPanel,
    NotHeard,
    Running,
    Served,
    ServerProcess,
    customer,
    hanging_model,
    hashed,
    person_token,
    publish,
    revoke,
    server_process,
    serving,
    shelf,
    turn,
    without_table,
)
from tests.shelf import staged

QUESTION = "Refunds reach my bank account within how many working days after you receive the parcel?"
OTHER = "Standard delivery of sofas takes how many weeks and costs nothing above how many pounds?"
NONSENSE = "Why do zebras quarrel at the quantum level?"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Two worker processes behind one address, on one database."""
    home = tmp_path_factory.mktemp("two-workers")
    publish(home)
    with server_process(home, workers=2) as process:
        process.said("revision_live", times=2)
        yield process


@pytest.fixture(params=["one worker", "two workers"])
async def served(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    """The server alone, and as two workers on one database; there each test is a team of its own."""
    if request.param == "one worker":
        async with serving(request.getfixturevalue("tmp_path")) as running:
            yield running
        return
    process: ServerProcess = request.getfixturevalue("two_workers")
    name = uuid.uuid4().hex[:12]
    engine = open_database(database_url(None, process.home))
    token = person_token(process.home, name, team=name)
    yield Served(process.url, process.home, token, name, engine)
    engine.dispose()


def stored(server: Served, kind: str) -> list[dict[str, Any]]:
    """Payloads of the stored events of a kind, of the server's team."""
    of_it = (events.c.kind == kind) & (events.c.team == server.team)
    with server.engine.connect() as connection:
        rows = connection.execute(select(events.c.payload).where(of_it).order_by(events.c.id))
        return [dict(row.payload) for row in rows]


async def eventually(server: Served, kind: str, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(DEADLINE_S):
        while len(found := stored(server, kind)) < count:
            await asyncio.sleep(0.01)
    return found


# ---- the loop ----------------------------------------------------------------------------------------------


async def test_a_turn_brings_snippets_then_a_cited_draft_and_all_is_on_record(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        ready = await panel.heard("suggestion_ready")
        told = [each for each in panel.types() if each not in ("story_told", "intent_read", "need_told")]
        assert told[1:4] == ["session_snapshot", "snippets_found", "suggestion_started"]
        (citation,) = ready["citations"]
        assert ready["text"][citation["start"] : citation["end"]].startswith(
            "Refunds reach your bank account"
        )
        await panel.send(
            "outcome_report",
            **{"conversation_id": "c1", "report_id": "r1", "suggestion_id": ready["suggestion_id"]},
            **{"outcome": "edited", "sent_text": ready["text"] + "!"},
        )
        await panel.heard("report_recorded", report_id="r1")
    assert [event["distance"] for event in stored(served, "outcome_reported")] == [1]
    assert len(await eventually(served, "suggestion_ready", 1)) == 1


async def test_a_mail_is_answered_and_flagged_by_its_own_words_at_their_offsets(served: Served) -> None:
    own = "Hello \N{WAVING HAND SIGN}\n\nThis is ridiculous, I am still waiting. " + QUESTION
    quoted = f"\n\nOn Mon, 9 Mar 2026 at 16:20, Support <a@b.example> wrote:\n\n> {OTHER}\n> Get me a human!"
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", own + quoted)])
        ready = await panel.heard("suggestion_ready")
        assert "Refunds reach your bank account" in ready["text"]
        raised = [message["flag"] for message in panel.everything if message["type"] == "flag_raised"]
    (flag,) = [flag for flag in raised if flag["reason"] == "frustration"]
    assert all("human" not in one["evidence"]["quote"] for one in raised)
    evidence = flag["evidence"]
    assert (own + quoted)[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert "still waiting" in evidence["quote"]


async def test_a_language_that_is_not_tested_is_named_and_on_record_and_no_gap(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", "Wann bekomme ich endlich mein Geld zurück?")])
        noticed = await panel.heard("language_noticed")
        assert (noticed["turn_id"], noticed["language"]) == ("t1", "German")
        found = await panel.heard("snippets_found", turn_id="t1")
        assert (found["snippets"], found["fit"]) == ([], None)
        await panel.send("turns_changed", conversation_id="c1", turns=[customer("t2", QUESTION)])
        await panel.heard("suggestion_ready")
        assert "nothing_found" not in panel.types()
    assert await eventually(served, "language_noticed", 1) == [{"turn_id": "t1", "language": "German"}]
    assert stored(served, "nothing_found") == []


async def test_two_panels_on_one_conversation_work_independently(served: Served) -> None:
    async with served.panel() as one, served.panel() as other:
        for panel in (one, other):
            await panel.open("c1", [customer("t1", QUESTION)])
        ids = {(await panel.heard("suggestion_ready"))["suggestion_id"] for panel in (one, other)}
        assert len(ids) == 2
        await one.send("conversation_close", conversation_id="c1")
        await other.send("turns_changed", conversation_id="c1", turns=[customer("t2", OTHER)])
        await other.heard("suggestion_ready")


async def test_many_conversations_on_one_socket_do_not_mix(served: Served) -> None:
    questions = {f"c{n}": QUESTION if n % 2 else OTHER for n in range(20)}
    async with served.panel() as panel:
        for conversation_id, question in questions.items():
            await panel.open(conversation_id, [customer("t1", question)])
        ready: dict[str, str] = {}
        while len(ready) < len(questions):
            message = await panel.heard("suggestion_ready")
            ready[message["conversation_id"]] = message["text"]
    for conversation_id, question in questions.items():
        assert ("Refunds reach" in ready[conversation_id]) == (question == QUESTION)


async def test_a_reconnect_equals_a_start(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        raised = await panel.heard("flag_raised")
        answer = {"reason": raised["flag"]["reason"], "turn_id": "t1", "response": "disagreed"}
        await panel.send("flag_response", conversation_id="c1", report_id="r1", **answer)
        await panel.heard("report_recorded")
    async with served.panel() as panel:
        await panel.open(
            "c1", [customer("t1", NONSENSE), turn("t2", "agent", "Well."), customer("t3", QUESTION)]
        )
        assert (await panel.heard("session_snapshot"))["turn_id"] == "t3"
        await panel.heard("suggestion_ready")
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        await panel.heard("nothing_found")
        await panel.send("suggestion_request", conversation_id="c1", question=OTHER)
        await panel.heard("suggestion_ready")
        assert "flag_raised" not in panel.types(), "answered before the reconnect"


async def test_stored_answers_are_not_told_to_somebody_else(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        raised = await panel.heard("flag_raised")
        answer = {"reason": raised["flag"]["reason"], "turn_id": "t1", "response": "disagreed"}
        await panel.send("flag_response", conversation_id="c1", report_id="r1", **answer)
        await panel.heard("report_recorded")
    stranger = person_token(served.home, "ben", "agent", team="sales")
    async with served.panel(stranger) as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        snapshot = await panel.heard("session_snapshot")
        assert (snapshot["flags"], snapshot["suggestion"], snapshot["snippets"]) == ([], None, [])
        await panel.heard("flag_raised")


async def test_a_report_is_stored_once_however_often_it_is_sent(served: Served) -> None:
    report = {"conversation_id": "c1", "report_id": "r1", "suggestion_id": "s1", "outcome": "dismissed"}
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        for _ in range(3):
            await panel.send("outcome_report", **report)
        for _ in range(3):
            await panel.heard("report_recorded", report_id="r1")
    async with served.panel() as panel:
        await panel.send("outcome_report", **report)
        await panel.heard("report_recorded", report_id="r1")
    assert len(stored(served, "outcome_reported")) == 1


async def test_a_report_on_a_conversation_never_opened_is_refused(served: Served) -> None:
    report = {"conversation_id": "never", "report_id": "r1", "suggestion_id": "s1", "outcome": "dismissed"}
    async with served.panel() as panel:
        await panel.send("outcome_report", **report)
        problem = await panel.heard("problem_reported", report_id="r1")
        assert problem["code"] == "report_refused"


async def test_the_agents_own_question_is_answered(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [])
        await panel.send("suggestion_request", conversation_id="c1", question=QUESTION)
        assert (await panel.heard("snippets_found"))["question"] == QUESTION
        await panel.heard("suggestion_ready")


# ---- the newest turn wins ----------------------------------------------------------------------------------


async def test_a_newer_turn_cancels_the_model_and_announces_it(tmp_path: Path) -> None:
    model = ScriptedModel([["Refunds take ", asyncio.Event()], ["Three weeks [1]."]])
    async with serving(tmp_path, engines=hashed(lambda _: model)) as server, server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        first = await panel.heard("suggestion_delta")
        await panel.send("turns_changed", conversation_id="c1", turns=[customer("t2", OTHER)])
        superseded = await panel.heard("suggestion_superseded")
        assert superseded["suggestion_id"] == first["suggestion_id"]
        await panel.heard("suggestion_ready")
        assert model.abandoned == 1
        assert len(await eventually(server, "suggestion_superseded", 1)) == 1


async def test_a_panel_that_leaves_mid_stream_stops_the_model(tmp_path: Path) -> None:
    model = ScriptedModel([["Refunds take ", asyncio.Event()]])
    async with serving(tmp_path, engines=hashed(lambda _: model)) as server:
        async with server.panel() as panel:
            await panel.open("c1", [customer("t1", QUESTION)])
            await panel.heard("suggestion_delta")
        async with asyncio.timeout(DEADLINE_S):
            while not model.abandoned:
                await asyncio.sleep(0.01)
        assert len(await eventually(server, "suggestion_failed", 1)) == 1


async def test_chat_settles_before_the_draft_but_not_before_snippets(tmp_path: Path) -> None:
    async with serving(tmp_path, settle_chat_ms=60_000) as server, server.panel() as panel:
        await panel.open("c1", [turn("t0", "agent", "Hello")], channel="chat")
        await panel.send("turns_changed", conversation_id="c1", turns=[customer("t1", QUESTION)])
        await panel.heard("snippets_found")
        await panel.open("c2", [customer("t1", QUESTION)], channel="chat")
        ready = await panel.heard("suggestion_ready")
        assert ready["conversation_id"] == "c2", "the first open doesn't settle, a new turn does"


# ---- knowledge ---------------------------------------------------------------------------------------------


async def test_a_new_revision_is_announced_and_used(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [])
        revision = publish(
            served.home, "Gift cards stay valid for three years from the day they were bought."
        )
        await panel.heard("knowledge_changed", revision=revision)
        question = "How many years do gift cards stay valid from the day they were bought?"
        await panel.send("suggestion_request", conversation_id="c1", question=question)
        found = await panel.heard("snippets_found")
        assert "Gift cards" in found["snippets"][0]["text"]


async def test_a_server_without_knowledge_says_who_must_act_and_recovers_by_itself(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False) as server, server.panel() as panel:
        problem = await panel.heard("problem_reported")
        assert problem["code"] in ("knowledge_missing", "starting")
        await until_missing(server, "knowledge")
        await panel.open("c1", [customer("t1", QUESTION)])
        problem = await panel.heard("problem_reported", conversation_id="c1")
        assert (problem["code"], problem["who"]) == ("knowledge_missing", "owner")
        assert "ingest sync" in problem["message"]
        publish(server.home)
        await panel.heard("knowledge_changed")
        await panel.heard("suggestion_ready")


async def test_a_damaged_revision_leaves_the_old_one_serving(server: Running) -> None:
    before = server.app.state.live.assistance.revision
    revisions = Revisions(server.home)
    damaged = revisions.stage(staged(*shelf("Another document.")), HASHED)
    (server.home / "knowledge" / "revisions" / damaged / "vectors.npy").write_bytes(b"damaged")
    (server.home / "knowledge" / "live").write_text(damaged, encoding="utf-8")
    async with asyncio.timeout(DEADLINE_S):
        while server.app.state.live.assistance.complaint is None:
            await asyncio.sleep(0.01)
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        await panel.heard("suggestion_ready")
    assert server.app.state.live.assistance.revision == before


async def test_a_search_in_flight_survives_a_change_of_revision_and_its_removal(tmp_path: Path) -> None:
    model = ScriptedModel([["Five days [1]."]])
    async with serving(tmp_path, engines=hashed(lambda _: model)) as server, server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        first = server.app.state.live.assistance.revision
        publish(server.home, "Another document.")
        await panel.heard("knowledge_changed")
        shutil.rmtree(server.home / "knowledge" / "revisions" / str(first))
        await panel.send("turns_changed", conversation_id="c1", turns=[customer("t2", OTHER)])
        await panel.heard("snippets_found", turn_id="t2")


# ---- hello -------------------------------------------------------------------------------------------------


async def refusal(panel: HeadlessPanel) -> tuple[str, int]:
    problem = await panel.heard("problem_reported")
    code, reason = await panel.closed()
    assert reason == problem["code"]
    return problem["code"], code


@pytest.mark.parametrize(
    ("hello", "code", "close"),
    [
        ({"token": "wrong"}, "not_signed_in", 4001),
        ({"oldest_protocol": 2, "newest_protocol": 9}, "protocol_mismatch", 4010),
        ({"surprise": 1}, "hello_expected", 4002),
        ({"type": "conversation_close", "conversation_id": "c"}, "hello_expected", 4002),
        ({"client": "x" * 500_000}, "message_too_large", 1009),
    ],
)
async def test_who_does_not_say_a_good_hello_is_told_why_and_closed(
    tmp_path: Path, hello: dict[str, Any], code: str, close: int
) -> None:
    async with serving(tmp_path, knowledge=False) as server, server.panel(token=None) as panel:
        good = {
            "type": "hello",
            "oldest_protocol": 1,
            "newest_protocol": 1,
            "token": server.token,
            "client": "t",
        }
        sent = {**good, **hello} if hello.get("type") in (None, "hello") else hello
        await panel.socket.send(json.dumps(sent))
        assert await refusal(panel) == (code, close)


async def test_who_is_only_expert_or_owner_is_told_so_and_closed(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False) as server:
        outside = person_token(server.home, "eve", "expert", "owner")
        async with server.panel(token=None) as panel:
            await panel.hello(outside)
            assert await refusal(panel) == ("panel_refused", 4004)
            assert panel.types() == ["problem_reported"]
        async with server.panel(person_token(server.home, "eve", "expert", "owner", "agent")):
            pass


@pytest.mark.parametrize("frame", [b"\x00\x01", b"{}"])
async def test_binary_frames_are_refused(served: Served, frame: bytes) -> None:
    for token in (None, ""):
        async with served.panel(token) as panel:
            await panel.socket.send(frame)
            assert await refusal(panel) == ("binary_message", 1003)


async def test_silence_is_closed(tmp_path: Path) -> None:
    silent = serving(tmp_path, knowledge=False, hello_within_s=0.05)
    async with silent as server, server.panel(token=None) as panel:
        assert await refusal(panel) == ("hello_late", 4008)


async def test_strangers_of_one_address_are_few_and_leave_room_when_they_go(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, unauthenticated_per_address=2) as server:
        async with server.panel(token=None), server.panel(token=None):
            await waiting(server, 2)
            async with server.panel(token=None) as third:
                assert await refusal(third) == ("too_many_sockets", 4029)
        await waiting(server, 0)
        async with server.panel():
            pass


async def waiting(server: Running, count: int) -> None:
    strangers = server.app.state.live.strangers
    async with asyncio.timeout(DEADLINE_S):
        while strangers._waiting.total() != count:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("origin", "allowed", "admitted"),
    [
        (None, (), True),
        ("same", (), True),
        (f"chrome-extension://{EXTENSION_ID}", (), True),
        ("chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", (), False),
        ("https://helpdesk.example", (), False),
        ("https://helpdesk.example", "https://other.example, https://helpdesk.example/", True),
        ("https://helpdesk.example.evil", "https://helpdesk.example", False),
        ("moz-extension://8a5d-uuid", (), True),
        ("null", (), False),
        ("http://[", (), False),
    ],
)
async def test_only_known_origins_may_connect(
    tmp_path: Path, origin: str | None, allowed: str, admitted: bool
) -> None:
    async with serving(tmp_path, knowledge=False, allowed_origins=allowed) as server:
        given = server.url if origin == "same" else origin
        if admitted:
            async with server.panel(origin=given):
                return
        async with server.panel(token=None, origin=given) as panel:
            assert await refusal(panel) == ("origin_refused", 4003)


async def test_a_revoked_token_ends_the_open_socket(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, recheck_s=0.05) as server, server.panel() as panel:
        revoke(server.home, "ana")
        assert (await panel.heard("problem_reported", code="not_signed_in"))["who"] == "agent"
        assert await panel.closed() == (4001, "not_signed_in")


# ---- bad input after hello ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("{nope", "[]", "{}", '{"type":"made_up"}', "[" * 200_000),
        '{"type":"conversation_close","conversation_id":"c","x":1}',
        r'{"type":"conversation_close","conversation_id":"\ud800","x":1}',
    ],
)
async def test_a_malformed_message_is_reported_and_the_socket_stays(served: Served, text: str) -> None:
    async with served.panel() as panel:
        await panel.socket.send(text)
        problem = await panel.heard("problem_reported", code="malformed_message")
        assert problem["expected"]
        assert problem["received"]
        await panel.open("c1", [customer("t1", QUESTION)])
        await panel.heard("suggestion_ready")


async def test_an_oversized_message_is_told_its_size_and_closed(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, max_message_bytes=2048) as server:
        async with server.panel() as panel:
            await panel.socket.send("x" * 3000)
            problem = await panel.heard("problem_reported", code="message_too_large")
            assert (problem["expected"], problem["received"]) == ("at most 2048 bytes", "3000 bytes")
            assert await panel.closed() == (1009, "message_too_large")
        async with server.panel() as panel:
            await panel.socket.send("x" * 1_000_000)
            assert (await panel.closed())[0] == 1009


async def test_hello_is_said_once(served: Served) -> None:
    async with served.panel() as panel:
        await panel.hello(served.token)
        await panel.heard("problem_reported", code="unexpected_hello")


async def test_the_fifty_first_conversation_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False, max_conversations=2) as server, server.panel() as panel:
        for number in range(3):
            await panel.open(f"c{number}", [])
        await panel.heard("problem_reported", code="too_many_conversations", conversation_id="c2")


# ---- slow, broken, gone ------------------------------------------------------------------------------------


async def first_of(panel: HeadlessPanel, *types: str) -> dict[str, Any]:
    while (message := await panel.next())["type"] not in types:
        pass
    return message


async def test_while_the_database_is_down_reports_are_refused_and_events_wait(server: Running) -> None:
    report = {"conversation_id": "c1", "report_id": "r1", "suggestion_id": "s1", "outcome": "dismissed"}
    store = server.app.state.live.store
    async with server.panel() as panel:
        await panel.open("c1", [customer("t1", QUESTION)])
        await panel.heard("suggestion_ready")
        await eventually(server, "suggestion_ready", 1)
        with without_table(store.engine, "events"):
            await panel.send("outcome_report", **report)
            problem = await panel.heard("problem_reported", report_id="r1")
            assert (problem["code"], problem["who"]) == ("store_unavailable", "admin")
            await panel.send("turns_changed", conversation_id="c1", turns=[customer("t2", OTHER)])
            await panel.heard("suggestion_ready")
        await panel.send("outcome_report", **report)
        assert await first_of(panel, "report_recorded", "problem_reported")
        await panel.send("outcome_report", **report)
        await panel.heard("report_recorded", report_id="r1")
    assert len(await eventually(server, "suggestion_ready", 2)) == 2
    assert len(stored(server, "outcome_reported")) == 1


class FailingOnce(HashEmbedder):
    """Fails for the first text about zebras."""

    def __init__(self) -> None:
        self.failed = False

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self.failed and any("zebra" in text for text in texts):
            self.failed = True
            raise ValueError("a fault of the machine")
        return super().embed(texts)


async def test_nobody_is_turned_away_for_good_while_the_database_is_down(server: Running) -> None:
    engine = server.app.state.live.store.engine
    async with server.panel(token=None) as panel:
        with without_table(engine, "tokens"):
            await panel.hello(server.token)
            assert await refusal(panel) == ("signin_unavailable", 1013)


async def test_an_assist_that_breaks_is_reported_and_the_next_turn_works(tmp_path: Path) -> None:
    failing = FailingOnce()
    engines = Engines(embedder=lambda _home: failing)
    async with serving(tmp_path, engines=engines) as server, server.panel() as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        problem = await panel.heard("problem_reported", conversation_id="c1")
        assert (problem["code"], problem["who"]) == ("assist_failed", "developer")
        await panel.send("suggestion_request", conversation_id="c1", question=QUESTION)
        await panel.heard("suggestion_ready")


async def test_nothing_is_left_behind_by_panels_that_come_and_go(tmp_path: Path) -> None:
    async with serving(tmp_path, engines=hashed(hanging_model)) as server:
        before = len(asyncio.all_tasks())
        for number in range(10):
            async with server.panel() as panel:
                await panel.open(f"c{number}", [customer("t1", QUESTION)])
                await panel.heard("suggestion_delta")
        async with asyncio.timeout(DEADLINE_S):
            while len(asyncio.all_tasks()) > before:
                await asyncio.sleep(0.01)
        metrics = server.app.state.live.metrics
        assert (metrics.sockets._value.get(), metrics.conversations._value.get()) == (0, 0)


# ---- health ------------------------------------------------------------------------------------------------


async def until_missing(server: Running, *what: str) -> list[dict[str, str]]:
    async with httpx.AsyncClient(base_url=server.url) as http, asyncio.timeout(DEADLINE_S):
        while True:
            answer = (await http.get("/readyz")).json()
            if [entry["what"] for entry in answer["missing"]] == list(what):
                missing: list[dict[str, str]] = answer["missing"]
                return missing
            await asyncio.sleep(0.01)


async def test_readiness_names_what_is_missing_and_who_must_act(tmp_path: Path) -> None:
    async with serving(tmp_path, knowledge=False) as server:
        (missing,) = await until_missing(server, "knowledge")
        assert missing["who"] == "owner"
        publish(server.home)
        await until_missing(server)
        async with httpx.AsyncClient(base_url=server.url) as http:
            assert (await http.get("/healthz")).status_code == 200
            assert (await http.get("/readyz")).status_code == 200


async def test_a_server_without_a_protocol_for_a_crisis_is_ready_and_warns_its_owners(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await until_missing(server)
        async with httpx.AsyncClient(base_url=server.url) as http:
            answer = await http.get("/readyz")
        (warning,) = answer.json()["warnings"]
        assert answer.status_code == 200
        assert (warning["what"], warning["who"]) == ("protocol", "owner")
        assert 'kind "protocol"' in warning["message"]


@pytest.mark.parametrize("lacking", ["embedder", "flags"])
async def test_readiness_says_when_a_model_does_not_load(tmp_path: Path, lacking: str) -> None:
    def refuse(_wanted: object) -> Any:
        raise OSError("the model's file is not readable")

    loaded: dict[str, Any] = {"embedder": lambda _home: HASHED, lacking: refuse}
    async with serving(tmp_path, engines=Engines(**loaded), knowledge=False) as server:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                (missing,) = await until_missing(server, "model")
                if "not readable" in missing["message"]:
                    break


async def test_what_nothing_answers_has_a_holding_reply_in_the_knowledges_own_time(served: Served) -> None:
    async with served.panel() as panel:
        await panel.open("c1", [customer("t1", NONSENSE)])
        await panel.heard("nothing_found")
        await panel.send("holding_request", conversation_id="c1", turn_id="t1")
        told = await panel.heard("holding_told")
        assert (told["turn_id"], told["why"]) == ("t1", None)
        assert re.search(r"I will write to you again by \d\d:[03]0 (today|tomorrow|on \w+day)", told["text"])


async def test_a_holding_reply_is_on_record_when_shown_and_once_when_sent_though_the_page_reloads(
    server: Running,
) -> None:
    asked = customer("t1", NONSENSE)
    async with server.panel() as panel:
        await panel.open("c1", [asked])
        await panel.heard("nothing_found")
        await panel.send("holding_request", conversation_id="c1", turn_id="t1")
        text = (await panel.heard("holding_told"))["text"]
        await all_recorded(panel, "r1")
    sent = turn("t2", "agent", f"{text}\n\nAna, support")
    for report_id in ("r2", "r3"):
        async with server.panel() as panel:
            await panel.open("c1", [asked, sent])
            await panel.heard("session_snapshot")
            await all_recorded(panel, report_id)
    count = held_count(server.engine, server.team, datetime(2000, 1, 1, tzinfo=UTC))
    assert count == HeldCount(shown=1, sent=1)
    with server.engine.connect() as connection:
        kinds = list(connection.scalars(select(events.c.kind)))
    assert kinds.count("holding_sent") == 1


async def all_recorded(panel: HeadlessPanel, report_id: str) -> None:
    """What was put on record before this report is stored with it, in order."""
    await panel.send("page_unread", report_id=report_id, adapter="desk", helpdesk="https://desk.example")
    await panel.heard("report_recorded", report_id=report_id)


async def test_metrics_count_what_happened(server: Running) -> None:
    async with server.panel() as panel, httpx.AsyncClient(base_url=server.url) as http:
        await panel.open("c1", [customer("t1", QUESTION)])
        await panel.heard("suggestion_ready")
        await panel.open("c2", [customer("t1", NONSENSE)])
        await panel.heard("nothing_found")
        await panel.socket.send("{}")
        await panel.heard("problem_reported")
        page = (await http.get("/metrics")).text
    for line in (
        "sotto_open_sockets 1.0",
        "sotto_open_conversations 2.0",
        'sotto_suggestion_ends_total{end="ready"} 1.0',
        "sotto_gaps_total 1.0",
        'sotto_problems_total{code="malformed_message"} 1.0',
        "sotto_first_snippet_seconds_count 2.0",
        "sotto_first_text_seconds_count 1.0",
        "sotto_suggestion_ready_seconds_count 1.0",
        f'sotto_knowledge_revision{{revision="{server.app.state.live.assistance.revision}"}} 1.0',
    ):
        assert line in page


async def test_a_message_that_does_not_come_fails_with_what_came(server: Running) -> None:
    async with server.panel() as panel:
        await panel.socket.close()
        with pytest.raises(NotHeard, match="welcome"):
            await panel.heard("flag_raised")
        with pytest.raises(ConnectionClosed):
            await panel.next()
