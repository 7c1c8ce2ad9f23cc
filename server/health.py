"""What balancers and administrators ask: is the process alive, can it serve, what has it counted."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from server.clock import moment
from server.database import DatabaseUnavailable
from server.metrics import CONTENT_TYPE
from server.panels import LiveParts
from server.problems import PROBLEMS

router = APIRouter()

DATABASE_WITHIN_S = 2.0


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """200 while the process answers at all."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """200 when panels can be served; else 503 with what is missing and who must act. Warnings stop nobody."""
    parts: LiveParts = request.app.state.live
    missing = await _missing(parts)
    said = {"ready": not missing, "missing": missing, "warnings": await _warnings(parts)}
    return JSONResponse(said, status_code=503 if missing else 200)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Counts and latencies for Prometheus."""
    parts: LiveParts = request.app.state.live
    return Response(parts.metrics.page(), media_type=CONTENT_TYPE)


async def _missing(parts: LiveParts) -> list[dict[str, str]]:
    missing = []
    if parts.panels.stopping:
        missing.append({"what": "server", "who": "admin", "message": "The server is shutting down."})
    if lack := parts.assistance.missing:
        what = "model" if lack.code == "starting" else "knowledge"
        missing.append({"what": what, "who": PROBLEMS[lack.code].who, "message": lack.message})
    try:
        async with asyncio.timeout(DATABASE_WITHIN_S):
            await parts.ask_database(parts.store.ping)
    except (TimeoutError, DatabaseUnavailable):
        message = "The database doesn't answer: check that it runs and SOTTO_DATABASE_URL."
        missing.append({"what": "database", "who": "admin", "message": message})
    return missing


async def _warnings(parts: LiveParts) -> list[dict[str, str]]:
    if parts.assistance.missing:
        return []
    if await asyncio.to_thread(parts.assistance.has_protocol, moment().at):
        return []
    message = (
        "The knowledge has no protocol that holds today, so an agent in a crisis sees none: "
        'publish one as a source of kind "protocol".'
    )
    return [{"what": "protocol", "who": "owner", "message": message}]
