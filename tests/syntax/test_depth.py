"""The limit of nesting, held against the parser that it protects.

The parser ends the process when its stack is used up, so it is tried in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given

from initls.syntax.depth import LIMIT, too_deep
from initls.syntax.text import Text
from tests.growth import LINEAR, growth
from tests.syntax.snippets import sources

# Each construct with a given number of levels; `0` stands for what is in the innermost.
SHAPES: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "x = " + "(" * n + "0" + ")" * n,
    "lists": lambda n: "x = " + "[" * n + "0" + "]" * n,
    "dicts": lambda n: "x = " + "{0: " * n + "0" + "}" * n,
    "sets": lambda n: "x = " + "{" * n + "0" + "}" * n,
    "tuples": lambda n: "x = " + "(" * n + "0" + ",)" * n,
    "calls": lambda n: "x = " + "f(" * n + "0" + ")" * n,
    "keyword arguments": lambda n: "x = " + "f(a=" * n + "0" + ")" * n,
    "starred arguments": lambda n: "x = " + "f(*" * n + "0" + ")" * n,
    "subscripts within": lambda n: "x = " + "a[" * n + "0" + "]" * n,
    "comprehensions": lambda n: "x = " + "[a for a in " * n + "b" + "]" * n,
    "clauses": lambda n: "x = [0" + " for a in b" * n + "]",
    "sums": lambda n: "x = 0" + " + 0" * n,
    "powers": lambda n: "x = 0" + " ** 0" * n,
    "comparisons": lambda n: "x = 0" + " < 0" * n,
    "conjunctions": lambda n: "x = a" + " and a" * n,
    "mixed": lambda n: "x = 0" + " + 0 * 0 - -0 or a and not b" * (n // 6),
    "negations": lambda n: "x = " + "not " * n + "a",
    "minuses": lambda n: "x = " + "-" * n + "a",
    "lambdas": lambda n: "x = " + "lambda: " * n + "0",
    "lambdas with parameters": lambda n: "x = " + "lambda a, b=0: " * n + "0",
    "lambdas in defaults": lambda n: "x = " + "lambda a=" * n + "0" + ": 0" * n,
    "conditions": lambda n: "x = " + "a if b else " * n + "0",
    "walruses": lambda n: "x = " + "(a := " * n + "0" + ")" * n,
    "attributes": lambda n: "x = a" + ".a" * n,
    "calls in a row": lambda n: "x = f" + "()" * n,
    "subscripts in a row": lambda n: "x = a" + "[0]" * n,
    "methods in a row": lambda n: "x = a" + ".b(0)" * (n // 2),
    "strings": lambda n: "x = (" + "'a'\n" * n + ")",
    "f-strings": lambda n: "x = (" + "f'{a}'\n" * n + ")",
    "f-strings within": lambda n: "x = " + "f'{" * n + "0" + "}'" * n,
    "brackets in an f-string": lambda n: "x = f'{" + "(" * n + "0" + ")" * n + "}'",
    "sums in an f-string": lambda n: "x = f'{0" + " + 0" * n + "}'",
    "formats": lambda n: "x = f'{0:" + "{0:" * n + "}" * n + "}'",
    "strings in an f-string": lambda n: "x = f'{" + '"a" ' * n + "}'",
    "blocks": lambda n: "".join(" " * level + "if a:\n" for level in range(n)) + " " * n + "pass",
    "definitions": lambda n: "".join(" " * level + "def f():\n" for level in range(n)) + " " * n + "pass",
    "classes": lambda n: "".join(" " * level + "class A:\n" for level in range(n)) + " " * n + "pass",
    "branches": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "branches of two lines": lambda n: "if a:\n    pass\n" + "elif a:\n    pass\n" * n + "else:\n    pass\n",
    "patterns": lambda n: "match a:\n    case " + "[" * n + "0" + "]" * n + ": pass",
    "patterns of classes": lambda n: "match a:\n    case " + "A(a=" * n + "0" + ")" * n + ": pass",
    "patterns of tuples": lambda n: "match a:\n    case " + "(" * n + "0" + ",)" * n + ": pass",
    "patterns of dicts": lambda n: "match a:\n    case " + "{1: " * n + "a" + "}" * n + ": pass",
    "types": lambda n: "x: " + "a[" * n + "int" + "]" * n,
    "bounds": lambda n: "def f[" + "T: " + "a[" * n + "0" + "]" * n + "](): pass",
    "imports": lambda n: "import a" + ".a" * n,
    "deletions": lambda n: "del " + "(" * n + "a" + ")" * n,
    "targets": lambda n: "(" * n + "a" + ",)" * n + " = b",
    "parentheses of sums": lambda n: "x = " + "(0 + 0 + " * (n // 3) + "0" + ")" * (n // 3),
    "sums of parentheses": lambda n: "x = " + "(" * (n // 3) + "0" + " + 0 + 0)" * (n // 3),
}

# Python itself has no more than a hundred blocks within one another.
MOST = {"blocks": 99, "definitions": 99, "classes": 99}
# The parser's time doubles with each of these, so few are let through.
COSTLY = {"patterns", "patterns of classes", "patterns of tuples", "patterns of dicts", "deletions"}

CHILD = """
import json, sys, threading, time
import libcst
from initls.deep import STACK

def work():
    for name, text in json.load(sys.stdin).items():
        print(name, flush=True)
        start = time.process_time()
        libcst.parse_module(text)
        assert time.process_time() - start < 2, "takes too long"
    print("done")

threading.stack_size(STACK)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def deepest(name: str) -> int:
    """The most levels of a shape that are not too deep."""
    low, high = 0, MOST.get(name, 4 * LIMIT)
    while low < high:
        middle = (low + high + 1) // 2
        if too_deep(SHAPES[name](middle) + "\n") is None:
            low = middle
        else:
            high = middle - 1
    return low


@pytest.mark.parametrize("name", SHAPES)
def test_every_kind_of_nesting_counts(name: str) -> None:
    levels = deepest(name)
    assert 5 <= levels <= 8 if name in COSTLY else 45 <= levels <= LIMIT


def test_the_parser_survives_what_is_let_through() -> None:
    texts = {name: shape(deepest(name)) + "\n" for name, shape in SHAPES.items()}
    done = subprocess.run([sys.executable, "-c", CHILD], input=json.dumps(texts), capture_output=True, text=True)
    assert done.stderr == "", f"{done.stdout.splitlines()[-1]}: {done.stderr}"
    assert done.returncode == 0, f"{done.stdout.splitlines()[-1]}: ended with {done.returncode}"
    assert done.stdout.splitlines() == [*SHAPES, "done"]


def test_the_line_is_that_of_what_is_too_deep() -> None:
    assert too_deep("x = 1\r\n\r\ny = (\r\n" + "(" * LIMIT) == 3
    assert too_deep("if a: pass\n" + "elif a: pass\n" * (LIMIT + 9)) in (LIMIT - 1, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "x = [\n" + "    1 + 2 * f(a.b.c[0]),\n" * 1000 + "]\n",
        "x = 1 + 2\n" * 1000,
        "x = {\n" + "    'a': lambda x, y: x + y,\n" * 1000 + "}\n",
        "if a:\n    pass\nelif b:\n    pass\nelse:\n    pass\n" * 1000,
        "def f():\n    if a:\n        return b\n" * 1000,
        "x = f'{a.b} and {c.d}' + 'e'\n" * 1000,
        "f('a', 'b')('c')\n" * 1000,
        "# ((((((((((((\n" * 1000 + '"""' + "((((((((((((\n" * 100 + '"""\n',
        "a = b = c = d\nx: int = -1; y = not x\n" * 1000,
        "f(a)(b)(c).d.e[0] or (g.h(i) and j)\n" * 1000,
    ],
)
def test_length_is_not_depth(text: str) -> None:
    assert too_deep(text, 12) is None


@given(sources())
def test_any_text_can_be_measured(text: str) -> None:
    line = too_deep(text, 3)
    assert line is None or 0 <= line < len(Text.of(text).lines)


@pytest.mark.parametrize("piece", ["(", "a.", "'a' ", "f'{", "\n("])
def test_measuring_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def measured(text: str) -> None:
        too_deep(text)
        too_deep(text, sys.maxsize)

    assert growth(lambda size: partial(measured, piece * size), 20_000) < LINEAR
