"""Pages a browser loads: the panel as a web page (/panel/), and the demo beside a small helpdesk (/try)."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from server.settings import Settings

WEB_BUILD = Path(__file__).parent.parent / "extension" / "dist" / "web"
TEMPLATES = Path(__file__).parent / "templates"

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
    """/panel/ for everyone (the socket asks for a token), /try only when the settings say demo."""
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
        _add_try(router, settings.examples / "conversations", web_build)
    return router


def _add_try(router: APIRouter, conversations: Path, web_build: Path) -> None:
    @router.get("/try")
    async def try_page() -> Response:
        return _page(web_build, TEMPLATES / "try.html")

    @router.get("/try/conversations")
    async def scripted() -> Response:
        return JSONResponse(read_conversations(conversations), headers=PAGE_HEADERS)


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
