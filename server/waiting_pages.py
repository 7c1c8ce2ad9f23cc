"""Who waits and what they need: `GET /api/needs` for helpdesks, `/review/waiting` for team leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Engine

from server.access import may_ask_needs, may_review, may_see_stored
from server.flags import ValueRule
from server.followed import FirstAnswers, Followed, first_answers, followed
from server.pages import page, people_of, refusal, signed_in
from server.person import Person
from server.store import Store
from server.waiting import Waiting, in_order

WAITING_WITHIN = timedelta(days=7)
MOST_FOLLOWED = 500
MEASURED_WITHIN = timedelta(days=30)
MOST_MEASURED = 2000
LISTED = 50
_PRIVATE = {"Cache-Control": "no-store"}


def waiting_pages(rule: ValueRule) -> APIRouter:
    """The routes; `rule` says which tiers are of high value."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/needs")
    def needs(request: Request) -> JSONResponse:
        """The waiting conversations that this person may see, the most pressing first, without any text."""
        now = datetime.now(UTC)
        person = _bearer(request, now)
        if person is None:
            return _refused(401, "Send a person's token: Authorization: Bearer TOKEN")
        if not may_ask_needs(person):
            return _refused(403, "What waits is for agents and team leads.")
        found = followed(_engine(request), person.team, now - WAITING_WITHIN, MOST_FOLLOWED)
        seen = [each for each in found if may_see_stored(person, agent=each.agent, team=person.team)]
        told = [_told(each, waiting, now) for each, waiting in _in_order(seen, rule, now)]
        return JSONResponse({"at": now.isoformat(), "conversations": told}, headers=_PRIVATE)

    @router.get("/review/waiting")
    def waiting(request: Request) -> Response:
        """Who waits in the lead's own team, and how long each tier waited for the first answer."""
        person = signed_in(request)
        if person is None:
            advice = "Open your sign-in link. A new one: python -m server people link NAME"
            return refusal(request, 401, "Please sign in", advice, None)
        if not may_review(person):
            advice = "Who waits is for team leads. Ask your administrator for the role lead."
            return refusal(request, 403, "This page is not for your role", advice, person)
        now = datetime.now(UTC)
        found = followed(_engine(request), person.team, now - WAITING_WITHIN, MOST_FOLLOWED)
        lately = followed(_engine(request), person.team, now - MEASURED_WITHIN, MOST_MEASURED)
        waits = _in_order(found, rule, now)
        return page(
            request,
            "waiting.html",
            person=person,
            waits=[(each, waiting.need(now), waiting.why(now)) for each, waiting in waits[:LISTED]],
            more=max(0, len(waits) - LISTED),
            answers=[_row(each) for each in first_answers(lately)],
        )

    return router


def _in_order(found: list[Followed], rule: ValueRule, now: datetime) -> list[tuple[Followed, Waiting]]:
    by_id = {each.conversation_id: each for each in found}
    waiting = [one for each in found if (one := each.waiting(rule)) is not None]
    return [(by_id[one.conversation_id], one) for one in in_order(waiting, now)]


def _told(each: Followed, waiting: Waiting, now: datetime) -> dict[str, str]:
    return {
        "conversation_id": each.conversation_id,
        "helpdesk": each.helpdesk,
        "need": waiting.need(now).value,
        "why": waiting.why(now),
        "tag": waiting.tag(now),
        "waiting_since": waiting.since.isoformat(),
    }


def _row(answers: FirstAnswers) -> dict[str, str | int]:
    return {
        "tier": answers.tier,
        "conversations": answers.conversations,
        "answered": len(answers.waits),
        "half": _long(answers.within(0.5)),
        "most": _long(answers.within(0.9)),
    }


def _long(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"


def _bearer(request: Request, now: datetime) -> Person | None:
    """The person whose token the request carries."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return people_of(request).find(token.strip(), now) if scheme.lower() == "bearer" and token else None


def _refused(status: int, problem: str) -> JSONResponse:
    headers = {**_PRIVATE, "WWW-Authenticate": "Bearer"} if status == 401 else _PRIVATE
    return JSONResponse({"problem": problem}, status_code=status, headers=headers)


def _engine(request: Request) -> Engine:
    return cast(Store, request.app.state.store).engine
