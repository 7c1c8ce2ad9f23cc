"""`/expert`: what an expert is asked, has in hand and may search, their settings, their time and ratings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine

from knowledge.document import Hit
from server.access import may_help
from server.assistance import Assistance
from server.database import DatabaseUnavailable
from server.expert_hours import EXAMPLE
from server.expert_profile import Written, as_written, read_profile
from server.expert_ratings import Ratings, average
from server.expert_reply import LONGEST as LONGEST_REPLY
from server.expert_search import LONGEST, search_for_expert
from server.expert_time import Helped, helped_between, month_of
from server.experts import Experts
from server.handing import HandoverDesk, for_expert
from server.handover import HandoverState, may_take
from server.handover_rows import Kept
from server.handovers import By
from server.pages import AWAY, is_own_form, page, refusal, signed_in
from server.person import Person
from server.wire import HandoverAnswer

HERE = "/expert"
LONGEST_FIELD = 3000
GONE = "It is no longer open: its time ran out, or it was taken back. Nothing was changed"
OVER = "This help is over, so nobody got your answer. Copy it if you need it"
TOO_LONG = f"Expected at most {LONGEST_REPLY} characters, received {{}}. Nobody got your answer yet"
Field = Annotated[str, Form(max_length=LONGEST_FIELD)]


@dataclass(frozen=True, slots=True)
class ExpertParts:
    """What the page works with; `ask_database` calls a function in a thread."""

    engine: Engine
    desk: HandoverDesk
    assistance: Assistance
    ask_database: Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be done, with what the expert typed: settings or an answer to a customer."""

    why: str
    written: Written | None = None
    answer: str | None = None


def expert_pages(parts_of: Callable[[], ExpertParts]) -> APIRouter:
    """The routes; every one asks first whether an expert is signed in."""
    router = APIRouter(include_in_schema=False)

    @router.get(HERE)
    async def expert(request: Request, gone: bool = False) -> Response:
        """Everything the expert has to do with."""
        person = await _expert(request, parts_of())
        if isinstance(person, Response):
            return person
        return await _page(request, parts_of(), person, Refused(GONE) if gone else None)

    @router.get(f"{HERE}/search")
    async def search(request: Request, q: str = "") -> Response:
        """What the knowledge has for experts."""
        parts = parts_of()
        person = await _expert(request, parts)
        if isinstance(person, Response):
            return person
        hits = await _found(parts, asked := q.strip()[:LONGEST])
        return page(request, "expert_search.html", person=person, asked=asked, hits=hits)

    @router.post(f"{HERE}/settings")
    async def settings(request: Request) -> Response:
        """Store what the expert says of themselves."""
        parts, form = parts_of(), await request.form()
        given = {name: str(form.get(name, ""))[:LONGEST_FIELD] for name in (*Written.__slots__, "secret")}
        person = await _expert(request, parts, given.pop("secret"))
        if isinstance(person, Response):
            return person
        written = Written(**given)
        try:
            profile = read_profile(written)
            await parts.ask_database(Experts(parts.engine).set, person.name, profile, datetime.now(UTC))
        except ValueError as error:
            return await _page(request, parts, person, Refused(str(error), written), 422)
        return RedirectResponse(f"{HERE}#settings", 303)

    _answering(router, parts_of)
    return router


def _answering(router: APIRouter, parts_of: Callable[[], ExpertParts]) -> None:
    """The routes by which an expert answers, beside the others."""

    @router.post(f"{HERE}/answer")
    async def answer(
        request: Request,
        handover: Annotated[int, Form(ge=1, lt=2**62)],
        answer: Annotated[Literal["accepted", "declined", "done"], Form()],
        secret: Field = "",
    ) -> Response:
        """Take, decline or end a conversation; one that is gone meanwhile changes nothing."""
        parts = parts_of()
        person = await _expert(request, parts, secret)
        if isinstance(person, Response):
            return person
        message = HandoverAnswer(report_id=uuid4().hex, handover_id=handover, answer=answer)
        kept = await parts.desk.answer(message, By(person, datetime.now(UTC), message.report_id))
        gone = answer == "accepted" and not (kept and _is_held(kept, person))
        return RedirectResponse(f"{HERE}?gone=true" if gone else HERE, 303)

    @router.post(f"{HERE}/reply")
    async def reply(
        request: Request,
        handover: Annotated[int, Form(ge=1, lt=2**62)],
        text: Annotated[str, Form()],
        secret: Field = "",
    ) -> Response:
        """Give the agent what the customer may be answered."""
        parts, words = parts_of(), text.replace("\r\n", "\n").strip()
        try:
            person = await _expert(request, parts, secret, words)
            if isinstance(person, Response):
                return person
            return await _give(request, parts, person, handover, words)
        except DatabaseUnavailable:
            return refusal(request, 503, "Nobody got your answer yet", AWAY, None, words)


async def _give(request: Request, parts: ExpertParts, person: Person, handover: int, words: str) -> Response:
    """Gives the words to the agent; what can't be given stays to be copied."""
    if len(words) > LONGEST_REPLY:
        refused = Refused(TOO_LONG.format(len(words)), answer=words)
        return await _page(request, parts, person, refused, 422)
    by = By(person, datetime.now(UTC), uuid4().hex)
    if words and not await parts.desk.reply(handover, words, by):
        return await _page(request, parts, person, Refused(OVER, answer=words), 409)
    return RedirectResponse(HERE, 303)


async def _found(parts: ExpertParts, asked: str) -> Sequence[Hit] | None:
    """None while there is nothing to search."""
    if not asked:
        return ()
    assisting = parts.assistance.parts
    return await search_for_expert(assisting, asked, datetime.now(UTC)) if assisting else None


async def _expert(
    request: Request, parts: ExpertParts, secret: str | None = None, kept: str | None = None
) -> Person | Response:
    """The expert who is signed in, or the page that says why not; a form must be this browser's own."""
    person = cast(Person | None, await parts.ask_database(signed_in, request))
    if person is None:
        advice = "Open your sign-in link. A new one: python -m server people link NAME"
        return refusal(request, 401, "Please sign in", advice, None, kept)
    if not may_help(person):
        advice = "It is for experts from outside. Ask your administrator for the role expert."
        return refusal(request, 403, "This page is not for your role", advice, person, kept)
    if secret is not None and not is_own_form(request, secret):
        advice = "Open the page again and answer there."
        return refusal(request, 403, "Nothing was changed", advice, person, kept)
    return person


async def _page(
    request: Request,
    parts: ExpertParts,
    person: Person,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    now = datetime.now(UTC)
    profile = await parts.ask_database(Experts(parts.engine).find, person.name)
    waiting = await parts.desk.waiting_for(person)
    zone = profile.hours.zone if profile else "UTC"
    cards = [Card(each, person, parts.desk.within, zone) for each in waiting]
    since, until = month_of(f"{now:%Y-%m}")
    helped = await parts.ask_database(helped_between, parts.engine, since, until, person.name)
    rated = await parts.ask_database(Ratings(parts.engine).of, person.name)
    return page(
        request,
        "expert.html",
        status,
        person=person,
        offers=[card for card in cards if card.is_open],
        held=[card for card in cards if card.is_held],
        now=f"{now.astimezone(ZoneInfo(zone)):%H:%M}",
        written=(refused and refused.written) or (as_written(profile) if profile else Written()),
        has_profile=profile is not None,
        refused=refused,
        example=EXAMPLE,
        ratings=[each for each in rated if each.rating is not None],
        average=average(rated),
        month=f"{now:%B %Y}",
        helped=[(each, f"{each.ended:%d %b, %H:%M} UTC") for each in helped],
        minutes=_minutes(helped),
    )


class Card:
    """One handover as the page shows it: only what somebody from outside may read, times in their zone."""

    def __init__(self, kept: Kept, person: Person, within: timedelta, zone: str) -> None:
        seen = for_expert(kept, person)
        self.is_open = may_take(kept.handover, person)
        self.is_held = _is_held(kept, person)
        self.key = kept.handover.key
        self.sender = kept.handover.sender
        self.subject = seen.subject
        self.brief = seen.brief
        self.customer = seen.customer
        self.reply = kept.reply
        self.topics = ", ".join(kept.topics)
        self.until = f"{(kept.handover.offered_at + within).astimezone(ZoneInfo(zone)):%H:%M}"


def _is_held(kept: Kept, person: Person) -> bool:
    return kept.handover.state is HandoverState.ACCEPTED and kept.handover.holder == person.name


def _minutes(helped: Sequence[Helped]) -> int:
    return sum(each.minutes for each in helped)
