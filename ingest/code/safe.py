"""Functions that an owner marked safe: held against the code, and made ready to be worked out elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from ingest.code.modules import Function, Modules
from ingest.config import InputConfig, SafeConfig
from knowledge.plain import name_words
from knowledge.rule import ALLOWED_IMPORTS, Input, Safe

MOST_CODE = 200_000


class NotSafe(Exception):
    """This function can't be worked out; the text says why and what its owner must do."""


def safe_function(config: SafeConfig, modules: Modules) -> Safe:
    """The function ready to be worked out; raises NotSafe when code and knowledge.toml don't fit together."""
    path, _, name = config.function.partition(":")
    module = modules.module(path)
    node = module.function(name) if module else None
    if node is None or "." in name:
        raise NotSafe("there is no such function at the top of that file: correct `function`, or remove it")
    if isinstance(node, ast.AsyncFunctionDef):
        raise NotSafe("it is async, and can't be worked out: remove it")
    _check_inputs(node, config.inputs)
    sources = modules.sources(path)
    _check_imports(sources)
    if sum(len(text) for text in sources.values()) > MOST_CODE:
        raise NotSafe(f"its modules hold more than {MOST_CODE:,} characters: move it to a smaller one")
    inputs = tuple(_input(name, one) for name, one in config.inputs.items())
    return Safe(modules.dotted(path), name, tuple(sorted(sources.items())), inputs, config.gives)


def _check_inputs(node: Function, inputs: Mapping[str, InputConfig]) -> None:
    arguments = node.args
    plain = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
    if unknown := sorted(inputs.keys() - {*plain}):
        raise NotSafe(f"it has no parameter `{unknown[0]}`: correct `inputs`")
    optional = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    given = {argument.arg for argument in optional}
    given |= {
        a.arg for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default
    }
    if arguments.posonlyargs:
        raise NotSafe("it has parameters without names, and can't be worked out: remove it")
    if missing := [name for name in plain if name not in inputs and name not in given]:
        raise NotSafe(
            f"its parameter `{missing[0]}` has no entry in `inputs`: say where its value comes from"
        )


def _check_imports(sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        for imported in _imported(ast.parse(text), name):
            top = imported.split(".")[0]
            if top not in ALLOWED_IMPORTS and not any(s.split(".")[0] == top for s in sources):
                raise NotSafe(
                    f"its code imports {top}, which reaches beyond pure sums: mark another function"
                )


def _imported(tree: ast.Module, _name: str) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _input(name: str, config: InputConfig) -> Input:
    tag, value = _tagged(config.value)
    return Input(name, config.label or name_words(name), config.source, config.near, tag, value)


def _tagged(value: bool | int | float | date | str | None) -> tuple[str, str]:
    """A fixed value as a type and its text; a TOML number with a point is an exact amount."""
    match value:
        case None:
            return "", ""
        case bool():
            return "bool", str(value).lower()
        case int():
            return "int", str(value)
        case float():
            return "decimal", str(Decimal(str(value)))
        case date():
            return "date", value.isoformat()
        case _:
            return "str", str(value)
