"""Tokens: shown once, stored hashed, expiring, revocable, and of one purpose only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from server.database import open_database
from server.people import CODE_LIFE, PAGE_LIFE, People
from server.people_cli import app
from server.person import Person, PersonRole
from tests.databases import KINDS, NOW, new_database

ANA = Person("ana", frozenset({PersonRole.AGENT}), "billing")


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(new_database(request.param, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def people(engine: Engine) -> People:
    return People(engine, clock=lambda: NOW)


def add_ana(people: People, days: int = 90) -> str:
    return people.add("ana", [PersonRole.AGENT], "billing", days)


def test_a_token_finds_its_person(people: People) -> None:
    assert people.find(add_ana(people), NOW) == ANA


def test_only_the_digest_of_a_token_is_stored(people: People, engine: Engine) -> None:
    token = add_ana(people)
    assert len(token) >= 43  # 256 random bits
    with engine.connect() as connection:
        stored = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in ("tokens", "people")]
    assert token not in repr(stored)


def test_wrong_expired_and_revoked_tokens_look_alike_to_the_caller_but_not_in_the_log(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    token = add_ana(people, days=1)
    answers = [people.find("wrong", NOW), people.find(token, NOW + timedelta(days=1))]
    people.revoke("ana")
    answers.append(people.find(token, NOW))
    assert answers == [None, None, None]
    reasons = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [reason.split(": ")[1].split(",")[0] for reason in reasons] == ["wrong", "expired", "revoked"]
    assert token not in caplog.text


def test_a_new_token_ends_the_earlier_one_and_may_change_roles_and_team(people: People) -> None:
    first = add_ana(people)
    second = people.add("ana", ["agent", "lead"], "delivery", 90)
    assert people.find(first, NOW) is None
    assert people.find(second, NOW) == Person(
        "ana", frozenset({PersonRole.AGENT, PersonRole.LEAD}), "delivery"
    )


def test_revoking_ends_every_way_in_at_once(people: People) -> None:
    token = add_ana(people)
    panel, code, used = people.panel_token("ana"), people.link("ana"), people.link("ana")
    assert panel
    assert code
    assert used
    cookie = people.exchange(used, NOW)
    assert cookie
    assert people.signed_in(cookie, NOW)
    assert people.revoke("ana")
    assert people.find(token, NOW) is None
    assert people.find(panel, NOW) is None
    assert people.exchange(code, NOW) is None
    assert people.signed_in(cookie, NOW) is None
    assert people.link("ana") is None
    assert people.panel_token("ana") is None


def test_revoking_nobody_says_so(people: People) -> None:
    assert not people.revoke("nobody")


def test_a_code_is_good_once_and_not_for_long(people: People) -> None:
    add_ana(people)
    code, late = people.link("ana"), people.link("ana")
    assert code
    assert late
    assert people.exchange(code, NOW)
    assert people.exchange(code, NOW) is None
    assert people.exchange(late, NOW + CODE_LIFE) is None


def test_a_code_used_by_many_at_once_lets_one_in(people: People) -> None:
    add_ana(people)
    code = people.link("ana") or ""
    start, cookies = threading.Barrier(5), []

    def use() -> None:
        start.wait()
        cookies.append(people.exchange(code, NOW))

    threads = [threading.Thread(target=use) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([cookie for cookie in cookies if cookie]) == 1


def test_no_token_passes_for_one_of_another_purpose(people: People) -> None:
    token, code = add_ana(people), people.link("ana") or ""
    cookie = people.exchange(people.link("ana") or "", NOW) or ""
    panel = people.panel_token("ana") or ""
    assert people.find(panel, NOW) == ANA
    assert people.find(code, NOW) is None
    assert people.find(cookie, NOW) is None
    assert people.signed_in(token, NOW) is None
    assert people.signed_in(panel, NOW) is None
    assert people.exchange(token, NOW) is None
    assert people.exchange(cookie, NOW) is None


def test_signing_out_ends_the_cookie_and_nothing_else(people: People) -> None:
    token = add_ana(people)
    cookie = people.exchange(people.link("ana") or "", NOW) or ""
    people.sign_out(token)
    people.sign_out(cookie)
    assert people.signed_in(cookie, NOW) is None
    assert people.find(token, NOW) == ANA


def test_a_cookie_expires(people: People) -> None:
    add_ana(people)
    cookie = people.exchange(people.link("ana") or "", NOW) or ""
    assert people.signed_in(cookie, NOW + PAGE_LIFE - timedelta(seconds=1)) == ANA
    assert people.signed_in(cookie, NOW + PAGE_LIFE) is None


def test_everyone_is_listed_with_how_they_stand(people: People) -> None:
    add_ana(people)
    people.add("lea", ["lead"], "billing", 1)
    people.add("old", ["agent"], "billing", 1)
    people.revoke("old")
    people.link("ana")
    assert [(entry.person.name, entry.standing) for entry in people.list()] == [
        ("ana", "until 2027-02-18"),
        ("lea", "until 2026-11-21"),
        ("old", "revoked"),
    ]


def test_expired_page_tokens_are_forgotten(people: People) -> None:
    token = add_ana(people)
    people.link("ana")
    people.panel_token("ana")
    assert people.forget_expired(NOW + timedelta(days=2)) == 2
    assert people.find(token, NOW) == ANA


@pytest.mark.parametrize(
    ("name", "roles", "team", "days", "complaint"),
    [
        ("", ["agent"], "billing", 1, "name: expected"),
        ("a\nb", ["agent"], "billing", 1, "name: expected"),
        ("<b>", ["agent"], "billing", 1, "name: expected"),
        ("x" * 61, ["agent"], "billing", 1, "name: expected"),
        ("ana", [], "billing", 1, "roles: expected"),
        ("ana", ["boss"], "billing", 1, "boss"),
        ("ana", ["agent"], " ", 1, "team: expected"),
        ("ana", ["agent"], "billing", 0, "days: expected"),
    ],
)
def test_people_who_cannot_be_are_refused(
    people: People, name: str, roles: list[str], team: str, days: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        people.add(name, roles, team, days)
    assert people.list() == []


@pytest.mark.parametrize("guess", ["", "\0", "\ud800", "x" * 10_000, "' OR 1=1 --"])
def test_odd_guesses_are_simply_wrong(people: People, guess: str) -> None:
    assert people.find(guess, NOW) is None
    assert people.exchange(guess, NOW) is None


def test_the_command_line_adds_lists_links_and_revokes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOTTO_HOME", str(tmp_path))
    command = CliRunner()
    added = command.invoke(app, ["add", "ana", "--role", "agent", "--role", "lead", "--team", "billing"])
    token = added.stdout.strip()
    engine = open_database(f"sqlite:///{tmp_path / 'sotto.db'}")
    person = People(engine).find(token, datetime.now(UTC))
    assert person
    assert person.roles == {PersonRole.AGENT, PersonRole.LEAD}
    listing = command.invoke(app, ["list"])
    assert "ana" in listing.stdout
    assert token not in listing.stdout
    linked = command.invoke(app, ["link", "ana", "--address", "https://sotto.example.org/"]).stdout.strip()
    code = linked.removeprefix("https://sotto.example.org/signin?code=")
    assert People(engine).exchange(code, datetime.now(UTC))
    assert command.invoke(app, ["revoke", "ana"]).exit_code == 0
    for arguments in (
        ["revoke", "nobody"],
        ["link", "ana"],
        ["add", "a/b", "--role", "agent", "--team", "x"],
    ):
        failed = command.invoke(app, arguments)
        assert failed.exit_code == 1
        assert "name: " in failed.stderr
        assert failed.stdout == ""
    engine.dispose()
