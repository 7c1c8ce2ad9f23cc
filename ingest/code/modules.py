"""The Python modules of one folder, and all the code that a function rests on, wherever it stands."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import UnreadableDocument
from ingest.read.forms import decode

Function = ast.FunctionDef | ast.AsyncFunctionDef
WHOLE = "*"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of code: its path below the folder, its lines and its syntax tree."""

    path: str
    lines: list[str]
    tree: ast.Module

    def function(self, name: str) -> Function | None:
        """The function or method called so, as `late_fee` or `Plan.pay`."""
        scope: ast.Module | ast.ClassDef = self.tree
        *classes, last = name.split(".")
        for part in classes:
            found = next((n for n in scope.body if isinstance(n, ast.ClassDef) and n.name == part), None)
            if found is None:
                return None
            scope = found
        return next((n for n in scope.body if isinstance(n, Function) and n.name == last), None)


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that an import gives: a whole module of the folder (`attribute` None), or something in it.

    `path` is None for what stands outside the folder; `told` is the import in full.
    """

    told: str
    path: str | None
    attribute: str | None


class Modules:
    """The code below `root`, read when asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[str, Module | None] = {}

    def module(self, path: str) -> Module | None:
        """The module at a path below the folder; None when it isn't there or isn't valid code."""
        if path not in self._read:
            self._read[path] = self._load(path)
        return self._read[path]

    def digest(self, path: str, function: str) -> str | None:
        """16 hex digits over all code that decides what a function does; None when there is no such function.

        That is the function, and the functions, classes, constants and imports of this folder that it uses,
        deeply. Blank lines and lines of comment don't count.
        """
        module = self.module(path)
        if module is None or module.function(function) is None:
            return None
        told: set[tuple[str, int, str]] = set()
        waiting, seen = [(path, function.split(".")[0])], set[tuple[str, str]]()
        while waiting:
            place = waiting.pop()
            if place not in seen and (found := self.module(place[0])):
                seen.add(place)
                for line, text, uses in self._code_of(found, place[1]):
                    told.add((place[0], line, text))
                    waiting += uses
        code = "\n".join(text for _, _, text in sorted(told))
        return hashlib.sha256(code.encode()).hexdigest()[:16]

    def sources(self, path: str) -> dict[str, str]:
        """The text of a module and of every module of the folder that it imports, by dotted name."""
        found: dict[str, str] = {}
        waiting = [(self.dotted(path), path)]
        while waiting:
            name, at = waiting.pop()
            module = self.module(at)
            if module is None or name in found:
                continue
            found[name] = "\n".join(module.lines)
            for imported in self._imports(module).values():
                if imported.path:
                    waiting.append((imported.told.split(":")[0], imported.path))
        return found

    def dotted(self, path: str) -> str:
        """The name under which a module is imported: from the highest folder above it that is a package."""
        at = PurePosixPath(path)
        parts = [] if at.stem == "__init__" else [at.stem]
        folder = at.parent
        while folder.parts and (self._root / folder / "__init__.py").is_file():
            parts.insert(0, folder.name)
            folder = folder.parent
        return ".".join(parts) or at.stem

    def _load(self, path: str) -> Module | None:
        try:
            text = decode((self._root / path).read_bytes())
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return Module(path, text.split("\n"), ast.parse(text))
        except (OSError, UnreadableDocument, SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def _code_of(self, module: Module, name: str) -> Iterator[tuple[int, str, list[tuple[str, str]]]]:
        """What gives `name` its meaning in a module: (line, code, the places that this code uses in turn)."""
        imports = self._imports(module)
        for known in {name, WHOLE} & imports.keys():
            imported = imports[known]
            uses = [(imported.path, imported.attribute or WHOLE)] if imported.path else []
            yield 0, f"{imported.told} as {known}", uses
        for node in module.tree.body:
            if name == WHOLE or gives(node, name):
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                lines = module.lines[first - 1 : node.end_lineno]
                code = "\n".join(line.rstrip() for line in lines if _counts(line))
                mentioned = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
                yield first, code, [(module.path, used) for used in sorted(mentioned - {name})]

    def _imports(self, module: Module) -> dict[str, Imported]:
        found: dict[str, Imported] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.split(".")[0]
                    found[name] = Imported(alias.name, self._file(module.path, alias.name), None)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(module.path, node)
                for alias in node.names:
                    found[alias.asname or alias.name] = self._from(module.path, base, alias.name)
        return found

    def _from(self, importer: str, base: str, name: str) -> Imported:
        submodule = f"{base}.{name}" if base else name
        if path := self._file(importer, submodule):
            return Imported(submodule, path, None)
        return Imported(f"{base}:{name}", self._file(importer, base), name)

    def _absolute(self, importer: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.dotted(importer).split(".")
        up = node.level - (1 if PurePosixPath(importer).stem == "__init__" else 0)
        return ".".join([*package[: len(package) - up], *([node.module] if node.module else [])])

    def _file(self, importer: str, dotted: str) -> str | None:
        """Where a module stands in the folder, looked for from the importer's folder upwards."""
        if not dotted:
            return None
        below = PurePosixPath(*dotted.split("."))
        for folder in PurePosixPath(importer).parents:
            for path in (folder / below.with_suffix(".py"), folder / below / "__init__.py"):
                if (self._root / path).is_file():
                    return path.as_posix()
        return None


def gives(node: ast.stmt, name: str) -> bool:
    """Whether a statement at the top of a module defines `name` or changes what it holds."""
    if isinstance(node, Function | ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    return any(_root(item) == name for item in ast.walk(node) if _changes(item))


def _changes(item: ast.AST) -> bool:
    """An assignment to a name or into it, or a call of one of its methods for its own sake."""
    if isinstance(item, ast.Name | ast.Attribute | ast.Subscript):
        return isinstance(item.ctx, ast.Store | ast.Del)
    return isinstance(item, ast.Expr) and isinstance(item.value, ast.Call)


def _root(item: ast.AST) -> str | None:
    """The name at the start of `name.a[0].b()`."""
    while isinstance(item, ast.Attribute | ast.Subscript | ast.Call | ast.Expr):
        item = item.func if isinstance(item, ast.Call) else item.value
    return item.id if isinstance(item, ast.Name) else None


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
