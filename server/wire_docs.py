"""Makes what is generated from the code: docs/wire.md, docs/settings.md and the JSON Schemas of the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic_core import PydanticUndefined

from server.problems import PROBLEMS
from server.settings import Settings
from server.wire import (
    CLIENT_MESSAGE,
    OLDEST_PROTOCOL,
    PROTOCOL,
    SERVER_MESSAGE,
    ClientMessage,
    Message,
    Part,
    ServerMessage,
)

WIRE_HEAD = f"""# The wire

JSON text messages over one WebSocket (`/ws`) per panel; protocol {PROTOCOL}. Generated from `server/wire.py`
and `server/problems.py` by `python -m server wire --write`: change those, not this page.

1. The client sends `hello` within 5 seconds, offering a range of protocols (this server speaks
   {OLDEST_PROTOCOL} to {PROTOCOL}); the server answers `welcome`, or `problem_reported` and closes.
2. `conversation_open` carries all turns so far and is answered by `session_snapshot`. After a reconnect it is
   sent again: a reconnect equals a start.
3. Snippets come first (`snippets_found` or `nothing_found`), flags when they are decided, then the draft:
   `suggestion_started`, `suggestion_delta` …, `suggestion_ready`. Before it the first passages are read more
   closely, which may change whether one comes (`fit_changed`). The newest customer turn wins: a draft that
   isn't complete is stopped and announced by `suggestion_superseded`. In chat a draft waits for the settle
   time; snippets never do. `example_ready` comes whenever its sum is done. A turn that needs no knowledge
   ("thanks, bye") leaves what is shown as it is.
4. `seq` grows within one suggestion and may skip numbers: deltas merge when a panel reads slowly.
5. Every report carries a `report_id` made by the client and is sent again until `report_recorded` names it.
   When the database is down, `problem_reported` names the report instead, and the panel keeps it. What can
   never be stored (on a passage, draft or turn that was never there) is `report_refused`, saying why.
   `answer_seen` alone carries the id of an earlier report: the `passage_report` that was answered.
6. The server refuses unknown fields and types (`malformed_message`; the socket stays open). The panel ignores
   unknown fields and types, since extension and server are updated separately.
7. Offsets count Unicode code points. Moments are ISO 8601 with a zone, or null.

The server pings every 20 s. Limits (all are settings): 256 KB a message, 300 turns, 20,480 characters a turn,
50 conversations a socket, 64 messages waiting for a slow panel. Who reads nothing for 5 s is closed with
1013, who answers no ping for 20 s with 1011, who sends more than 200 pings, pongs or crumbs of messages
between two pings with 1008; a server that restarts closes with 1012. Admitted origins are the server's own
pages, the Sotto extension, and `SOTTO_ALLOWED_ORIGINS`; programs without an Origin header, and extensions in
Firefox (whose origins nobody can foretell), need only the token.
"""

SETTINGS_HEAD = """# Settings

Read once from environment variables when the server starts; an unknown or malformed `SOTTO_*` variable
stops the start with its name. Generated from `server/settings.py` by `python -m server wire --write`.

| variable | default | meaning |
|---|---|---|
"""

SETTINGS_TAIL = """
## Watching it

- `/healthz` answers 200 while the process lives.
- `/readyz` answers 200 when panels can be served, else 503 with what is missing (`model`, `knowledge`,
  `database`, `server` while it stops), who must act, and what to do. `warnings` stop nobody:
  `protocol`, while no protocol for a crisis holds.
- `/metrics` speaks Prometheus: open sockets and conversations; seconds to the first snippet, the first text
  and the ready suggestion (settle time excluded); suggestions begun and how they ended; outcomes; gaps;
  problems by code; events lost; the live revision. It holds counts only; keep it inside your network all the
  same.
- On SIGTERM the server turns not ready, lets live suggestions finish for `SOTTO_SHUTDOWN_WITHIN_S`, fails the
  rest, closes every socket with 1012, writes what is left to record, and exits with status 0.
- Log lines go to standard error and hold no text of customers or agents, only names, ids, counts and places.

With several workers, `/metrics` of any of them adds up all of them through `SOTTO_METRICS_FOLDER`, which
the server makes by itself. The limit of sockets that have not said hello counts per worker.
"""


def schema() -> dict[str, Any]:
    """The JSON Schema of every message: one definition a class, `client` and `server` are the unions."""
    unions, definitions = TypeAdapter.json_schemas(
        [("client", "validation", CLIENT_MESSAGE), ("server", "validation", SERVER_MESSAGE)],
        ref_template="#/$defs/{model}",
    )
    return {
        "$defs": definitions["$defs"],
        "client": unions[("client", "validation")],
        "server": unions[("server", "validation")],
    }


def schema_text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=1, sort_keys=True) + "\n"


def wire_page() -> str:
    """docs/wire.md."""
    parts = sorted(_parts(), key=lambda part: part.__name__)
    return "\n".join(
        [
            WIRE_HEAD,
            "## Client to server\n",
            *map(_section, _messages(ClientMessage)),
            "## Server to client\n",
            *map(_section, _messages(ServerMessage)),
            "## Parts of messages\n",
            *map(_section, parts),
            "## Problems\n",
            "| code | who must act | message | closes with |",
            "|---|---|---|---|",
            *(
                f"| `{code}` | {row.who} | {row.message} | {row.close or ''} |"
                for code, row in PROBLEMS.items()
            ),
            "",
        ]
    )


def settings_page() -> str:
    """docs/settings.md."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, (), PydanticUndefined) else f"`{field.default}`"
        rows.append(f"| `SOTTO_{name.upper()}` | {default} | {field.description} |")
    return SETTINGS_HEAD + "\n".join(rows) + "\n" + SETTINGS_TAIL


def generated(root: Path) -> dict[Path, str]:
    """Every generated file with its text."""
    return {
        root / "docs" / "wire.md": wire_page(),
        root / "docs" / "settings.md": settings_page(),
        root / "extension" / "src" / "wire.schema.json": schema_text(),
        root / "server" / "protocols" / f"{PROTOCOL}.json": schema_text(),
    }


def write_all(root: Path) -> None:
    """Write every generated file below the repository's root."""
    for path, text in generated(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _messages(union: Any) -> list[type[Message]]:
    return list(get_args(get_args(union)[0]))


def _parts() -> list[type[Part]]:
    return [part for part in Part.__subclasses__() if part is not Message]


def _section(model: type[Part]) -> str:
    kind = model.model_fields.get("type")
    title = f"`{kind.default}`" if kind else model.__name__
    rows = [f"### {title}\n", f"{(model.__doc__ or '').strip()}\n"]
    fields = {name: field for name, field in model.model_fields.items() if name != "type"}
    if fields:
        rows += ["| field | type | required |", "|---|---|---|"]
    properties = model.model_json_schema()["properties"]
    for name, field in fields.items():
        rows.append(f"| `{name}` | {_type(properties[name])} | {'yes' if field.is_required() else 'no'} |")
    return "\n".join([*rows, ""])


def _type(described: dict[str, Any]) -> str:
    """A JSON Schema type in words."""
    if "anyOf" in described:
        return " or ".join(_type(option) for option in described["anyOf"])
    if "oneOf" in described:
        return " or ".join(_type(option) for option in described["oneOf"])
    if "$ref" in described:
        return str(described["$ref"]).rsplit("/", 1)[-1]
    if "enum" in described:
        return " or ".join(f"`{value}`" for value in described["enum"])
    if "const" in described:
        return f"`{described['const']}`"
    if described.get("type") == "array":
        return f"list of {_type(described['items'])}{_bounds(described, 'Items')}"
    if described.get("format"):
        return str(described["format"])
    return f"{described.get('type', 'any')}{_bounds(described, 'Length')}"


def _bounds(described: dict[str, Any], of: str) -> str:
    most = described.get(f"max{of}")
    return f" (at most {most})" if most is not None else ""
