"""An expert at work on a real server: what they are asked, what they see, and what they never get at."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from knowledge.document import Audience, Kind
from knowledge.revisions import Revisions
from server.expert_profile import Written, read_profile
from server.expert_ratings import Ratings
from server.experts import Experts
from server.people import People
from server.person import Person, PersonRole
from server.tables import events
from tests.live_server import HASHED, HeadlessPanel, Running, customer, serving, turn, without_table
from tests.live_server import person_token as new_person
from tests.shelf import document, passage, staged

ALWAYS = "mon-sun 00:00-24:00"
TO_EVA = {"kind": "expert", "name": "eva"}
ASKED = "My name is Kim Park, kim@post.example. My grinder from order 20418 is stuck, call 020 7946 0018."
BRIEF = f"Situation: “{ASKED}”\nKnown: order 20418"
PASSAGES = (
    passage(document("grind.md"), "A stuck grinder is freed by turning its burrs back by hand."),
    passage(
        document("tips.md", audience=Audience.EXPERT),
        "Grinder tip for experts: stuck burrs like a warm room.",
    ),
    passage(
        document("goodwill.md", audience=Audience.INTERNAL),
        "Stuck burrs: replace the grinder for goodwill.",
    ),
    passage(
        document("g.py", kind=Kind.CODE, audience=Audience.INTERNAL), "def stuck_grinder(): return goodwill"
    ),
    # What is found stands out among other subjects.
    passage(document("parcels.md"), "Parcels leave the depot every evening."),
    passage(document("invoices.md"), "An invoice comes by mail on the first of the month."),
    passage(document("hours.md"), "Our shop in Leeds opens at nine."),
    passage(document("vouchers.md"), "A voucher lasts for two years."),
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    revisions = Revisions(tmp_path)
    revisions.publish(revisions.stage(staged(*PASSAGES), HASHED))
    async with serving(tmp_path, knowledge=False) as server:
        await server.ready()
        for name in ("eva", "finn"):
            new_person(tmp_path, name, "expert")
            knows = read_profile(Written("grinders, espresso", hours=ALWAYS))
            Experts(server.engine).set(name, knows, datetime.now(UTC))
        yield server


@asynccontextmanager
async def browser(server: Running, name: str) -> AsyncIterator[httpx.AsyncClient]:
    code = People(server.engine).link(name)
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert (await client.get("/signin", params={"code": code})).status_code == 303
        yield client


async def read(client: httpx.AsyncClient, path: str = "/expert") -> str:
    """The page as it reads."""
    answer = await client.get(path)
    assert answer.status_code == 200
    body = answer.text[answer.text.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


async def post(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await client.post(path, data={"secret": form_secret(await client.get("/expert")), **fields})


def form_secret(shown: httpx.Response) -> str:
    secret = re.search(r'name="secret" value="(\w+)"', shown.text)
    assert secret
    return secret[1]


async def open_it(panel: HeadlessPanel, *turns: dict[str, Any]) -> None:
    said = turns or (customer("t1", ASKED), turn("t2", "note", "Kim is a difficult one."))
    await panel.open("desk:4711", said, customer={"name": "Kim Park", "email": "kim@post.example"})
    await panel.heard("story_told", conversation_id="desk:4711")


async def ask(panel: HeadlessPanel, report_id: str = "r1", **fields: Any) -> int:
    """Offer the conversation to eva; the handover's key."""
    request = {"conversation_id": "desk:4711", "report_id": report_id, "to": TO_EVA, "brief": BRIEF, **fields}
    await panel.send("handover_request", **request)
    return int((await state(panel, "offered"))["handover_id"])


async def state(panel: HeadlessPanel, wanted: str) -> dict[str, Any]:
    while (told := (await panel.heard("handover_changed"))["handover"])["state"] != wanted:
        pass
    return dict(told)


async def asked(panel: HeadlessPanel, expert: str) -> dict[str, Any]:
    """The handover once this expert is asked."""
    while (told := await state(panel, "offered"))["to"]["name"] != expert:
        pass
    return told


def record(server: Running) -> list[tuple[str, str, dict[str, Any]]]:
    """What is on record of handovers and experts."""
    with server.engine.connect() as connection:
        rows = connection.execute(
            select(events.c.kind, events.c.person, events.c.payload).order_by(events.c.id)
        )
        return [tuple(row) for row in rows if row.kind.startswith(("handover", "expert"))]


# ---- offering ----------------------------------------------------------------------------------------------


async def test_the_panel_is_told_who_could_help_why_and_what_to_say(server: Running) -> None:
    async with server.panel() as panel:
        await open_it(panel)
        await panel.send("brief_request", conversation_id="desk:4711")
        ready = await panel.heard("handover_ready")
        eva, finn = ready["experts"]
        assert (eva["name"], finn["name"], eva["why"]) == ("eva", "finn", "knows grinders, online all day")
        assert "ask eva, who knows grinders well and helps us part-time" in eva["words"]
        assert "rather stay with our own team, just tell me" in eva["words"]
        assert all(each["kind"] != "expert" for each in ready["receivers"])
        assert ready["no_expert"] is None
        assert "Mood" in ready["brief"]
        assert "Mood" not in ready["expert_brief"]
        assert "difficult" not in ready["expert_brief"]


@pytest.mark.parametrize(
    "said",
    [
        "The grinder is stuck and my solicitor will write to you.",
        "I was charged twice and I dispute this charge.",
    ],
)
async def test_a_dispute_and_a_legal_matter_are_for_the_own_people(server: Running, said: str) -> None:
    async with server.panel() as panel:
        await open_it(panel, customer("t1", f"My grinder is stuck. {said}"))
        await panel.send(
            "flag_raise", conversation_id="desk:4711", report_id="f1", reason="dispute", turn_id="t1"
        )
        await panel.heard("report_recorded", report_id="f1")
        agreed = {"report_id": "f2", "reason": "dispute", "turn_id": "t1", "response": "agreed"}
        await panel.send("flag_response", conversation_id="desk:4711", **agreed)
        await panel.heard("report_recorded", report_id="f2")
        await panel.send("brief_request", conversation_id="desk:4711")
        ready = await panel.heard("handover_ready")
        assert ready["experts"] == []
        assert ready["no_expert"] in {"it may become a legal matter", "the customer contests something"}
        request = {"conversation_id": "desk:4711", "report_id": "r1", "to": TO_EVA, "brief": BRIEF}
        await panel.send("handover_request", **request)
        refusal = await panel.heard("problem_reported", code="report_refused", report_id="r1")
        assert "for the own people" in refusal["expected"]
    async with browser(server, "eva") as eva:
        assert "Nobody asks for you now" in await read(eva)


@pytest.mark.parametrize("to", ["ana", "ben", "nobody", "gus"])
async def test_only_an_expert_of_the_own_team_is_asked_as_one(server: Running, to: str) -> None:
    new_person(server.home, "ben")
    new_person(server.home, "gus", "expert", team="delivery")
    async with server.panel() as panel:
        await open_it(panel)
        request = {"conversation_id": "desk:4711", "report_id": "r1", "brief": BRIEF}
        await panel.send("handover_request", to={"kind": "expert", "name": to}, **request)
        await panel.heard("problem_reported", code="report_refused", report_id="r1")


# ---- helping -----------------------------------------------------------------------------------------------


async def test_before_taking_it_nothing_personal_is_shown_afterwards_what_is_needed(server: Running) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva, browser(server, "finn") as finn:
        await open_it(panel)
        key = await ask(panel)
        asked = await read(eva)
        assert "ana asks" in asked
        assert (
            "My name is [name], [e-mail address]. My grinder from order [number] is stuck, call [number]."
            in asked
        )
        assert not re.search("Kim|Park|20418|post.example|7946|difficult", (await eva.get("/expert")).text)
        assert "grinder" not in await read(finn)
        assert (await post(finn, "/expert/answer", handover=key, answer="accepted")).status_code == 303
        assert (await post(eva, "/expert/answer", handover=key, answer="accepted")).status_code == 303
        assert (await state(panel, "accepted"))["holder"] == "eva"
        helping = await read(eva)
        assert "Kim Park, for ana." in helping
        assert (
            "My name is Kim Park, [e-mail address]. My grinder from order 20418 is stuck, call [number]"
            in helping
        )
        assert "difficult" not in helping
        with server.engine.connect() as connection:
            assert connection.execute(text("SELECT agent FROM conversations")).scalar() == "ana"
        await post(eva, "/expert/answer", handover=key, answer="done")
        await state(panel, "resolved")
        assert "Kim" not in await read(eva)
        assert "1 conversation. " in await read(eva)
        assert "No ratings yet." in await read(eva)
        ana = Person("ana", frozenset({PersonRole.AGENT}), "billing")
        assert Ratings(server.engine).rate(ana, key, 4, datetime.now(UTC))
        assert "4.0 of 5, from 1 customer." in await read(eva)
    assert [(kind, person) for kind, person, _ in record(server)] == [
        ("handover_offered", "ana"),
        ("handover_answered", "eva"),
        ("handover_resolved", "eva"),
        ("expert_time", "eva"),
        ("expert_rated", "eva"),
    ]


async def test_what_an_expert_answers_goes_to_the_agent_who_asked_and_to_nobody_else(server: Running) -> None:
    lead = new_person(server.home, "lea", "lead")
    async with server.panel() as panel, browser(server, "eva") as eva, browser(server, "finn") as finn:
        await open_it(panel)
        key = await ask(panel)
        await post(eva, "/expert/reply", handover=key, text="Too early.")
        await post(eva, "/expert/answer", handover=key, answer="accepted")
        assert (await state(panel, "accepted"))["reply"] is None
        await post(finn, "/expert/reply", handover=key, text="Not mine.")
        await post(eva, "/expert/reply", handover=key, text="Turn it <by> hand. Card 4111 1111 1111 1111")
        assert (await state(panel, "accepted"))["reply"] == "Turn it <by> hand. Card •••• •••• •••• ••••"
        answered = await read(eva)
        assert "Turn it <by> hand." in answered
        assert "ana sends it and ends your help." in answered
        assert "End without an answer" not in answered, "it would go from who has not read it yet"
        await post(eva, "/expert/reply", handover=key, text="Warm it first.")
        assert (await state(panel, "accepted"))["reply"] == "Warm it first."
        async with server.panel(lead) as other:
            await other.open("desk:1", [customer("t1", "Hello")])
            await other.heard("session_snapshot")
            assert all(m["handover"]["reply"] is None for m in other.everything if "handover" in m)
        await post(eva, "/expert/answer", handover=key, answer="done")
        await post(eva, "/expert/reply", handover=key, text="Too late.")
    with server.engine.connect() as connection:
        kept = connection.execute(text("SELECT text FROM texts WHERE kind = 'expert'")).scalars().all()
    assert kept == ["Warm it first."]


async def test_who_declines_leaves_no_trace_and_the_next_is_asked(server: Running) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva, browser(server, "finn") as finn:
        await open_it(panel)
        key = await ask(panel)
        assert "Nobody asks for you now" in await read(finn)
        await post(eva, "/expert/answer", handover=key, answer="declined")
        second = await asked(panel, "finn")
        assert (second["handover_id"], second["asked_before"]) == (key, 1)
        assert "ask finn, who knows grinders well" in second["customer_words"]
        assert "Nobody asks for you now" in await read(eva)
        await post(eva, "/expert/answer", handover=key, answer="accepted")
        assert "Nobody asks for you now" in await read(eva)
        assert "ana asks" in await read(finn)
        await post(finn, "/expert/answer", handover=key, answer="declined")
        told = await state(panel, "timed_out")
        assert told["to"] == {"kind": "expert", "name": "an expert"}
        assert (told["asked_before"], told["customer_words"]) == (0, None)
    assert "eva" not in repr(record(server))
    with server.engine.connect() as connection:
        assert "eva" not in repr(connection.execute(text("SELECT * FROM handovers")).all())


async def test_who_is_not_there_looks_like_who_declines(server: Running) -> None:
    Experts(server.engine).set("finn", read_profile(Written("tea", hours=ALWAYS)), datetime.now(UTC))
    async with server.panel() as panel, browser(server, "eva") as eva:
        await open_it(panel)
        key = await ask(panel)
        await post(eva, "/expert/answer", handover=key, answer="declined")
        await state(panel, "timed_out")
        declined = record(server)
        await ask(panel, "r2")
        with server.engine.begin() as connection:
            connection.execute(
                text("UPDATE handovers SET offered_at = '2020-01-01 00:00:00' WHERE state = 'offered'")
            )
        await state(panel, "timed_out")
    assert record(server)[-1] == declined[-1]


async def test_the_customer_may_say_no_before_and_after(server: Running) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva:
        await open_it(panel)
        for report_id, take in (("r1", False), ("r2", True)):
            key = await ask(panel, report_id)
            if take:
                await post(eva, "/expert/answer", handover=key, answer="accepted")
                await state(panel, "accepted")
            no = {"report_id": f"no {report_id}", "handover_id": key, "answer": "customer_declined"}
            await panel.send("handover_answer", **no)
            await panel.heard("report_recorded", report_id=f"no {report_id}")
            assert "Nobody asks for you now" in await read(eva)
    assert [kind for kind, *_ in record(server)] == [
        *("handover_offered", "handover_resolved"),
        *("handover_offered", "handover_answered", "handover_resolved", "expert_time"),
    ]


# ---- what an expert never gets at --------------------------------------------------------------------------


async def test_search_gives_experts_no_internal_text_and_no_code(server: Running) -> None:
    async with browser(server, "eva") as eva:
        found = await read(eva, "/expert/search?q=stuck+grinder+burrs")
        assert "turning its burrs back by hand" in found
        assert "Grinder tip for experts" in found
        assert "goodwill" not in found
        assert "Nothing good enough was found" in await read(eva, "/expert/search?q=zebra")


@pytest.mark.parametrize(
    "slip",
    [
        "Policy: Stuck burrs: replace the grinder for goodwill.",
        "Our note: Kim is a difficult one who calls each week.",
        "It is in stuck_grinder().",
    ],
)
async def test_a_brief_with_something_internal_goes_to_no_expert(server: Running, slip: str) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva:
        note = turn("t2", "note", "Kim is a difficult one who calls each week.")
        await open_it(panel, customer("t1", ASKED), note)
        request = {
            "conversation_id": "desk:4711",
            "report_id": "r1",
            "to": TO_EVA,
            "brief": f"{BRIEF}\n{slip}",
        }
        await panel.send("handover_request", **request)
        refusal = await panel.heard("problem_reported", code="report_refused", report_id="r1")
        assert "internal text: write it in your own words" in refusal["expected"]
        assert "Nobody asks for you now" in await read(eva)
        await ask(panel)


@pytest.mark.parametrize("path", ["/review", "/review/flags", "/review/waiting", "/reports"])
async def test_the_pages_of_leads_and_owners_are_closed_to_experts(server: Running, path: str) -> None:
    async with browser(server, "eva") as eva:
        assert (await eva.get(path)).status_code == 403


async def test_the_socket_and_the_needs_are_closed_to_experts(server: Running) -> None:
    token = new_person(server.home, "eva", "expert")
    async with server.panel(None) as panel:
        await panel.hello(token)
        await panel.heard("problem_reported", code="panel_refused")
        assert (await panel.closed())[0] == 4004
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        headers = {"Authorization": f"Bearer {token}"}
        assert (await client.get("/api/needs", headers=headers)).status_code == 403


@pytest.mark.parametrize("path", ["/expert", "/expert/search?q=grinder"])
async def test_the_page_is_for_experts_who_are_signed_in(server: Running, path: str) -> None:
    async with browser(server, "ana") as ana:
        assert (await ana.get(path)).status_code == 403
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as stranger:
        assert (await stranger.get(path)).status_code == 401
        assert (
            await stranger.post("/expert/answer", data={"handover": 1, "answer": "accepted"})
        ).status_code == 401


async def test_who_is_too_late_is_told_so_and_keeps_what_they_wrote(server: Running) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva:
        await open_it(panel)
        key = await ask(panel)
        assert "<title>(1) Helping" in (await eva.get("/expert")).text
        assert "You know grinders. Open until" in await read(eva)
        await panel.send("handover_answer", report_id="k", handover_id=key, answer="customer_declined")
        await panel.heard("report_recorded", report_id="k")
        late = await post(eva, "/expert/answer", handover=key, answer="accepted")
        assert "It is no longer open" in await read(eva, late.headers["location"])
        again = await ask(panel, "r2")
        await post(eva, "/expert/answer", handover=again, answer="accepted")
        long = await post(eva, "/expert/reply", handover=again, text="a\r\n" * 5001)
        assert (long.status_code, "received 10001." in long.text) == (422, True)
        assert "a\na\n" in long.text
        fits = await post(eva, "/expert/reply", handover=again, text="a\r\n" * 5000)
        assert fits.status_code == 303, "a browser sends two letters for a line's end"
        await panel.send("handover_answer", report_id="d", handover_id=again, answer="done")
        await panel.heard("report_recorded", report_id="d")
        over = await post(eva, "/expert/reply", handover=again, text="Turn it <by> hand.")
        assert over.status_code == 409
        assert "nobody got your answer" in over.text
        assert "Turn it &lt;by&gt; hand.</textarea>" in over.text


@pytest.mark.parametrize("table", ["tokens", "handovers"])
async def test_while_the_database_is_away_no_answer_is_lost(server: Running, table: str) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva:
        await open_it(panel)
        key = await ask(panel)
        await post(eva, "/expert/answer", handover=key, answer="accepted")
        fields = {
            "secret": form_secret(await eva.get("/expert")),
            "handover": key,
            "text": "Turn it by hand.",
        }
        with without_table(server.engine, table):
            away = await eva.get("/expert")
            reply = await eva.post("/expert/reply", data=fields)
        assert (away.status_code, "tell your administrator" in away.text) == (503, True)
        assert (reply.status_code, "Nobody got your answer yet" in reply.text) == (503, True)
        assert "Turn it by hand.</textarea>" in reply.text
        eva.cookies.clear()
        signed_out = await eva.post("/expert/reply", data=fields)
        assert (signed_out.status_code, "Turn it by hand.</textarea>" in signed_out.text) == (401, True)


async def test_a_foreign_page_can_answer_nothing(server: Running) -> None:
    async with server.panel() as panel, browser(server, "eva") as eva:
        await open_it(panel)
        key = await ask(panel)
        forged = {"handover": key, "answer": "accepted", "secret": "guess"}
        assert (await eva.post("/expert/answer", data=forged)).status_code == 403
        assert (
            await eva.post("/expert/settings", data={"topics": "all", "secret": "guess"})
        ).status_code == 403
        assert "Take it" in await read(eva)


# ---- settings ----------------------------------------------------------------------------------------------


async def test_experts_set_their_own_hours_and_a_mistake_loses_nothing(server: Running) -> None:
    fields = {"topics": "tea", "products": "", "languages": "German", "zone": "Europe/Berlin", "most": "2"}
    async with browser(server, "eva") as eva:
        wrong = await post(eva, "/expert/settings", **fields, hours="<b>late</b>")
        assert wrong.status_code == 422
        assert "hours: expected" in wrong.text
        assert 'value="&lt;b&gt;late&lt;/b&gt;"' in wrong.text
        assert 'value="tea"' in wrong.text
        assert (await post(eva, "/expert/settings", **fields, hours="Sat 10:00-12:00")).status_code == 303
    stored = Experts(server.engine).find("eva")
    assert stored == read_profile(Written(**fields, hours="sat 10:00-12:00"))
