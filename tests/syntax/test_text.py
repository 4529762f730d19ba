from __future__ import annotations

import codecs
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.syntax.span import Point, Span
from initls.syntax.text import Text, Undecodable, decode, encode, split
from tests.syntax.snippets import news, sources, spans

ANY = st.text(alphabet="ab\r\n\t\f\u2028\x85\x1c\u00e9\U0001f525\ud800", max_size=40)


@given(ANY)
def test_lines_end_at_lf_crlf_and_cr_and_nowhere_else(source: str) -> None:
    lines = split(source)
    assert "".join(lines) == source
    assert lines[-1] == lines[-1].rstrip("\r\n")
    for line in lines[:-1]:
        assert re.fullmatch(r"[^\r\n]*(?:\r\n|\r|\n)", line)
    assert not any(first.endswith("\r") and second.startswith("\n") for first, second in pairwise(lines))


def test_there_is_always_a_last_line() -> None:
    assert tuple(Text.of("").lines) == ("",)
    assert tuple(Text.of("a\n").lines) == ("a\n", "")
    assert tuple(Text.of("a\r\n\rb").lines) == ("a\r\n", "\r", "b")


@given(st.data(), st.one_of(ANY, sources()))
def test_replace_does_what_slices_of_a_string_do(data: st.DataObject, source: str) -> None:
    text = Text.of(source)
    for _ in range(4):
        span = data.draw(spans(text))
        new = data.draw(st.one_of(news, ANY))
        start, end = text.offset(span.start), text.offset(span.end)
        expected = source[:start] + new + source[end:]
        assert text.slice(span) == source[start:end]
        text = text.replace(span, new)
        source = expected
        assert text.source == source
        assert text == Text.of(source)


@given(st.one_of(ANY, sources()), st.integers(-2, 60))
def test_points_and_offsets_are_two_names_for_one_place(source: str, offset: int) -> None:
    text = Text.of(source)
    point = text.point(max(offset, 0))
    assert point == text.clamp(point)
    within_crlf = 0 < offset < len(source) and source[offset - 1 : offset + 1] == "\r\n"
    assert text.offset(point) == min(max(offset, 0), len(source)) - within_crlf


def test_untouched_lines_are_shared() -> None:
    text = Text.of("".join(f"line {number}\n" for number in range(100)))
    changed = text.replace(Span(Point(50, 2), Point(51, 0)), "x\ny")
    assert all(changed.lines[number] is text.lines[number] for number in range(50))
    assert changed.lines[60] is text.lines[60]


def test_points_outside_are_the_nearest_inside() -> None:
    text = Text.of("ab\r\ncd")
    assert text.clamp(Point(0, 99)) == (0, 2)
    assert text.clamp(Point(99, 0)) == (1, 2)
    assert text.clamp(Point(-1, 5)) == (0, 0)
    assert text.clamp(Point(1, -5)) == (1, 0)
    assert text.replace(Span(Point(9, 9), Point(0, 1)), "") == Text.of("a"), "a span that ends before it begins"


@pytest.mark.parametrize(
    ("source", "newline"),
    [("", "\n"), ("a", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\rc", "\r"), ("a\nb\r\n", "\n")],
)
def test_newline_is_the_one_used_most(source: str, newline: str) -> None:
    assert Text.of(source).newline == newline


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1\r\n",
        codecs.BOM_UTF8 + "x = 'é'\n".encode(),
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1251 :\nx = 'ж'\r".encode("cp1251"),
        "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
        b"x = 1\n\xff\xfe broken\ny = 2\n",
        b"\0\0",
    ],
)
def test_decoded_text_is_encoded_as_it_was(data: bytes) -> None:
    source = decode(data)
    assert isinstance(source, str)
    assert not source.startswith("\ufeff")
    assert encode(source, data) == data


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused_with_a_reason(data: bytes) -> None:
    source = decode(data)
    if isinstance(source, Undecodable):
        assert source.reason
    else:
        assert encode(source, data) == data


def test_a_bad_byte_is_one_character() -> None:
    assert decode(b"a\xffb") == "a\udcffb"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("x = 1\n".encode("utf-16"), "UTF-16"),
        ("x = 1\n".encode("utf-32"), "UTF-32"),
        (b"# coding: klingon\n", "klingon"),
        (b"# coding: rot13\n", "rot-13"),
    ],
)
def test_what_is_no_python_text_is_refused(data: bytes, reason: str) -> None:
    refused = decode(data)
    assert isinstance(refused, Undecodable)
    assert reason in refused.reason


def test_a_cookie_counts_on_the_first_two_lines_alone() -> None:
    assert isinstance(decode(b"x = 1\n# coding: klingon\n"), str), "the first line is code"
    assert isinstance(decode(b"#\n#\n# coding: klingon\n"), str), "the third line is too late"
