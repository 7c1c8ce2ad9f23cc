"""A definition as a rule in words: docstring without examples, parameters, constants it uses. Pure."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.code.values import value_words
from knowledge.plain import is_rate, name_words
from knowledge.rule import Rule

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef

MOST_USED = 8
MOST_SAID = 1500
_TYPES = {
    "Decimal": "amount",
    "int": "whole number",
    "float": "number",
    "bool": "yes or no",
    "date": "date",
    "datetime": "date and time",
    "time": "time",
    "str": "text",
}
# What follows these in a docstring is for programmers.
_FOR_PROGRAMMERS = re.compile(
    r"(?:args|arguments|parameters|returns|raises|yields|notes?|examples?)\s*:?\s*$", re.I
)
_FIELD = re.compile(r":(?:param|type|returns?|rtype|raises)\b")
_ITEM = re.compile(r"\s*[*•-]\s+")
_QUOTED_NAME = re.compile(r"``?([A-Za-z_][\w.]*)``?")


@dataclass(frozen=True, slots=True)
class Names:
    """What the top level of a module defines: constants and functions by name, in source order."""

    constants: Mapping[str, ast.expr] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    classes: Mapping[str, ast.ClassDef] = field(default_factory=dict)


def names_of(tree: ast.Module) -> Names:
    """The names that a module's top level gives a value."""
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                constants[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                constants[name] = value
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    return Names(constants, functions, classes)


def function_rule(node: Function, titles: tuple[str, ...], names: Names) -> Rule:
    """The rule of a function or method; `titles` lead to it and end with its name."""
    signature = ast.unparse(ast.Module([_without_body(node)], [])).removesuffix("\n    pass")
    return Rule(
        function=".".join(titles),
        says=_said(node) or name_words(node.name).capitalize() + ".",
        takes=tuple(_takes(node.args, names)),
        uses=tuple(_uses(node, names)),
        signature=signature.rstrip(":").split("\n")[-1],
    )


def scope_rule(scope: ast.Module | ast.ClassDef, names: Names) -> Rule | None:
    """What a module or a class says of itself, with the module's constants; None without a docstring."""
    says = _said(scope)
    if not says:
        return None
    uses = _told(list(names.constants), names) if isinstance(scope, ast.Module) else []
    return Rule(function=None, says=says, uses=tuple(uses))


def _without_body(node: Function) -> Function:
    kind = type(node)
    bare = kind(node.name, node.args, [ast.Pass()], [], node.returns)
    return ast.copy_location(ast.fix_missing_locations(bare), node)


# ---- the docstring -----------------------------------------------------------------------------------------


def _said(node: Definition | ast.Module) -> str:
    """The paragraphs of a docstring up to its examples and lists for programmers."""
    said: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(ast.get_docstring(node) or "")):
        lines = paragraph.strip().split("\n")
        if _FOR_PROGRAMMERS.match(lines[0]) or _FIELD.match(lines[0]):
            break
        if lines[0].startswith((">>>", "...")):
            # The line that leads to an example says nothing without it.
            said = said[:-1] if said and said[-1].endswith(":") else said
        elif paragraph.strip():
            said.append(_flowing(lines))
    text = _QUOTED_NAME.sub(lambda match: name_words(match[1]), "\n\n".join(said))
    return text if len(text) <= MOST_SAID else text[: MOST_SAID - 1].rstrip() + "…"


def _flowing(lines: list[str]) -> str:
    """Wrapped lines as one; list items keep lines of their own."""
    joined: list[str] = []
    for line in lines:
        if _ITEM.match(line):
            joined.append("• " + _ITEM.sub("", line, count=1).strip())
        elif joined:
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    return "\n".join(joined)


# ---- parameters and constants ------------------------------------------------------------------------------


def _takes(arguments: ast.arguments, names: Names) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    unset: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    known = [*zip(plain, [*unset, *arguments.defaults], strict=True)]
    known += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for argument, default in known:
        if argument.arg in {"self", "cls"}:
            continue
        kind = _type_words(argument.annotation, names)
        told = name_words(argument.arg) + (f" ({kind})" if kind else "")
        yield told if default is None else f"{told}, else {_default_words(default, names)}"


def _default_words(default: ast.expr, names: Names) -> str:
    if isinstance(default, ast.Name) and default.id in names.constants:
        default = names.constants[default.id]
    return value_words(default) or ast.unparse(default)


def _type_words(annotation: ast.expr | None, names: Names) -> str:
    match annotation:
        case None:
            return ""
        case ast.Name(id=name) if name in names.constants:
            return _type_words(names.constants[name], names)
        case ast.Name(id=name) if name in names.classes:
            return _members(names.classes[name]) or name_words(name)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _TYPES.get(name, name_words(name))
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _either([value_words(item) or ast.unparse(item) for item in items])
        case ast.Subscript(value=ast.Name(id="Sequence" | "list" | "tuple" | "Iterable"), slice=inner):
            return f"list of {_type_words(inner, names)}"
        case ast.BinOp(left=left, op=ast.BitOr()):
            return _type_words(left, names)
    return ""


def _members(node: ast.ClassDef) -> str:
    """The values of an enumeration."""
    if not any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases):
        return ""
    values = [item.value for item in node.body if isinstance(item, ast.Assign)]
    return _either([value_words(value) or ast.unparse(value) for value in values])


def _either(items: list[str]) -> str:
    return "".join(items) if len(items) < 2 else f"{', '.join(items[:-1])} or {items[-1]}"


def _uses(node: Function, names: Names) -> list[str]:
    """The constants in its body, then those in the functions of the module that it calls."""
    used: dict[str, None] = {}
    waiting, seen = [node], {node.name}
    while waiting:
        mentioned = _mentioned(waiting.pop(0))
        used |= dict.fromkeys(name for name in mentioned if name in names.constants)
        called = [name for name in mentioned if name in names.functions and name not in seen]
        seen |= {*called}
        waiting += [names.functions[name] for name in called]
    return _told(list(used), names)


def _mentioned(node: Function) -> list[str]:
    """Every name that the body mentions, in source order."""
    found = [item for statement in node.body for item in ast.walk(statement) if isinstance(item, ast.Name)]
    found.sort(key=lambda item: (item.lineno, item.col_offset))
    return list(dict.fromkeys(item.id for item in found))


def _told(used: list[str], names: Names) -> list[str]:
    """Constants with their values; types, private ones, and what only code can say are left out."""
    valued = [(name, value_words(names.constants[name], is_rate(name))) for name in used if name[0] != "_"]
    told = [f"{name_words(name)}: {value}" for name, value in valued if value]
    more = len(told) - MOST_USED
    return told if more <= 0 else [*told[:MOST_USED], f"and {more} more"]
