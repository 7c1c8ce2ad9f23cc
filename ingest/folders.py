"""From the paths on the command line to folders with their settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.code.wordings import read_wordings
from ingest.config import EXAMPLE, FILE_NAME, KnowledgeConfig, SourceConfig, load_config
from ingest.errors import IngestError
from ingest.read.forms import HTML, MARKDOWN
from ingest.survey import Folder
from knowledge.document import Audience, Kind


@dataclass(frozen=True, slots=True)
class Bare:
    """How to read a folder that has no `knowledge.toml`; all three are needed."""

    kind: Kind | None = None
    audience: Audience | None = None
    owner: str | None = None


def open_folder(path: Path, bare: Bare) -> Folder:
    """The folder at `path`, or of the `knowledge.toml` at `path`; raises IngestError."""
    file = path if path.is_file() else path / FILE_NAME
    if not path.exists():
        raise IngestError(f"{path}: no such file or folder. Name the folder that holds {FILE_NAME}.")
    given = [value for value in (bare.kind, bare.audience, bare.owner) if value is not None]
    if file.is_file():
        if file.suffix != ".toml":
            raise IngestError(
                f"{path}: expected a folder or a {FILE_NAME}. Name the folder that holds the documents."
            )
        if given:
            raise IngestError(
                f"{file} settles kind, audience and owner: leave out --kind, --audience and --owner."
            )
        return Folder(file.parent, load_config(file), read_wordings(file.parent))
    if len(given) < 3:
        raise IngestError(
            f"{path}: has no {FILE_NAME}. Write one, for example:\n\n{EXAMPLE}\n"
            "or say what the folder holds: ingest sync FOLDER --kind policy --audience public --owner NAME"
        )
    return Folder(path, _bare_config(path.resolve().name, bare))


def _bare_config(name: str, bare: Bare) -> KnowledgeConfig:
    endings = (".py",) if bare.kind is Kind.CODE else (*MARKDOWN, *HTML, ".csv")
    if bare.kind is Kind.CODE and bare.audience is not Audience.INTERNAL:
        raise IngestError("Code is never shown to customers: expected --audience internal with --kind code.")
    source = SourceConfig.model_validate(
        {
            "name": name,
            "kind": bare.kind,
            "audience": bare.audience,
            "owner": bare.owner,
            "include": tuple(f"**/*{ending}" for ending in endings),
        }
    )
    return KnowledgeConfig.model_validate({"name": name, "source": (source,)})
