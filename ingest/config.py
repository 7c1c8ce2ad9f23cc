"""`knowledge.toml`: what a folder holds, who may read it and who answers for it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from ingest.errors import IngestError
from knowledge.document import Audience, Kind

FILE_NAME = "knowledge.toml"

EXAMPLE = """\
name = "Example"
timezone = "Europe/London"

[[source]]
name = "policies"
kind = "policy"          # policy, faq, macro, product, code or protocol
audience = "public"      # public, expert or internal
owner = "jane.doe"
include = ["policies/**/*.md"]
"""


class SourceConfig(BaseModel):
    """One `[[source]]`: files of one kind with one owner; paths are relative to the folder of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    kind: Kind
    audience: Audience
    owner: str = Field(min_length=1)
    include: tuple[str, ...] = Field(min_length=1)
    exclude: tuple[str, ...] = ()
    locale: str | None = None
    product: str | None = None
    entity: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None

    @field_validator("include", "exclude")
    @classmethod
    def _stay_inside(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not pattern or pattern.startswith("/") or ".." in PurePosixPath(pattern).parts:
                raise ValueError(
                    f"{pattern!r} must be a pattern below this folder, such as 'policies/**/*.md'"
                )
        return patterns

    @field_validator("url")
    @classmethod
    def _known_placeholders(cls, url: str | None) -> str | None:
        unknown = set(re.findall(r"{([^{}]*)}", url or "")) - {"stem", "path"}
        if unknown:
            raise ValueError(f"unknown placeholder {{{min(unknown)}}}; expected {{stem}} or {{path}}")
        return url

    @model_validator(mode="after")
    def _some_kinds_are_internal(self) -> Self:
        if self.kind in (Kind.CODE, Kind.PROTOCOL) and self.audience is not Audience.INTERNAL:
            raise ValueError(
                f'audience of a source of kind "{self.kind}" must be "internal": '
                f"{'code' if self.kind is Kind.CODE else 'a protocol'} is never shown to customers"
            )
        return self


class InputConfig(BaseModel):
    """Where the value of one parameter comes from: the dialogue, or `value`, which is always the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Literal["amount", "days", "months", "date", "today", "tier", "fixed"] = Field(alias="from")
    near: tuple[str, ...] = ()
    label: str | None = None
    value: bool | int | float | date | str | None = None

    @model_validator(mode="after")
    def _value_when_fixed(self) -> Self:
        if (self.source == "fixed") != (self.value is not None):
            raise ValueError('expected `value` with from = "fixed", and only there')
        return self


FunctionId = Annotated[str, Field(pattern=r"^[^:]+\.py:[A-Za-z_][\w.]*$")]


class SafeConfig(BaseModel):
    """One `[[safe]]`: a function, as `path.py:name`, that Sotto may work out with a customer's values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    function: FunctionId
    inputs: dict[str, InputConfig] = {}
    gives: Literal["amount", "days", "date", "percent", "number"] = "number"


class KnowledgeConfig(BaseModel):
    """A whole `knowledge.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    timezone: str = "UTC"
    locale: str = "en"
    prefix: str = Field("", pattern=r"^([^/\s]+/)*$")
    max_document_mb: float = Field(5.0, gt=0)
    source: tuple[SourceConfig, ...] = Field(min_length=1)
    safe: tuple[SafeConfig, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown timezone {zone!r}; expected a name such as 'Europe/London'") from error
        return zone

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [source.name for source in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are named {twice[0]!r}; every source needs a name of its own")
        functions = [safe.function for safe in self.safe]
        if again := sorted({one for one in functions if functions.count(one) > 1}):
            raise ValueError(f"two [[safe]] name {again[0]!r}; a function is marked once")
        return self


def load_config(file: Path) -> KnowledgeConfig:
    """Read and check `file`; raises IngestError naming file, line, key and the nearest valid key."""
    try:
        text = file.read_bytes().decode("utf-8")
        return KnowledgeConfig.model_validate(tomllib.loads(text))
    except OSError as error:
        raise IngestError(
            f"{file}: cannot be read ({error.strerror}). Whoever runs ingest must fix that."
        ) from error
    except UnicodeDecodeError as error:
        raise IngestError(
            f"{file}: not UTF-8 at byte {error.start}. The knowledge owner must save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise IngestError(f"{file}: not valid TOML: {error}. The knowledge owner must correct it.") from error
    except ValidationError as error:
        problems = "\n".join(f"{file}{_describe(text, problem)}" for problem in error.errors())
        raise IngestError(
            f"{problems}\nThe knowledge owner must correct it; nothing was published."
        ) from error


def _describe(text: str, problem: ErrorDetails) -> str:
    line = line_of(text, problem["loc"])
    where = f", line {line}" if line else ""
    if in_source := [part for part in problem["loc"] if isinstance(part, int)]:
        where += f", [[{problem['loc'][0]}]] number {in_source[0] + 1}"
    return f"{where}: {_explain(problem)}"


def _explain(problem: ErrorDetails) -> str:
    loc = problem["loc"]
    key = next((part for part in reversed(loc) if isinstance(part, str)), "the file")
    if problem["type"] == "missing":
        return f"the key `{key}` is missing"
    if problem["type"] == "extra_forbidden":
        model = _model_at(loc)
        keys = [field.alias or name for name, field in model.model_fields.items()]
        near = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"expected one of {', '.join(keys)}"
        return f"unknown key `{key}`; {hint}"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"`{key}`: {message}" if problem["loc"] else message
    return f"`{key}`: {message}, received {_brief(problem['input'])}"


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    if len(loc) == 1:
        return KnowledgeConfig
    if loc[0] == "source":
        return SourceConfig
    return InputConfig if "inputs" in loc else SafeConfig


def _brief(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def line_of(text: str, loc: tuple[int | str, ...]) -> int | None:
    """The 1-based line of a key in TOML text, of its `[[source]]` or `[[safe]]` without it, else None."""
    number = next((part for part in loc if isinstance(part, int)), None)
    wanted = None if number is None else (loc[0], number)
    key = next((part for part in reversed(loc) if isinstance(part, str)), None)
    table: tuple[str, int] | None = None
    tables, header = Counter[str](), None
    for at, line in enumerate(text.splitlines(), start=1):
        if opened := re.match(r"\s*\[\[\s*(\w+)\s*\]\]", line):
            table = (opened[1], tables[opened[1]])
            tables[opened[1]] += 1
            header = at if table == wanted else header
        elif table == wanted and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return at
    return header
