"""A model file of 500 lines, made of the project's own examples.

The examples are short; a file that somebody works on all day is not. So their imports are put together at the top,
and their definitions follow in turn, under new names each time round, until the file is as long as wanted. The same
examples make the same file.
"""

from __future__ import annotations

import ast
import re
from itertools import count
from pathlib import Path

LINES = 500


def model_file(examples: Path, lines: int = LINES) -> str:
    """The text of the file: the first `lines` lines or a little more, ending with a whole definition."""
    imports: dict[str, None] = {}
    definitions: list[tuple[str, str]] = []
    for example in sorted(examples.glob("*.py")):
        source = example.read_text()
        for node in ast.parse(source).body:
            text = _text(source, node)
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports[text] = None
            elif isinstance(node, ast.ClassDef | ast.FunctionDef):
                definitions.append((node.name, text))
    names = re.compile(r"\b({})\b".format("|".join(re.escape(name) for name, _ in definitions)))
    made = ['"""Models of many kinds, side by side."""', "", *sorted(imports, key=_future_first)]
    for turn in count(1):
        for _, text in definitions:
            renamed = text if turn == 1 else names.sub(rf"\g<1>V{turn}", text)
            made += ["", "", *renamed.split("\n")]
            if len(made) >= lines:
                return "\n".join([*made, ""])
    raise AssertionError


def _text(source: str, node: ast.stmt) -> str:
    decorators = node.decorator_list if isinstance(node, ast.ClassDef | ast.FunctionDef) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def _future_first(statement: str) -> tuple[bool, str]:
    return "__future__" not in statement, statement
