"""Literal values of source code in words that an agent can read. Pure."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from knowledge.plain import day_words, name_words, number_words

MOST_ITEMS = 8
MOST_CHARACTERS = 160
_WRAPPERS = frozenset({"MappingProxyType", "frozenset", "set", "tuple", "list", "dict"})


def value_words(node: ast.expr, rate: bool = False) -> str | None:
    """A constant as "11.9 %", "1 January 2026", "standard = 5, plus = 7"; None when only code can say it."""
    text = _words(node, rate)
    if text is None or len(text) <= MOST_CHARACTERS:
        return text
    return text[: MOST_CHARACTERS - 1].rstrip() + "…"


def _words(node: ast.expr, rate: bool) -> str | None:
    match node:
        case ast.Constant(value=value):
            return _constant(value, rate)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _called(name, node, rate)
        case ast.Dict(keys=keys, values=values) if all(keys):
            pairs = [(_words(k, False), _words(v, rate)) for k, v in zip(keys, values, strict=True) if k]
            return _joined([f"{k} = {v}" if k is not None and v is not None else None for k, v in pairs])
        case ast.Set(elts=items) | ast.Tuple(elts=items) | ast.List(elts=items):
            return _joined([_words(item, rate) for item in items])
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name_words(name)
    return None


def _constant(value: object, rate: bool) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, int | float):
        return _number(str(value), rate)
    return value if isinstance(value, str) else repr(value)


def _number(text: str, rate: bool) -> str:
    try:
        return number_words(Decimal(text), rate)
    except InvalidOperation:
        return text


def _called(name: str, node: ast.Call, rate: bool) -> str | None:
    given = [a.value for a in node.args if isinstance(a, ast.Constant)]
    if len(given) != len(node.args):
        inner = node.args[0] if len(node.args) == 1 and name in _WRAPPERS else None
        return _words(inner, rate) if inner else None
    if node.keywords:
        return _span(node) if name == "timedelta" and not given else None
    shown: dict[str, Callable[..., str]] = {
        "Decimal": lambda text: _number(str(text), rate),
        "date": lambda *ymd: day_words(date(*ymd)),
        "time": lambda hour=0, minute=0, *_: f"{hour:02}:{minute:02}",
    }
    try:
        return shown[name](*given) if name in shown else None
    except (TypeError, ValueError):
        return None


def _span(node: ast.Call) -> str | None:
    values = [(k.arg, k.value.value) for k in node.keywords if isinstance(k.value, ast.Constant)]
    return " ".join(f"{value} {unit}" for unit, value in values if isinstance(value, int)) or None


def _joined(items: list[str | None]) -> str | None:
    told = [item for item in items if item is not None]
    if len(told) < len(items):
        return None
    more = len(told) - MOST_ITEMS
    return ", ".join(told[:MOST_ITEMS]) + (f" and {more} more" if more > 0 else "")
