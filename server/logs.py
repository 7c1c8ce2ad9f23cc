"""Structured log lines without customer text: names, ids, counts and places, never the words of a message.

Exceptions are logged as their type and the places they passed, not as their text: a validation or database
error repeats what it was given.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

Format = Literal["json", "console"]


def logger(part: str) -> Any:
    """A logger for one part of the server: `log.info("event_name", key=value)`."""
    return structlog.get_logger("sotto", part=part)


def configure_logs(form: Format, level: str) -> None:
    """Send every log line of this process to standard error in one form.

    `level` is ours; libraries are heard from WARNING on (uvicorn from INFO), whatever it is.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_exception_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger("sotto").setLevel(ours)
    # Below these levels the libraries log what they carry: whole frames, prompts and statements.
    logging.getLogger("uvicorn").setLevel(max(ours, logging.INFO))


def without_exception_text(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Replace exceptions, given as `exc_info` or as `error=`, by their types and places."""
    error = line.pop("error", None)
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        error = error or info[1]
    elif isinstance(info, BaseException):
        error = error or info
    record = line.get("_record")
    if record is not None:
        record.exc_info = record.exc_text = None
    if isinstance(error, BaseException):
        line["error_type"] = type(error).__name__
        line["error_at"] = places(error.__traceback__)
    return line


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception passed, outermost first: "file:line function"."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
