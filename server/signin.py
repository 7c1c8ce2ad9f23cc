"""Signing in to the pages: a one-time code becomes a cookie, a cookie becomes a token for the web panel."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from server.access import may_help, may_keep_own_texts, may_read_reports, may_review, may_use_panel
from server.admission import host_of
from server.pages import COOKIE, icon, is_own_form, page, people_of, refusal, signed_in, style
from server.people import PAGE_LIFE

_CODE_IN_LINK = re.compile(r"[?&]code=([\w-]+)")

router = APIRouter(include_in_schema=False)

router.add_api_route("/pages.css", style, methods=["GET"])
router.add_api_route("/pages.svg", icon, methods=["GET"])


@router.get("/signin")
def sign_in(request: Request, code: str | None = None, next: str | None = None) -> Response:
    """Exchange a one-time code for a cookie and go on to `next` (a path here); without a code, say how."""
    if code is None:
        return _who_is_signed_in(request, _here(next))
    return _enter(request, code, next)


@router.post("/signin")
def sign_in_with_link(
    request: Request, link: Annotated[str, Form(max_length=2000)], next: Annotated[str, Form()] = ""
) -> Response:
    """The same for a link, or its code, that the person pasted: a sign-in window has no address bar."""
    code = _CODE_IN_LINK.search(link)
    return _enter(request, code[1] if code else link.strip(), next)


def _who_is_signed_in(request: Request, next_path: str) -> Response:
    person = signed_in(request)
    return page(
        request,
        "signin.html",
        person=person,
        may_review=person is not None and may_review(person),
        may_rate=person is not None and may_use_panel(person),
        may_keep=person is not None and may_keep_own_texts(person),
        may_help=person is not None and may_help(person),
        may_read_reports=person is not None and may_read_reports(person),
        browsers=people_of(request).browsers(person.name) if person else 0,
        next=next_path,
    )


def _enter(request: Request, code: str, next_path: str | None) -> Response:
    cookie = people_of(request).exchange(code, datetime.now(UTC))
    if cookie is None:
        return refusal(
            request,
            403,
            "This link no longer works",
            "A sign-in link is good once and for 15 minutes. Ask your administrator for a new one: "
            "python -m server people link NAME",
            signed_in(request),
        )
    answer = RedirectResponse(
        _here(next_path), 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(PAGE_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/signout")
def sign_out(request: Request, secret: Annotated[str, Form()] = "") -> Response:
    """End the cookie, in the browser and on the server."""
    if not is_own_form(request, secret):
        return refusal(
            request,
            403,
            "Nothing was changed",
            "Open the page again and press Sign out there.",
            signed_in(request),
        )
    people_of(request).sign_out(request.cookies[COOKIE])
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/panel/token")
def panel_token(request: Request) -> Response:
    """A token for the panel as a web page, for the person whose cookie the browser sent."""
    person = signed_in(request) if _is_same_origin(request) else None
    token = people_of(request).panel_token(person.name) if person else None
    if person is None or token is None:
        return JSONResponse({"problem": "not signed in; open a sign-in link first"}, 401, _NO_STORE)
    life = int(PAGE_LIFE.total_seconds())
    return JSONResponse({"token": token, "expires_in": life, "name": person.name}, headers=_NO_STORE)


_NO_STORE = {"Cache-Control": "no-store"}


def _is_same_origin(request: Request) -> bool:
    """Whether a page of this server asks; a request without Origin comes from no other page."""
    origin = request.headers.get("origin")
    return origin is None or host_of(origin) == request.headers.get("host")


def _here(path: str | None) -> str:
    """The path, if it can only lead to this server; else the page that says who is signed in."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return "/signin"
