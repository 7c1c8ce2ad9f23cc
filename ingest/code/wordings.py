"""`wordings.toml`: public sentences that owners approved, each bound to the code that it states."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.config import FunctionId
from ingest.errors import IngestError

WORDINGS_FILE = "wordings.toml"
MOST_CHARACTERS = 600
HEAD = """\
# Public sentences that owners approved, each bound to the code that it states.
# Written by `ingest wording`: comments of your own are lost here.
"""


class Approved(BaseModel):
    """One wording: `digest` is that of the code when its owner `by` approved it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    function: FunctionId
    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    digest: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date

    @property
    def path(self) -> str:
        """The file of the function, below the folder."""
        return self.function.partition(":")[0]

    @property
    def name(self) -> str:
        """The function's name in its module, as `late_fee` or `Plan.pay`."""
        return self.function.partition(":")[2]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    wording: tuple[Approved, ...] = ()


class Unsendable(Exception):
    """This sentence can't go to a customer; the text says why."""


def read_wordings(root: Path) -> tuple[Approved, ...]:
    """The wordings of a folder, none without the file; raises IngestError when it can't be read."""
    file = root / WORDINGS_FILE
    if not file.is_file():
        return ()
    try:
        return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).wording
    except OSError as error:
        raise IngestError(
            f"{file}: cannot be read ({error.strerror}). Whoever runs ingest must fix that."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IngestError(f"{file}: not valid TOML: {error}. The knowledge owner must correct it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise IngestError(f"{file}: {where}: {first['msg']}. The knowledge owner must correct it.") from error


def write_wordings(root: Path, wordings: Sequence[Approved]) -> None:
    """Write the file anew, in order of the functions; removed when there is none left."""
    file = root / WORDINGS_FILE
    if not wordings:
        file.unlink(missing_ok=True)
        return
    entries = [_entry(one) for one in sorted(wordings, key=lambda one: one.function)]
    beside = file.with_suffix(".toml.new")
    beside.write_text("\n".join([HEAD, *entries]), encoding="utf-8")
    beside.replace(file)


def _entry(one: Approved) -> str:
    # JSON's strings are valid in TOML, since `sendable` lets no control character in.
    texts = {"function": one.function, "text": one.text, "digest": one.digest, "by": one.by}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in texts.items()]
    return "\n".join(["[[wording]]", *lines, f"on = {one.on.isoformat()}", ""])


def sendable(text: str, code: str) -> str:
    """The sentence as it may go to a customer; raises Unsendable when it shows how the code is written."""
    text = " ".join(text.split())
    if not text:
        raise Unsendable("it is empty")
    if len(text) > MOST_CHARACTERS:
        raise Unsendable(f"it has {len(text)} characters, at most {MOST_CHARACTERS}")
    if not text.isprintable():
        raise Unsendable("it holds characters that can't be seen")
    names = {name for name in re.findall(r"[A-Za-z]\w*", code) if "_" in name.strip("_")}
    if shown := sorted(names & {*re.findall(r"[A-Za-z]\w*", text)}):
        raise Unsendable(f"it names `{shown[0]}`, which only code does")
    return text
