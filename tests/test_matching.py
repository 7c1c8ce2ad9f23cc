"""Which experts could help, and why: tables of profiles, conversations and hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.conversation import Reason
from server.expert_hours import DAYS, read_hours
from server.expert_profile import Profile, Written, as_written, read_profile
from server.matching import (
    LEGAL,
    NOBODY_FREE,
    NOBODY_KNOWS,
    NOBODY_THERE,
    Candidate,
    Sought,
    kept_from_experts,
    known_topics,
    matches,
    why_nobody,
)

FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def expert(
    name: str, topics: str = "grinders, espresso, descaling, water", load: int = 0, **more: str
) -> Candidate:
    """There on weekdays from 16:00 to 18:00 UTC, for one conversation at a time."""
    fields = {"hours": "mon-fri 16:00-18:00", **more}
    return Candidate(name, "billing", read_profile(Written(topics=topics, **fields)), load)


def sought(text: str, language: str = "English", now: datetime = FRIDAY, zone: str = "UTC") -> Sought:
    return Sought(text, language, now, zone)


def found(candidates: list[Candidate], wanted: Sought) -> list[tuple[str, str]]:
    return [(match.name, match.why) for match in matches(candidates, wanted)]


GRIND = "My espresso tastes sour since I cleaned the grinder with hard water and the descaling tablets."


def test_the_one_who_knows_most_of_it_comes_first_and_it_says_why() -> None:
    candidates = [
        expert("eva", "grinder, espresso, water"),
        expert("finn"),
        expert("gus", "shipping, returns"),
    ]
    assert found(candidates, sought(GRIND)) == [
        ("finn", "4 of 4 topics (grinders, espresso, descaling), online until 18:00"),
        ("eva", "3 of 4 topics (grinder, espresso, water), online until 18:00"),
    ]


@pytest.mark.parametrize(
    ("candidate", "wanted", "why"),
    [
        (expert("eva"), sought("How fine should the GRINDER be?"), "knows grinders, online until 18:00"),
        (
            expert("eva", "", products="Brewer Two"),
            sought("Is the Brewer Two loud?"),
            "knows Brewer Two, online until 18:00",
        ),
        (
            expert("eva", load=1, most="2"),
            sought("the grinder"),
            "knows grinders, online until 18:00, has 1 already",
        ),
        (expert("eva"), sought("the grinder", zone="Europe/Berlin"), "knows grinders, online until 19:00"),
        (expert("eva", hours="mon-sun 00:00-24:00"), sought("the grinder"), "knows grinders, online all day"),
        (
            expert("eva", languages="German, English"),
            sought("Grinder?", "German"),
            "knows grinders, online until 18:00",
        ),
        # Nobody:
        (expert("eva", load=1), sought("the grinder"), None),
        (expert("eva"), sought("the grinder", "German"), None),
        (expert("eva"), sought("the grinder", now=FRIDAY + timedelta(hours=2)), None),
        (expert("eva"), sought("the grinder", now=FRIDAY + timedelta(days=1)), None),
        (expert("eva", hours=""), sought("the grinder"), None),
        (expert("eva"), sought("Where is my parcel?"), None),
        (expert("eva", "", products="Brewer Two"), sought("Is the brewer loud?"), None),
        (expert("eva"), sought(""), None),
    ],
)
def test_why_somebody_could_help_or_nobody(candidate: Candidate, wanted: Sought, why: str | None) -> None:
    assert found([candidate], wanted) == ([("eva", why)] if why else [])


@pytest.mark.parametrize(
    ("candidates", "wanted", "why"),
    [
        ([], sought("the grinder"), None),
        ([expert("eva")], sought("the grinder"), None),
        ([expert("eva", load=1), expert("finn")], sought("the grinder"), None),
        ([expert("eva")], sought("Where is my parcel?"), NOBODY_KNOWS),
        ([expert("eva")], sought("the grinder", "German"), "none who knows this speaks German"),
        (
            [expert("eva"), expert("finn", "parcels", languages="German")],
            sought("the grinder", "German"),
            "none who knows this speaks German",
        ),
        ([expert("eva")], sought("the grinder", now=FRIDAY + timedelta(days=1)), NOBODY_THERE),
        ([expert("eva", load=1, hours=""), expert("finn", "parcels")], sought("the grinder"), NOBODY_THERE),
        ([expert("eva", load=1), expert("finn", hours="")], sought("the grinder"), NOBODY_FREE),
    ],
)
def test_where_nobody_could_help_it_says_why(
    candidates: list[Candidate], wanted: Sought, why: str | None
) -> None:
    assert why_nobody(candidates, wanted) == why


def test_what_one_expert_knows_of_it_are_their_own_names_for_it() -> None:
    profile = expert("eva", "grinders, water, tea", products="Brewer Two").profile
    assert known_topics(profile, "The water of my brewer two and the GRINDER") == (
        "Brewer Two",
        "grinders",
        "water",
    )
    assert known_topics(profile, "My parcel") == ()


def test_of_equals_the_less_busy_comes_first() -> None:
    candidates = [expert("eva", load=1, most="3"), expert("finn"), expert("abel", load=2, most="3")]
    assert [name for name, _ in found(candidates, sought("grinder"))] == ["finn", "eva", "abel"]


@given(st.permutations(["eva", "finn", "gus"]))
def test_the_order_of_the_candidates_changes_nothing(names: list[str]) -> None:
    topics = {"eva": "grinder, espresso", "finn": "espresso", "gus": "water, espresso"}
    in_this_order = found([expert(name, topics[name]) for name in names], sought(GRIND))
    assert [name for name, _ in in_this_order] == ["eva", "gus", "finn"]


@pytest.mark.parametrize("reason", list(Reason))
def test_vulnerability_and_disputes_are_for_the_own_people(reason: Reason) -> None:
    held = reason in {Reason.VULNERABILITY, Reason.DISPUTE}
    assert (kept_from_experts([reason], ["My grinder is loud."]) is not None) is held


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("My solicitor will hear of this grinder.", LEGAL),
        ("I will take this to small claims.", LEGAL),
        ("Is it legal to sell this?", LEGAL),
        ("I reported it to the police", LEGAL),
        ("Send me my data under GDPR", LEGAL),
        ("The ombudsman wants the invoice", LEGAL),
        ("I play tennis on the courtyard", None),
        ("Please pursue it", None),
        ("The issue with my grinder", None),
    ],
)
def test_legal_matters_are_for_the_own_people(text: str, why: str | None) -> None:
    assert kept_from_experts([Reason.UPSELL], ["Grinder", text]) == why


# ---- hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "zone", "at", "until"),
    [
        ("mon-fri 16:00-18:00", "UTC", "2026-11-20 16:00", "2026-11-20 18:00"),
        ("mon-fri 16:00-18:00", "UTC", "2026-11-20 18:00", None),
        ("mon-fri 16:00-18:00", "UTC", "2026-11-21 16:30", None),
        ("sat-mon 10:00-11:00", "UTC", "2026-11-22 10:30", "2026-11-22 11:00"),
        ("fri 16:00-17:00, fri 17:00-19:00", "UTC", "2026-11-20 16:10", "2026-11-20 19:00"),
        ("fri 22:00-24:00, sat 00:00-02:00", "UTC", "2026-11-20 23:00", "2026-11-21 02:00"),
        ("fri 22:00-24:00", "UTC", "2026-11-20 23:59", "2026-11-21 00:00"),
        ("fri 9:00-10:00", "Asia/Tokyo", "2026-11-20 00:30", "2026-11-20 01:00"),
        # In London the clocks go back on 25 October 2026, at night.
        ("sun 9:00-10:00", "Europe/London", "2026-10-18 08:30", "2026-10-18 09:00"),
        ("sun 9:00-10:00", "Europe/London", "2026-10-25 08:30", None),
        ("sun 9:00-10:00", "Europe/London", "2026-10-25 09:30", "2026-10-25 10:00"),
        ("", "UTC", "2026-11-20 16:00", None),
    ],
)
def test_who_is_there_until_when(hours: str, zone: str, at: str, until: str | None) -> None:
    there = read_hours(hours, zone).until(moment(at))
    assert there == (moment(until) if until else None)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))
def test_who_is_always_there_is_there_for_a_week_more(at: datetime) -> None:
    until = read_hours("mon-sun 0:00-24:00", "UTC").until(at.replace(tzinfo=UTC))
    assert until is not None
    assert until - at.replace(tzinfo=UTC) > timedelta(days=len(DAYS) - 2)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"topics": ""}, "topics: expected at least one topic or product, received none"),
        ({"topics": ",".join(map(str, range(31)))}, "topics: expected at most 30, received 31"),
        ({"topics": "x" * 61}, "topics: expected names of at most 60"),
        ({"topics": "a\x00b"}, "topics: expected names"),
        ({"languages": "Klingon"}, "languages: expected English names such as German, received 'Klingon'"),
        (
            {"hours": "weekdays"},
            "hours: expected 'mon-fri 16:00-18:00, sat 10:00-12:00', received 'weekdays'",
        ),
        ({"hours": "moon 9:00-10:00"}, "hours: expected"),
        ({"hours": "mon-xyz 9:00-10:00"}, "hours: expected"),
        ({"hours": "mon 18:00-16:00"}, "hours: expected a time and a later one"),
        ({"hours": "mon 9:60-10:00"}, "hours: expected a time and a later one"),
        ({"hours": "mon 9:00-25:00"}, "hours: expected a time and a later one"),
        ({"hours": "mon 9:00-10:00," * 40}, "hours: expected at most 300 characters"),
        (
            {"zone": "Mars/Olympus"},
            "zone: expected a time zone such as Europe/London, received 'Mars/Olympus'",
        ),
        ({"zone": "../../etc/passwd"}, "zone: expected a time zone"),
        ({"zone": ""}, "zone: expected a time zone"),
        ({"most": "0"}, "most: expected a number from 1 to 20, received '0'"),
        ({"most": "many"}, "most: expected a number from 1 to 20, received 'many'"),
    ],
)
def test_what_cannot_be_is_said(fields: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint.replace('[', '.')}"):
        read_profile(Written(**{"topics": "grinders", **fields}))


def test_a_profile_is_written_as_it_is_read() -> None:
    written = Written(
        "Hand grinders, descaling", "Brewer Two", "english, german", "Mon-Fri  16:00-18:00", "UTC", "2"
    )
    profile = read_profile(written)
    assert profile == Profile(
        ("Hand grinders", "descaling"),
        ("Brewer Two",),
        ("English", "German"),
        read_hours("mon-fri 16:00-18:00", "UTC"),
        2,
    )
    assert read_profile(as_written(profile)) == profile


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
