"""The owner's page: what agents reported of passages, open first, each answered by Fixed or Kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Protocol, cast, get_args

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from knowledge.document import Document, Passage
from server.access import (
    lacks_owner,
    may_answer_report,
    may_read_crisis,
    may_read_report,
    may_read_reports,
    may_review,
)
from server.pages import is_own_form, page, people_of, refusal, signed_in
from server.person import Person, PersonRole
from server.reported import AnswerWord, Reported, ReportedPassage, Reports
from server.store import Store

PAGE_SIZE = 20
LATELY = 5
LONGEST_NOTE = 2000
NO_PASSAGE = "A question that nothing answers"
PROBLEMS = {
    "outdated": "Out of date",
    "wrong": "Wrong",
    "no_answer": "Does not answer",
    "already_said": "Already said",
    "tone": "Tone",
    "must_not_be_sent": "Must not be sent",
    "fine_to_share": "Sent to a customer as fine to share",
}


class Shelf(Protocol):
    """The live knowledge; each answers None for what isn't there."""

    def document(self, document_id: str) -> Document | None:
        """A document of the live revision."""

    def passage(self, passage_id: str) -> Passage | None:
        """A passage of the live revision."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: what they may read and answer, given the live knowledge and the known owners."""

    person: Person
    shelf: Shelf
    known: frozenset[str]

    def may_read(self, report: Reported) -> bool:
        """Whether the report is shown to them."""
        return may_read_report(self.person, report.team, self.owners(report), self.known)

    def may_answer(self, report: Reported) -> bool:
        """Whether they answer for it."""
        return may_answer_report(self.person, self.owners(report), self.known)

    def lacks_owner(self, report: Reported) -> bool:
        """Whether nobody known answers for it."""
        return lacks_owner(self.owners(report), self.known)

    def owners(self, report: Reported) -> list[str | None]:
        """Who answers for its documents now, or did when it was made."""
        return [self._owner(passage) for passage in report.passages]

    def _owner(self, passage: ReportedPassage) -> str | None:
        document = self.shelf.document(passage.document_id)
        return document.owner if document else passage.owner


class Card:
    """One report as the page shows it."""

    def __init__(self, report: Reported, viewer: Viewer) -> None:
        self.of = report
        self.problem = "Nothing answers this" if report.about == "gap" else PROBLEMS[report.problem]
        self.title = title_of(report, viewer.shelf)
        self.passages = [
            (_title(each, viewer.shelf), each.document_id, standing(each, viewer.shelf))
            for each in report.passages
        ]
        self.owners = sorted({owner for owner in viewer.owners(report) if owner})
        self.lacks_owner = viewer.lacks_owner(report)
        self.withheld = report.crisis and not may_read_crisis(viewer.person, report.team)
        self.may_answer = report.answer is None and viewer.may_answer(report)


def title_of(report: Reported, shelf: Shelf) -> str:
    """What a report is about, in the words of the knowledge."""
    return ", ".join(dict.fromkeys(_title(each, shelf) for each in report.passages)) or NO_PASSAGE


def standing(passage: ReportedPassage, shelf: Shelf) -> str:
    """What became of a passage since it was reported (a passage's id changes with its text)."""
    if shelf.passage(passage.passage_id):
        return "still live as reported"
    if shelf.document(passage.document_id):
        return "this passage has changed since"
    return "this document is no longer in the knowledge"


@dataclass(frozen=True, slots=True)
class Given:
    """What an owner sent with the form: the answer, a note to it, and the form's secret."""

    answer: str
    note: str
    secret: str


def reports_pages(shelf: Callable[[], Shelf]) -> APIRouter:
    """The routes of the reports page; `shelf` gives the live knowledge."""
    router = APIRouter(include_in_schema=False)

    @router.get("/reports")
    def reports(
        request: Request, before: Annotated[int | None, Query(ge=1, lt=2**63)] = None, answered: bool = False
    ) -> Response:
        """The reports this person may read, a page at a time: open ones, or those that are answered."""
        viewer = _viewer(request, shelf())
        return viewer if isinstance(viewer, Response) else _listed(request, viewer, before, answered)

    @router.post("/reports/{key}")
    def answer(
        request: Request,
        key: int,
        answer: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
        secret: Annotated[str, Form()] = "",
    ) -> Response:
        """Put the owner's answer on record; the reporter's panel hears of it."""
        viewer, given = _viewer(request, shelf()), Given(answer, note, secret)
        return viewer if isinstance(viewer, Response) else _answered(request, viewer, key, given)

    return router


def _listed(request: Request, viewer: Viewer, before: int | None, answered: bool) -> Response:
    stored = _stored(request)
    found = stored.newest(viewer.may_read, answered=answered, limit=PAGE_SIZE + 1, before=before)
    is_first = before is None
    lately = stored.newest(viewer.may_read, answered=True, limit=LATELY) if is_first and not answered else []
    return page(
        request,
        "reports.html",
        person=viewer.person,
        cards=_cards(found[:PAGE_SIZE], viewer),
        lately=_cards(lately, viewer),
        older=found[PAGE_SIZE - 1].key if len(found) > PAGE_SIZE else None,
        answered=answered,
        first_page=is_first,
        is_owner=PersonRole.OWNER in viewer.person.roles,
        may_review=may_review(viewer.person),
        longest_note=LONGEST_NOTE,
    )


def _answered(request: Request, viewer: Viewer, key: int, given: Given) -> Response:
    report = _stored(request).find(key) if 0 < key < 2**63 else None
    problem = _problem(request, viewer, report, given)
    if problem:
        status, advice = problem
        return refusal(request, status, "Nothing was changed", advice, viewer.person)
    assert report is not None, "a report that isn't there is a problem"
    title = title_of(report, viewer.shelf)
    now, word = datetime.now(UTC), cast(AnswerWord, given.answer)
    if not _stored(request).answer(report, viewer.person, word, title, given.note.strip(), now):
        advice = "This report was answered before. Open the reports again to read the answer."
        return refusal(request, 409, "Nothing was changed", advice, viewer.person)
    return RedirectResponse("/reports", 303)


def _viewer(request: Request, shelf: Shelf) -> Viewer | Response:
    """Who looks, or the page that says why they may not."""
    person = signed_in(request)
    if person is None:
        advice = "Open your sign-in link. A new one: python -m server people link NAME"
        return refusal(request, 401, "Please sign in", advice, None)
    if not may_read_reports(person):
        advice = "Reports are for knowledge owners and team leads. Ask your administrator for the role owner."
        return refusal(request, 403, "This page is not for your role", advice, person)
    active = (listed.person for listed in people_of(request).list() if not listed.revoked)
    return Viewer(person, shelf, frozenset(each.name for each in active if PersonRole.OWNER in each.roles))


def _problem(
    request: Request, viewer: Viewer, report: Reported | None, given: Given
) -> tuple[int, str] | None:
    """Why this form can't be taken: a status and what to do."""
    if not is_own_form(request, given.secret):
        return 403, "Open the reports again and answer there."
    if report is None or not viewer.may_read(report):
        return 404, "There is no such report for you. Open the reports again."
    if not viewer.may_answer(report):
        return 403, "Only the owner of the document answers its reports."
    if given.answer not in get_args(AnswerWord):
        return 400, "Answer with Fixed or Kept. Go back: your note is still there."
    if len(given.note) > LONGEST_NOTE:
        return (
            400,
            f"The note has {len(given.note)} characters; {LONGEST_NOTE} fit. Go back: it is still there.",
        )
    return None


def _stored(request: Request) -> Reports:
    return Reports(cast(Store, request.app.state.store).engine)


def _cards(reports: Sequence[Reported], viewer: Viewer) -> list[Card]:
    return [Card(report, viewer) for report in reports]


def _title(passage: ReportedPassage, shelf: Shelf) -> str:
    if passage.title:
        return passage.title
    document = shelf.document(passage.document_id)
    return document.title if document else passage.document_id
