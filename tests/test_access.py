"""Nothing stored reaches anyone but the conversation's agent and the leads of its team."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.access import may_review, may_see_stored, may_use_panel
from server.events import EventKind
from server.person import Person, PersonRole
from server.store import Store, open_store
from tests.databases import ANA, BEN, KINDS, LEA, MAX, flag, new_database, opened, reported, suggested

PIA = Person("pia", frozenset({PersonRole.AGENT}), "delivery")
EVE = Person("eve", frozenset({PersonRole.EXPERT, PersonRole.OWNER}), "billing")
NAMESAKE = Person("ana", frozenset({PersonRole.AGENT}), "delivery")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    store.save(opened())
    store.save(suggested("s1"))
    store.save(flag(EventKind.FLAG_ANSWERED, report_id="r1"))
    store.save(reported("s1", "dismissed", "r2"))
    yield store
    store.close()


@pytest.mark.parametrize("person", [ANA, LEA], ids=lambda person: person.name)
def test_the_present_agent_and_a_lead_of_the_team_get_what_is_stored(store: Store, person: Person) -> None:
    state = store.state_for("c1", person)
    assert state is not None
    assert state.outcomes == {"s1": "dismissed"}


@pytest.mark.parametrize(
    "person", [BEN, MAX, PIA, EVE, NAMESAKE], ids=lambda person: f"{person.name}-{person.team}"
)
def test_anyone_else_who_names_the_conversation_gets_nothing(store: Store, person: Person) -> None:
    assert store.state_for("c1", person) is None


def test_an_agent_of_the_team_who_opens_it_too_still_gets_nothing_of_the_first(store: Store) -> None:
    store.save(opened(person=BEN))
    assert store.state_for("c1", BEN) is None
    assert store.state_for("c1", ANA) is not None


def test_another_team_that_opens_the_same_id_has_a_conversation_of_its_own(store: Store) -> None:
    store.save(opened(person=PIA, turn="something else"))
    store.save(suggested("s2", person=PIA))
    store.save(reported("s1", "inserted", "r1", "forged", person=PIA))  # names the other team's suggestion
    theirs, ours = store.state_for("c1", PIA), store.state_for("c1", ANA)
    assert theirs is not None
    assert ours is not None
    assert theirs.answered_flags == frozenset()
    assert ours.outcomes == {"s1": "dismissed"}
    (billing,), (delivery,) = (store.newest_suggestions(team) for team in ("billing", "delivery"))
    assert (billing.turn, billing.outcome, billing.sent) == ("Where is my parcel?", "dismissed", None)
    assert (delivery.turn, delivery.outcome) == ("something else", None)


def test_a_lead_reviews_only_the_own_team(store: Store) -> None:
    assert store.newest_suggestions("delivery") == []


@pytest.mark.parametrize(
    ("person", "sees", "reviews"),
    [(ANA, True, False), (BEN, False, False), (LEA, True, True), (MAX, False, True), (EVE, False, False)],
    ids=lambda value: getattr(value, "name", None),
)
def test_rights_are_decided_by_agent_team_and_role(person: Person, sees: bool, reviews: bool) -> None:
    assert may_see_stored(person, agent="ana", team="billing") is sees
    assert may_review(person) is reviews


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        *(("agent", True), ("lead", True), ("owner agent", True), ("expert lead", True)),
        *(("owner", False), ("expert", False), ("owner expert", False)),
    ],
)
def test_the_panel_is_for_agents_and_leads(roles: str, may: bool) -> None:
    assert may_use_panel(Person("kim", frozenset(map(PersonRole, roles.split())), "billing")) == may
