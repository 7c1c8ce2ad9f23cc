"""`knowledge.toml`: what a folder holds, who may read it and who answers for it."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any, Self
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
kind = "policy"          # policy, faq, macro, product or code
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
    def _code_is_internal(self) -> Self:
        if self.kind is Kind.CODE and self.audience is not Audience.INTERNAL:
            raise ValueError(
                'audience of a source of kind "code" must be "internal": code is never shown to customers'
            )
        return self


class KnowledgeConfig(BaseModel):
    """A whole `knowledge.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    timezone: str = "UTC"
    locale: str = "en"
    prefix: str = Field("", pattern=r"^([^/\s]+/)*$")
    max_document_mb: float = Field(5.0, gt=0)
    source: tuple[SourceConfig, ...] = Field(min_length=1)

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
        where += f", [[source]] number {in_source[0] + 1}"
    return f"{where}: {_explain(problem)}"


def _explain(problem: ErrorDetails) -> str:
    loc = problem["loc"]
    key = next((part for part in reversed(loc) if isinstance(part, str)), "the file")
    if problem["type"] == "missing":
        return f"the key `{key}` is missing"
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = SourceConfig if len(loc) > 1 else KnowledgeConfig
        near = difflib.get_close_matches(key, list(model.model_fields), n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"expected one of {', '.join(model.model_fields)}"
        return f"unknown key `{key}`; {hint}"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"`{key}`: {message}" if problem["loc"] else message
    return f"`{key}`: {message}, received {_brief(problem['input'])}"


def _brief(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def line_of(text: str, loc: tuple[int | str, ...]) -> int | None:
    """The 1-based line of a key in TOML text, of its `[[source]]` header without it, else None."""
    wanted = next((part for part in loc if isinstance(part, int)), None)
    key = next((part for part in reversed(loc) if isinstance(part, str)), None)
    table, header = None, None
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*source\s*\]\]", line):
            table = 0 if table is None else table + 1
            header = number if table == wanted else header
        elif table == wanted and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header
