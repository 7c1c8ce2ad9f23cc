"""The page of own macros on a real server, and how one becomes the draft of its keeper and of nobody else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge.document import Audience
from knowledge.embedder import HashEmbedder, Vectors
from knowledge.revisions import Revisions
from server.assistance import Engines, configured_model
from server.clock import moment
from server.guarding import WITHHELD
from server.model import ScriptedModel
from server.own_pages import CHANGED_MEANWHILE, DELETED_MEANWHILE
from server.own_text import Keeper
from server.own_texts import OwnTexts
from server.people import People
from tests.live_server import (
    DEADLINE_S,
    HASHED,
    HeadlessPanel,
    Running,
    customer,
    person_token,
    serving,
    shelf,
    without_table,
)
from tests.shelf import document, passage, staged

ASKED = "How many working days until refunds reach my bank account? It is order FB-20418."
TITLE = "How many working days until refunds reach a bank account"
MACRO = (
    "Hello {{customer_name}},\n\nThe refund for {{order_number}} takes five working days to reach your bank "
    "account.\n\nBest wishes\n{{agent_name}}"
)
FILLED = (
    "Hello Kim,\n\nThe refund for FB-20418 takes five working days to reach your bank account."
    "\n\nBest wishes\nAna"
)
REFUND = {"title": TITLE, "text": MACRO}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as server:
        for name, roles in (
            ("Ana", ("agent",)),
            ("ben", ("agent",)),
            ("lea", ("lead",)),
            ("eva", ("expert",)),
        ):
            person_token(tmp_path, name, *roles)
        yield server


@asynccontextmanager
async def browser(server: Running, name: str) -> AsyncIterator[httpx.AsyncClient]:
    code = People(server.engine).link(name)
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert (await client.get("/signin", params={"code": code})).status_code == 303
        yield client


async def post(client: httpx.AsyncClient, path: str = "/macros", **fields: Any) -> httpx.Response:
    """Send a form of the page, as its own unless `secret` says otherwise."""
    page = (await client.get("/signin")).text
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret
    return await client.post(path, data={"secret": secret[1], "whose": "mine", **fields})


async def add(client: httpx.AsyncClient, **fields: Any) -> int:
    """Add a macro; its key."""
    saved = await post(client, **fields)
    assert saved.status_code == 303, saved.text
    return int(saved.headers["location"].rpartition("-")[2])


def text_of(answer: httpx.Response) -> str:
    """The page as it reads."""
    body = answer.text[answer.text.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


async def drafted(panel: HeadlessPanel, conversation_id: str = "c1", **fields: Any) -> tuple[Any, Any]:
    """The snippets and the draft for a customer who asks about their refund."""
    fields = {"customer": {"name": "Kim Park"}, **fields}
    await panel.open(conversation_id, [customer("t1", ASKED)], **fields)
    found = await panel.heard("snippets_found", conversation_id=conversation_id)
    return found["snippets"], await panel.heard("suggestion_ready", conversation_id=conversation_id)


def token(server: Running, name: str) -> str:
    """A token for a panel; the person stays signed in to the pages."""
    issued = People(server.engine).panel_token(name)
    assert issued
    return issued


# ---- in the panel ------------------------------------------------------------------------------------------


async def test_an_own_macro_is_the_draft_of_its_keeper_and_of_no_colleague(server: Running) -> None:
    async with browser(server, "Ana") as ana:
        await add(ana, **REFUND)
    async with server.panel(token(server, "Ana")) as mine, server.panel(token(server, "ben")) as bens:
        snippets, draft = await drafted(mine)
        assert draft["text"] == FILLED
        assert {citation["number"] for citation in draft["citations"]} == {1}
        assert (snippets[0]["title_path"], snippets[0]["own"]) == ([f"Your macro: {TITLE}"], "agent")
        assert snippets[1]["own"] is None
        theirs, other = await drafted(bens)
        assert "Best wishes" not in other["text"]
        heard = [message for message in bens.everything if "Your macro" in str(message)]
        assert not heard
        assert all(each["own"] is None for each in theirs)


async def test_a_teams_macro_is_for_everybody_in_the_team_and_stands_behind_an_agents_own(
    server: Running,
) -> None:
    async with browser(server, "lea") as lea, browser(server, "ben") as ben:
        await add(lea, whose="team", title=TITLE, text=MACRO.replace("Best wishes", "Your team"))
        async with server.panel(token(server, "Ana")) as panel:
            snippets, draft = await drafted(panel)
            assert "Your team" in draft["text"]
            assert (snippets[0]["title_path"], snippets[0]["own"]) == ([f"Team macro: {TITLE}"], "team")
        await add(ben, **REFUND)
        async with server.panel(token(server, "ben")) as panel:
            snippets, draft = await drafted(panel, "c2")
            assert snippets[0]["own"] == "agent"
            assert "Best wishes" in draft["text"]
        mia = person_token(server.home, "mia", team="delivery")
        async with server.panel(mia) as elsewhere:
            snippets, _ = await drafted(elsewhere, "c3")
            assert all(each["own"] is None for each in snippets)


async def test_a_macro_on_another_matter_changes_nothing(server: Running) -> None:
    async with server.panel(token(server, "Ana")) as panel:
        before = await drafted(panel, "c1")
        async with browser(server, "Ana") as ana:
            await add(ana, title="Parking", text="Our car park is behind the showroom and free of charge.")
        after = await drafted(panel, "c2")
    assert [each["passage_id"] for each in after[0]] == [each["passage_id"] for each in before[0]]
    assert after[1]["text"] == before[1]["text"]


async def test_a_changed_macro_counts_at_once_and_a_deleted_one_no_more(server: Running) -> None:
    async with browser(server, "Ana") as ana, server.panel(token(server, "Ana")) as panel:
        key = await add(ana, **REFUND)
        changed: dict[str, Any] = {
            "key": key,
            "version": 1,
            "title": TITLE,
            "text": MACRO.replace("five", "six"),
        }
        assert (await post(ana, **changed)).status_code == 303
        assert "six working days" in (await drafted(panel, "c1"))[1]["text"]
        assert (await post(ana, "/macros/delete", key=key)).status_code == 303
        snippets, draft = await drafted(panel, "c2")
        assert "Best wishes" not in draft["text"]
        assert all(each["own"] is None for each in snippets)


async def test_a_macro_that_another_process_stored_is_read_without_a_restart(server: Running) -> None:
    live = server.app.state.live.own_texts
    OwnTexts(server.engine).add(Keeper("Ana"), TITLE, MACRO, moment().at)
    async with asyncio.timeout(DEADLINE_S):
        while not live.of("Ana", "billing").agent:
            await asyncio.sleep(0.01)
    async with server.panel(token(server, "Ana")) as panel:
        assert (await drafted(panel))[1]["text"] == FILLED


async def test_a_macro_that_repeats_something_internal_is_withheld(tmp_path: Path) -> None:
    secret = "Refunds above 900 pounds wait for the signature of the head of finance, so never promise a day."
    revisions = Revisions(tmp_path)
    internal = passage(document("finance.md", audience=Audience.INTERNAL), secret)
    revisions.publish(revisions.stage(staged(*shelf(), internal), HASHED))
    async with serving(tmp_path, knowledge=False) as server:
        await server.ready()
        person_token(tmp_path, "Ana")
        async with browser(server, "Ana") as ana, server.panel(token(server, "Ana")) as panel:
            await add(ana, title=TITLE, text=f"{TITLE}? {secret}")
            await panel.open("c1", [customer("t1", ASKED)])
            assert (await panel.heard("suggestion_failed"))["message"] == WITHHELD


async def test_no_model_reads_an_own_macro_before_it_is_the_draft(tmp_path: Path) -> None:
    model = ScriptedModel([["Refunds take five working days [1]."]])
    async with serving(tmp_path, engines=Engines(lambda _: HASHED, lambda _: model)) as server:
        person_token(tmp_path, "Ana")
        async with browser(server, "Ana") as ana, server.panel(token(server, "Ana")) as panel:
            await add(ana, **REFUND)
            assert (await drafted(panel))[1]["text"] == FILLED
            assert model.prompts == []


class CountingEmbedder(HashEmbedder):
    """Keeps what it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the hashed words, and on record."""
        self.texts += texts
        return super().embed(texts)


async def embedded_for_a_draft(home: Path, *macros: tuple[str, str]) -> list[str]:
    """What is embedded from the customer's message to the snippets."""
    embedder = CountingEmbedder()
    async with serving(home, engines=Engines(lambda _: embedder, configured_model)) as server:
        person_token(home, "Ana")
        async with browser(server, "Ana") as ana, server.panel(token(server, "Ana")) as panel:
            for title, words in macros:
                await add(ana, title=title, text=words)
            embedder.texts.clear()
            await panel.open("c1", [customer("t1", ASKED)], channel="chat")
            await panel.heard("snippets_found")
            return [text for text in embedder.texts if text in ASKED or TITLE in text]


async def test_searching_embeds_what_it_did_whoever_keeps_macros(tmp_path: Path) -> None:
    without = await embedded_for_a_draft(tmp_path / "none")
    kept = await embedded_for_a_draft(tmp_path / "some", (TITLE, MACRO), ("Parking", "It is free."))
    assert without
    assert kept == without


async def test_own_greeting_and_closing_frame_the_keepers_mails(server: Running) -> None:
    async with browser(server, "Ana") as ana, browser(server, "lea") as lea:
        team = {"whose": "team", "greeting": "Dear {{customer_name}},", "closing": "Your billing team"}
        assert (await post(lea, "/macros/phrases", **team)).status_code == 303
        assert (await post(ana, "/macros/phrases", closing="Best wishes\nAna")).status_code == 303
    async with server.panel(token(server, "Ana")) as mine, server.panel(token(server, "ben")) as bens:
        own, theirs = (await drafted(mine))[1]["text"], (await drafted(bens))[1]["text"]
    assert own.startswith("Dear Kim,\n\n")
    assert own.endswith("\n\nBest wishes\nAna")
    assert theirs.endswith("\n\nYour billing team")


# ---- on the page -------------------------------------------------------------------------------------------


async def test_agents_read_the_teams_macros_write_their_own_and_see_nobody_elses(server: Running) -> None:
    async with browser(server, "Ana") as ana, browser(server, "ben") as ben, browser(server, "lea") as lea:
        await add(ana, **REFUND)
        await add(lea, whose="team", title="Late parcel", text="It is on its way.")
        mine, bens, leads = [text_of(await each.get("/macros")) for each in (ana, ben, lea)]
    assert "Only you use these." in mine
    assert "Your team uses these. Your team lead writes them." in mine
    assert f"Change {TITLE}" in mine
    assert "Change Late parcel" not in mine
    for page in (mine, bens, leads):
        assert "Late parcel" in page
    assert TITLE not in bens
    assert TITLE not in leads
    assert "Change Late parcel" in leads


async def test_what_can_not_be_stored_says_why_and_keeps_every_character(server: Running) -> None:
    async with browser(server, "Ana") as ana:
        typed = "Dear {{name}},\n<b>yes</b>  & no"
        refused = await post(ana, title='A "title"', text=typed)
        assert refused.status_code == 422
        assert "There is no variable {{name}}" in text_of(refused)
        assert f">\n{typed}</textarea>" in unescape(refused.text)
        assert 'value="A "title""' in unescape(refused.text)
        assert "<b>yes" not in refused.text
        assert OwnTexts(server.engine).all() == []
        phrases = await post(ana, "/macros/phrases", greeting="Dear {{nobody}},", closing="Kept closing")
        assert phrases.status_code == 422
        assert "Kept closing</textarea>" in phrases.text
        assert 'value="Dear {{nobody}},"' in phrases.text
        assert OwnTexts(server.engine).all() == []


async def test_a_change_that_meets_a_newer_one_or_a_deleted_macro_keeps_what_was_typed(
    server: Running,
) -> None:
    async with browser(server, "lea") as lea:
        team = {"whose": "team", "title": "Late"}
        key = await add(lea, **team, text="First.")
        assert (await post(lea, **team, key=key, version=1, text="Second.")).status_code == 303
        late = await post(lea, **team, key=key, version=1, text="Typed meanwhile.")
        assert late.status_code == 409
        assert CHANGED_MEANWHILE in text_of(late)
        assert "Typed meanwhile.</textarea>" in late.text
        assert 'name="version" value="2"' in late.text
        assert (await post(lea, **team, key=key, version=2, text="Typed meanwhile.")).status_code == 303
        assert (await post(lea, "/macros/delete", whose="team", key=key)).status_code == 303
        gone = await post(lea, **team, key=key, version=3, text="Once more.")
        assert (gone.status_code, DELETED_MEANWHILE in text_of(gone)) == (409, True)
        assert "Once more.</textarea>" in gone.text
        assert OwnTexts(server.engine).all() == []


@pytest.mark.parametrize("table", ["tokens", "own_texts"])
async def test_while_the_database_is_away_or_one_is_signed_out_no_word_is_lost(
    server: Running, table: str
) -> None:
    async with browser(server, "Ana") as ana:
        secret = re.search(r'name="secret" value="(\w+)"', (await ana.get("/macros")).text)
        assert secret
        typed = {"secret": secret[1], "whose": "mine", "title": "Late", "text": "It is <on> its way."}
        with without_table(server.engine, table):
            away = await ana.post("/macros", data=typed)
        assert (away.status_code, "tell your administrator" in away.text) == (503, True)
        assert "Late\n\nIt is &lt;on&gt; its way.</textarea>" in away.text
        ana.cookies.clear()
        signed_out = await ana.post("/macros", data=typed)
        assert (signed_out.status_code, "its way.</textarea>" in signed_out.text) == (401, True)
        assert OwnTexts(server.engine).all() == []


async def test_only_who_may_changes_anything(server: Running) -> None:
    kept = OwnTexts(server.engine)
    async with browser(server, "Ana") as ana, browser(server, "ben") as ben, browser(server, "eva") as eva:
        key = await add(ana, **REFUND)
        assert (await post(ben, key=key, version=1, title=TITLE, text="Mine now.")).status_code == 409
        assert (await post(ben, "/macros/delete", key=key)).status_code == 303
        for forbidden in (
            await post(ana, whose="team", **REFUND),
            await post(ana, "/macros/delete", whose="team", key=key),
            await post(ana, "/macros/phrases", whose="team", greeting="Dear all,"),
            await post(ana, secret="of another page", **REFUND),
            await eva.get("/macros"),
            await post(eva, **REFUND),
        ):
            assert forbidden.status_code == 403
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as stranger:
            assert (await stranger.get("/macros")).status_code == 401
            assert (await stranger.post("/macros", data=REFUND)).status_code == 401
    (refund,) = kept.all()
    assert (refund.keeper, refund.text, refund.version) == (Keeper("Ana"), MACRO, 1)


async def test_a_lead_reviews_a_draft_from_an_own_macro_without_its_title(server: Running) -> None:
    async with browser(server, "Ana") as ana, browser(server, "lea") as lea:
        await add(ana, title=f"Secret: {TITLE}", text=MACRO)
        async with server.panel(token(server, "Ana")) as panel:
            await drafted(panel)
            await panel.send("outcome_report", **outcome(panel))
            await panel.heard("report_recorded")
        page = text_of(await lea.get("/review"))
    assert "A macro of the agent’s own" in page
    assert "Secret" not in page


def outcome(panel: HeadlessPanel) -> dict[str, Any]:
    ready = next(message for message in panel.everything if message["type"] == "suggestion_ready")
    return {
        "conversation_id": ready["conversation_id"],
        "suggestion_id": ready["suggestion_id"],
        "report_id": "r1",
        "outcome": "copied",
    }
