"""Snippets that might help: their draft is made of those very snippets when an agent opens it, no sooner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from knowledge.document import Audience, Hit
from server.assist_events import (
    DraftFailed,
    DraftStarted,
    FlagsDecided,
    HitsRead,
    NothingNeeded,
    SnippetsReady,
    UntestedLanguage,
)
from server.changing import IN_CRISIS
from server.conversation import Reason, Severity
from server.effects import CancelAssist
from server.on_demand import BUSY, FORGOTTEN, NEWER_CAME
from server.wire import SnippetsFound, SuggestionKept
from tests.shelf import document, passage
from tests.test_session import (
    GREW,
    READY,
    SNIPPETS,
    STARTED,
    Desk,
    flag,
    kinds,
    sent,
    snapshot,
    starts,
    turn,
    types,
)

MIGHT = replace(SNIPPETS, fit="might_help")
NO_FLAGS = FlagsDecided(())


def offered_desk() -> Desk:
    """A desk that shows snippets which might help, everything computed."""
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", MIGHT, NO_FLAGS)
    desk.router.on_assist_end("c1", "s1")
    return desk


def opened(desk: Desk, suggestion_id: str = "s1") -> list[Any]:
    return desk.client("draft_open", suggestion_id=suggestion_id)


def kept(effects: list[Any]) -> SuggestionKept:
    (message,) = sent(effects)
    assert isinstance(message, SuggestionKept)
    return message


def found(*events: Any) -> SnippetsFound:
    desk = Desk()
    desk.open(turn("t1"))
    (message,) = [each for each in sent(desk.assist("s1", *events)) if isinstance(each, SnippetsFound)]
    return message


INTERNAL = passage(document("guide.md", audience=Audience.INTERNAL), "Refunds take five days.")


@pytest.mark.parametrize(
    ("events", "offered"),
    [
        ([MIGHT], "s1"),
        ([SNIPPETS if SNIPPETS.fit == "answers" else replace(SNIPPETS, fit="answers")], None),
        ([UntestedLanguage("German", ("drafts",)), MIGHT], None),
        ([SnippetsReady((Hit(INTERNAL, 0.2, 0.2, 0.2, 0.2),), "rev-1", "might_help")], None),
        ([replace(MIGHT, hits=(Hit(INTERNAL, 0.3, 0.3, 0.3, 0.3), *MIGHT.hits))], "s1"),
    ],
    ids=["might help", "answers", "an untested language", "internal only", "internal and public"],
)
def test_a_draft_is_offered_only_of_public_snippets_that_might_help(
    events: list[Any], offered: str | None
) -> None:
    assert found(*events).draft_offered == offered


def test_nothing_is_drafted_until_the_agent_opens_it() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    effects = desk.assist("s1", MIGHT, NO_FLAGS) + desk.router.on_assist_end("c1", "s1")
    assert types(effects) == ["snippets_found"]
    assert starts(effects) == []
    (start,) = starts(opened(desk))
    assert start.hits == MIGHT.hits
    assert (start.suggestion_id, start.wish.verbatim, start.settle_s) == ("s1", True, 0.0)
    effects = desk.assist("s1", STARTED, GREW, READY)
    assert types(effects) == ["suggestion_started", "suggestion_delta", "suggestion_ready"]
    assert kinds(effects) == ["suggestion_ready"]
    assert opened(desk) == [], "it is there: nothing is made or said again"


def test_a_draft_that_was_opened_is_shown_again_after_a_reconnect_and_can_be_changed() -> None:
    desk = offered_desk()
    assert snapshot(desk.open(turn("t1"))).draft_offered == "s1"
    opened(desk)
    desk.assist("s1", STARTED, GREW, READY)
    shown = snapshot(desk.open(turn("t1")))
    assert shown.suggestion is not None
    assert (shown.suggestion.status, shown.draft_offered, shown.fit) == ("ready", "s1", "might_help")
    (longer,) = starts(desk.client("draft_change", suggestion_id="s1", change="longer"))
    assert longer.hits == MIGHT.hits
    assert not longer.wish.verbatim


def test_a_draft_opened_while_the_flags_are_decided_comes_right_after_them() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", MIGHT)
    assert opened(desk) == []
    assert types(desk.assist("s1", FlagsDecided((flag(),)))) == ["flag_raised", "disposition_decided"]
    (start,) = starts(desk.router.on_assist_end("c1", "s1"))
    assert start.suggestion_id == "s1"
    assert opened(desk) == []
    desk.assist("s1", STARTED, DraftFailed("Said already."))
    assert desk.router.on_assist_end("c1", "s1") == []


def test_a_draft_opened_before_reading_found_that_it_comes_by_itself_comes_once() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", MIGHT)
    assert opened(desk) == []
    effects = desk.assist("s1", NO_FLAGS, HitsRead(MIGHT.hits, "answers"), STARTED, GREW, READY)
    assert types(effects) == ["fit_changed", "suggestion_started", "suggestion_delta", "suggestion_ready"]
    assert desk.router.on_assist_end("c1", "s1") == []
    assert starts(opened(desk)) == []


def test_a_draft_wanted_when_reading_found_that_none_comes_is_made_right_after() -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.client("suggestion_request", question=None, with_draft=True)
    desk.assist("s2", replace(SNIPPETS, fit="answers"), NO_FLAGS, HitsRead(SNIPPETS.hits, "might_help"))
    (start,) = starts(desk.router.on_assist_end("c1", "s2"))
    assert (start.suggestion_id, start.hits) == ("s2", SNIPPETS.hits)


def test_the_draft_of_an_earlier_search_rests_on_its_own_snippets_and_conversation() -> None:
    desk = offered_desk()
    other = passage(document("parking.md"), "Parking is free.")
    desk.turns(turn("t2"))
    desk.assist("s2", replace(MIGHT, hits=(Hit(other, 0.2, 0.2, 0.2, 0.2),)), NO_FLAGS)
    desk.router.on_assist_end("c1", "s2")
    (start,) = starts(opened(desk))
    assert start.hits == MIGHT.hits
    assert [each.id for each in start.conversation.turns] == ["t1"]
    desk.assist("s1", STARTED, GREW, READY)
    assert [one.document_id for one in snapshot(desk.open(turn("t1"), turn("t2"))).snippets] == ["refunds.md"]


def test_what_can_not_be_opened_says_why_and_nothing_is_lost() -> None:
    desk = offered_desk()
    assert kept(opened(desk, "of-another-session")).message == FORGOTTEN
    desk.turns(turn("t2"))
    busy = kept(opened(desk))
    assert (busy.suggestion_id, busy.message) == ("s1", BUSY)
    crisis = replace(flag(Reason.VULNERABILITY, "t2"), severity=Severity.URGENT, rule="crisis/1")
    assert crisis.is_crisis
    desk.assist("s2", NothingNeeded(), FlagsDecided((crisis,)))
    desk.router.on_assist_end("c1", "s2")
    assert kept(opened(desk)).message == IN_CRISIS


@pytest.mark.parametrize("waiting", ["for the flags", "for the draft"])
def test_what_is_newer_comes_before_a_draft_that_was_opened_and_the_panel_is_told(waiting: str) -> None:
    desk = Desk()
    desk.open(turn("t1"))
    desk.assist("s1", MIGHT)
    opened(desk)
    if waiting == "for the draft":
        desk.assist("s1", NO_FLAGS)
        desk.router.on_assist_end("c1", "s1")
    effects = desk.turns(turn("t2"))
    assert kept(effects).message == NEWER_CAME
    assert [type(effect) for effect in effects].count(CancelAssist) == 1
    assert desk.assist("s1", STARTED, GREW, READY) == []


def test_a_draft_that_breaks_before_its_first_word_closes_its_line() -> None:
    desk = offered_desk()
    opened(desk)
    effects = desk.router.on_assist_broken("c1", "s1", "assist_failed", desk.now())
    assert types(effects) == ["suggestion_kept", "problem_reported"]
    (start,) = starts(opened(desk))
    assert start.suggestion_id == "s1"


def test_an_agent_who_had_the_draft_open_has_it_in_the_other_form_too() -> None:
    desk = offered_desk()
    (search,) = starts(desk.client("suggestion_request", form="facts", with_draft=True))
    assert search.hits is None
    desk.assist("s2", MIGHT, NO_FLAGS)
    (start,) = starts(desk.router.on_assist_end("c1", "s2"))
    assert (start.suggestion_id, start.wish.form, start.wish.verbatim) == ("s2", "facts", True)
    desk.client("suggestion_request", with_draft=True)
    desk.assist("s3", replace(MIGHT, fit="answers"), NO_FLAGS, DraftStarted("extractive"), GREW, READY)
    assert desk.router.on_assist_end("c1", "s3") == []
