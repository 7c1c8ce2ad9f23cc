"""The lead's page of flags: who gets in, what it tells, and that a change holds at once and can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server import signin
from server.conversation import Reason
from server.events import EventKind, Record
from server.flag_review import flag_pages
from server.flags import FlagRule, shipped_rules, shipped_thresholds
from server.people import People
from server.person import Person
from server.store import Store, open_store
from server.thresholds import StoredThresholds, TeamThresholds
from tests.databases import ANA, LEA, MAX, flag, opened, told

ANGRY = "This is the third time I ask. Absolutely useless!!"
PAGE = "/review/flags/frustration"
UPPER = {"quiet": "10", "shown": "99"}
SHIPPED = shipped_thresholds()[Reason.FRUSTRATION]


@dataclass
class Live:
    """The real rules, with thresholds as this process last read them."""

    teams: TeamThresholds
    rules: Sequence[FlagRule] | None = field(default_factory=shipped_rules)

    def thresholds_changed(self) -> None:
        self.teams.read()


@dataclass
class Office:
    """The pages with a store behind them, and one browser."""

    store: Store
    people: People
    browser: TestClient
    live: Live

    def sign_in(self, person: Person) -> None:
        self.browser.get("/signin", params={"code": self.people.link(person.name)})

    def read(self, path: str = PAGE, **query: str) -> str:
        """A page as it reads."""
        return words(self.browser.get(path, params=query or None).text)

    def move(self, **form: str) -> Any:
        """Send the form of a preview, with what the page had in it unless told otherwise."""
        page = self.browser.get(PAGE, params={"quiet": "11", "shown": "98"}).text
        hidden = dict(
            re.findall(r'type="hidden" name="(\w+)" value="(\w*)"', page[page.index('id="preview"') :])
        )
        return self.browser.post(PAGE, data={**hidden, "why": "Too many of them.", **form})


def words(page: str) -> str:
    body = page[page.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(f"sqlite:///{tmp_path / 'sotto.db'}")
    people = People(store.engine)
    for person in (ANA, LEA, MAX):
        people.add(person.name, person.roles, person.team, 90)
    app = FastAPI()
    live = Live(TeamThresholds(StoredThresholds(store.engine), shipped_thresholds()))
    app.state.store, app.state.people = store, people
    app.include_router(signin.router)
    app.include_router(flag_pages(lambda: live))
    office = Office(store, people, TestClient(app, follow_redirects=False), live)
    office.sign_in(LEA)
    yield office
    store.close()


def asked(conversation_id: str, text: str, person: Person = ANA) -> Record:
    """A page told a conversation of one turn."""
    return told(opened(conversation_id, person, text, subject=f"About {conversation_id}"), "customer")


def test_every_reason_is_listed_with_what_agents_answered(office: Office) -> None:
    for number in range(12):
        office.store.save(opened(f"c{number}"))
        office.store.save(flag(EventKind.FLAG_RAISED, conversation_id=f"c{number}", rule="frustration/x"))
        said: dict[str, Any] = {"response": "agreed" if number else "disagreed", "report_id": f"r{number}"}
        office.store.save(flag(EventKind.FLAG_ANSWERED, conversation_id=f"c{number}", **said))
    page = office.read("/review/flags")
    assert "frustration 12 11 of 12 92 % " in page
    assert "low confidence 0 no answers always" in page
    for reason in Reason:
        assert reason.value.replace("_", " ") in page
    detail = office.read()
    assert "11 of 12 (92 %; probably 70 to 98 %)" in detail
    assert "too few" not in detail


def test_the_preview_says_which_conversations_would_lose_and_gain_a_shown_flag(office: Office) -> None:
    office.store.save(asked("calm", "Where can I find the sizes?"))
    office.store.save(asked("angry", ANGRY))
    office.store.save(asked("elsewhere", ANGRY, MAX))
    page = office.read(**UPPER)
    for expected in (
        "in the newest 2 conversations, decided again",
        "Would gain a shown flag 0 conversations",
        "Would lose a shown flag 1 conversation ",
        "About angry : now shown, then as a dot",
        "Absolutely useless!!",
    ):
        assert expected in page
    assert "About calm" not in page
    assert "About elsewhere" not in page
    assert office.move(**UPPER).status_code == 303
    back = office.read(quiet="24", shown="65")
    assert "Would gain a shown flag 1 conversation " in back
    assert "now as a dot, then shown" in back


def test_no_word_of_a_crisis_is_in_a_sample(office: Office) -> None:
    office.store.save(asked("heard before", ANGRY))
    urgent = flag(EventKind.FLAG_RAISED, "vulnerability", conversation_id="heard before", severity="urgent")
    office.store.save(urgent)
    office.store.save(asked("heard now", f"{ANGRY} My husband has a knife and he is kicking the door in."))
    office.store.save(asked("angry", ANGRY))
    page = office.read(**UPPER)
    assert "About angry : now shown, then as a dot" in page
    assert "Would lose a shown flag 1 conversation " in page
    assert "heard" not in page


def test_a_change_holds_at_once_for_this_team_alone_and_is_on_record(office: Office) -> None:
    answer = office.move(**UPPER, why=" Far too many  of them. ")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    (moved,) = office.live.teams.of("billing").items()
    assert (moved[0], moved[1].quiet, moved[1].shown) == (Reason.FRUSTRATION, 0.1, 0.99)
    assert office.live.teams.of("delivery") == {}
    page = office.read()
    assert "A dot from 10 %, shown from 99 %: Far too many of them. change 1, lea, " in page
    assert "holds now" in page
    assert "moved by lea" in office.read("/review/flags")
    office.sign_in(MAX)
    assert "Far too many" not in office.read()
    assert "moved by" not in office.read("/review/flags")


def test_restoring_an_earlier_change_is_a_change_of_its_own(office: Office) -> None:
    for shown in ("99", "80"):
        assert office.move(quiet="10", shown=shown).status_code == 303
    links = [unescape(each) for each in re.findall(r'href="([^"]+)">Restore', office.browser.get(PAGE).text)]
    assert len(links) == 2
    earlier, shipped = (link.removesuffix("#preview") for link in links)
    assert "Back to change 1." in office.read(earlier)
    assert office.move(quiet="10", shown="99", why="Back to change 1.").status_code == 303
    assert [each.shown for each in history(office)] == [0.99, 0.8, 0.99]
    assert "Back to what is shipped." in office.read(shipped)
    values = dict(re.findall(r"(quiet|shown)=(\d+)", shipped))
    assert office.move(**values, why="Back to what is shipped.").status_code == 303
    newest = history(office)[0]
    assert (newest.version, newest.quiet, newest.shown) == (4, None, None)
    assert office.live.teams.of("billing") == {}
    assert "(as shipped): Back to what is shipped." in office.read()


def history(office: Office) -> list[Any]:
    return StoredThresholds(office.store.engine).history("billing", Reason.FRUSTRATION)


def test_a_threshold_left_as_shipped_follows_the_next_release(office: Office) -> None:
    assert office.move(quiet=str(round(SHIPPED.quiet * 100)), shown="99").status_code == 303
    (change,) = history(office)
    assert (change.quiet, change.shown) == (None, 0.99)


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"why": "  "}, 400, "Say why in a few words"),
        ({"why": "x" * 301}, 400, "The reason has 301 characters; 300 fit."),
        ({"quiet": "many"}, 400, "Type whole percents"),
        ({"quiet": "70", "shown": "60"}, 400, "“Shown from” can't be less"),
        ({"quiet": "", "shown": ""}, 400, "This reason has no thresholds."),
        ({"version": "7"}, 409, "Somebody changed these meanwhile"),
        ({"version": "x"}, 422, ""),
        ({"secret": "guessed"}, 403, "Nothing was changed"),
        ({"secret": "ü"}, 403, "Nothing was changed"),
        ({"secret": ""}, 403, "Nothing was changed"),
    ],
)
def test_a_form_that_cannot_be_taken_changes_nothing_and_says_why(
    office: Office, form: dict[str, str], status: int, said: str
) -> None:
    answer = office.move(**{**UPPER, **form})
    assert answer.status_code == status
    assert said in unescape(answer.text)
    assert history(office) == []
    assert office.live.teams.of("billing") == {}


def test_what_was_typed_is_still_there_when_it_cannot_be_taken(office: Office) -> None:
    answer = office.move(quiet="70", shown="60", why="A good reason.")
    assert 'value="70"' in answer.text
    assert 'value="60"' in answer.text
    answer = office.move(**UPPER, version="7", why="A good reason.")
    assert "A good reason." in answer.text
    assert 'value="99"' in answer.text


def test_a_lead_who_looked_before_another_saved_is_told(office: Office) -> None:
    assert office.move(**UPPER).status_code == 303
    late = office.move(quiet="10", shown="80", version="0")
    assert late.status_code == 409
    assert "Too many of them." in late.text
    assert len(history(office)) == 1


@pytest.mark.parametrize("path", ["/review/flags", PAGE, f"{PAGE}?quiet=10&shown=99"])
def test_only_leads_get_in(office: Office, path: str) -> None:
    office.sign_in(ANA)
    assert office.browser.get(path).status_code == 403
    office.browser.cookies.clear()
    answer = office.browser.get(path)
    assert (answer.status_code, "Please sign in" in answer.text) == (401, True)


def test_an_agent_changes_nothing(office: Office) -> None:
    secret = re.search(r'name="secret" value="(\w+)"', office.browser.get(PAGE).text)
    assert secret
    office.sign_in(ANA)
    form = {**UPPER, "why": "x", "version": "0", "secret": secret[1]}
    assert office.browser.post(PAGE, data=form).status_code == 403
    office.browser.cookies.clear()
    assert office.browser.post(PAGE, data=form).status_code == 401
    assert history(office) == []


def test_a_reason_without_thresholds_says_so_and_one_that_is_none_is_refused(office: Office) -> None:
    page = office.browser.get("/review/flags/low_confidence", params=UPPER).text
    assert "Preview" not in page
    assert office.browser.get("/review/flags/sarcasm").status_code == 422
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret
    form = {**UPPER, "why": "x", "version": "0", "secret": secret[1]}
    assert office.browser.post("/review/flags/low_confidence", data=form).status_code == 400


def test_before_the_model_is_loaded_the_page_asks_to_come_again(office: Office) -> None:
    office.live.rules = None
    answer = office.browser.get(PAGE, params=UPPER)
    assert answer.status_code == 503
    assert "still being loaded" in answer.text


def test_hostile_words_stay_words(office: Office) -> None:
    hostile = "<script>alert(1)</script> Absolutely useless!! This is the third time I ask. <img src=x>"
    office.store.save(asked("c1<b>", hostile))
    page = office.browser.get(PAGE, params=UPPER)
    assert "useless" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "<b>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert office.move(**UPPER, why=hostile).status_code == 303
    assert "<img" not in office.browser.get(PAGE).text
