from __future__ import annotations

import libcst
import pytest
from hypothesis import given, settings

from initls.syntax.depth import LIMIT
from initls.syntax.guards import MAX_SIZE, Unreadable, refuse, unclosed
from initls.syntax.outline import outline
from initls.syntax.parse import parse, statements
from initls.syntax.segments import Kind, Segment
from initls.syntax.text import Text
from tests.syntax.snippets import sources


def parts(source: str) -> list[Segment]:
    return [placed.segment for placed in outline(Text.of(source)).placed]


def refused(segment: Segment) -> Unreadable:
    result = parse(segment)
    assert isinstance(result, Unreadable)
    return result


LENET = '''\
"""Docs."""
import torch


@register
class LeNet(nn.Module):
    # A comment and nothing else.

    @property
    def fc(self):
        text = """
not indented
"""
        return text

    size = 3

    class Inner:
        def method(self): pass
# A comment at column 0.

    def last(self): pass


def helper(): pass
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_each_segment_is_parsed_as_it_stands(newline: str) -> None:
    segments = parts(LENET.replace("\n", newline))
    assert [segment.kind for segment in segments] == [
        *(Kind.RUN, Kind.CLASS_HEAD, Kind.METHOD, Kind.CLASS_RUN, Kind.NESTED, Kind.METHOD, Kind.FUNCTION)
    ]
    for segment in segments:
        tree = parse(segment)
        assert isinstance(tree, libcst.Module)
        assert statements(tree, segment.kind)
    method = segments[2]
    tree = parse(method)
    assert isinstance(tree, libcst.Module)
    own = method.text.replace("\r", "\n") if newline == "\r" else method.text
    assert tree.code == "if 1:\n" + own
    (function,) = statements(tree, Kind.METHOD)
    assert isinstance(function, libcst.FunctionDef)


@pytest.mark.parametrize(
    "head",
    [
        "class A:\n",
        "class A: # why\n",
        "class A(\n    B,\n):\n\n    # only this\n\n",
        "@one\n@two(\n)\nclass A(B, metaclass=C):\n",
        "class A:\r\n",
        "class A:",
        "class A:\n    '''Docs.'''\n",
        "class A: pass\n",
        "class A(B): x = ':'\n",
        "class A:\n    x: int\n    y: int = 3  # ends with a :\n",
        "class A:\n    if x:\n        y = 1\n",
    ],
)
def test_a_class_head_needs_no_body(head: str) -> None:
    tree = parse(Segment.of(Kind.CLASS_HEAD, "A", head))
    assert isinstance(tree, libcst.Module)
    (statement,) = statements(tree, Kind.CLASS_HEAD)
    assert isinstance(statement, libcst.ClassDef)


@pytest.mark.parametrize("head", ["class A\n", "class A(:\n", "class A:\n    if x:\n", "@foo\n"])
def test_a_broken_class_head_stays_broken(head: str) -> None:
    assert refused(Segment.of(Kind.CLASS_HEAD, "A", head)).kind == "invalid-syntax"


@pytest.mark.parametrize(
    ("kind", "text", "reason", "line"),
    [
        (Kind.METHOD, "    def f(self):\n        x = 1\n        y = = 2\n        z = 3\n", "invalid syntax", 2),
        (Kind.RUN, "x = 1\ny = = 2\nz = 3\n", "invalid syntax", 1),
        (Kind.RUN, "x = (\n\n\n", "a bracket is never closed", 0),
        (Kind.FUNCTION, "def f():\n", "expected an indented block", 0),
        (Kind.RUN, "x = 1\ny = 'a\nz = 2\n", "unterminated string literal", 1),
        (Kind.METHOD, '    def f(self):\n        """a\n\n\n', "unterminated triple-quoted string literal", 1),
    ],
)
def test_an_error_has_a_reason_and_the_line_in_the_segment(kind: Kind, text: str, reason: str, line: int) -> None:
    assert refused(Segment.of(kind, "f", text)) == Unreadable("invalid-syntax", reason, line)


@settings(deadline=None)
@given(sources())
def test_what_is_never_closed_is_refused_by_the_parser_as_well(source: str) -> None:
    for segment in parts(source):
        for end in range(0, len(segment.text), 7):
            text = segment.text[:end]
            if refuse(text) is None and unclosed(text) is not None:
                with pytest.raises(libcst.ParserSyntaxError):
                    libcst.parse_module(f"if 1:\n{text}" if segment.kind.indented else text)


def test_a_byte_order_mark_is_skipped() -> None:
    assert isinstance(parse(Segment.of(Kind.RUN, "", "\ufeffimport torch\n")), libcst.Module)
    assert isinstance(parse(Segment.of(Kind.FUNCTION, "f", "\ufeffdef f(): pass\n")), libcst.Module)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("x = 1\ny = '\0'\n", "NUL", 1),
        ("x = 1\n\ny = '\udcff'\n", "not text", 2),
        ("x = '\ud83d'\n", "half a character", 0),
        ("x = '" + "a" * MAX_SIZE + "'", "512 kB", 0),
        ("x = 1\ny = " + "(" * 1000 + ")" * 1000, f"{LIMIT} levels", 1),
    ],
)
def test_what_would_bring_the_parser_down_is_kept_from_it(text: str, reason: str, line: int) -> None:
    result = refused(Segment.of(Kind.RUN, "", text))
    assert result.kind == "unreadable"
    assert reason in result.reason
    assert result.line == line


@settings(deadline=None)
@given(sources())
def test_nothing_raises(source: str) -> None:
    for segment in parts(source):
        result = parse(segment)
        if isinstance(result, Unreadable):
            assert result.reason
            assert 0 <= result.line <= segment.text.count("\n") + segment.text.count("\r")
        else:
            statements(result, segment.kind)
