"""What a folder's owners said of its code: which wordings still hold, which functions may be worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

from ingest.code.modules import Modules
from ingest.code.safe import NotSafe, safe_function
from ingest.code.wordings import WORDINGS_FILE, Approved
from ingest.config import FILE_NAME, SafeConfig
from ingest.read.outline import Reading, Section
from knowledge.rule import Safe, Wording


@dataclass(frozen=True, slots=True)
class Said:
    """What holds of one file's functions, by their names in the module."""

    wordings: dict[str, Wording] = field(default_factory=dict)
    safe: dict[str, Safe] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """All of it as text, empty when nothing is said: equal text gives equal passages."""
        return repr(asdict(self)) if self.wordings or self.safe else ""


@dataclass(slots=True)
class Statements:
    """All that holds, by file; `withdrawn` and `refused` say what doesn't and who must act, by function."""

    said: dict[str, Said] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def of(self, path: str) -> Said:
        """What holds of the functions in one file."""
        return self.said.get(path, NOTHING)

    def warnings(self) -> dict[str, tuple[str, ...]]:
        """What doesn't hold, by the file in which it is said."""
        told = {WORDINGS_FILE: self.withdrawn, FILE_NAME: self.refused}
        return {
            file: tuple(f"{name}: {why}" for name, why in said.items()) for file, said in told.items() if said
        }


NOTHING = Said()
OwnerOf = Callable[[str], str | None]


def statements(
    modules: Modules, wordings: tuple[Approved, ...], safe: tuple[SafeConfig, ...], owner_of: OwnerOf
) -> Statements:
    """Hold everything said against the code as it is; `owner_of` names a file's owner, None for no code."""
    found = Statements()
    for one in wordings:
        owner = owner_of(one.path)
        if why := _withdrawn(one, modules.digest(one.path, one.name), owner):
            found.withdrawn[one.function] = why
        else:
            said = found.said.setdefault(one.path, Said())
            said.wordings[one.name] = Wording(one.text, one.by, one.on)
    for config in safe:
        path, _, name = config.function.partition(":")
        owner = owner_of(path)
        try:
            if owner is None:
                raise NotSafe("no source of kind code holds that file: correct `function`, or remove it")
            found.said.setdefault(path, Said()).safe[name] = safe_function(config, modules)
        except NotSafe as reason:
            found.refused[config.function] = f"not worked out: {reason} ({owner or 'the knowledge owner'})"
    return found


def _withdrawn(one: Approved, digest: str | None, owner: str | None) -> str | None:
    who = owner or one.by
    again = f"{who} must approve it again (ingest wording approve) or withdraw it (ingest wording withdraw)"
    if owner is None or digest is None:
        return f"wording withdrawn: there is no such function any more; {who} must withdraw it"
    if digest != one.digest:
        return f"wording withdrawn: the code changed since {one.by} approved it on {one.on}; {again}"
    return None


def with_said(reading: Reading, said: Said, path: str) -> Reading:
    """The reading of a file of code with full ids, and with what was said of its functions."""
    return replace(reading, sections=tuple(_with_said(section, said, path) for section in reading.sections))


def _with_said(section: Section, said: Said, path: str) -> Section:
    rule = section.rule
    if rule is None or rule.function is None:
        return section
    name = rule.function
    stated = replace(
        rule, function=f"{path}:{name}", wording=said.wordings.get(name), safe=said.safe.get(name)
    )
    return replace(section, rule=stated)
