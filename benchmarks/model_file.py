"""A model file of any length, made of real ones.

Real files are short; one that somebody works on all day is not. So their imports are put together at the top, and their
definitions follow in turn until the file is as long as wanted. Each time round the definitions have new names, and so
have the attributes that they set: no two are the same to anything that remembers. The same files make the same file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

_SET = re.compile(r"\bself\.(\w+)(?: *:[^=\n]+)? = ")
"""How a method sets an attribute."""

_OWN = r"(?<=\.)(?<!\bF\.)(?<!\bnn\.)(?<!\binit\.)(?<!\btorch\.)"
"""What stands in front of the attribute of an object, but not of a module of torch."""

_OF_TORCH = frozenset({"bias", "expand", "weight"})
"""Attributes that layers or tensors of torch have as well."""


def model_file(sources: Sequence[Path], lines: int) -> str:
    """The text of the file: the first `lines` lines or a little more, ending with a whole definition.

    A function `main` is left out: each source may have one.
    """
    imports: dict[str, None] = {}
    definitions: list[tuple[str, str]] = []
    for file in sources:
        source = file.read_text()
        for node in ast.parse(source).body:
            text = _text(source, node)
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports[text] = None
            elif isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name != "main":
                definitions.append((node.name, text))
    alone = [re.escape(name) for name, _ in definitions]
    attributes = {rf"{_OWN}{name}" for _, text in definitions for name in _SET.findall(text) if name not in _OF_TORCH}
    names = re.compile(r"\b({})\b".format("|".join([*alone, *sorted(attributes)])))
    made = ['"""Models of many kinds, side by side."""', "", *sorted(imports, key=_future_first)]
    for turn in count(1):
        for _, text in definitions:
            renamed = text if turn == 1 else names.sub(rf"\g<1>{SIGN}{turn}", text)
            made += ["", "", *renamed.split("\n")]
            if len(made) >= lines:
                return "\n".join([*made, ""])
    raise AssertionError


SIGN = "V"
"""What parts a name from the number of the turn."""


def _text(source: str, node: ast.stmt) -> str:
    decorators = node.decorator_list if isinstance(node, ast.ClassDef | ast.FunctionDef) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def _future_first(statement: str) -> tuple[bool, str]:
    return "__future__" not in statement, statement
