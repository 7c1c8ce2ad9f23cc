"""The sums that a function really did, step by step, with the values in place of the names."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from knowledge.plain import is_rate, name_words, plain

MOST_STEPS = 6
MOST_EVENTS = 5_000
_SIGNS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("−", 1),
    ast.Mult: ("×", 2),
    ast.Div: ("÷", 2),
    ast.FloorDiv: ("÷", 2),
}
_EITHER = {"min": "the smaller of", "max": "the larger of"}


@dataclass(slots=True)
class Recorder:
    """Remembers which lines of one function ran, with its variables before each."""

    code: CodeType
    events: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    returned: Any = None

    def run(self, call: Callable[[], Any]) -> Any:
        """The result of `call`, which calls the function."""
        sys.settrace(self._called)
        try:
            return call()
        finally:
            sys.settrace(None)

    def _called(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self._line if frame.f_code is self.code else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event in {"line", "return"} and len(self.events) < MOST_EVENTS:
            self.events.append((frame.f_lineno if event == "line" else 0, dict(frame.f_locals)))
            self.returned = arg if event == "return" else None
        return self._line


def steps_of(node: ast.FunctionDef, recorder: Recorder, known: Mapping[str, Any]) -> list[str]:
    """Each sum that ran once, as "fee: 250.00 × 3 % = 7.50"; `known` are the module's names."""
    told = []
    for statement in sorted(_sums(node), key=lambda item: item.lineno):
        ran = [place for place, (line, _) in enumerate(recorder.events) if line == statement.lineno]
        if len(ran) != 1 or (text := _step(statement, recorder, ran[0], known)) is None:
            continue
        told.append(text)
    return told[:MOST_STEPS]


def _sums(node: ast.FunctionDef) -> list[ast.Assign | ast.AnnAssign | ast.Return]:
    found: list[ast.Assign | ast.AnnAssign | ast.Return] = []
    waiting: list[ast.AST] = [*node.body]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Assign | ast.AnnAssign | ast.Return) and item.value is not None:
            found.append(item)
        elif not isinstance(item, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While):
            waiting += ast.iter_child_nodes(item)
    return found


def _step(
    statement: ast.Assign | ast.AnnAssign | ast.Return,
    recorder: Recorder,
    place: int,
    known: Mapping[str, Any],
) -> str | None:
    if not isinstance(statement.value, ast.BinOp | ast.Call):
        return None
    before = recorder.events[place][1]
    sum_ = Wording(before, known).of(statement.value)
    if isinstance(statement, ast.Return):
        name, value = "", recorder.returned
    else:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if not isinstance(target, ast.Name):
            return None
        name, value = target.id, _after(recorder, statement, place).get(target.id)
    result = plain(value, bool(name) and is_rate(name))
    if result is None or sum_ is None or sum_ == result:
        return None
    return f"{name_words(name)}: {sum_} = {result}" if name else f"{sum_} = {result}"


def _after(recorder: Recorder, statement: ast.stmt, place: int) -> dict[str, Any]:
    inside = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    return next((names for line, names in recorder.events[place:] if line not in inside), {})


@dataclass(frozen=True, slots=True)
class Wording:
    """An expression with the values that its names had."""

    names: Mapping[str, Any]
    known: Mapping[str, Any]

    def of(self, node: ast.expr) -> str | None:
        """The expression in words and numbers; None when it has none."""
        match node:
            case ast.Constant(value=value):
                return plain(value)
            case ast.Name(id=name):
                return plain(self.names.get(name, self.known.get(name)), is_rate(name))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _SIGNS:
                return self._sum(op, left, right)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name() | ast.Constant() as key):
                return self._item(name, key)
            case ast.Call():
                return self._call(node)
        return None

    def _sum(self, op: ast.operator, left: ast.expr, right: ast.expr) -> str | None:
        sign, rank = _SIGNS[type(op)]
        parts = [self.of(left), self.of(right)]
        if None in parts:
            return None
        for place, side in enumerate((left, right)):
            inner = _SIGNS.get(type(side.op), ("", 0))[1] if isinstance(side, ast.BinOp) else 3
            if inner < rank or (place == 1 and inner == rank) or (inner == 3 and isinstance(side, ast.Call)):
                parts[place] = f"({parts[place]})"
        return f"{parts[0]} {sign} {parts[1]}"

    def _item(self, name: str, key: ast.Name | ast.Constant) -> str | None:
        at = key.value if isinstance(key, ast.Constant) else self.names.get(key.id)
        try:
            return plain(self.names.get(name, self.known.get(name))[at], is_rate(name))
        except (KeyError, TypeError, IndexError):
            return None

    def _call(self, node: ast.Call) -> str | None:
        match node.func:
            case ast.Attribute(value=inner, attr="quantize"):
                told = self.of(inner)
                return told and f"{told}, rounded"
            case ast.Name(id="Decimal" | "int" | "float" | "str"):
                return self.of(node.args[0]) if len(node.args) == 1 else None
            case ast.Name(id="round"):
                told = self.of(node.args[0])
                return told and f"{told}, rounded"
            case ast.Name(id="min" | "max" as which) if len(node.args) > 1:
                told_all = [self._nested(argument) for argument in node.args]
                return None if None in told_all else f"{_EITHER[which]} {' and '.join(map(str, told_all))}"
            case ast.Name(id=name) if node.args and not node.keywords:
                return self._applied(name, node.args)
        return None

    def _applied(self, name: str, arguments: list[ast.expr]) -> str | None:
        """Another function of the module: "7.503, to pennies", "whole months left of 10 March and 9 May"."""
        told = [self.of(argument) for argument in arguments]
        if None in told:
            return None
        if len(told) == 1:
            return f"{told[0]}, {name_words(name)}"
        return f"{name_words(name)} of {' and '.join(map(str, told))}"

    def _nested(self, node: ast.expr) -> str | None:
        told = self.of(node)
        return f"({told})" if told and " " in told and isinstance(node, ast.Call) else told
