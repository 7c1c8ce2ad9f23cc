"""Letting a browser's panel in: only after a person agreed, only the browser that asked, once and briefly."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from server import admit, signin
from server.database import open_database
from server.origin import EXTENSION_ID, SIGN_IN_ENDS
from server.people import ADMISSION_LIFE, People, challenge_of
from server.settings import Settings
from tests.databases import KINDS, new_database

CHROME, FIREFOX = SIGN_IN_ENDS
ORIGIN = f"chrome-extension://{EXTENSION_ID}"
VERIFIER = "a-secret-that-one-browser-keeps-to-itself-1"


def now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The time of day, which a test may move on for codes and tokens."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(new_database(request.param, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def people(engine: Engine, clock: Clock) -> People:
    people = People(engine, clock=clock)
    people.add("ana", ["agent"], "billing", 90)
    return people


@pytest.fixture
def browser(people: People) -> TestClient:
    """A browser in which nobody is signed in yet."""
    app = FastAPI()
    app.state.people, app.state.settings = people, Settings()
    app.include_router(signin.router)
    app.include_router(admit.router)
    return TestClient(app, follow_redirects=False)


def asked(browser: TestClient, end: str = CHROME, verifier: str = VERIFIER) -> Any:
    return browser.get("/admit", params={"challenge": challenge_of(verifier), "end": end})


def sign_in(browser: TestClient, people: People) -> None:
    browser.get("/signin", params={"code": people.link("ana")})


def agree(browser: TestClient, end: str = CHROME, agreed: str = "yes", **changed: str) -> Any:
    secret = re.search(r'name="secret" value="(\w+)"', asked(browser, end).text)
    fields = {"challenge": challenge_of(VERIFIER), "end": end, "agreed": agreed}
    return browser.post("/admit", data={**fields, "secret": secret[1] if secret else "", **changed})


def code_of(answer: Any) -> str:
    address = urlsplit(str(answer.headers["location"]))
    assert f"{address.scheme}://{address.netloc}{address.path}" in SIGN_IN_ENDS
    (code,) = parse_qs(str(address.query), keep_blank_values=True)["code"]
    return code


def trade(browser: TestClient, code: str, verifier: str = VERIFIER, origin: str = ORIGIN) -> Any:
    data = {"code": code, "verifier": verifier}
    return browser.post("/admit/token", data=data, headers={"origin": origin})


@pytest.mark.parametrize("end", SIGN_IN_ENDS)
def test_a_person_who_agrees_gives_their_browser_a_token_of_its_own(
    browser: TestClient, people: People, end: str
) -> None:
    sign_in(browser, people)
    question = asked(browser, end)
    assert "ana" in question.text
    assert f"form-action 'self' {end.rstrip('/')};" in question.headers["content-security-policy"]
    answer = trade(browser, code_of(agree(browser, end)))
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["cache-control"] == "no-store"
    found = people.find(answer.json()["token"], now() + timedelta(days=89))
    assert found is not None
    assert found.name == "ana"
    assert people.find(answer.json()["token"], now() + timedelta(days=90)) is None


def test_a_stranger_signs_in_with_a_pasted_link_and_comes_back(browser: TestClient, people: People) -> None:
    page = asked(browser)
    back = re.search(r'name="next" value="([^"]+)"', page.text)
    assert back
    link = f"  http://127.0.0.1:8140/signin?code={people.link('ana')}\n"
    path = back[1].replace("&amp;", "&")
    answer = browser.post("/signin", data={"link": link, "next": path})
    assert answer.status_code == 303
    assert "Let this browser" in browser.get(answer.headers["location"]).text


@pytest.mark.parametrize("link", ["wrong", "http://127.0.0.1:8140/signin?code=wrong", "https://[", "?code="])
def test_a_wrong_link_is_refused_in_words(browser: TestClient, link: str) -> None:
    answer = browser.post("/signin", data={"link": link})
    assert answer.status_code == 403
    assert "no longer works" in answer.text


def test_who_says_no_gives_nothing(browser: TestClient, people: People) -> None:
    sign_in(browser, people)
    code = code_of(agree(browser, agreed="no"))
    assert code == ""
    assert trade(browser, code).status_code == 403
    assert people.browsers("ana") == 0


def test_a_code_is_good_once_briefly_and_for_the_browser_that_asked(
    browser: TestClient, people: People, clock: Clock
) -> None:
    sign_in(browser, people)
    code = code_of(agree(browser))
    assert trade(browser, code, verifier=secrets.token_urlsafe(32)).status_code == 403
    assert trade(browser, code, verifier=challenge_of(VERIFIER)).status_code == 403
    assert trade(browser, code).status_code == 200
    assert trade(browser, code).status_code == 403
    earlier, late = code_of(agree(browser)), code_of(agree(browser))
    assert trade(browser, earlier).status_code == 403  # the newer one ended it
    clock.ahead = ADMISSION_LIFE
    assert trade(browser, late).status_code == 403
    assert people.browsers("ana") == 1


def test_a_code_passes_for_nothing_else(browser: TestClient, people: People) -> None:
    sign_in(browser, people)
    code = code_of(agree(browser))
    assert people.find(code, now()) is None
    assert people.find(code + challenge_of(VERIFIER), now()) is None
    assert people.exchange(code + challenge_of(VERIFIER), now()) is None
    token = trade(browser, code).json()["token"]
    assert people.signed_in(token, now()) is None
    assert people.exchange(token, now()) is None


@pytest.mark.parametrize(
    ("challenge", "end"),
    [
        (challenge_of(VERIFIER), "https://elsewhere.example/"),
        (challenge_of(VERIFIER), f"{CHROME}.elsewhere.example/"),
        (challenge_of(VERIFIER), CHROME.rstrip("/")),
        (challenge_of(VERIFIER), ""),
        ("", CHROME),
        ("x" * 42, CHROME),
        ("x" * 43 + "\n", CHROME),
        ("<script>alert(1)</script>", CHROME),
    ],
)
def test_only_our_extension_is_asked_for(
    browser: TestClient, people: People, challenge: str, end: str
) -> None:
    sign_in(browser, people)
    answer = browser.get("/admit", params={"challenge": challenge, "end": end})
    assert answer.status_code == 400
    assert '<form method="post" action="/admit"' not in answer.text
    assert "<script>" not in answer.text
    assert agree(browser, challenge=challenge, end=end).status_code == 403


def test_a_foreign_page_cannot_agree_for_the_person(browser: TestClient, people: People) -> None:
    sign_in(browser, people)
    assert agree(browser, secret="guessed").status_code == 403
    assert browser.post("/admit/end-all", data={"secret": "guessed"}).status_code == 403
    browser.cookies.clear()
    assert agree(browser).status_code == 403


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "chrome-extension://" + "a" * 32, "null"])
def test_a_foreign_page_cannot_read_the_token(browser: TestClient, people: People, origin: str) -> None:
    sign_in(browser, people)
    answer = trade(browser, code_of(agree(browser)), origin=origin)
    assert "access-control-allow-origin" not in answer.headers


def test_oversized_fields_are_refused(browser: TestClient) -> None:
    assert trade(browser, "x" * 201).status_code == 422
    assert browser.post("/signin", data={"link": "x" * 2001}).status_code == 422


def test_a_browser_signs_itself_out_and_no_other(browser: TestClient, people: People) -> None:
    own = people.add("ana", ["agent"], "billing", 90)
    sign_in(browser, people)
    first, second = (trade(browser, code_of(agree(browser))).json()["token"] for _ in range(2))
    browser.post("/admit/end", data={"token": own})
    browser.post("/admit/end", data={"token": first})
    assert [people.find(token, now()) is not None for token in (own, first, second)] == [True, False, True]


def test_a_person_signs_all_their_browsers_out(browser: TestClient, people: People) -> None:
    sign_in(browser, people)
    token = trade(browser, code_of(agree(browser))).json()["token"]
    page = unescape(browser.get("/signin").text)
    assert "One browser's panel is signed in as you" in page
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret
    assert browser.post("/admit/end-all", data={"secret": secret[1]}).status_code == 303
    assert people.find(token, now()) is None
    assert "signed in as you" not in browser.get("/signin").text


def test_revoking_a_person_ends_their_browsers_and_their_codes(browser: TestClient, people: People) -> None:
    sign_in(browser, people)
    token = trade(browser, code_of(agree(browser))).json()["token"]
    code = code_of(agree(browser))
    assert people.revoke("ana")
    assert people.find(token, now()) is None
    assert trade(browser, code).status_code == 403
    assert agree(browser).status_code == 403


def test_only_digests_are_stored(browser: TestClient, people: People, engine: Engine) -> None:
    sign_in(browser, people)
    code = code_of(agree(browser))
    token = trade(browser, code).json()["token"]
    with engine.connect() as connection:
        stored = repr(connection.execute(text("SELECT * FROM tokens")).all())
    assert code not in stored
    assert token not in stored
