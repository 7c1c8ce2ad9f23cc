"""Pages a browser loads: the panel as a web page (/panel/), and the demo beside a small helpdesk (/try)."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from server.pages import people_of, signed_in
from server.person import Person, PersonRole
from server.settings import Settings

WEB_BUILD = Path(__file__).parent.parent / "extension" / "dist" / "web"
TEMPLATES = Path(__file__).parent / "templates"
DEMO_AGENT = Person("demo", frozenset({PersonRole.AGENT}), "demo")
LOOPBACK = frozenset({"127.0.0.1", "::1"})

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
PAGE_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}


def panel_pages(settings: Settings, web_build: Path = WEB_BUILD) -> APIRouter:
    """/panel/ for everyone (the socket asks for a token), /try only when the settings say demo.

    /try needs the people of the running server (`app.state.people`).
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/panel/")
    async def panel() -> Response:
        return _page(web_build, web_build / "index.html")

    @router.get("/panel/{name}")
    async def asset(name: str) -> Response:
        names = {path.name for path in web_build.iterdir()} if web_build.is_dir() else set()
        if name not in names:
            raise HTTPException(404, "no such file of the panel")
        return FileResponse(web_build / name, headers=PAGE_HEADERS)

    if settings.demo:
        _add_try(router, settings, web_build)
    return router


def _add_try(router: APIRouter, settings: Settings, web_build: Path) -> None:
    conversations = settings.examples / "conversations"

    @router.get("/try")
    def try_page(request: Request) -> Response:
        local = request.client is not None and request.client.host in LOOPBACK
        # "signed" ends the round for a browser that takes no cookies; its panel then says what is missing.
        if local and "signed" not in request.query_params and signed_in(request) is None:
            return RedirectResponse(_demo_link(request, settings.token_days), 303, headers=PAGE_HEADERS)
        return _page(web_build, TEMPLATES / "try.html")

    @router.get("/try/conversations")
    async def scripted() -> Response:
        return JSONResponse(read_conversations(conversations), headers=PAGE_HEADERS)


def _demo_link(request: Request, days: int) -> str:
    """A one-time link that signs the demo agent in and comes back here; only for browsers of this machine."""
    people = people_of(request)
    code = people.link(DEMO_AGENT.name)
    if code is None:
        people.add(DEMO_AGENT.name, DEMO_AGENT.roles, DEMO_AGENT.team, days)
        code = people.link(DEMO_AGENT.name)
    back = f"/try?{urlencode([*request.query_params.multi_items(), ('signed', '1')])}"
    return f"/signin?{urlencode({'code': code, 'next': back})}"


def read_conversations(folder: Path) -> list[object]:
    """The scripted conversations, by file name; one that is no JSON stops with its name."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name}: expected a scripted conversation as JSON; {error}") from error


def _page(web_build: Path, page: Path) -> Response:
    if not (web_build / "panel.js").is_file():
        return HTMLResponse(
            (TEMPLATES / "panel_missing.html").read_text("utf-8"), status_code=503, headers=PAGE_HEADERS
        )
    return HTMLResponse(page.read_text("utf-8"), headers=PAGE_HEADERS)
