"""The owner's modules inside the locked process: imported from their text, with harmless builtins only."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from knowledge.rule import ALLOWED_IMPORTS

_WITHHELD = frozenset(
    {"open", "exec", "eval", "compile", "input", "breakpoint", "help", "exit", "quit", "print"}
)


class Guests:
    """Modules by dotted name, run when first imported; they may import each other and ALLOWED_IMPORTS."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._loaded: dict[str, ModuleType] = {}
        for name in ALLOWED_IMPORTS:
            importlib.import_module(name)
        harmless = {name: value for name, value in vars(builtins).items() if name not in _WITHHELD}
        self._builtins = harmless | {"__import__": self._import}

    def load(self, name: str) -> ModuleType:
        """The module of that name, its packages loaded before it."""
        if name in self._loaded:
            return self._loaded[name]
        parent, _, last = name.rpartition(".")
        above = self.load(parent) if parent else None
        module = ModuleType(name)
        package = self._is_package(name)
        module.__dict__.update(__builtins__=self._builtins, __package__=name if package else parent)
        self._loaded[name] = module
        # Dataclasses and enumerations look their module up by name.
        sys.modules.setdefault(name, module)
        if above is not None:
            setattr(above, last, module)
        exec(compile(self._sources.get(name, ""), name, "exec"), module.__dict__)
        return module

    def _is_package(self, name: str) -> bool:
        return any(source.startswith(f"{name}.") for source in self._sources)

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        _locals: object = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level:
            package = str((globals or {}).get("__package__", "")).split(".")
            name = ".".join([*package[: len(package) - level + 1], *([name] if name else [])])
        if name in self._sources or self._is_package(name):
            module = self.load(name)
            for wanted in fromlist or ():
                if f"{name}.{wanted}" in self._sources:
                    self.load(f"{name}.{wanted}")
            return module if fromlist else self.load(name.split(".")[0])
        if name.split(".")[0] in ALLOWED_IMPORTS and name in sys.modules:
            return sys.modules[name] if fromlist else sys.modules[name.split(".")[0]]
        raise ImportError(f"{name} is not for safe functions")
