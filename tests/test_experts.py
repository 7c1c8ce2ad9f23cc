"""Experts as they are stored, and the command that sets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.expert_profile import Written, read_profile
from server.experts import Experts
from server.experts_cli import app
from server.people import People
from server.person import Person, PersonRole
from server.store import Store, open_store
from tests.databases import ANA, KINDS, NOW, new_database

EVA = Person("eva", frozenset({PersonRole.EXPERT}), "billing")
KNOWS = read_profile(
    Written("grinders, espresso", "Brewer Two", "English", "mon-fri 16:00-18:00", "UTC", "2")
)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(new_database(request.param, tmp_path))
    people = People(store.engine, lambda: NOW)
    for person in (ANA, EVA):
        people.add(person.name, person.roles, person.team, 1)
    yield store
    store.close()


def test_a_profile_is_stored_replaced_and_listed_by_team(store: Store) -> None:
    experts = Experts(store.engine)
    assert experts.find("eva") is None
    experts.set("eva", read_profile(Written("tea")), NOW)
    experts.set("eva", KNOWS, NOW)
    assert experts.find("eva") == KNOWS
    assert [(each.name, each.load) for each in experts.list("billing")] == [("eva", 0)]
    assert experts.list("delivery") == []


@pytest.mark.parametrize("name", ["ana", "nobody", "EVA"])
def test_only_experts_have_a_profile(store: Store, name: str) -> None:
    with pytest.raises(
        ValueError, match=f"^name: expected an active person with the role expert, received '{name}'"
    ):
        Experts(store.engine).set(name, KNOWS, NOW)


def test_who_was_revoked_or_is_no_expert_any_more_is_not_listed(store: Store) -> None:
    experts, people = Experts(store.engine), People(store.engine, lambda: NOW)
    experts.set("eva", KNOWS, NOW)
    people.add("eva", [PersonRole.AGENT], "billing", 1)
    assert experts.list() == []
    people.add("eva", [PersonRole.EXPERT], "billing", 1)
    assert [each.name for each in experts.list()] == ["eva"]
    people.revoke("eva")
    assert experts.list() == []


def test_the_command_sets_changes_and_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTTO_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    People(store.engine).add("eva", EVA.roles, "billing", 1)
    command = CliRunner()
    assert "Nobody yet" in command.invoke(app, ["list"]).stdout
    given = [
        "set",
        "eva",
        "--topics",
        "grinders, espresso",
        "--hours",
        "mon-fri 16:00-18:00",
        "--zone",
        "Europe/London",
    ]
    done = command.invoke(app, given)
    assert (done.exit_code, done.stdout) == (0, "Stored what eva knows.\n")
    assert command.invoke(app, ["set", "eva", "--most", "3"]).exit_code == 0
    listing = command.invoke(app, ["list"]).stdout
    for shown in (
        "eva",
        "billing",
        "grinders, espresso",
        "English",
        "mon-fri 16:00-18:00 (Europe/London)",
        "0 of 3",
    ):
        assert shown in listing
    for wrong, complaint in (
        (
            ["set", "eva", "--hours", "late"],
            "hours: expected 'mon-fri 16:00-18:00, sat 10:00-12:00', received 'late'\n",
        ),
        (
            ["set", "ana", "--topics", "tea"],
            "name: expected an active person with the role expert, received 'ana'",
        ),
    ):
        refused = command.invoke(app, wrong)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(complaint)
    profile = Experts(store.engine).find("eva")
    assert profile is not None
    assert profile.hours.text == "mon-fri 16:00-18:00"
    store.close()
