"""`/macros`: what an agent and their team keep for drafts, to add, change and delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from server.access import may_keep_own_texts, may_write_for_team
from server.database import DatabaseUnavailable
from server.own_text import (
    LONGEST_MACRO,
    LONGEST_PHRASE,
    LONGEST_TITLE,
    Keeper,
    OwnKind,
    OwnText,
    read_macro,
    read_phrase,
)
from server.own_texts import OwnTexts
from server.pages import AWAY, is_own_form, page, refusal, signed_in
from server.person import Person

HERE = "/macros"
CHANGED_MEANWHILE = (
    "Somebody changed this macro meanwhile: it is as you see it above. Save once more if yours shall hold."
)
DELETED_MEANWHILE = "Somebody deleted this macro meanwhile. Save if you want it back."
PHRASES = (OwnKind.GREETING, OwnKind.CLOSING)


@dataclass(frozen=True, slots=True)
class OwnParts:
    """What the page works with; `changed` has the server read what was stored, `ask_database` is a thread."""

    stored: OwnTexts
    changed: Callable[[], Awaitable[None]]
    ask_database: Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: a macro (`key` is None for a new one), or how e-mails begin and end."""

    team: bool = False
    key: int | None = None
    version: int = 0
    title: str = ""
    text: str = ""
    greeting: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not stored, shown where it was typed: at its macro, at `add` or at `phrases`."""

    typed: Typed
    place: str
    why: str
    status: int = 422


class Shelf:
    """What one keeper has, as the page shows it."""

    def __init__(self, keeper: Keeper, texts: list[OwnText], refused: Refused | None) -> None:
        here = refused if refused and refused.typed.team is keeper.is_team else None
        self.keeper = keeper
        self.macros = [text for text in texts if text.kind is OwnKind.MACRO]
        self.refused = here.why if here else None
        self.place = here.place if here else None
        self.typed = here.typed if here else Typed(keeper.is_team)
        kept = {text.kind.value: text.text for text in texts}
        self.greeting = self.typed.greeting if self.place == "phrases" else kept.get("greeting", "")
        self.closing = self.typed.closing if self.place == "phrases" else kept.get("closing", "")


def own_pages(parts_of: Callable[[], OwnParts]) -> APIRouter:
    """The routes; every one asks first whether somebody who drafts replies is signed in."""
    router = APIRouter(include_in_schema=False)

    @router.get(HERE)
    async def macros(request: Request) -> Response:
        """Everything that the person and their team keep."""
        person = await _keeper(request, parts_of())
        return person if isinstance(person, Response) else await _page(request, parts_of(), person)

    @router.post(HERE)
    async def save(request: Request) -> Response:
        """Add a macro, or change one."""
        return await _acting(request, parts_of(), _save)

    @router.post(f"{HERE}/delete")
    async def delete(request: Request) -> Response:
        """Delete a macro for good; one that is gone already changes nothing."""
        return await _acting(request, parts_of(), _delete)

    @router.post(f"{HERE}/phrases")
    async def phrases(request: Request) -> Response:
        """How e-mails begin and end."""
        return await _acting(request, parts_of(), _set_phrases)

    return router


_Act = Callable[[Request, OwnParts, Person, Typed], Awaitable[Response]]


async def _acting(request: Request, parts: OwnParts, act: _Act) -> Response:
    """What comes of a form; words that can't be stored now are shown to be copied."""
    form = await request.form()
    try:
        person = await _keeper(request, parts, form)
        return person if isinstance(person, Response) else await act(request, parts, person, _typed(form))
    except DatabaseUnavailable:
        return refusal(request, 503, "Nothing was stored", AWAY, None, _words(form))


async def _save(request: Request, parts: OwnParts, person: Person, typed: Typed) -> Response:
    key = await _saved(parts, person, typed)
    if isinstance(key, Refused):
        return await _page(request, parts, person, key)
    await parts.changed()
    return RedirectResponse(f"{HERE}#macro-{key}", 303)


async def _delete(_request: Request, parts: OwnParts, person: Person, typed: Typed) -> Response:
    if typed.key is not None:
        await parts.ask_database(parts.stored.delete, _whose(person, typed), typed.key)
        await parts.changed()
    return RedirectResponse(HERE, 303)


async def _set_phrases(request: Request, parts: OwnParts, person: Person, typed: Typed) -> Response:
    if refused := await _phrases_saved(parts, person, typed):
        return await _page(request, parts, person, refused)
    await parts.changed()
    return RedirectResponse(HERE, 303)


async def _saved(parts: OwnParts, person: Person, typed: Typed) -> int | Refused:
    """The key of the macro that was added or changed, or why there is none."""
    keeper, now = _whose(person, typed), datetime.now(UTC)
    place = "add" if typed.key is None else str(typed.key)
    try:
        macro = read_macro(typed.title, typed.text)
        if typed.key is None:
            return int(await parts.ask_database(parts.stored.add, keeper, *macro, now))
    except ValueError as error:
        return Refused(typed, place, str(error))
    if await parts.ask_database(parts.stored.change, keeper, typed.key, typed.version, macro, now):
        return typed.key
    held = {text.key: text for text in await parts.ask_database(parts.stored.of, keeper)}
    if typed.key not in held:
        as_new = Typed(typed.team, title=typed.title, text=typed.text)
        return Refused(as_new, "add", DELETED_MEANWHILE, 409)
    newer = Typed(typed.team, typed.key, held[typed.key].version, typed.title, typed.text)
    return Refused(newer, place, CHANGED_MEANWHILE, 409)


async def _phrases_saved(parts: OwnParts, person: Person, typed: Typed) -> Refused | None:
    """None when both are stored; when one can't be, neither is."""
    try:
        read = [read_phrase(kind, getattr(typed, kind.value)) for kind in PHRASES]
    except ValueError as error:
        return Refused(typed, "phrases", str(error))
    for kind, text in zip(PHRASES, read, strict=True):
        await parts.ask_database(
            parts.stored.set_phrase, _whose(person, typed), kind, text, datetime.now(UTC)
        )
    return None


def _typed(form: FormData) -> Typed:
    given = {name: str(form.get(name, "")) for name in ("title", "text", "greeting", "closing")}
    return Typed(form.get("whose") == "team", _number(form, "key"), _number(form, "version") or 0, **given)


def _words(form: FormData) -> str:
    """Everything that somebody wrote in a form."""
    typed = _typed(form)
    return "\n\n".join(words for words in (typed.title, typed.text, typed.greeting, typed.closing) if words)


def _number(form: FormData, name: str) -> int | None:
    digits = str(form.get(name, ""))
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else None


def _whose(person: Person, typed: Typed) -> Keeper:
    return Keeper(person.team, is_team=True) if typed.team else Keeper(person.name)


async def _keeper(request: Request, parts: OwnParts, form: FormData | None = None) -> Person | Response:
    """Who is signed in, or the page that says why not; a form must be this browser's own."""
    person = cast(Person | None, await parts.ask_database(signed_in, request))
    words = _words(form) if form else None
    if person is None:
        advice = "Open your sign-in link. A new one: python -m server people link NAME"
        return refusal(request, 401, "Please sign in", advice, None, words)
    if not may_keep_own_texts(person):
        advice = "It is for agents and team leads. Ask your administrator for the role agent."
        return refusal(request, 403, "This page is not for your role", advice, person, words)
    if form is None:
        return person
    if not is_own_form(request, str(form.get("secret", ""))):
        advice = "Open the page again and save there."
        return refusal(request, 403, "Nothing was changed", advice, person, words)
    if _typed(form).team and not may_write_for_team(person):
        advice = "Team leads write for the team: ask yours. Your own macros are yours to write."
        return refusal(request, 403, "Nothing was changed", advice, person, words)
    return person


async def _page(
    request: Request, parts: OwnParts, person: Person, refused: Refused | None = None
) -> Response:
    keepers = (Keeper(person.name), Keeper(person.team, is_team=True))
    shelves = [Shelf(each, await parts.ask_database(parts.stored.of, each), refused) for each in keepers]
    return page(
        request,
        "macros.html",
        refused.status if refused else 200,
        person=person,
        shelves=shelves,
        leads=may_write_for_team(person),
        longest={"title": LONGEST_TITLE, "macro": LONGEST_MACRO, "phrase": LONGEST_PHRASE},
    )
