"""A crisis: met with the team's protocol and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from knowledge.document import Audience, Document, Kind, Passage
from knowledge.embedder import HashEmbedder
from server.assist import AssistParts, AssistRequest, assist
from server.assist_events import AssistEvent, FlagsDecided, SnippetsReady
from server.changing import IN_CRISIS
from server.conversation import Conversation, Flag, Protocol, Reason, Severity
from server.draft import EXTRACTIVE
from server.effects import Effect
from server.embedding import EmbeddingWorker
from server.events import EventKind
from server.flags import FlagView, crisis_of, shipped_rules, told_in_words
from server.guard import build_index, check
from server.known import Known
from server.leak import Verdict
from server.model import OpenAILikeModel
from server.protocol import protocol_of
from server.suggestion import Wish
from server.summing_up import sum_up
from server.triaged import recalled
from server.wire import FlagRaised
from tests.dialogues import NOW, conversation
from tests.held_model import held_model
from tests.quillbrook import demo_passages
from tests.shelf import document, passage
from tests.test_assist import publish
from tests.test_session import READY, SNIPPETS, STARTED, Desk, flag, kinds, sent, snapshot, starts, turn

CRISIS = "My husband has a knife and he's coming up the stairs, please hide my address"
QUESTION = "How many days do I have to return a lamp after delivery?"


def heard(*said: tuple[str, str], no_crisis: frozenset[str] = frozenset()) -> Flag | None:
    return crisis_of(shipped_rules(), FlagView(conversation(*said), no_crisis=no_crisis))


# ---- what is heard -----------------------------------------------------------------------------------------


def test_a_crisis_stands_while_the_conversation_goes_on_until_it_is_said_to_be_none() -> None:
    talk = (
        ("customer", CRISIS),
        ("agent", "I am here."),
        ("customer", "And the return, how long have I got?"),
    )
    flag = heard(*talk)
    assert flag is not None
    assert flag.evidence.turn_id == "t0"
    assert heard(*talk, no_crisis=frozenset({"t0"})) is None


def test_another_turns_crisis_is_heard_though_the_first_was_none() -> None:
    later = "He broke the door down and he says he will kill me"
    flag = heard(("customer", CRISIS), ("customer", later), no_crisis=frozenset({"t0"}))
    assert flag is not None
    assert flag.evidence.turn_id == "t1"


# ---- the protocol ------------------------------------------------------------------------------------------


def written(name: str, *tags: str, **fields: object) -> Passage:
    of: Document = document(name, kind=Kind.PROTOCOL, audience=Audience.INTERNAL, tags=tags, **fields)
    return passage(of, f"Ring 0800 555 0155.\n\nStay. ({name})")


@pytest.mark.parametrize(
    ("team", "title"), [("billing", "B-Billing"), ("support", "C-All"), ("shipping", "C-All")]
)
def test_a_team_follows_its_own_protocol_else_the_one_for_all(team: str, title: str) -> None:
    found = protocol_of(team, [written("d-all"), written("c-all"), written("b-billing", "billing")])
    assert found is not None
    assert found.title == title
    assert protocol_of("support", [written("b-billing", "billing")]) is None


# ---- what is computed --------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def parts(tmp_path: Path) -> AsyncIterator[AssistParts]:
    shelf = (
        passage(document("returns"), f"{QUESTION} You have 30 days."),
        written("crisis"),
        written("a-over", expires_on=date(2026, 1, 1)),
    )
    live = publish(tmp_path, shelf)
    worker = EmbeddingWorker(HashEmbedder())
    worker.start()
    yield AssistParts(live, worker, None, shipped_rules())
    await worker.stop()
    live.close()


async def events(parts: AssistParts, talk: Conversation, **fields: object) -> list[AssistEvent]:
    question = fields.pop("question", None)
    request = AssistRequest(talk, question, 0.0, NOW, wish=Wish("ana", "support"), **fields)  # type: ignore[arg-type]
    return [event async for event in assist(request, parts)]


@pytest.mark.parametrize("question", [None, QUESTION])
async def test_in_a_crisis_nothing_comes_but_its_flag_with_the_protocol_whole(
    parts: AssistParts, question: str | None
) -> None:
    talk = conversation(("customer", CRISIS), ("customer", QUESTION))
    (only,) = await events(parts, talk, question=question)
    assert isinstance(only, FlagsDecided)
    (flag,) = only.flags
    assert flag.is_crisis
    assert flag.protocol == Protocol("Crisis", "Ring 0800 555 0155.\n\nStay. (crisis)", "olga")


HEARD_BY_THE_MODEL = "She is eight, and her stepfather won't let her out of the cellar"


@pytest.mark.parametrize("question", [None, QUESTION])
async def test_a_crisis_that_only_the_model_hears_comes_after_snippets_and_instead_of_a_draft(
    parts: AssistParts, question: str | None
) -> None:
    talk = conversation(("customer", HEARD_BY_THE_MODEL), ("customer", QUESTION))
    assert told_in_words(FlagView(talk)) is None
    snippets, last = await events(parts, talk, question=question)
    assert isinstance(snippets, SnippetsReady)
    assert isinstance(last, FlagsDecided)
    (flag,) = last.flags
    assert flag.is_crisis
    assert flag.protocol is not None


@pytest.mark.parametrize("text", [CRISIS, HEARD_BY_THE_MODEL])
async def test_no_draft_that_an_agent_opens_is_written_in_a_crisis(parts: AssistParts, text: str) -> None:
    (found, *_) = await events(parts, conversation(("customer", QUESTION)))
    assert isinstance(found, SnippetsReady)
    (only,) = await events(parts, conversation(("customer", text)), hits=found.hits)
    assert isinstance(only, FlagsDecided)
    assert only.crisis


async def test_what_is_no_crisis_is_helped_as_ever(parts: AssistParts) -> None:
    talk = conversation(("customer", CRISIS), ("customer", QUESTION))
    found = await events(parts, talk, no_crisis=frozenset({"t0"}))
    assert any(isinstance(event, SnippetsReady) and event.hits for event in found)
    assert not any(
        flag.is_crisis for event in found if isinstance(event, FlagsDecided) for flag in event.flags
    )


async def test_a_protocol_is_found_only_by_an_agent_who_asks(parts: AssistParts) -> None:
    asked = "What is the number to ring, 0800 555 0155, and who stays?"
    for question, found in ((None, False), (asked, True)):
        happened = await events(parts, conversation(("customer", asked)), question=question)
        hits = [hit for event in happened if isinstance(event, SnippetsReady) for hit in event.hits]
        assert any(hit.passage.document.kind is Kind.PROTOCOL for hit in hits) is found


async def test_no_model_sums_a_crisis_up(parts: AssistParts) -> None:
    with held_model() as model:
        asked = replace(parts, model=OpenAILikeModel(model.url, "small"))
        talk = conversation(("customer", CRISIS))
        (told,) = [told async for told in sum_up(talk, asked)]
        assert (told.done, told.source, model.asked) == (True, EXTRACTIVE, 0)
        model.go_on()
        assert [told async for told in sum_up(talk, asked, frozenset({"t0"}))][-1].source != EXTRACTIVE
        assert model.asked == 1


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("The Listening Line is there day and night: 0800 555 0155.", True),
        ("I am here, and I am getting somebody to help you. Are you safe right now?", True),
        (
            "Your lead decides who calls the emergency services: duty lead, ext. 4401.",
            False,
        ),
    ],
)
def test_a_customer_may_be_told_a_helpline_and_not_the_protocol(text: str, allowed: bool) -> None:
    assert (
        check(text, build_index(demo_passages(), NOW.date()), conversation()).verdict is Verdict.ALLOW
    ) is allowed


# ---- the session -------------------------------------------------------------------------------------------


ROPE = Protocol("Crisis", "Ring 0800 555 0155.", "olga")


def crisis(turn_id: str = "t1") -> Flag:
    return replace(flag(Reason.VULNERABILITY, turn_id), severity=Severity.URGENT, protocol=ROPE)


def answer(desk: Desk, response: str) -> list[Effect]:
    return desk.client(
        "flag_response", report_id=f"r {response}", reason="vulnerability", turn_id="t1", response=response
    )


def in_crisis() -> Desk:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, READY)
    desk.turns(turn("t2"))
    (raised,) = [m for m in sent(desk.assist("s2", FlagsDecided((crisis(),)))) if isinstance(m, FlagRaised)]
    assert raised.flag.crisis
    assert raised.flag.protocol is not None
    assert raised.flag.protocol.text == ROPE.text
    return desk


def test_a_panel_that_comes_back_in_a_crisis_is_shown_its_flag_and_protocol_and_no_draft() -> None:
    again = snapshot(in_crisis().open(turn("t1"), turn("t2")))
    assert [(one.crisis, one.protocol and one.protocol.title) for one in again.flags] == [(True, "Crisis")]
    assert (again.snippets, again.suggestion) == ([], None)


def test_no_draft_is_said_another_way_in_a_crisis() -> None:
    desk = in_crisis()
    (kept,) = sent(desk.client("draft_change", suggestion_id="s1", change="shorter"))
    assert kept.message == IN_CRISIS  # type: ignore[union-attr]
    answer(desk, "disagreed")
    desk.assist("s3", SNIPPETS, STARTED, READY)
    (start,) = starts(desk.client("draft_change", suggestion_id="s1", change="shorter"))
    assert start.no_crisis == {"t1"}


@pytest.mark.parametrize("response", ["agreed", "not_now"])
def test_only_saying_that_it_is_none_ends_a_crisis(response: str) -> None:
    desk = in_crisis()
    assert starts(answer(desk, response)) == []
    assert [one.crisis for one in snapshot(desk.open(turn("t1"), turn("t2"))).flags] == [True]


def test_what_is_said_to_be_no_crisis_is_recorded_and_helped_with_at_once() -> None:
    desk = in_crisis()
    effects = answer(desk, "disagreed")
    (start,) = starts(effects)
    assert "flag_answered" in kinds(effects)
    assert start.no_crisis == {"t1"}
    assert desk.assist(start.suggestion_id, FlagsDecided((crisis(),))) == []
    assert [
        m.flag.crisis
        for m in sent(desk.assist(start.suggestion_id, FlagsDecided((crisis("t2"),))))
        if isinstance(m, FlagRaised)
    ] == [True], "another turn's crisis is news"


def test_what_was_said_to_be_no_crisis_is_known_after_a_reload() -> None:
    urgent = {"reason": "vulnerability", "turn_id": "t1", "severity": "urgent", "response": "disagreed"}
    milder = urgent | {"turn_id": "t2", "severity": "act"}
    agreed = urgent | {"turn_id": "t3", "response": "agreed"}
    state = recalled((EventKind.FLAG_ANSWERED, payload) for payload in (urgent, milder, agreed))
    assert state.no_crisis == {"t1"}
    desk = Desk()
    (start,) = starts(desk.open(turn("t1"), known=Known(no_crisis=frozenset(state.no_crisis))))
    assert start.no_crisis == {"t1"}
