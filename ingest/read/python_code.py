"""Python source: the module's docstring and constants, then every class, function and method with its lines.

llama-index's CodeSplitter fetches its grammars from the network when first used; `ast` needs none.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.code.rules import Function, function_rule, names_of, scope_rule
from ingest.errors import UnreadableDocument
from ingest.read.outline import Block, Reading, Section


def read_python(text: str, path: str) -> Reading:
    """Sections in source order; raises UnreadableDocument with the line on which the code doesn't parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise UnreadableDocument(
            f"line {error.lineno}: not valid Python ({error.msg}); its owner must correct it"
        ) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise UnreadableDocument(
            "nested too deeply to parse: its owner must simplify or exclude it"
        ) from error
    sections = tuple(_Source(text, tree).body(tree, ()))
    if not sections:
        raise UnreadableDocument("no docstring, constant, class or function in it: its owner must exclude it")
    return Reading(_module(path), sections)


def _module(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


class _Source:
    """The lines of one file, and how its definitions are cut out of them."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = text.split("\n")
        self._names = names_of(tree)

    def body(self, scope: ast.Module | ast.ClassDef, titles: tuple[str, ...]) -> Iterator[Section]:
        """The scope's own statements as one section, then a section for each definition in it, deeply."""
        definitions = [n for n in scope.body if isinstance(n, Function | ast.ClassDef)]
        own = [
            n for n in scope.body if n not in definitions and not isinstance(n, ast.Import | ast.ImportFrom)
        ]
        blocks = [self._block(node) for node in own]
        if isinstance(scope, ast.ClassDef):
            blocks = [self._head(scope), *blocks]
        if blocks:
            yield Section(titles, tuple(blocks), rule=scope_rule(scope, self._names))
        for node in definitions:
            if isinstance(node, ast.ClassDef):
                yield from self.body(node, (*titles, node.name))
            else:
                named = (*titles, node.name)
                blocks = self._function(node)
                first, last = blocks[0].first_line or 1, blocks[-1].last_line or 1
                told = function_rule(node, named, self._names)
                code = self._cut(first, last).text
                rule = replace(told, code=code, first_line=first, last_line=last)
                yield Section(named, tuple(blocks), rule=rule)

    def _function(self, node: Function) -> list[Block]:
        """The signature, then each statement with the signature as its lead (the docstring is the first)."""
        head = self._head(node)
        if node.body[0].lineno <= (head.last_line or 0):
            return [self._cut(head.first_line or 1, node.end_lineno or 1)]
        signature = self._cut(node.lineno, node.body[0].lineno - 1).text
        blocks, last = [head], head.last_line or 1
        for statement in node.body:
            end = statement.end_lineno or last + 1
            if end > last:
                blocks.append(self._cut(last + 1, end, lead=signature))
                last = end
        return blocks

    def _head(self, node: Function | ast.ClassDef) -> Block:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        return self._cut(self._with_comments(first), max(node.lineno, node.body[0].lineno - 1))

    def _block(self, node: ast.stmt) -> Block:
        return self._cut(self._with_comments(node.lineno), node.end_lineno or node.lineno)

    def _with_comments(self, line: int) -> int:
        """The first line of the comment that stands directly above `line`."""
        while line > 1 and self._lines[line - 2].lstrip().startswith("#"):
            line -= 1
        return line

    def _cut(self, first: int, last: int, lead: str = "") -> Block:
        while first < last and not self._lines[first - 1].strip():
            first += 1
        above = first > 1 and not self._lines[first - 2].strip()
        text = "\n".join(self._lines[first - 1 : last]).rstrip()
        return Block(text, first, last, lead, joint="\n\n" if above else "\n")
