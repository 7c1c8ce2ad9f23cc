"""What every server-rendered page shares: who is signed in, the frame, and the headers that protect it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.people import People
from server.person import Person

COOKIE = "sotto_page"
AWAY = "The database is away: nothing was changed. Try again soon; if it stays so, tell your administrator."
_STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_BRIEFLY = {"Cache-Control": "max-age=300"}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def people_of(request: Request) -> People:
    """The people of the running server, which its lifespan keeps in `app.state.people`."""
    return cast(People, request.app.state.people)


def signed_in(request: Request) -> Person | None:
    """The person whose cookie the browser sent, or None."""
    cookie = request.cookies.get(COOKIE)
    return people_of(request).signed_in(cookie, datetime.now(UTC)) if cookie else None


def form_secret(request: Request) -> str:
    """What a form of this browser's session must send back; a foreign page can't know it."""
    cookie = request.cookies.get(COOKIE, "")
    return hmac.new(cookie.encode(), b"forms of the pages", hashlib.sha256).hexdigest()


def is_own_form(request: Request, secret: str) -> bool:
    """Whether a form was rendered for this browser's session."""
    return COOKIE in request.cookies and hmac.compare_digest(
        form_secret(request).encode(), secret.encode("utf-8", "surrogatepass")
    )


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page; `person` (may be None) must be among the values."""
    text = _templates.get_template(template).render(form_secret=form_secret(request), **values)
    return HTMLResponse(text, status, headers=HEADERS)


def refusal(
    request: Request, status: int, title: str, advice: str, person: Person | None, kept: str | None = None
) -> HTMLResponse:
    """A page that says what is not possible and who must act, with what somebody wrote in vain."""
    return page(request, "refusal.html", status, title=title, advice=advice, person=person, kept=kept)


def database_away(request: Request, _error: Exception) -> Response:
    """What every page says while the database does not answer."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": AWAY}, 503)
    return refusal(request, 503, "Sotto can't reach its records", AWAY, None)


def style() -> Response:
    """The one style sheet."""
    return FileResponse(_STATIC / "pages.css", media_type="text/css", headers=_BRIEFLY)


def icon() -> Response:
    """The icon in the browser's tab."""
    return FileResponse(_STATIC / "pages.svg", media_type="image/svg+xml", headers=_BRIEFLY)
