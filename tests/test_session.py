"""The session core as tables and under random orders: messages and assist events in, effects out, no I/O."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.document import Hit, Kind
from server.assist_events import (
    AssistEvent,
    DraftFailed,
    DraftGrew,
    DraftReady,
    DraftStarted,
    FlagsDecided,
    HitsRead,
    NothingGood,
    NothingNeeded,
    SnippetsReady,
)
from server.clock import Moment
from server.conversation import Evidence, Flag, Reason, Role, Severity
from server.effects import (
    CancelAssist,
    Effect,
    Save,
    SaveReport,
    Send,
    StartAssist,
    StopTelling,
    TellHolding,
    TellNeed,
    TellOwnRecord,
    TellStory,
)
from server.events import PAYLOAD_FIELDS, EventKind, Record
from server.holding import ANSWERED, IN_DANGER
from server.known import NOTHING_KNOWN, Known, Place
from server.person import Person, PersonRole
from server.router import Limits, Router
from server.wire import (
    CLIENT_MESSAGE,
    SERVER_MESSAGE,
    CitationPart,
    CitationPiece,
    Fit,
    FitChanged,
    FlagRaised,
    HoldingTold,
    NothingFound,
    ProblemReported,
    ReportRecorded,
    ServerMessage,
    SessionSnapshot,
    SnippetsFound,
    TextPiece,
)
from tests.shelf import document, passage

ANA = Person("ana", frozenset({PersonRole.AGENT}), "billing")
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
ABOUT_NO_CONVERSATION = {"page_unread", "answer_seen", "own_record_request"}
SECRET = "zq-secret"  # in every customer's or agent's text; never in an event
SETTLE_S = 0.4

REFUNDS = passage(document("refunds.md"), "Refunds take five days.")
SNIPPETS = SnippetsReady((Hit(REFUNDS, 1.0, 0.9, 0.8, 0.7),), "rev-1")
STARTED = DraftStarted("extractive")
GREW = DraftGrew((TextPiece(text="Five days."), CitationPiece(number=1)))
CITED = CitationPart(number=1, passage_id=REFUNDS.id, start=0, end=10, support=1.0)
READY = DraftReady("Five days.", (CITED,), 0.9)


def turn(turn_id: str, role: str = "customer", text: str | None = None) -> dict[str, Any]:
    return {"id": turn_id, "role": role, "text": text or f"{SECRET} in {turn_id}"}


def flag(reason: Reason = Reason.FRUSTRATION, turn_id: str = "t1") -> Flag:
    return Flag(reason, Severity.ACT, 0.8, Evidence(turn_id, SECRET, 0, len(SECRET)), "Call back.", "words/1")


class Desk:
    """A router with a clock that ticks and ids that count."""

    def __init__(self, conversations: int = 50) -> None:
        ids = count(1)
        self.router = Router(ANA, Limits(conversations, SETTLE_S), lambda: f"s{next(ids)}")
        self.ticks = count()

    def now(self) -> Moment:
        tick = next(self.ticks)
        return Moment(NOON + timedelta(seconds=tick), float(tick))

    def client(self, type_: str, known: Known = NOTHING_KNOWN, **fields: Any) -> list[Effect]:
        about = {} if type_ in ABOUT_NO_CONVERSATION else {"conversation_id": "c1"}
        message = CLIENT_MESSAGE.validate_python({"type": type_, **about, **fields})
        return self.router.on_client(message, self.now(), known)

    def open(self, *turns: dict[str, Any], channel: str = "email", **fields: Any) -> list[Effect]:
        return self.client("conversation_open", helpdesk="desk", channel=channel, turns=list(turns), **fields)

    def turns(self, *turns: dict[str, Any]) -> list[Effect]:
        return self.client("turns_changed", turns=list(turns))

    def assist(self, suggestion_id: str, *events: AssistEvent) -> list[Effect]:
        return [
            effect
            for event in events
            for effect in self.router.on_assist("c1", suggestion_id, event, self.now())
        ]


def sent(effects: list[Effect]) -> list[ServerMessage]:
    return [effect.message for effect in effects if isinstance(effect, Send)]


def types(effects: list[Effect]) -> list[str]:
    return [message.type for message in sent(effects)]


def starts(effects: list[Effect]) -> list[StartAssist]:
    return [effect for effect in effects if isinstance(effect, StartAssist)]


def records(effects: list[Effect]) -> list[Record]:
    return [effect.record for effect in effects if isinstance(effect, Save | SaveReport)]


def kinds(effects: list[Effect]) -> list[str]:
    return [event.kind.value for record in records(effects) for event in record.events]


def snapshot(effects: list[Effect]) -> SessionSnapshot:
    (message,) = [message for message in sent(effects) if isinstance(message, SessionSnapshot)]
    return message


# ---- opening -----------------------------------------------------------------------------------------------


def test_opening_answers_with_a_snapshot_then_assists_then_records() -> None:
    effects = Desk().open(turn("t1"))
    assert [type(effect) for effect in effects] == [Send, StartAssist, TellStory, Save]
    assert snapshot(effects).turn_id == "t1"
    assert kinds(effects) == ["conversation_opened"]


@pytest.mark.parametrize("roles", [[], ["agent"], ["note", "system", "assistant"]])
def test_a_conversation_without_a_customer_turn_is_only_shown(roles: list[str]) -> None:
    effects = Desk().open(*(turn(f"t{n}", role) for n, role in enumerate(roles)))
    assert types(effects) == ["session_snapshot"]
    assert not starts(effects)


@pytest.mark.parametrize(
    ("roles", "visited", "catch_up", "drafted"),
    [
        ("customer", False, False, True),
        ("assistant customer", False, True, True),
        ("customer agent customer", False, True, True),
        ("customer assistant", False, True, False),
        ("customer agent", True, False, True),
    ],
)
def test_who_arrives_catches_up_and_gets_no_draft_when_the_last_word_is_ours(
    roles: str, visited: bool, catch_up: bool, drafted: bool
) -> None:
    turns = [turn(f"t{place}", role) for place, role in enumerate(roles.split())]
    effects = Desk().client(
        "conversation_open", Known(visited=visited), helpdesk="desk", channel="email", turns=turns
    )
    assert snapshot(effects).catch_up is catch_up
    assert starts(effects)[0].drafted is drafted


def test_the_story_is_told_again_when_turns_change_and_not_for_what_is_known() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    (told,) = [effect for effect in desk.turns(turn("t2", "agent")) if isinstance(effect, TellStory)]
    assert [each.id for each in told.conversation.turns] == ["t1", "t2"]
    assert not any(isinstance(effect, TellStory) for effect in desk.turns(turn("t2", "agent")))


@pytest.mark.parametrize("channel", ["chat", "email", "phone", "social"])
def test_nothing_settles_when_a_conversation_comes_into_view(channel: str) -> None:
    (start,) = starts(Desk().open(turn("t1"), channel=channel))
    assert start.settle_s == 0.0


@pytest.mark.parametrize(("channel", "settle_s"), [("chat", SETTLE_S), ("email", 0.0), ("phone", 0.0)])
def test_only_chat_settles_before_a_draft(channel: str, settle_s: float) -> None:
    desk = Desk()
    desk.open(turn("t1"), channel=channel)
    (start,) = starts(desk.turns(turn("t2")))
    assert start.settle_s == settle_s


def test_opening_again_shows_everything_and_computes_nothing_twice() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, FlagsDecided((flag(),)), STARTED, GREW, READY)
    again = desk.open(turn("t1"))
    shown = snapshot(again)
    assert not starts(again)
    assert shown.suggestion is not None
    assert (shown.suggestion.status, shown.suggestion.text) == ("ready", "Five days.")
    assert [snippet.number for snippet in shown.snippets] == [1]
    assert [flag.reason for flag in shown.flags] == [Reason.FRUSTRATION]


def test_a_snapshot_during_a_draft_holds_what_was_streamed() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW)
    suggestion = snapshot(desk.open(turn("t1"))).suggestion
    assert suggestion is not None
    assert (suggestion.status, suggestion.text) == ("streaming", "Five days.")


def test_one_conversation_too_many_is_refused_and_the_others_stay() -> None:
    desk = Desk(conversations=1)
    desk.open(turn("t1"))
    (refusal,) = sent(desk.open(turn("t1"), conversation_id="c2"))
    assert isinstance(refusal, ProblemReported)
    assert refusal.code == "too_many_conversations"
    desk.client("conversation_close")
    assert types(desk.open(turn("t1"), conversation_id="c2")) == ["session_snapshot"]


@pytest.mark.parametrize(
    ("type_", "fields"), [("turns_changed", {"turns": [turn("t1")]}), ("suggestion_request", {})]
)
def test_a_conversation_must_be_open_first(type_: str, fields: dict[str, Any]) -> None:
    (refusal,) = sent(Desk().client(type_, **fields))
    assert isinstance(refusal, ProblemReported)
    assert (refusal.code, refusal.conversation_id) == ("conversation_not_open", "c1")


# ---- turns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.CUSTOMER])
def test_turns_of_others_are_recorded_and_start_nothing(role: str) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    effects = desk.turns(turn("t2", role))
    assert not starts(effects)
    assert kinds(effects) == ["turn_received"]


def test_turns_that_did_not_change_have_no_effect() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    assert desk.turns(turn("t1")) == []


def test_an_edited_newest_turn_starts_again() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    assert len(starts(desk.turns(turn("t1", text="something else")))) == 1


def test_the_oldest_turns_beyond_300_are_dropped() -> None:
    desk = Desk()
    desk.open(*(turn(f"t{n}") for n in range(300)))
    (start,) = starts(desk.turns(turn("t300")))
    assert (len(start.conversation.turns), start.conversation.turns[0].id) == (300, "t1")


@pytest.mark.parametrize(
    ("before", "announced", "recorded"),
    [
        ([], [], []),
        ([SNIPPETS], [], []),
        ([SNIPPETS, STARTED], ["suggestion_superseded"], ["suggestion_superseded"]),
        ([SNIPPETS, STARTED, GREW], ["suggestion_superseded"], ["suggestion_superseded"]),
    ],
)
def test_the_newest_customer_turn_wins(
    before: list[AssistEvent], announced: list[str], recorded: list[str]
) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", *before)
    effects = desk.turns(turn("t2"))
    assert CancelAssist("c1", "s1") in effects
    assert types(effects) == announced
    assert kinds(effects) == [*recorded, "turn_received"]
    assert [start.suggestion_id for start in starts(effects)] == ["s2"]
    assert desk.assist("s1", SNIPPETS, STARTED, GREW, READY) == []


def test_a_complete_suggestion_is_not_superseded() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    effects = desk.turns(turn("t2"))
    assert types(effects) == []
    assert not [effect for effect in effects if isinstance(effect, CancelAssist)]


# ---- what assist says --------------------------------------------------------------------------------------


def test_a_macro_comes_with_its_variables_filled_as_far_as_they_are_known() -> None:
    desk = Desk()
    desk.open(turn("t1"), customer={"name": "Jo Fox"})
    said = "Hello {{customer_name}},\n\norder {{order_number}} is on its way."
    macro = passage(document("late.md", kind=Kind.MACRO), said)
    found = desk.assist("s1", SnippetsReady((Hit(macro, 1.0, 0.9, 0.8, 0.7), *SNIPPETS.hits), "rev-1"))
    (message,) = [one for one in sent(found) if isinstance(one, SnippetsFound)]
    assert [one.text for one in message.snippets] == [said, REFUNDS.text]
    assert [one.filled for one in message.snippets] == [
        "Hello Jo,\n\norder [order number] is on its way.",
        None,
    ]


@pytest.mark.parametrize(
    ("events", "heard", "recorded"),
    [
        ([SNIPPETS], ["snippets_found"], ["snippets_shown"]),
        ([NothingGood(REFUNDS, "rev-1")], ["nothing_found"], ["nothing_found"]),
        ([NothingNeeded()], [], []),
        ([FlagsDecided(())], [], []),
        ([FlagsDecided((flag(),))], ["flag_raised", "disposition_decided"], ["flag_raised"]),
        (
            [FlagsDecided((flag(),)), FlagsDecided((flag(),))],
            ["flag_raised", "disposition_decided"],
            ["flag_raised"],
        ),
        (
            [FlagsDecided((flag(),)), FlagsDecided(())],
            ["flag_raised", "disposition_decided", "flag_withdrawn", "disposition_decided"],
            ["flag_raised", "flag_withdrawn"],
        ),
        (
            [STARTED, GREW, READY],
            ["suggestion_started", "suggestion_delta", "suggestion_ready"],
            ["suggestion_ready"],
        ),
        (
            [STARTED, DraftFailed("no")],
            ["suggestion_started", "suggestion_failed"],
            ["suggestion_failed"],
        ),
    ],
)
def test_each_assist_event_reaches_the_panel_and_the_record(
    events: list[AssistEvent], heard: list[str], recorded: list[str]
) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    effects = desk.assist("s1", *events)
    assert types(effects) == heard
    assert kinds(effects) == recorded


def test_a_turn_that_needs_no_knowledge_keeps_what_is_shown() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    desk.turns(turn("t2", text="thanks, bye"))
    desk.assist("s2", NothingNeeded(), FlagsDecided(()))
    desk.router.on_assist_end("c1", "s2")
    shown = snapshot(desk.open(turn("t1"), turn("t2", text="thanks, bye")))
    assert shown.suggestion is not None
    assert shown.suggestion.status == "ready"
    assert len(shown.snippets) == 1


def test_a_second_start_voids_the_first_draft() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, DraftStarted("extractive (model did not answer)"))
    suggestion = snapshot(desk.open(turn("t1"))).suggestion
    assert suggestion is not None
    assert (suggestion.pieces, suggestion.source) == ([], "extractive (model did not answer)")


def test_ready_is_recorded_with_its_text_apart_and_its_citations_in_the_event() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    (record,) = records(desk.assist("s1", SNIPPETS, STARTED, READY))[1:]
    (event,) = record.events
    assert event.payload["citations"] == [{**CITED.model_dump(), "document_id": "refunds.md"}]
    assert (event.payload["revision"], event.payload["length"], event.payload["ms"]) == ("rev-1", 10, 3000)
    assert [(text.kind, text.ref, text.text) for text in record.texts] == [("suggestion", "s1", "Five days.")]


@pytest.mark.parametrize("fit", ["answers", "might_help"])
def test_how_well_snippets_fit_is_said_and_said_again_after_a_reconnect(fit: Fit) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    (found,) = sent(desk.assist("s1", replace(SNIPPETS, fit=fit)))
    assert isinstance(found, SnippetsFound)
    assert found.fit == snapshot(desk.open(turn("t1"))).fit == fit


def read_as(fit: Fit, confidence: float) -> HitsRead:
    return HitsRead(tuple(replace(hit, confidence=confidence) for hit in SNIPPETS.hits), fit)


@pytest.mark.parametrize(
    ("before", "after", "offered"), [("answers", "might_help", "s1"), ("might_help", "answers", None)]
)
def test_a_fit_that_reading_changed_is_told_and_told_again_after_a_reconnect(
    before: Fit, after: Fit, offered: str | None
) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", replace(SNIPPETS, fit=before))
    (message,) = sent(desk.assist("s1", read_as(after, 0.25)))
    assert message == FitChanged(
        conversation_id="c1", turn_id="t1", fit=after, confidences=[0.25], draft_offered=offered
    )
    shown = snapshot(desk.open(turn("t1")))
    assert (shown.fit, shown.draft_offered, shown.snippets[0].confidence) == (after, offered, 0.25)


def test_a_fit_says_which_search_it_is_of() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.client("suggestion_request", question=None, hint="boats")
    desk.assist("s2", SNIPPETS)
    (message,) = sent(desk.assist("s2", read_as("answers", 0.5)))
    assert isinstance(message, FitChanged)
    assert (message.turn_id, message.question, message.hint) == ("t1", None, "boats")


def test_a_fit_that_stays_is_not_told_but_what_is_drafted_rests_on_what_was_read() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", replace(SNIPPETS, fit="might_help"))
    assert desk.assist("s1", read_as("might_help", 0.2)) == []
    desk.router.on_assist_end("c1", "s1")
    (start,) = starts(desk.client("draft_open", suggestion_id="s1"))
    assert start.hits is not None
    assert [hit.confidence for hit in start.hits] == [0.2]


def test_a_gap_names_the_nearest_passage_and_its_owner_again_after_a_reconnect() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    effects = desk.assist("s1", NothingGood(REFUNDS, "rev-1"))
    (found,) = sent(effects)
    assert isinstance(found, NothingFound)
    again = snapshot(desk.open(turn("t1")))
    owner = REFUNDS.document.owner
    for message in (found, again):
        named = (message.nearest, message.nearest_passage_id, message.nearest_owner)
        assert named == (REFUNDS.document.title, REFUNDS.id, owner)
    ((event,),) = [record.events for record in records(effects)]
    assert event.payload["passages"] == [{"passage_id": REFUNDS.id, "document_id": "refunds.md"}]
    desk.assist("s1", SNIPPETS)
    assert snapshot(desk.open(turn("t1"))).nearest is None


def needs(effects: list[Effect]) -> list[dict[Reason, Severity]]:
    return [dict(effect.flags) for effect in effects if isinstance(effect, TellNeed)]


def test_what_it_needs_is_told_once_flags_came_and_when_turns_or_flags_change() -> None:
    desk = Desk()
    assert needs(desk.open(turn("t1"))) == []
    assert needs(desk.assist("s1", FlagsDecided((flag(),)))) == [{Reason.FRUSTRATION: Severity.ACT}]
    assert needs(desk.assist("s1", FlagsDecided((flag(),)))) == [], "nothing changed"
    answer: dict[str, Any] = {"reason": "frustration", "turn_id": "t1", "response": "disagreed"}
    assert needs(desk.client("flag_response", report_id="r1", **answer)) == [{}]
    assert needs(desk.turns(turn("t2", "agent"))) == [{}]
    quiet = replace(flag(Reason.UPSELL), shown=False)
    desk.turns(turn("t3"))
    assert needs(desk.assist("s2", FlagsDecided((quiet,)))) == [], "a dot does not count"
    agree: dict[str, Any] = {"reason": "upsell", "turn_id": "t1", "response": "agreed"}
    assert needs(desk.client("flag_response", report_id="r2", **agree)) == [{Reason.UPSELL: Severity.ACT}]


def holding(desk: Desk) -> Effect:
    (effect,) = desk.client("holding_request", turn_id="t1")
    return effect


def why_not(desk: Desk) -> str | None:
    effect = holding(desk)
    assert isinstance(effect, Send)
    assert isinstance(effect.message, HoldingTold)
    assert effect.message.text is None
    return effect.message.why


def test_a_holding_reply_is_for_what_nothing_answers_and_never_for_somebody_in_danger() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", NothingGood(REFUNDS, "rev-1"), FlagsDecided((flag(),)))
    wanted = holding(desk)
    assert isinstance(wanted, TellHolding)
    assert (wanted.asked.turn_id, wanted.conversation.id) == ("t1", "c1")
    danger = replace(flag(Reason.VULNERABILITY), severity=Severity.URGENT)
    desk.assist("s1", FlagsDecided((danger,)))
    assert why_not(desk) == IN_DANGER
    answer: dict[str, Any] = {"reason": "vulnerability", "turn_id": "t1", "response": "agreed"}
    desk.client("flag_response", report_id="r1", **answer)
    assert why_not(desk) == IN_DANGER, "whatever the agent answered"
    desk.turns(turn("t2"))
    desk.assist("s2", SNIPPETS, FlagsDecided(()))
    assert why_not(desk) == ANSWERED


def test_misses_of_earlier_turns_are_counted() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", NothingGood(None, "rev-1"))
    (start,) = starts(desk.turns(turn("t2")))
    assert start.misses == 1


@pytest.mark.parametrize("code", ["knowledge_missing", "starting"])
def test_what_could_not_be_answered_without_knowledge_is_answered_when_it_comes(code: str) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    (problem,) = sent(desk.router.on_assist_broken("c1", "s1", code, desk.now()))
    assert isinstance(problem, ProblemReported)
    assert problem.code == code
    assert [start.suggestion_id for start in starts(desk.router.on_knowledge(desk.now()))] == ["s2"]
    desk.assist("s2", SNIPPETS)
    assert desk.router.on_knowledge(desk.now()) == []


@pytest.mark.parametrize("code", ["knowledge_missing", "starting"])
def test_a_turn_that_looked_just_before_the_knowledge_came_looks_again(code: str) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    assert starts(desk.router.on_knowledge(desk.now())) == []
    effects = desk.router.on_assist_broken("c1", "s1", code, desk.now())
    assert [start.suggestion_id for start in starts(effects)] == ["s2"]
    assert sent(effects) == []
    (problem,) = sent(desk.router.on_assist_broken("c1", "s2", code, desk.now()))
    assert isinstance(problem, ProblemReported), "once, or it would go round and round"


def test_assist_that_breaks_while_drafting_fails_the_draft() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW)
    effects = desk.router.on_assist_broken("c1", "s1", "assist_failed", desk.now())
    assert types(effects) == ["suggestion_failed", "problem_reported"]
    assert not desk.router.is_working


# ---- questions ---------------------------------------------------------------------------------------------


def test_the_agents_own_question_needs_no_customer_turn() -> None:
    desk = Desk()
    desk.open()
    (start,) = starts(desk.client("suggestion_request", question=f"{SECRET}?"))
    effects = desk.assist(start.suggestion_id, SNIPPETS)
    (found,) = sent(effects)
    assert found.model_dump()["question"] == f"{SECRET}?"
    assert [(text.kind, text.ref) for text in records(effects)[0].texts] == [
        ("question", start.suggestion_id)
    ]


def test_once_more_without_anything_to_answer_is_a_problem_for_the_agent() -> None:
    desk = Desk()
    desk.open(turn("t1", "agent"))
    (problem,) = sent(desk.client("suggestion_request"))
    assert isinstance(problem, ProblemReported)
    assert (problem.code, problem.who) == ("nothing_to_answer", "agent")


def test_once_more_answers_the_newest_turn_again() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, READY)
    (start,) = starts(desk.client("suggestion_request"))
    assert (start.suggestion_id, start.question) == ("s2", None)


# ---- reports -----------------------------------------------------------------------------------------------

OUTCOME: dict[str, Any] = {"report_id": "r1", "suggestion_id": "s1", "outcome": "edited"}
RESPONSE: dict[str, Any] = {
    "report_id": "r1",
    "reason": "frustration",
    "turn_id": "t1",
    "response": "disagreed",
}


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize(("type_", "fields"), [("outcome_report", OUTCOME), ("flag_response", RESPONSE)])
def test_reports_are_acknowledged_only_when_stored(type_: str, fields: dict[str, Any], is_open: bool) -> None:
    desk = Desk()
    if is_open:
        desk.open(turn("t1"))
    (saving,) = desk.client(type_, **fields)
    assert isinstance(saving, SaveReport)
    assert types(desk.router.on_report_saved(saving)) == ["report_recorded"]
    (lost,) = sent(desk.router.on_report_lost(saving, "store_unavailable"))
    assert isinstance(lost, ProblemReported)
    assert lost.report_id == "r1"


def test_an_outcome_holds_the_sent_text_apart_and_how_long_it_was_shown() -> None:
    times: dict[str, Any] = {"shown_at": "2026-03-15T12:00:00Z", "acted_at": "2026-03-15T13:00:02+01:00"}
    (saving,) = Desk().client("outcome_report", **OUTCOME, sent_text=SECRET, **times)
    assert isinstance(saving, SaveReport)
    assert saving.record.events[0].payload == {
        "outcome": "edited",
        "sent_length": len(SECRET),
        "shown_ms": 2000,
    }
    assert [(text.kind, text.ref, text.text) for text in saving.record.texts] == [("sent", "s1", SECRET)]


def test_an_answered_flag_is_neither_shown_nor_raised_again() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", FlagsDecided((flag(),)))
    desk.client("flag_response", **RESPONSE)
    assert snapshot(desk.open(turn("t1"))).flags == []
    assert desk.assist("s1", FlagsDecided((flag(),))) == []


def test_flags_that_were_answered_before_are_not_raised_after_a_reconnect() -> None:
    desk = Desk()
    answered = frozenset({("frustration", "t1")})
    desk.open(turn("t1"), known=Known(answered=answered, responses={Reason.FRUSTRATION: "disagreed"}))
    assert sent(desk.assist("s1", FlagsDecided((flag(),)))) == []
    assert desk.assist("s1", FlagsDecided((flag(turn_id="t2"),))) == []
    urgent = replace(flag(turn_id="t2"), severity=Severity.URGENT)
    again = types(desk.assist("s1", FlagsDecided((urgent,))))
    assert again == ["flag_raised", "disposition_decided"]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (Severity.NOTE, Severity.NOTE, []),
        (Severity.NOTE, Severity.ACT, ["flag_raised"]),
        (Severity.ACT, Severity.ACT, []),
        (Severity.ACT, Severity.URGENT, ["flag_raised"]),
        (Severity.URGENT, Severity.URGENT, []),
    ],
)
def test_an_answered_reason_comes_again_only_when_it_is_graver(
    before: Severity, now: Severity, told: list[str]
) -> None:
    desk = Desk()
    desk.open(turn("t1"), turn("t2"))
    desk.assist("s1", FlagsDecided((replace(flag(), severity=before),)))
    desk.client("flag_response", **RESPONSE)
    again = types(desk.assist("s1", FlagsDecided((replace(flag(turn_id="t2"), severity=now),))))
    assert [type_ for type_ in again if type_ != "disposition_decided"] == told


# ---- leaving -----------------------------------------------------------------------------------------------


def test_closing_stops_computing_and_records_the_unfinished_draft() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED)
    effects = desk.client("conversation_close")
    assert effects[0] == CancelAssist("c1", "s1")
    assert effects[-1] == StopTelling("c1")
    assert kinds(effects) == ["suggestion_failed"]
    assert desk.assist("s1", READY) == []


def test_a_stopping_server_fails_live_drafts_with_a_reason() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED)
    effects = desk.router.fail("The server restarts.", desk.now())
    assert types(effects) == ["suggestion_failed"]
    assert not desk.router.is_working


# ---- flags raised by hand, and reports ---------------------------------------------------------------------


def raising(desk: Desk, turn_id: str = "t1", report_id: str = "f1") -> list[Effect]:
    return desk.client("flag_raise", report_id=report_id, reason="frustration", turn_id=turn_id, note=SECRET)


def flags_shown(desk: Desk) -> list[tuple[str, str]]:
    shown = snapshot(desk.open(turn("t1"), turn("t2"))).flags
    return [(flag.evidence.turn_id, flag.rule) for flag in shown]


def test_a_flag_raised_by_hand_is_sent_with_the_turns_words_and_put_on_record() -> None:
    desk = Desk()
    desk.open(turn("t1", text="I am cross. " * 50))
    effects = raising(desk)
    raised, _ = sent(effects)
    assert isinstance(raised, FlagRaised)
    assert raised.flag.evidence.quote == ("I am cross. " * 50)[:200]
    assert (raised.flag.rule, raised.flag.severity, raised.flag.confidence) == ("raised by hand", "act", 1.0)
    (record,) = records(effects)
    assert (record.events[0].payload["end"], record.events[0].report_id) == (200, "f1")
    assert [(text.kind, text.ref, text.text) for text in record.texts] == [("note", "f1", SECRET)]


def test_rules_never_withdraw_or_replace_a_flag_raised_by_hand() -> None:
    desk = Desk()
    desk.open(turn("t1"), turn("t2"))
    raising(desk)
    assert types(desk.assist("s1", FlagsDecided(()))) == []
    assert types(desk.assist("s1", FlagsDecided((flag(turn_id="t2"),)))) == []
    assert flags_shown(desk) == [("t1", "raised by hand")]


def test_a_flag_raised_by_hand_ends_with_its_answer_and_is_not_raised_by_a_resend() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    raising(desk)
    desk.client("flag_response", report_id="a1", reason="frustration", turn_id="t1", response="agreed")
    assert types(raising(desk)) == []
    assert flags_shown(desk) == []
    assert types(raising(desk, report_id="f2")) == ["flag_raised"]
    assert flags_shown(desk) == [("t1", "raised by hand")]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (Known(raised=frozenset({("frustration", "t1")})), [("t1", "raised by hand")]),
        (
            Known(raised=frozenset({("frustration", "t1"), ("frustration", "t2")})),
            [("t2", "raised by hand")],
        ),
        (Known(raised=frozenset({("frustration", "gone")})), []),
        (Known(answered=frozenset({("frustration", "t1")})), []),
    ],
)
def test_stored_flags_by_hand_are_shown_again_after_a_reconnect(
    known: Known, shown: list[tuple[str, str]]
) -> None:
    desk = Desk()
    flags = snapshot(desk.open(turn("t1"), turn("t2"), known=known)).flags
    assert [(flag.evidence.turn_id, flag.rule) for flag in flags] == shown


@pytest.mark.parametrize("turn_id", ["t2", "unknown"])
def test_only_a_turn_of_the_customer_can_be_flagged(turn_id: str) -> None:
    desk = Desk()
    desk.open(turn("t1"), turn("t2", role="agent"))
    effects = raising(desk, turn_id)
    (refused,) = sent(effects)
    assert isinstance(refused, ProblemReported)
    assert (refused.code, refused.report_id) == ("report_refused", "f1")
    assert refused.expected == "a turn of the customer in this conversation"
    assert records(effects) == []


def test_flags_sent_before_their_conversation_opens_are_remembered_for_no_more_than_may_be_open() -> None:
    desk = Desk(conversations=2)
    for number in range(5):
        message = {"type": "flag_raise", "reason": "frustration", "turn_id": "t1"}
        message |= {"conversation_id": f"c{number}", "report_id": f"f{number}"}
        assert kinds(desk.router.on_client(CLIENT_MESSAGE.validate_python(message), desk.now())) == [
            "flag_raised"
        ]
    assert flags_shown(desk) == [("t1", "raised by hand")]


def test_a_report_says_where_its_passage_stands_as_far_as_that_is_known() -> None:
    place = Place("p1", "refunds.md", "Refunds", "mira.holt")
    known = Known(revision="rev-1", places={"p1": place})
    fields: dict[str, Any] = {"about": "snippet", "problem": "wrong", "quote": SECRET, "note": SECRET}
    desk = Desk()
    for passage_id, expected in (
        ("p1", {"passage_id": "p1", "document_id": "refunds.md", "title": "Refunds", "owner": "mira.holt"}),
        ("p2", {"passage_id": "p2", "document_id": None}),
    ):
        (record,) = records(
            desk.client("passage_report", known, report_id=passage_id, passage_id=passage_id, **fields)
        )
        (event,) = record.events
        assert (event.payload["passages"], event.payload["revision"]) == ([expected], "rev-1")
        assert [(text.kind, text.text) for text in record.texts] == [("quote", SECRET), ("note", SECRET)]


def test_reports_about_no_conversation_are_acknowledged_without_one() -> None:
    desk = Desk()
    for effects in (
        desk.client("page_unread", report_id="p1", adapter="django-helpdesk", helpdesk="https://desk"),
        desk.client("answer_seen", report_id="p1"),
    ):
        (saving,) = effects
        assert isinstance(saving, SaveReport)
        (recorded,) = sent(desk.router.on_report_saved(saving))
        assert recorded == ReportRecorded(conversation_id=None, report_id="p1")
        assert saving.record.team == ANA.team


def test_ones_own_record_is_looked_up() -> None:
    assert Desk().client("own_record_request") == [TellOwnRecord()]


# ---- any order ---------------------------------------------------------------------------------------------

TURN = st.builds(turn, st.sampled_from(["t1", "t2", "t3"]), st.sampled_from([r.value for r in Role]))
EVENT = st.sampled_from(
    [
        *(SNIPPETS, replace(SNIPPETS, fit="answers"), NothingGood(REFUNDS, "rev-1"), NothingNeeded()),
        *(STARTED, GREW, READY, DraftFailed("no")),
        *(FlagsDecided(()), FlagsDecided((flag(),)), FlagsDecided((flag(Reason.HUMAN_REQUESTED, "t2"),))),
    ]
)
CONVERSATION = st.sampled_from(["c1", "c2"])
STEP = st.one_of(
    st.tuples(st.just("open"), CONVERSATION, st.lists(TURN, max_size=3)),
    st.tuples(st.just("turns"), CONVERSATION, st.lists(TURN, min_size=1, max_size=2)),
    st.tuples(
        st.just("ask"), CONVERSATION, st.sampled_from([{}, {"question": SECRET}, {"with_draft": True}])
    ),
    st.tuples(st.just("open draft"), CONVERSATION, st.integers(1, 6)),
    st.tuples(st.just("answer"), CONVERSATION, st.sampled_from(["t1", "t2"])),
    st.tuples(st.just("assist"), CONVERSATION, st.tuples(st.integers(1, 6), EVENT)),
    st.tuples(st.just("end"), CONVERSATION, st.integers(1, 6)),
    st.tuples(st.just("broken"), CONVERSATION, st.integers(1, 6)),
    st.tuples(st.just("close"), CONVERSATION, st.none()),
    st.tuples(st.just("knowledge"), CONVERSATION, st.none()),
    st.tuples(st.just("raise"), CONVERSATION, st.sampled_from(["t1", "t2"])),
    st.tuples(st.just("report"), CONVERSATION, st.none()),
)


def perform(desk: Desk, step: tuple[str, str, Any]) -> list[Effect]:
    what, conversation, given_ = step
    router = desk.router
    match what:
        case "open":
            return desk.open(*given_, conversation_id=conversation)
        case "turns":
            return desk.client("turns_changed", conversation_id=conversation, turns=given_)
        case "ask":
            return desk.client("suggestion_request", conversation_id=conversation, **given_)
        case "open draft":
            return desk.client("draft_open", conversation_id=conversation, suggestion_id=f"s{given_}")
        case "answer" | "raise" | "report":
            return report(desk, step)
        case "assist":
            return router.on_assist(conversation, f"s{given_[0]}", given_[1], desk.now())
        case "end":
            return router.on_assist_end(conversation, f"s{given_}")
        case "broken":
            return router.on_assist_broken(conversation, f"s{given_}", "knowledge_missing", desk.now())
        case "close":
            return desk.client("conversation_close", conversation_id=conversation)
        case _:
            return router.on_knowledge(desk.now())


def report(desk: Desk, step: tuple[str, str, Any]) -> list[Effect]:
    what, conversation, given_ = step
    answer = {**RESPONSE, "turn_id": given_}
    flagging = {"report_id": f"f{next(desk.ticks)}", "reason": "frustration", "turn_id": given_}
    gap = {"report_id": "r1", "about": "gap", "problem": "no_answer", "quote": SECRET}
    type_, fields = {
        "answer": ("flag_response", answer),
        "raise": ("flag_raise", {**flagging, "note": SECRET}),
        "report": ("passage_report", {**gap, "note": SECRET}),
    }[what]
    return desk.client(type_, conversation_id=conversation, **fields)


class Watched:
    """What must hold whatever happens, seen from outside."""

    def __init__(self) -> None:
        self.running: dict[str, str] = {}
        self.seq: dict[str, int] = {}
        self.begun: set[str] = set()
        self.over: set[str] = set()
        self.by_hand: dict[str, str] = {}

    def did(self, step: tuple[str, str, Any]) -> None:
        """What ends the standing of a flag raised by hand: its answer, or closing the conversation."""
        what, conversation, given_ = step
        if what == "close" or (what == "answer" and self.by_hand.get(conversation) == given_):
            self.by_hand.pop(conversation, None)

    def ended(self, suggestion_id: str, conversation: str) -> None:
        if self.running.get(suggestion_id) == conversation:
            del self.running[suggestion_id]

    def check(self, effect: Effect) -> None:
        match effect:
            case StartAssist(suggestion_id=suggestion_id, conversation=conversation):
                assert suggestion_id not in self.running, "every computation has an id of its own"
                assert conversation.id not in self.running.values(), "one computation a conversation"
                self.running[suggestion_id] = conversation.id
            case CancelAssist(suggestion_id=suggestion_id):
                self.running.pop(suggestion_id, None)
            case Send(message=message):
                self.check_message(message)
            case Save(record=record) | SaveReport(record=record):
                check_record(record)

    def check_message(self, message: ServerMessage) -> None:
        assert SERVER_MESSAGE.validate_json(message.model_dump_json()) == message
        if isinstance(message, FlagRaised) and message.flag.rule == "raised by hand":
            self.by_hand[message.conversation_id] = message.flag.evidence.turn_id
        if message.type == "flag_withdrawn" and message.reason is Reason.FRUSTRATION:
            assert message.conversation_id not in self.by_hand, "no rule withdraws what was raised by hand"
        suggestion_id = getattr(message, "suggestion_id", None)
        if suggestion_id is None or message.type == "suggestion_kept":
            return
        assert message.model_dump()["seq"] > self.seq.get(suggestion_id, 0)
        self.seq[suggestion_id] = message.model_dump()["seq"]
        assert suggestion_id not in self.over, "nothing follows ready or superseded"
        if message.type == "suggestion_started":
            self.begun.add(suggestion_id)
        else:
            assert suggestion_id in self.begun, "a draft starts before it grows or ends"
        if message.type in ("suggestion_ready", "suggestion_superseded"):
            self.over.add(suggestion_id)
        if message.type == "suggestion_ready":
            self.running.pop(suggestion_id, None)


def check_record(record: Record) -> None:
    for event in record.events:
        assert event.payload.keys() <= PAYLOAD_FIELDS[EventKind(event.kind)]
        assert SECRET not in json.dumps(asdict(event), default=str), "events hold no text"


@settings(max_examples=300, deadline=None)
@given(st.lists(STEP, max_size=25))
def test_whatever_the_order_the_promises_hold(steps: list[tuple[str, str, Any]]) -> None:
    desk, watched = Desk(), Watched()
    for step in steps:
        if step[0] in ("end", "broken"):
            watched.running.pop(f"s{step[2]}", None) if watched.running.get(f"s{step[2]}") == step[
                1
            ] else None
        watched.did(step)
        for effect in perform(desk, step):
            watched.check(effect)
    for effect in desk.router.stop(desk.now()):
        watched.check(effect)
    assert not watched.running, "everything started is cancelled, completed or ended"


@pytest.mark.parametrize("outcome", ["inserted", "edited", "copied", "dismissed", "ignored"])
def test_every_outcome_is_recorded(outcome: str) -> None:
    (saving,) = Desk().client("outcome_report", **{**OUTCOME, "outcome": outcome})
    assert isinstance(saving, SaveReport)
    assert saving.record.events[0].payload["outcome"] == outcome


# ---- how drafts are wanted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["inserted", "edited", "copied", "dismissed"])
def test_what_was_used_is_told_to_the_next_draft(outcome: str) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    desk.client("outcome_report", **{**OUTCOME, "outcome": outcome})
    (start,) = starts(desk.client("suggestion_request"))
    assert (start.wish.agent, start.wish.team, start.wish.used) == ("ana", "billing", ("Five days.",))


def test_what_was_ignored_or_only_shown_may_be_suggested_again() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", SNIPPETS, STARTED, GREW, READY)
    desk.client("outcome_report", **{**OUTCOME, "outcome": "ignored"})
    desk.client("outcome_report", **{**OUTCOME, "suggestion_id": "s99", "outcome": "inserted"})
    (start,) = starts(desk.turns(turn("t2")))
    assert start.wish.used == ()


def test_what_was_used_in_an_earlier_session_is_known_again() -> None:
    desk = Desk()
    (start,) = starts(desk.open(turn("t1"), known=Known(used=("Five days.",))))
    assert start.wish.used == ("Five days.",)


def test_the_form_stays_until_another_is_wanted() -> None:
    desk = Desk()
    (opened,) = starts(desk.open(turn("t1"), form="facts"))
    (asked,) = starts(desk.client("suggestion_request"))
    (other,) = starts(desk.client("suggestion_request", form="reply"))
    (later,) = starts(desk.turns(turn("t2")))
    assert [start.wish.form for start in (opened, asked, other, later)] == [
        "facts",
        "facts",
        "reply",
        "reply",
    ]
