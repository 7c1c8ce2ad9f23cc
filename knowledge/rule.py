"""Code as a source of truth: a rule in words, its approved wording, how to work it out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

# What the code of a safe function may import: sums, dates and text, nothing that reaches the machine.
ALLOWED_IMPORTS = frozenset(
    (
        *(
            "__future__",
            "abc",
            "bisect",
            "calendar",
            "collections",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
        ),
        *("fractions", "functools", "itertools", "math", "numbers", "operator", "re", "statistics", "string"),
        *("types", "typing"),
    )
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A public sentence of the owner `by`, bound to the code that it states."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Input:
    """Where the value of a parameter comes from: `source` is a `from` of knowledge.toml.

    `near` are words that stand beside the value in a dialogue; `tag` and `value` hold a fixed one.
    """

    name: str
    label: str
    source: str
    near: tuple[str, ...] = ()
    tag: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Safe:
    """A function that its owner lets Sotto work out: its modules' code, its inputs, what it gives."""

    module: str
    function: str
    modules: tuple[tuple[str, str], ...]
    inputs: tuple[Input, ...]
    gives: str = "number"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a piece of code decides, in words; `function` is its id, None for a module or a class.

    `takes` are the parameters and `uses` the constants with their values, each a few words. `code` is the
    whole function, from `first_line` to `last_line`, of which a passage may hold a part.
    """

    function: str | None
    says: str
    takes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    signature: str | None = None
    wording: Wording | None = None
    safe: Safe | None = None
    code: str | None = None
    first_line: int | None = None
    last_line: int | None = None


def rule_fields(rule: Rule) -> dict[str, Any]:
    """The rule as JSON holds it; dates are left to the writer."""
    return {name: value for name, value in asdict(rule).items() if value not in (None, ())}


def rule_of(fields: Mapping[str, Any]) -> Rule:
    """The rule that `rule_fields` gave, after JSON."""
    wording, safe = fields.get("wording"), fields.get("safe")
    return Rule(
        function=fields.get("function"),
        says=fields["says"],
        takes=tuple(fields.get("takes", ())),
        uses=tuple(fields.get("uses", ())),
        signature=fields.get("signature"),
        wording=wording and Wording(wording["text"], wording["by"], date.fromisoformat(wording["on"])),
        safe=safe and _safe(safe),
        code=fields.get("code"),
        first_line=fields.get("first_line"),
        last_line=fields.get("last_line"),
    )


def _safe(fields: Mapping[str, Any]) -> Safe:
    modules = tuple((name, text) for name, text in fields["modules"])
    inputs = tuple(Input(**(one | {"near": tuple(one["near"])})) for one in fields["inputs"])
    return Safe(fields["module"], fields["function"], modules, inputs, fields["gives"])
