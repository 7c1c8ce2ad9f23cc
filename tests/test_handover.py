"""A handover's life as a table, and the brief that goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.brief import CUSTOMER_WORDS, brief
from server.conversation import Evidence, Flag, Reason, Severity
from server.handover import (
    FREE,
    Answer,
    Handover,
    HandoverState,
    Receiver,
    ReceiverKind,
    answered,
    asked_before,
    concerns,
    expired,
    may_read_brief,
    may_take,
    went_on,
)
from server.person import Person, PersonRole
from server.story import tell
from tests.databases import ANA, BEN, LEA, MAX, NOW
from tests.dialogues import conversation

CLEO = Person("cleo", frozenset({PersonRole.AGENT}), "billing")
EVA = Person("eva", frozenset({PersonRole.EXPERT}), "billing")
PEOPLE = {person.name: person for person in (ANA, BEN, CLEO, LEA, MAX, EVA)}
WITHIN = timedelta(minutes=15)
LATER = NOW + timedelta(minutes=5)


def offered(kind: ReceiverKind = "person", name: str = "ben", state: str = "offered") -> Handover:
    """Ana of billing hands over; ben by default."""
    holder = "ben" if state == "accepted" else None
    to = Receiver(kind, name)
    return Handover(
        1, "c1", "billing", "ana", "r1", to, HandoverState(state), holder, frozenset(), NOW, version=3
    )


@pytest.mark.parametrize(
    ("kind", "name", "state", "takers"),
    [
        ("person", "ben", "offered", "ben"),
        ("person", "ben", "declined", "ben lea"),
        ("person", "ben", "timed_out", "ben lea"),
        ("person", "ben", "accepted", ""),
        ("person", "ben", "resolved", ""),
        ("person", "max", "offered", "max"),
        ("lead", "billing", "offered", "lea"),
        ("team", "billing", "offered", "ben cleo lea"),
        ("team", "delivery", "offered", "max"),
        ("team", "delivery", "timed_out", "max lea"),
        ("person", "eva", "offered", ""),
        ("person", "ana", "offered", ""),
        ("expert", "eva", "offered", "eva"),
        ("expert", "ben", "offered", ""),
        ("expert", "eva", "accepted", ""),
        ("expert", "eva", "timed_out", "lea"),
    ],
)
def test_who_may_take_it(kind: ReceiverKind, name: str, state: str, takers: str) -> None:
    handover = offered(kind, name, state)
    assert {each for each in PEOPLE if may_take(handover, PEOPLE[each])} == set(takers.split())


@pytest.mark.parametrize(
    ("handover", "answer", "by", "state", "holder"),
    [
        (offered(), "accepted", BEN, "accepted", "ben"),
        (offered(), "declined", BEN, "declined", None),
        (offered(), "kept", ANA, "resolved", "ana"),
        (offered(), "accepted", CLEO, None, None),
        (offered(), "accepted", ANA, None, None),
        (offered(), "kept", BEN, None, None),
        (offered(), "done", ANA, None, None),
        (offered("team", "billing"), "declined", BEN, "offered", None),
        (offered("team", "billing"), "accepted", CLEO, "accepted", "cleo"),
        (offered(state="timed_out"), "accepted", LEA, "accepted", "lea"),
        (offered(state="timed_out"), "accepted", BEN, "accepted", "ben"),
        (offered(state="timed_out"), "declined", LEA, "timed_out", None),
        (offered(state="declined"), "kept", ANA, "resolved", "ana"),
        (offered(state="accepted"), "accepted", LEA, None, None),
        (offered(state="accepted"), "done", BEN, "resolved", "ben"),
        (offered(state="accepted"), "done", ANA, "resolved", "ben"),
        (offered(state="accepted"), "done", CLEO, None, None),
        (offered(state="accepted"), "kept", ANA, None, None),
        (offered(state="resolved"), "accepted", BEN, None, None),
        (offered(), "customer_declined", ANA, None, None),
        (offered("expert", "eva"), "accepted", EVA, "accepted", "eva"),
        (offered("expert", "eva"), "declined", EVA, "timed_out", None),
        (offered("expert", "eva"), "declined", LEA, None, None),
        (offered("expert", "eva"), "kept", ANA, "resolved", "ana"),
        (offered("expert", "eva"), "customer_declined", ANA, "resolved", "ana"),
        (offered("expert", "eva"), "customer_declined", EVA, None, None),
        (offered("expert", "eva", "accepted"), "customer_declined", ANA, "resolved", "ana"),
        (offered("expert", "eva", "resolved"), "customer_declined", ANA, None, None),
    ],
)
def test_what_an_answer_makes_of_it(
    handover: Handover, answer: Answer, by: Person, state: str | None, holder: str | None
) -> None:
    after = answered(handover, answer, by)
    assert (after and after.state, after and after.holder) == (state, holder)


def test_who_declined_is_not_asked_again() -> None:
    after = answered(offered("team", "billing"), "declined", BEN)
    assert after is not None
    assert not may_take(after, BEN)
    assert may_take(after, CLEO)


def test_an_expert_who_declined_looks_like_one_who_was_not_there() -> None:
    asked = offered("expert", "eva")
    assert answered(asked, "declined", EVA) == expired(asked, NOW + WITHIN, WITHIN)
    assert "eva" not in repr(answered(asked, "declined", EVA))


def test_what_an_expert_did_not_take_is_the_next_ones_and_names_nobody_who_was_asked() -> None:
    finn = Person("finn", EVA.roles, "billing")
    second = went_on(offered("expert", "eva"), "finn", LATER)
    assert (second.state, second.to, second.offered_at) == ("offered", Receiver("expert", "finn"), LATER)
    assert (asked_before(offered("expert", "eva")), asked_before(second)) == (0, 1)
    assert may_take(second, finn)
    assert not may_take(second, EVA)
    assert asked_before(went_on(second, "gus", LATER)) == 2
    assert "eva" not in repr(second)
    answers: dict[Answer, Person] = {"accepted": finn, "declined": finn, "kept": ANA}
    answers["customer_declined"] = ANA
    for answer, person in answers.items():
        after = answered(second, answer, person)
        assert after is not None
        assert after.declined == frozenset(), answer


def test_an_offer_times_out_once_and_nothing_else_does() -> None:
    assert expired(offered(), NOW + WITHIN - timedelta(seconds=1), WITHIN) is None
    after = expired(offered(), NOW + WITHIN, WITHIN)
    assert after is not None
    assert (after.state, after.holder, after.version) == (HandoverState.TIMED_OUT, None, 4)
    for state in ("accepted", "declined", "timed_out", "resolved"):
        assert expired(offered(state=state), NOW + 2 * WITHIN, WITHIN) is None


def test_the_brief_is_for_those_who_have_it_and_those_who_may_take_it() -> None:
    handover = offered("person", "max")
    readers = {name for name, person in PEOPLE.items() if may_read_brief(handover, person)}
    assert readers == {"ana", "max"}
    assert {name for name, person in PEOPLE.items() if concerns(handover, person)} == {"ana", "max", "lea"}
    late = replace(handover, state=HandoverState.TIMED_OUT)
    assert {name for name, person in PEOPLE.items() if may_read_brief(late, person)} == {"ana", "max", "lea"}


ANSWERS: tuple[Answer, ...] = ("accepted", "declined", "kept", "done")


@given(
    steps=st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(sorted(PEOPLE))), max_size=15),
    kind=st.sampled_from(["person", "lead", "team"]),
)
def test_whoever_answers_somebody_always_has_it_or_can_take_it(
    steps: list[tuple[Answer, str]], kind: ReceiverKind
) -> None:
    handover = offered(kind, {"person": "ben", "lead": "billing", "team": "billing"}[kind])
    for answer, name in steps:
        after = answered(handover, answer, PEOPLE[name])
        if after is None:
            continue
        assert after.version == handover.version + 1
        assert handover.holder in (None, after.holder), "what one took no other takes away"
        handover = after
        held = handover.holder is not None
        assert held is (handover.state in {HandoverState.ACCEPTED, HandoverState.RESOLVED})
        # The sender can always keep what nobody took.
        assert held or (handover.state in FREE and answered(handover, "kept", ANA) is not None)


# ---- the brief --------------------------------------------------------------------------------------------


def test_the_brief_says_what_a_colleague_needs_in_one_screen() -> None:
    talk = conversation(
        ("customer", "I was told my bike, order KC-20418, comes by Friday. I need it for my exam ride."),
        ("agent", "I have asked the depot and I will write to you by tomorrow noon."),
        ("customer", "This is the third time I ask. Absolutely useless! When does it come?"),
    )
    evidence = Evidence("t2", "This is the third time I ask.", 0, 29)
    flag = Flag(Reason.FRUSTRATION, Severity.ACT, 0.9, evidence, "Call back.", "words")
    assert brief(talk, tell(talk.turns), (flag,)).splitlines() == [
        "Situation: “I need it for my exam ride.”",
        "Goal: “I need it for my exam ride.”",
        "Mood: angry, since “Absolutely useless!”",
        "Tried:",
        "- “I have asked the depot and I will write to you by tomorrow noon.” (agent)",
        "Promised:",
        "- “I was told my bike, order KC-20418, comes by Friday.” (customer, by Friday)",
        "- “I have asked the depot and I will write to you by tomorrow noon.” (agent, by tomorrow noon)",
        "Open questions:",
        "- “When does it come?” (customer)",
        "Known: Order or reference KC-20418",
        "Flags:",
        "- frustration (act): “This is the third time I ask.”",
        "Next step: answer “When does it come?”",
    ]


def test_an_empty_conversation_still_gives_a_brief() -> None:
    talk = conversation()
    assert brief(talk, tell(talk.turns), ()) == "Mood: calm\nNext step: answer the customer's last message"


@given(text=st.text(max_size=2000))
def test_a_brief_is_never_long(text: str) -> None:
    talk = conversation(*[("customer", f"I want {text} by Friday?"), ("agent", f"I will {text} today.")] * 8)
    assert len(brief(talk, tell(talk.turns), ())) < 4000


def test_the_customers_words_name_nobody_and_promise_no_time() -> None:
    assert set(CUSTOMER_WORDS) == {"person", "lead", "team"}
    for words in CUSTOMER_WORDS.values():
        assert not any(character.isdigit() for character in words)
        assert "you don't need to explain it again" in words
