"""`/helped`: agents rate what experts did, as their customers told them; `/rate`: a customer does, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine

from server.access import may_use_panel
from server.expert_ratings import LINK_LIFE, RATINGS, Ratings
from server.pages import is_own_form, page, refusal, signed_in
from server.person import Person, PersonRole

Rating = Annotated[int, Form(ge=RATINGS[0], le=RATINGS[-1])]
Handover = Annotated[int, Form(ge=1, lt=2**62)]


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
        made = Link(handover, f"{request.base_url}rate/{handover}/{code}") if code else None
        return _helped(request, engine_of(), person, made)

    _for_customers(router, engine_of)
    return router


def _for_customers(router: APIRouter, engine_of: Callable[[], Engine]) -> None:
    """The routes that need no sign-in: a link is the key."""

    @router.get("/rate/{handover}/{code}")
    def ask(request: Request, handover: int, code: str) -> Response:
        """Ask the customer; nothing about the conversation stands here."""
        if not Ratings(engine_of()).is_open(handover, code, datetime.now(UTC)):
            return _to_customer(request, "closed")
        return _to_customer(request, "asked")

    @router.post("/rate/{handover}/{code}")
    def rated(request: Request, handover: int, code: str, rating: Rating) -> Response:
        """Store what the customer thinks, once."""
        if not Ratings(engine_of()).rate_by_link(handover, code, rating, datetime.now(UTC)):
            return _to_customer(request, "closed")
        return _to_customer(request, "thanks")

    @router.get("/rate/{rest:path}")
    def cut_off(request: Request, rest: str) -> Response:  # noqa: ARG001 - what is left of a link
        """A link that a mail program broke leads here."""
        return _to_customer(request, "closed")


def _to_customer(request: Request, state: Literal["asked", "thanks", "closed"]) -> Response:
    status = 404 if state == "closed" else 200
    here, days = request.url.path, LINK_LIFE.days
    return page(request, "rate.html", status, person=None, state=state, here=here, ratings=RATINGS, days=days)


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


@dataclass(frozen=True, slots=True)
class Link:
    """A link for the customer, and the help that they rate with it."""

    handover: int
    address: str


def _helped(request: Request, engine: Engine, person: Person, made: Link | None = None) -> Response:
    return page(
        request,
        "helped.html",
        person=person,
        helped=[(each, number_of(each.conversation_id)) for each in Ratings(engine).asked_by(person)],
        ratings=RATINGS,
        made=made,
        days=LINK_LIFE.days,
        leads=PersonRole.LEAD in person.roles,
    )


def number_of(conversation_id: str) -> str:
    """As an agent knows it: "#4711" where the helpdesk numbers its conversations."""
    found = re.search(r":(\d+)$", conversation_id)
    return f"#{found[1]}" if found else conversation_id
