"""Everything that can go wrong on the wire: a closed list of codes, each saying who must act. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from server.wire import (
    CLIENT_MESSAGE,
    OLDEST_PROTOCOL,
    PROTOCOL,
    ClientMessage,
    DraftChange,
    FlagRaise,
    Hello,
    ProblemReported,
    SuggestionRequest,
)

Who = Literal["agent", "owner", "admin", "developer"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of the list; `close` is the WebSocket code when the server hangs up over it."""

    who: Who
    message: str
    close: int | None = None


PROBLEMS: dict[str, Problem] = {
    "malformed_message": Problem(
        "developer", "The message is not what the protocol describes; it was ignored."
    ),
    "message_too_large": Problem("developer", "The message is larger than this server accepts.", 1009),
    "binary_message": Problem("developer", "Messages are JSON text; send text frames.", 1003),
    "origin_refused": Problem(
        "admin",
        "Pages of this origin may not connect: add it to SOTTO_ALLOWED_ORIGINS if you trust it.",
        4003,
    ),
    "hello_expected": Problem("developer", "The first message must be hello.", 4002),
    "hello_late": Problem(
        "developer", "No hello arrived in time; connect again and send hello at once.", 4008
    ),
    "too_many_sockets": Problem(
        "admin", "Too many sockets of this address wait to say hello; close them or wait some seconds.", 4029
    ),
    "protocol_mismatch": Problem(
        "admin", "The panel and the server share no protocol: update the older one.", 4010
    ),
    "not_signed_in": Problem(
        "agent", "The token is wrong, expired or revoked: ask your team lead for a new one.", 4001
    ),
    "panel_refused": Problem(
        "admin",
        "The panel shows internal text, so it is for agents and leads: ask your admin for such a role.",
        4004,
    ),
    "unexpected_hello": Problem("developer", "hello was said already; it was ignored."),
    "too_many_conversations": Problem(
        "agent", "Too many conversations are open in this panel: close one first."
    ),
    "conversation_not_open": Problem("developer", "Open the conversation first (conversation_open)."),
    "nothing_to_answer": Problem(
        "agent", "The customer has written nothing yet: ask a question of your own instead."
    ),
    "knowledge_missing": Problem("owner", "No knowledge is published yet: run `ingest sync PATH`."),
    "starting": Problem("admin", "The server is still loading its model; suggestions follow by themselves."),
    "assist_failed": Problem(
        "developer", "The suggestion could not be computed; the server's log says where."
    ),
    "signin_unavailable": Problem(
        "admin",
        "The database can't be reached, so nobody can sign in; the panel tries again by itself.",
        1013,
    ),
    "report_refused": Problem(
        "developer",
        "This report can't be stored, now or later: what it is about is not known here.",
    ),
    "store_unavailable": Problem(
        "admin", "The database can't be reached; the report is not stored yet: send it again."
    ),
    "record_unavailable": Problem(
        "admin", "The database can't be reached, so your record can't be shown now: ask again later."
    ),
}


def problem(
    code: str,
    *,
    expected: str | None = None,
    received: str | None = None,
    conversation_id: str | None = None,
    report_id: str | None = None,
) -> ProblemReported:
    """The message for a code of `PROBLEMS`."""
    row = PROBLEMS[code]
    return ProblemReported(
        code=code,
        who=row.who,
        message=row.message,
        expected=expected,
        received=received,
        conversation_id=conversation_id,
        report_id=report_id,
    )


def read_message(text: str, max_bytes: int) -> ClientMessage | ProblemReported:
    """The message in a text frame, or the problem with it."""
    size = len(text.encode())
    if size > max_bytes:
        return problem("message_too_large", expected=f"at most {max_bytes} bytes", received=f"{size} bytes")
    whole = _without_half_characters(text)
    try:
        return CLIENT_MESSAGE.validate_json(whole)
    except ValidationError as error:
        return _malformed(whole, error)


def agree_protocol(hello: Hello) -> int | ProblemReported:
    """The newest protocol both sides speak, or the problem."""
    agreed = min(hello.newest_protocol, PROTOCOL)
    if max(hello.oldest_protocol, OLDEST_PROTOCOL) <= agreed:
        return agreed
    return problem(
        "protocol_mismatch",
        expected=f"a protocol from {OLDEST_PROTOCOL} to {PROTOCOL}",
        received=f"{hello.oldest_protocol} to {hello.newest_protocol}",
    )


def needs_customer_turn(message: SuggestionRequest | DraftChange) -> ProblemReported:
    """The answer to "once more" when there is nothing to answer."""
    return problem("nothing_to_answer", conversation_id=message.conversation_id)


def needs_turn_of_customer(message: FlagRaise) -> ProblemReported:
    """The answer to a flag on anything but a customer's turn of the open conversation."""
    return problem(
        "report_refused",
        expected="a turn of the customer in this conversation",
        received="the id of another or an unknown turn",
        conversation_id=message.conversation_id,
        report_id=message.report_id,
    )


_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def _without_half_characters(text: str) -> str:
    """The JSON with escaped lone surrogates as U+FFFD: pages cut emoji in two, no parser takes the half."""
    if r"\ud" not in text and r"\uD" not in text:
        return text
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


def _malformed(text: str, error: ValidationError) -> ProblemReported:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the message"
    ids = _ids(text)
    return problem(
        "malformed_message",
        expected=f"{where}: {first['msg']}"[:500],
        received=_describe(first["input"]),
        conversation_id=ids.get("conversation_id"),
        report_id=ids.get("report_id"),
    )


def _describe(value: object) -> str:
    """What arrived, without repeating it: its JSON type and size, its name when it is a message type."""
    if isinstance(value, dict):
        kind = value.get("type")
        return f"an object of type {kind[:60]!r}" if isinstance(kind, str) else "an object"
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return type(value).__name__


def _ids(text: str) -> dict[str, str]:
    """The ids of a message that can't be read otherwise, so that the panel knows what was refused."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    names = ("conversation_id", "report_id")
    return {n: found[n] for n in names if isinstance(found.get(n), str) and 0 < len(found[n]) <= 200}
