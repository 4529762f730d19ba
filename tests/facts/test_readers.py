"""Facts come out the same, sites and all, whether Python's own parser reads a segment or libcst does."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from initls.document import Document
from initls.facts import abstract
from initls.facts.extract import Extraction, nodes
from initls.facts.ir import Facts
from initls.facts.store import FactStore
from initls.syntax.guards import Admitted, Unreadable, admit
from initls.syntax.newer import may_be_newer
from initls.syntax.parse import statements
from initls.syntax.segments import Segment
from tests.syntax.snippets import sources

STDLIB = Path(sysconfig.get_paths()["stdlib"])

EVERYTHING = r'''
"""Says what it is."""
from __future__ import annotations
from . import a, b as c
from ..d.e import *
import f.g, h.i as j

@decorated(1)
class K(L, *M, metaclass=N, **O):
    "one" "row"
    x: int
    y: int = 3
    z = w = (4, *v)

    @property
    def m(self, a, /, b: int = 1, *c, d, e=[2], **f) -> None:
        """Documentation of '
        two lines."""
        global g, h
        del a, b[0]
        del (c)
        del [d, e], f
        for i, *j in g.h(): continue
        else: pass
        while (n := next(i)) is not None: break
        else:
            assert n, "message of " + n
        with open("x") as f, (open(y)): raise E from f
        with (a as b, c): return
        try: a()
        except (B, C) as d: b()
        except: c()
        else: d()
        finally: e()
        if a: b()
        elif c: d()
        else:
            if e: f()
            g()

    async def n(self):
        async for x in y: await z
        async with a as b: yield c
        yield from d
        return [e async for e in f if g if h]

    def o(self):
        def inner(self): nonlocal x
        return inner

    x += 1; y @= 2; z //= 3; w **= 4; v <<= 5; u >>= 6; t &= 7; s |= 8; r ^= 9; q %= 10; p -= 11; o /= 12; n *= 13

def p(): return (yield)

a and b and c or d and (e and (f or g)) or not h
-1; -1.5; -2j; +3; ~4; -True; -x; not y; - -1
a < b <= c != d == e >= f > g in h not in i is j is not k
a + b - c * d / e // f % g ** h @ i << j >> k & l | m ^ n
a if b else c if d else e
lambda: 0; lambda a, *b, c=1, **d: (a, b); lambda *, e: e
[a for b in c if d for e in f]; {a for b in c}; {a: b for c, d in e}; (a for b in c); f(a for b in c)
{}; {**a, 'b': c}; {1, 2, *d}; (); (1,); [*e]; [];
a[1]; a[1,]; a[1, 2]; a[(1, 2)]; a[1:2]; a[1:2:3, ..., None]; a[::]; a[:, b:]; a[b][c]
f(); f(a, *b, c=d, *e(), **g, h=i(), **j()); f(**k, l=m); (f)((a), (b))
0x1F; 1_000; 1e10; 0b11; 0o17; 1j; 12345678901234567890
'one'; b'bytes'; u'two'; r'\d'
a; a.b; (a).b.c; (a); a[0]; a[0].b; a().b; True; None; ...; 1
x = 'a' 'b' "c"; y = b'a' b'b'; z = """several
lines"""; w = 'tab\tand \x41 \u00e9 é'; v = r'\d' '\\'
f'{a}'; f''; f'text'; f'{{}}'; f'a{b}c{d.e(f)}'; 'x' f'y{z}' 'w'; f'{a!r}{b:>{c}}{d=}{ e.f( g ) = }'
rf'\d{e}'; f'\t{f}\n'; f"{g['h']}"
f"""a "quoted" {b}
c""" 'd'
(yield_ := 5)
x = yield_[-1] = 6
x = y = yield_
'''


def module(text: str) -> Iterator[Segment]:
    return (placed.segment for placed in Document.of("a.py", text).parts[0].outline.placed)


def differing(segment: Segment) -> str:
    """In what the two readings of a segment differ: nothing as well where one of the parsers does not take it."""
    admitted = admit(segment)
    found = nodes(segment)
    tree = abstract.tree_of(admitted.source) if isinstance(admitted, Admitted) else None
    if not isinstance(tree, list) or found is None:
        return ""
    quick = abstract.Reading().block(abstract.statements(tree, segment.kind))
    slow = Extraction().block(statements(found[0], segment.kind))
    if repr(quick) != repr(slow):
        return f"{quick}\n!=\n{slow}"
    return ""


def test_every_construct() -> None:
    segments = list(module(EVERYTHING))
    assert len(segments) > 8
    for segment in segments:
        admitted = admit(segment)
        assert isinstance(admitted, Admitted), segment.text
        assert isinstance(abstract.tree_of(admitted.source), list), segment.text
        assert nodes(segment) is not None, segment.text
        assert differing(segment) == ""


def said(statement: str) -> Facts:
    text = f"def f(self):\n    before()\n    {statement}\n    return after\n"
    (segment,) = module(text)
    assert differing(segment) == ""
    found = FactStore().facts(segment)
    assert isinstance(found, Facts)
    return found


IDLE = ["pass", '"""Documentation."""', "'one' 'two'", "b'bytes'", "nn", "nn.init.ones_", "self.fc", "True", "None"]
BUSY = ["nn.init.ones_()", "self.fc[0]", "self.fc().weight", "...", "a + b", "f'{a}'", "await a", "a = nn"]


@pytest.mark.parametrize("statement", IDLE)
def test_of_what_says_nothing_there_are_no_facts(statement: str) -> None:
    assert said(statement) == said("")


@pytest.mark.parametrize("statement", BUSY)
def test_of_what_may_do_anything_there_are(statement: str) -> None:
    assert said(statement) != said("")


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_every_construct_with_other_ends_of_lines(newline: str) -> None:
    assert [found for segment in module(EVERYTHING.replace("\n", newline)) if (found := differing(segment))] == []


@given(sources())
@settings(max_examples=150, deadline=None)
def test_generated_texts(source: str) -> None:
    for segment in module(source):
        assert differing(segment) == ""


def test_the_standard_library() -> None:
    files = sorted(path for path in STDLIB.glob("*.py") if path.stat().st_size < 60_000)[::4]
    assert len(files) >= 20
    for path in files:
        for segment in module(path.read_text(encoding="utf-8")):
            assert differing(segment) == "", path


@pytest.mark.corpus
@pytest.mark.timeout(1200)
def test_the_corpus() -> None:
    folder = Path(os.environ.get("INITLS_CORPUS", ".corpus"))
    files = sorted(folder.rglob("*.py"))[::20]
    if not files:
        pytest.skip(f"no corpus in {folder}")
    for path in files:
        for segment in module(path.read_text(encoding="utf-8", errors="replace")):
            assert differing(segment) == "", path


def test_what_is_newer_than_python_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    segment = next(module("def fit(model):\n    model.apply(init)\n    return [len(x) for x in 'é' 'ö'], model.fc\n"))
    quick = FactStore().facts(segment)
    monkeypatch.setattr(abstract, "tree_of", lambda source: None)
    assert FactStore().facts(segment) == quick


def test_a_warning_about_the_text_is_no_error_and_not_shown(recwarn: pytest.WarningsRecorder) -> None:
    assert isinstance(abstract.tree_of("x = '\\d'"), list)
    assert list(recwarn) == []


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("x = 1\ny = = 2\nz = 3\n", "invalid syntax", 1),
        ("def f():\n    if x:\n    y = 1\n", "expected an indented block after 'if' statement", 2),
        ("def f()\n    return 1\n", "expected ':'", 0),
        ("class Net(nn.Module):\n    def f(self):\n        x = y z\n", "invalid syntax", 1),
    ],
)
def test_what_is_half_typed_is_told_without_libcst(
    text: str, reason: str, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "initls.facts.extract", None)
    found = [FactStore().facts(segment) for segment in module(text)]
    assert Unreadable("invalid-syntax", reason, line) in found


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ((3, 11), "try:\n    fit()\nexcept* ValueError:\n    pass\n"),
        ((3, 11), "x = weight[*index]\n"),
        ((3, 12), "type Pair = tuple[int, int]\n"),
        ((3, 12), "def first[T](values: list[T]) -> T:\n    return values[0]\n"),
        ((3, 12), "name = f'{names['first']}'\n"),
        ((3, 14), "name = t'{first}'\n"),
        ((3, 14), "try:\n    fit()\nexcept ValueError, TypeError:\n    pass\n"),
    ],
)
def test_what_is_newer_than_python_is_no_mistake(version: tuple[int, int], text: str) -> None:
    if sys.version_info[:2] >= version:
        assert all(isinstance(FactStore().facts(segment), Facts) for segment in module(text))
    else:
        assert all(may_be_newer(segment.text) for segment in module(text))


def test_strings_that_mean_nothing_cost_nothing_but_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """libcst takes them, and only their value is not to be had."""
    monkeypatch.setattr(abstract, "tree_of", lambda source: None)
    (segment,) = module("'\\N{NO SUCH CHARACTER}' 'and more'\nx = 1\n")
    assert isinstance(FactStore().facts(segment), Facts)
