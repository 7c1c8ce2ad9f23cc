"""Letting a browser's panel in: the signed-in person agrees, the browser gets a token of its own.

The browser opens /admit with a challenge, and catches where this ends: an address that only our extension
gets (SIGN_IN_ENDS). It trades the code it finds there, together with what the challenge is the digest of.
"""

from __future__ import annotations

import re
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from server.admission import origin_allowed
from server.origin import SIGN_IN_ENDS
from server.pages import HEADERS, is_own_form, page, people_of, refusal, signed_in
from server.settings import Settings

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
Short = Annotated[str, Form(max_length=200)]


router = APIRouter(include_in_schema=False)


@router.get("/admit")
def ask(request: Request, challenge: str = "", end: str = "") -> Response:
    """Ask the signed-in person; anyone else signs in first and comes back here."""
    person = signed_in(request)
    if not _is_ours(challenge, end):
        return refusal(request, 400, "This is not Sotto's panel", _NOT_OURS, person)
    if person is None:
        return page(request, "signin.html", person=None, may_review=False, browsers=0, next=_path(request))
    answer = page(
        request, "admit.html", person=person, challenge=challenge, end=end, days=_settings(request).token_days
    )
    # The redirect that ends this counts as a target of the form.
    policy = HEADERS["Content-Security-Policy"]
    answer.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", f"form-action 'self' {end.rstrip('/')}"
    )
    return answer


@router.post("/admit")
def agree(
    request: Request, challenge: Short = "", end: Short = "", secret: Short = "", agreed: Short = ""
) -> Response:
    """Send the browser on with a code, or with nothing when the person said no."""
    person = signed_in(request)
    if person is None or not is_own_form(request, secret) or not _is_ours(challenge, end):
        return refusal(request, 403, "Nothing was changed", _AGAIN, person)
    code = people_of(request).admit_browser(person.name, challenge) if agreed == "yes" else None
    return RedirectResponse(f"{end}?{urlencode({'code': code or ''})}", 303, headers=_PRIVATE)


@router.post("/admit/token")
def trade(request: Request, code: Short = "", verifier: Short = "") -> Response:
    """The token of the browser that was let in."""
    token = people_of(request).browser_token(code, verifier, _settings(request).token_days)
    if token is None:
        return _to_browser(request, {"problem": "This sign-in is over: start it again."}, 403)
    return _to_browser(request, {"token": token})


@router.post("/admit/end")
def leave(request: Request, token: Short = "") -> Response:
    """End the token of the browser that asks."""
    people_of(request).end_browser(token)
    return _to_browser(request, {})


@router.post("/admit/end-all")
def end_all(request: Request, secret: Short = "") -> Response:
    """End the tokens of all browsers of the signed-in person."""
    person = signed_in(request)
    if person is None or not is_own_form(request, secret):
        return refusal(request, 403, "Nothing was changed", _AGAIN, person)
    people_of(request).end_browsers(person.name)
    return RedirectResponse("/signin", 303)


_NOT_OURS = "Press Sign in in the panel's settings again. If this page comes back, tell your administrator."
_AGAIN = "Press Sign in in the panel's settings again."
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def _is_ours(challenge: str, end: str) -> bool:
    return _CHALLENGE.fullmatch(challenge) is not None and end in SIGN_IN_ENDS


def _path(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}"


def _to_browser(request: Request, answer: dict[str, str], status: int = 200) -> Response:
    """An answer that the pages of our extension may read, and those of this server."""
    origin = request.headers.get("origin")
    headers = dict(_PRIVATE)
    if origin and origin_allowed(origin, request.headers.get("host", ""), _settings(request).allowed_origins):
        headers |= {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return JSONResponse(answer, status, headers)
