"""Routine or human: what flags say, what the agent chose, what is remembered; a reason is shown once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.assist_events import FlagsDecided
from server.conversation import Reason, Severity
from server.effects import Effect, SaveReport
from server.events import EventKind
from server.known import NOTHING_KNOWN, Known
from server.triage import LEADING, Disposition, Response, disposition_of, leads
from server.triaged import recalled
from server.wire import DispositionDecided, FlagRaised
from tests.test_session import Desk, flag, raising, records, sent, snapshot, turn

HUMAN, ROUTINE = Disposition.HUMAN, Disposition.ROUTINE
URGENT = replace(flag(), severity=Severity.URGENT)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_but_a_sale_and_a_missing_answer_folds_the_draft(reason: Reason) -> None:
    assert (disposition_of([flag(reason)], None, {}) is HUMAN) == (
        reason not in {Reason.UPSELL, Reason.LOW_CONFIDENCE}
    )
    assert leads(flag(reason), None) == (reason in LEADING)


@pytest.mark.parametrize(
    ("shown", "response", "led"),
    [
        (True, None, True),
        (True, "agreed", True),
        (True, "not_now", True),
        (True, "disagreed", False),
        (False, None, True),
        (False, "agreed", True),
        (False, "not_now", True),
        (False, "disagreed", False),
    ],
)
def test_silence_is_no_disagreement_and_a_dot_leads_like_a_shown_flag(
    shown: bool, response: Response | None, led: bool
) -> None:
    assert leads(replace(flag(), shown=shown), response) is led


@pytest.mark.parametrize(
    ("flags", "chosen", "responses", "is_human"),
    [
        ([], None, {}, False),
        ([], HUMAN, {}, True),
        ([flag()], ROUTINE, {}, False),
        ([URGENT], ROUTINE, {}, True),
        ([URGENT], ROUTINE, {Reason.FRUSTRATION: "agreed"}, False),
        ([flag()], HUMAN, {Reason.FRUSTRATION: "disagreed"}, True),
        ([flag(Reason.UPSELL), flag(Reason.LOW_CONFIDENCE)], None, {}, False),
        ([flag(Reason.UPSELL), flag(Reason.DISPUTE)], None, {}, True),
    ],
)
def test_the_agents_choice_holds_until_something_urgent_comes(
    flags: list[Any], chosen: Disposition | None, responses: dict[Reason, Response], is_human: bool
) -> None:
    assert (disposition_of(flags, chosen, responses) is HUMAN) == is_human


# ---- in a session ------------------------------------------------------------------------------------------


def told(effects: list[Effect]) -> list[str]:
    return [message.disposition for message in sent(effects) if isinstance(message, DispositionDecided)]


def shown(effects: list[Effect]) -> list[tuple[str, bool]]:
    raised = [message.flag for message in sent(effects) if isinstance(message, FlagRaised)]
    return [(one.reason, one.shown) for one in raised]


def opened(*turns: str, known: Known = NOTHING_KNOWN) -> Desk:
    desk = Desk()
    desk.open(*(turn(each) for each in turns or ("t1",)), known=known)
    return desk


def respond(desk: Desk, response: str, report_id: str = "r1") -> list[Effect]:
    fields: dict[str, Any] = {"reason": "frustration", "turn_id": "t1", "response": response}
    return desk.client("flag_response", report_id=report_id, **fields)


def choose(desk: Desk, disposition: str, report_id: str = "d1") -> list[Effect]:
    return desk.client("disposition_chosen", report_id=report_id, turn_id="t1", disposition=disposition)


def test_the_disposition_comes_with_the_flags_and_only_when_it_changes() -> None:
    desk = opened()
    assert told(desk.assist("s1", FlagsDecided((flag(Reason.UPSELL),)))) == []
    assert told(desk.assist("s1", FlagsDecided((flag(),)))) == ["human"]
    assert told(desk.assist("s1", FlagsDecided((flag(), flag(Reason.DISPUTE))))) == []
    assert snapshot(desk.open(turn("t1"))).disposition is HUMAN
    assert told(desk.assist("s1", FlagsDecided(()))) == ["routine"]


@pytest.mark.parametrize(("response", "after"), [("agreed", []), ("not_now", []), ("disagreed", ["routine"])])
def test_only_disagreeing_makes_a_flagged_conversation_routine(response: str, after: list[str]) -> None:
    desk = opened()
    desk.assist("s1", FlagsDecided((flag(),)))
    assert told(respond(desk, response)) == after
    again = desk.assist("s1", FlagsDecided((flag(),)))
    assert (told(again), shown(again)) == ([], []), "what was answered is not shown again"


def test_a_choice_is_told_recorded_once_and_holds_for_later_flags() -> None:
    desk = opened()
    desk.assist("s1", FlagsDecided((flag(),)))
    effects = choose(desk, "routine")
    assert told(effects) == ["routine"]
    (saving,) = [effect for effect in effects if isinstance(effect, SaveReport)]
    (event,) = saving.record.events
    assert (event.kind, event.report_id) == (EventKind.DISPOSITION_CHOSEN, "d1")
    assert event.payload == {"disposition": "routine", "turn_id": "t1"}
    assert told(desk.assist("s1", FlagsDecided((flag(), flag(Reason.DISPUTE))))) == []
    assert snapshot(desk.open(turn("t1"))).disposition is ROUTINE
    assert told(desk.assist("s1", FlagsDecided((URGENT,)))) == ["human"]
    assert told(choose(desk, "human", "d2")) == []
    assert told(desk.assist("s1", FlagsDecided(()))) == []


def test_a_choice_about_a_conversation_that_is_not_open_is_not_lost() -> None:
    (record,) = records(choose(Desk(), "human"))
    assert record.events[0].payload["disposition"] == "human"


def test_a_flag_raised_by_hand_takes_the_choice_back_and_agreeing_with_it_keeps_the_lead() -> None:
    desk = opened()
    choose(desk, "routine")
    assert told(raising(desk)) == ["human"]
    assert told(respond(desk, "agreed")) == []
    assert told(desk.assist("s1", FlagsDecided(()))) == []


@pytest.mark.parametrize(
    ("known", "disposition"),
    [
        (Known(chosen=HUMAN), HUMAN),
        (Known(chosen=ROUTINE), ROUTINE),
        (Known(chosen=ROUTINE, raised=frozenset({("frustration", "t1")})), ROUTINE),
        (Known(raised=frozenset({("frustration", "t1")})), HUMAN),
    ],
)
def test_what_was_chosen_before_a_reload_is_known_again(known: Known, disposition: Disposition) -> None:
    assert snapshot(Desk().open(turn("t1"), known=known)).disposition is disposition


@pytest.mark.parametrize(
    ("response", "after"), [("agreed", ["human"]), ("not_now", ["human"]), ("disagreed", [])]
)
def test_what_was_answered_before_a_reload_leads_or_not_without_being_shown(
    response: Response, after: list[str]
) -> None:
    answered = frozenset({("frustration", "t1")})
    desk = opened(known=Known(answered=answered, responses={Reason.FRUSTRATION: response}))
    effects = desk.assist("s1", FlagsDecided((flag(),)))
    assert (told(effects), shown(effects)) == (after, [])


@pytest.mark.parametrize(
    ("severity", "is_shown"), [(Severity.NOTE, False), (Severity.ACT, False), (Severity.URGENT, True)]
)
def test_a_reason_withdrawn_comes_back_as_a_dot_unless_it_is_graver(
    severity: Severity, is_shown: bool
) -> None:
    desk = opened("t1", "t2")
    assert shown(desk.assist("s1", FlagsDecided((flag(),)))) == [("frustration", True)]
    desk.assist("s1", FlagsDecided(()))
    again = desk.assist("s1", FlagsDecided((replace(flag(turn_id="t2"), severity=severity),)))
    assert shown(again) == [("frustration", is_shown)]
    assert told(again) == ["human"], "being silent about it does not make it routine"


def test_a_crisis_that_comes_back_is_shown_however_often() -> None:
    desk = opened()
    crisis = replace(flag(Reason.VULNERABILITY), severity=Severity.URGENT)
    for _ in range(2):
        assert shown(desk.assist("s1", FlagsDecided((crisis,)))) == [("vulnerability", True)]
        desk.assist("s1", FlagsDecided(()))


def test_what_is_on_record_is_read_in_its_order() -> None:
    by_hand = {"reason": "dispute", "turn_id": "t1", "severity": "act", "rule": "raised by hand"}
    agreed = {"reason": "dispute", "turn_id": "t1", "response": "agreed"}
    routine = (EventKind.DISPOSITION_CHOSEN, {"disposition": "routine"})
    rows: list[tuple[EventKind, dict[str, str]]] = [routine, (EventKind.FLAG_RAISED, by_hand)]
    assert recalled(rows).chosen is None
    rows.append((EventKind.FLAG_ANSWERED, agreed))
    state = recalled(rows)
    assert (state.chosen, state.responses) == (HUMAN, {Reason.DISPUTE: "agreed"})
    assert (state.answered, state.raised) == ({("dispute", "t1")}, set())
    assert recalled([*rows, routine]).chosen is ROUTINE
    urgent = (EventKind.FLAG_RAISED, {**by_hand, "severity": "urgent", "rule": "dispute/learned"})
    assert recalled([*rows, urgent]).responses == {}
