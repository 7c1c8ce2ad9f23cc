"""A language model's second opinion on flags that were just missed: it can add a dot, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.assist_events import FlagsDecided
from server.conversation import Conversation, Flag, Reason, Severity
from server.effects import AskOpinion, Effect
from server.flags import FlagView, decide, doubts_of, shipped_rules, shipped_thresholds
from server.model import ModelFailed, ScriptedModel, Step
from server.opinions import DESCRIBED, Opinions, confirmed, told_in
from server.second_opinion import SecondOpinion
from tests.dialogues import conversation
from tests.live_server import HeadlessPanel, Running, customer, hashed, serving, turn
from tests.scripted_endpoint import ScriptedEndpoint
from tests.scripted_endpoint import serving as endpoint_serving
from tests.test_session import Desk, kinds, types
from tests.test_session import turn as session_turn

ILL = "My mother is in hospital, so I may be slow to answer."
VULNERABLE = '{"reason": "vulnerability", "quote": "My mother is in hospital"}'
RULE = "vulnerability/second_opinion"


def doubts(talk: Conversation) -> tuple[Flag, ...]:
    view = FlagView(talk)
    return doubts_of(shipped_rules(), view, decide(shipped_rules(), view))


# ---- what is in doubt --------------------------------------------------------------------------------------


def test_a_reason_just_under_its_threshold_is_in_doubt_as_a_dot_no_surer_than_that() -> None:
    (doubt,) = doubts(conversation(("customer", ILL)))
    assert (doubt.reason, doubt.shown, doubt.rule) == (Reason.VULNERABILITY, False, RULE)
    assert doubt.confidence == round(shipped_thresholds()[Reason.VULNERABILITY].quiet, 2)
    assert doubt.severity is not Severity.URGENT


@pytest.mark.parametrize(
    "said",
    [
        [("customer", "Where is my parcel? The order number is 4471.")],
        [("customer", ILL), ("agent", "Take your time."), ("customer", "What time do you open on Sunday?")],
        [("customer", "Ma mère est à l'hôpital depuis hier soir et je ne peux pas vous répondre vite.")],
        [("customer", "He's kicking the bathroom door in and my mother is in hospital.")],
        [("agent", "Hello.")],
    ],
)
def test_what_is_clear_is_older_or_can_not_be_read_or_is_a_crisis_is_not_in_doubt(
    said: list[tuple[str, str]],
) -> None:
    assert doubts(conversation(*said)) == ()


def test_every_reason_that_can_be_in_doubt_is_described_to_the_model() -> None:
    assert set(DESCRIBED) == set(shipped_thresholds())


# ---- what the model says of it -----------------------------------------------------------------------------

QUOTED = "Hi. My mother is\nin hospital, so I may be slow.\n\nOn 2 March 2026 at 10:12 Ana <ana@desk.example> wrote:\n> Our sale ends on Friday."  # noqa: E501


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        (VULNERABLE, "My mother is\nin hospital"),
        (f"Here you are:\n```json\n{VULNERABLE}\n```", "My mother is\nin hospital"),
        (
            f'{VULNERABLE}\n{{"reason": "vulnerability", "quote": "may be slow."}}',
            "My mother is\nin hospital",
        ),
        ("none", None),
        ("", None),
        ('{"reason": "vulnerability", "quote": "Her mother is in hospital"}', None),
        ('{"reason": "vulnerability", "quote": "my mother is in hospital"}', None),
        ('{"reason": "vulnerability", "quote": "hospital"}', None),
        ('{"reason": "vulnerability", "quote": "Our sale ends"}', None),
        ('{"reason": "vulnerability", "quote": ""}', None),
        ('{"reason": "vulnerability", "quote": ["My mother is in hospital"]}', None),
        ('{"reason": "vulnerability"}', None),
        ('{"reason": "vulnerability", "quote": "My mother is', None),
        ('{"reason": "crisis", "quote": "My mother is in hospital"}', None),
        ('{"reason": "frustration", "quote": "My mother is in hospital"}', None),
    ],
)
def test_a_flag_is_added_only_with_a_verbatim_quote_of_the_customers_own_words(
    answer: str, quote: str | None
) -> None:
    (doubt,) = doubts(conversation(("customer", ILL)))
    said = conversation(("customer", QUOTED)).turns[0]
    added = confirmed(told_in(answer), (doubt,), said)
    assert [flag.evidence.quote for flag in added] == ([] if quote is None else [quote])
    for flag in added:
        assert QUOTED[flag.evidence.start : flag.evidence.end] == quote
        assert replace(flag, evidence=doubt.evidence) == doubt
    assert confirmed(told_in(answer), (doubt,), said) == added


async def opinion(model: ScriptedModel, talk: Conversation, **named: Any) -> tuple[Flag, ...]:
    return await SecondOpinion(model, **{"timeout_s": 20.0, "prompt_tokens": 3000, **named}).on(
        talk, doubts(talk)
    )


async def test_only_the_reasons_in_doubt_are_asked_about_and_the_words_are_quoted_as_data() -> None:
    model = ScriptedModel([[VULNERABLE]])
    talk = conversation(("note", "A difficult one."), ("customer", ILL), ("agent", "Later words."))
    (flag,) = await opinion(model, talk)
    assert flag.evidence.quote == "My mother is in hospital"
    (prompt,) = model.prompts
    assert "- vulnerability: " in prompt.system
    assert "- dispute: " not in prompt.system
    assert prompt.user == f'{{"customer": "{ILL}"}}'


async def test_a_model_on_another_machine_sees_stand_ins_and_its_quote_is_found_all_the_same() -> None:
    model = ScriptedModel([['{"reason": "vulnerability", "quote": "<NAME_1> is in hospital"}']], host="far")
    talk = conversation(("customer", "Maria Lind is in hospital, so I may be slow to answer."))
    talk = replace(talk, customer=replace(talk.customer, name="Maria Lind"))
    (doubt,) = doubts(conversation(("customer", ILL)))
    about = replace(doubt, evidence=replace(doubt.evidence, turn_id="t0"))
    (flag,) = await SecondOpinion(model, 20.0, 3000).on(talk, [about])
    assert flag.evidence.quote == "Maria Lind is in hospital"
    assert "Maria" not in model.prompts[0].system + model.prompts[0].user


@pytest.mark.parametrize("reply", [[ModelFailed("gone")], [VULNERABLE, ModelFailed("gone")]])
async def test_a_failure_adds_nothing_and_is_not_asked_again(reply: list[Step]) -> None:
    model, talk = ScriptedModel([reply]), conversation(("customer", ILL))
    asked = SecondOpinion(model, 20.0, 3000)
    assert await asked.on(talk, doubts(talk)) == ()
    assert await asked.on(talk, doubts(talk)) == ()
    assert len(model.prompts) == 1


async def test_a_model_that_is_too_slow_adds_nothing() -> None:
    model = ScriptedModel([[VULNERABLE, asyncio.Event()]])
    assert await opinion(model, conversation(("customer", ILL)), timeout_s=0.01) == ()
    assert model.abandoned == 1


async def test_two_who_look_at_a_turn_at_once_ask_once() -> None:
    gate = asyncio.Event()
    model, talk = ScriptedModel([[gate, VULNERABLE]]), conversation(("customer", ILL))
    asked = SecondOpinion(model, 20.0, 3000)
    both = [asyncio.create_task(asked.on(talk, doubts(talk))) for _ in range(2)]
    gate.set()
    first, second = await asyncio.gather(*both)
    assert first == second != ()
    assert len(model.prompts) == 1


async def test_who_stops_asking_stops_the_model() -> None:
    model, talk = ScriptedModel([[asyncio.Event()]]), conversation(("customer", ILL))
    asked = SecondOpinion(model, 20.0, 3000)
    waiting = asyncio.create_task(asked.on(talk, doubts(talk)))
    while not model.prompts:
        await asyncio.sleep(0)
    await asked.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert model.abandoned == 1


# ---- what stands -------------------------------------------------------------------------------------------


def added_to(*said: tuple[str, str]) -> tuple[Opinions, Conversation, Flag]:
    """Opinions that hold a flag on the first turn of this conversation."""
    talk, opinions = conversation(*said), Opinions()
    (doubt,) = doubts(conversation(said[0]))
    assert opinions.added([doubt], conversation(said[0])) == [doubt]
    return opinions, talk, doubt


ANNOYED = "I expected more of you than a form letter, to be honest."


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([("customer", ILL), ("agent", "Take your time."), ("customer", "Thank you.")], True),
        ([("customer", ANNOYED), ("agent", "I am sorry."), ("customer", "And the lamp?")], True),
        ([("customer", ANNOYED), ("agent", "I am sorry."), ("customer", "Thank you, that helps.")], False),
    ],
)
def test_what_was_added_stands_until_the_conversation_settles_it(
    said: list[tuple[str, str]], stands: bool
) -> None:
    opinions, talk, doubt = added_to(*said)
    assert opinions.beside((), talk) == ([doubt] if stands else [])


def test_what_was_added_goes_when_the_words_do_gives_way_to_a_rule_and_to_a_crisis() -> None:
    opinions, talk, doubt = added_to(("customer", ILL))
    sure = replace(doubt, confidence=0.9, shown=True, rule="vulnerability/learned")
    assert opinions.beside((sure,), talk) == [sure]
    assert opinions.beside((replace(sure, severity=Severity.URGENT),), talk) == [
        replace(sure, severity=Severity.URGENT)
    ]
    assert opinions.beside((), talk) == [doubt]
    assert opinions.beside((), conversation(("customer", "I wrote nonsense."))) == []


def doubted(desk: Desk) -> list[Effect]:
    """The flags of the first turn, with one in doubt."""
    desk.open(session_turn("t1", text=ILL))
    return desk.assist("s1", FlagsDecided((), (in_doubt(),)))


def in_doubt() -> Flag:
    (doubt,) = doubts(conversation(("customer", ILL)))
    return replace(doubt, evidence=replace(doubt.evidence, turn_id="t1"))


def test_a_turn_is_asked_about_once_and_what_comes_is_told_and_recorded_also_after_the_draft() -> None:
    desk = Desk()
    *_, asked = doubted(desk)
    assert isinstance(asked, AskOpinion)
    assert not any(isinstance(e, AskOpinion) for e in desk.assist("s1", FlagsDecided((), (in_doubt(),))))
    desk.router.on_assist_end("c1", "s1")
    effects = desk.router.on_opinion(asked, asked.doubts, desk.now())
    assert types(effects) == ["flag_raised", "disposition_decided"]
    assert kinds(effects) == ["flag_raised"]
    assert desk.router.on_opinion(asked, asked.doubts, desk.now()) == []


def test_a_second_opinion_stays_when_the_rules_decide_again_and_never_takes_a_flag_away() -> None:
    desk = Desk()
    *_, asked = doubted(desk)
    assert isinstance(asked, AskOpinion)
    desk.router.on_opinion(asked, asked.doubts, desk.now())
    assert types(desk.assist("s1", FlagsDecided(()))) == []
    surer = replace(in_doubt(), confidence=0.9, shown=True, rule="vulnerability/learned")
    assert types(desk.assist("s1", FlagsDecided((surer,)))) == ["flag_raised"]
    assert desk.router.on_opinion(asked, asked.doubts, desk.now()) == []


def test_an_opinion_that_comes_in_a_crisis_or_after_the_conversation_was_closed_is_dropped() -> None:
    desk = Desk()
    *_, asked = doubted(desk)
    assert isinstance(asked, AskOpinion)
    crisis = replace(in_doubt(), severity=Severity.URGENT, shown=True, rule="vulnerability/danger/held")
    desk.assist("s1", FlagsDecided((crisis,)))
    assert desk.router.on_opinion(asked, asked.doubts, desk.now()) == []
    desk.client("conversation_close")
    assert desk.router.on_opinion(asked, asked.doubts, desk.now()) == []


# ---- over a real socket, with a model's endpoint -----------------------------------------------------------


async def opened(panel: HeadlessPanel, text: str = ILL) -> None:
    await panel.open("c1", [customer("t1", text)])


def asking(endpoint: ScriptedEndpoint, **settings: Any) -> dict[str, Any]:
    return {"engines": hashed(), "model_url": endpoint.url, "model_name": "tiny", **settings}


async def decided_and_idle(panel: HeadlessPanel, server: Running) -> None:
    """The flags came, and whatever was begun with them is over."""
    await panel.heard("need_told")
    parts = server.app.state.live.assistance.parts
    assert parts is not None
    if parts.opinion is not None:
        await asyncio.gather(*parts.opinion._asked.values())


async def test_a_model_that_may_be_asked_adds_a_dot_and_is_asked_once_over_reloads(
    tmp_path: Path,
) -> None:
    async with endpoint_serving(ScriptedEndpoint(VULNERABLE)) as endpoint:
        async with serving(tmp_path, **asking(endpoint, second_opinion=True)) as server:
            for _ in range(2):
                async with server.panel() as panel:
                    await opened(panel)
                    flag = (await panel.heard("flag_raised"))["flag"]
                    assert (flag["reason"], flag["shown"]) == ("vulnerability", False)
                    assert flag["evidence"]["quote"] == "My mother is in hospital"
                    assert "disposition_decided" not in panel.types()
        assert len(endpoint.asked) == 1


async def test_by_default_and_in_a_crisis_no_model_is_asked(tmp_path: Path) -> None:
    async with endpoint_serving(ScriptedEndpoint(VULNERABLE)) as endpoint:
        async with serving(tmp_path / "off", **asking(endpoint)) as server, server.panel() as panel:
            await opened(panel)
            await decided_and_idle(panel, server)
            assert "flag_raised" not in panel.types()
        on = asking(endpoint, second_opinion=True)
        async with serving(tmp_path / "on", **on) as server, server.panel() as panel:
            await opened(panel, f"{ILL} He's kicking the bathroom door in.")
            assert (await panel.heard("flag_raised"))["flag"]["crisis"]
            await decided_and_idle(panel, server)
        assert endpoint.asked == []


async def test_an_endpoint_that_refuses_changes_nothing(tmp_path: Path) -> None:
    async with endpoint_serving(ScriptedEndpoint(status=500)) as endpoint:
        on = asking(endpoint, second_opinion=True)
        async with serving(tmp_path, **on) as server, server.panel() as panel:
            await opened(panel)
            await decided_and_idle(panel, server)
            assert len(endpoint.asked) == 1
            await panel.send("turns_changed", conversation_id="c1", turns=[turn("t2", "agent", "Hello.")])
            await panel.heard("story_told")
            assert {"flag_raised", "problem_reported"}.isdisjoint(panel.types())
