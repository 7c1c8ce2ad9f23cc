"""The team lead's page: the newest suggestions of the own team and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from server.access import may_review
from server.held_texts import held_count
from server.noticed import Chosen, ChosenPassage, newest_chosen, pages_unread
from server.pages import page, refusal, signed_in
from server.reviewed import Cited, OutcomeFilter, Reviewed
from server.store import Store

PAGE_SIZE = 20
MOST_CHOSEN = 10
NOTICED_WITHIN = timedelta(days=30)
OUTCOMES: tuple[OutcomeFilter, ...] = get_args(OutcomeFilter)


def review_pages(title_of: Callable[[str], str | None]) -> APIRouter:
    """The routes of the review pages; `title_of` gives a document's title, or None when it is gone."""
    router = APIRouter(include_in_schema=False)

    @router.get("/review")
    def review(
        request: Request,
        outcome: OutcomeFilter | None = None,
        before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    ) -> Response:
        """The newest suggestions of the lead's own team, by outcome, a page at a time."""
        person = signed_in(request)
        if person is None:
            advice = "Open your sign-in link. A new one: python -m server people link NAME"
            return refusal(request, 401, "Please sign in", advice, None)
        if not may_review(person):
            advice = (
                "Reviews are for team leads. If you lead a team, ask your administrator for the role lead."
            )
            return refusal(request, 403, "This page is not for your role", advice, person)
        store = cast(Store, request.app.state.store)
        found = store.newest_suggestions(person.team, outcome, PAGE_SIZE + 1, before)
        is_start = before is None and outcome is None
        since = datetime.now(UTC) - NOTICED_WITHIN
        chosen = newest_chosen(store.engine, person.team, MOST_CHOSEN) if is_start else []
        unread = pages_unread(store.engine, person.team, since) if is_start else []
        held = held_count(store.engine, person.team, since) if is_start else None
        return page(
            request,
            "review.html",
            person=person,
            cards=[Card(reviewed, title_of) for reviewed in found[:PAGE_SIZE]],
            older=found[PAGE_SIZE - 1].key if len(found) > PAGE_SIZE else None,
            outcome=outcome,
            outcomes=OUTCOMES,
            first_page=before is None,
            chosen=_named(chosen, title_of),
            unread=unread,
            held=held,
        )

    return router


def _named(chosen: Sequence[Chosen], title_of: Callable[[str], str | None]) -> list[tuple[Chosen, str, str]]:
    """Each with the titles of the first snippet and of the one that was used."""

    def title(passage: ChosenPassage) -> str:
        return passage.title or title_of(passage.document_id) or passage.document_id

    return [(each, title(each.first), title(each.used)) for each in chosen]


class Card:
    """One suggestion as the page shows it."""

    def __init__(self, reviewed: Reviewed, title_of: Callable[[str], str | None]) -> None:
        self.of = reviewed
        self.pieces = list(pieces(reviewed.suggestion or "", reviewed.citations))
        documents = {cited.number: cited for cited in reviewed.citations}
        self.sources = [
            (number, title_of(cited.document_id) or cited.document_id, cited)
            for number, cited in sorted(documents.items())
        ]

    @property
    def change(self) -> str | None:
        """How far the sent text is from the suggestion, in words."""
        if self.of.distance is None:
            return None
        if self.of.distance == 0:
            return "sent unchanged"
        return f"{self.of.distance} characters changed"

    @property
    def acted_after(self) -> str | None:
        """How long the agent looked at it."""
        if self.of.shown_ms is None:
            return None
        seconds = self.of.shown_ms / 1000
        return f"after {seconds:.0f} s" if seconds < 120 else f"after {seconds / 60:.0f} min"


def pieces(text: str, citations: Sequence[Cited]) -> Iterator[tuple[str, list[int]]]:
    """The text cut after each cited place, with the numbers cited there; together they are the whole text."""
    start = 0
    for end in sorted({min(cited.end, len(text)) for cited in citations}):
        yield (
            text[start:end],
            sorted({cited.number for cited in citations if min(cited.end, len(text)) == end}),
        )
        start = end
    if start < len(text):
        yield text[start:], []
