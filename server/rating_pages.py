"""`/helped`: agents rate what experts did, as their customers told them; `/rate`: a customer does, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine

from server.access import may_use_panel
from server.expert_ratings import LINK_LIFE, RATINGS, Ratings
from server.pages import is_own_form, page, refusal, signed_in
from server.person import Person

Rating = Annotated[int, Form(ge=RATINGS[0], le=RATINGS[-1])]
Handover = Annotated[int, Form(ge=1, lt=2**62)]
USED = "A link is good once and for 14 days. Write to us if you would like to tell us more."


def rating_pages(engine_of: Callable[[], Engine]) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/helped")
    def helped(request: Request) -> Response:
        """What experts helped the agent with, or the lead's team."""
        person = _agent(request)
        return person if isinstance(person, Response) else _helped(request, engine_of(), person)

    @router.post("/helped")
    def rate(
        request: Request, handover: Handover, rating: Rating, secret: Annotated[str, Form()] = ""
    ) -> Response:
        """Store what the customer said."""
        person = _agent(request, secret)
        if isinstance(person, Response):
            return person
        Ratings(engine_of()).rate(person, handover, rating, datetime.now(UTC))
        return RedirectResponse("/helped", 303)

    @router.post("/helped/link")
    def link(request: Request, handover: Handover, secret: Annotated[str, Form()] = "") -> Response:
        """A link for the customer, shown only now."""
        person = _agent(request, secret)
        if isinstance(person, Response):
            return person
        code = Ratings(engine_of()).link(person, handover, datetime.now(UTC))
        address = f"{request.base_url}rate/{handover}/{code}" if code else None
        return _helped(request, engine_of(), person, address)

    @router.get("/rate/{handover}/{code}")
    def ask(request: Request, handover: int, code: str) -> Response:
        """Ask the customer; nothing about the conversation stands here."""
        if not Ratings(engine_of()).is_open(handover, code, datetime.now(UTC)):
            return refusal(request, 404, "This link no longer works", USED, None)
        return page(request, "rate.html", person=None, here=request.url.path, ratings=RATINGS, thanks=False)

    @router.post("/rate/{handover}/{code}")
    def rated(request: Request, handover: int, code: str, rating: Rating) -> Response:
        """Store what the customer thinks, once."""
        if not Ratings(engine_of()).rate_by_link(handover, code, rating, datetime.now(UTC)):
            return refusal(request, 404, "This link no longer works", USED, None)
        return page(request, "rate.html", person=None, here="", ratings=(), thanks=True)

    return router


def _agent(request: Request, secret: str | None = None) -> Person | Response:
    """The agent or lead who is signed in, or the page that says why not; a form must be the browser's own."""
    person = signed_in(request)
    if person is None:
        advice = "Open your sign-in link. A new one: python -m server people link NAME"
        return refusal(request, 401, "Please sign in", advice, None)
    if not may_use_panel(person):
        return refusal(
            request, 403, "This page is not for your role", "It is for agents and team leads.", person
        )
    if secret is not None and not is_own_form(request, secret):
        return refusal(request, 403, "Nothing was changed", "Open the page again and answer there.", person)
    return person


def _helped(request: Request, engine: Engine, person: Person, address: str | None = None) -> Response:
    return page(
        request,
        "helped.html",
        person=person,
        helped=Ratings(engine).asked_by(person),
        ratings=RATINGS,
        address=address,
        days=LINK_LIFE.days,
    )
