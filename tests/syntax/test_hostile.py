"""Texts made to bring a reader down: each is cut and parsed within two seconds, and costs its own segment alone."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from initls.document import Document
from initls.syntax.span import Point, Span

SOUND = "def sound(x):\n    return x\n"
HOSTILE: dict[str, Callable[[], str]] = {
    "nested brackets": lambda: "x = " + "(" * 100_000 + ")" * 100_000 + "\n",
    "brackets never closed": lambda: "x = " + "[" * 100_000 + "\n",
    "brackets line by line": lambda: "x = (\n" * 20_000,
    "chained operators": lambda: "x = 0" + " + 0" * 100_000 + "\n",
    "elif branches": lambda: "if a:\n    pass\n" + "elif a:\n    pass\n" * 20_000,
    "attributes": lambda: "x = a" + ".a" * 50_000 + "\n",
    "calls": lambda: "x = a" + "()" * 50_000 + "\n",
    "subscripts": lambda: "x = a" + "[0]" * 50_000 + "\n",
    "string pieces": lambda: "x = (" + "'a'\n" * 10_000 + ")\n",
    "nested blocks": lambda: "".join(" " * level + "if a:\n" for level in range(900)) + " " * 900 + "pass\n",
    "nested f-strings": lambda: "x = " + "f'{" * 20_000 + "0" + "}'" * 20_000 + "\n",
    "nested patterns": lambda: "match a:\n    case " + "(" * 60 + "b" + ",)" * 60 + ":\n        pass\n",
    "nested deletions": lambda: "del " + "(" * 60 + "0 0" + ")" * 60 + "\n",
    "a long line": lambda: "x = '" + "a" * 10_000_000 + "'\n",
    "a long line of names": lambda: "x = [" + "a, " * 3_000_000 + "]\n",
    "a long line of quotes": lambda: "x = '" + "\\'" * 5_000_000 + "\n",
    "a long comment": lambda: "x = 1  # " + "(" * 10_000_000 + "\n",
    "NULs": lambda: "x = 1\0\n" * 1000,
    "nothing but NULs": lambda: "\0" * 1_000_000 + "\n",
    "half characters": lambda: "x = '\ud800'\n" * 1000,
    "random characters": lambda: (
        "x = " + "".join(map(chr, random.Random(1).choices(range(1, 0x500), k=100_000))) + "\n"
    ),
    "random symbols": lambda: "x = " + "".join(random.Random(2).choices("\"'()[]{}#\\\n\r@:x \t", k=100_000)) + "\n",
    "open docstrings": lambda: 'def f():\n    """\n\n' * 3_001,
    "docstrings of two kinds": lambda: "def f():\n    '''\n\ndef g():\n    \"\"\"\n\n" * 2_000,
    "calls of open docstrings": lambda: 'x = f("""\n\ndef f():\n    pass\n\n' * 2_001,
    "decorators": lambda: "@a(\n" * 10_000,
    "a half-deleted class": lambda: "class A(nn.Module):\n    def __init__(self\n        super()\n\n    de forward(\n",
    "many members": lambda: "class A:\n" + "    def f(self): pass\n" * 20_000,
}

CHILD = """
import json, sys, threading, time

sys.setswitchinterval(1)
import libcst
from initls.document import Document
from initls.deep import STACK
from initls.syntax.guards import Unreadable
from initls.syntax.parse import parse
from tests.syntax.test_hostile import HOSTILE, SOUND


def work():
    for name in HOSTILE:
        source = HOSTILE[name]()
        start = time.process_time()
        outline = Document.of("x.py", SOUND + source).parts[0].outline
        cut = time.process_time() - start
        slow = 0
        for placed in outline.placed[:200]:
            begin = time.process_time()
            parse(placed.segment)
            slow = max(slow, time.process_time() - begin)
        sound = outline.placed[0]
        intact = sound.segment.text == SOUND and not isinstance(parse(sound.segment), Unreadable)
        print(json.dumps([name, cut, slow, intact]), flush=True)


threading.stack_size(STACK)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def test_nothing_brings_the_reader_down() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True)
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    names = [name for name, *_ in seen]
    assert done.returncode == 0, f"ended with {done.returncode} behind {names[-1:]}: {done.stderr}"
    assert names == list(HOSTILE)
    for name, cut, slow, intact in seen:
        assert cut < 2, f"{name}: cut in {cut:.1f} s"
        assert slow < 2, f"{name}: one segment parsed in {slow:.1f} s"
        assert intact, f"{name}: the function in front was lost"


@pytest.mark.parametrize("name", ["nested brackets", "a long line", "NULs", "elif branches", "many members"])
def test_an_edit_elsewhere_costs_nothing_of_it(name: str) -> None:
    document = Document.of("x.py", SOUND + HOSTILE[name]())
    edited = document.edit(0, Span(Point(1, 4), Point(1, 4)), "#")
    before, after = document.parts[0].outline.placed, edited.parts[0].outline.placed
    assert all(old is new for old, new in zip(before[1:], after[1:], strict=True))
