from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.syntax.encoding import Encoding, from_units, to_units

LINES = st.text(alphabet="ab\t\u00e9\u20ac\U0001f525\ud800\udc00", max_size=20)
ENCODINGS = st.sampled_from(get_args(Encoding))
SIZES = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNITS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}


def size(text: str, encoding: Encoding) -> int:
    return sum(len(char.encode(SIZES[encoding], "surrogatepass")) // UNITS[encoding] for char in text)


@given(LINES, ENCODINGS, st.sampled_from(("", "\n", "\r\n", "\r")), st.integers(-3, 30))
def test_units_are_what_the_encoding_says(line: str, encoding: Encoding, ending: str, column: int) -> None:
    units = to_units(line + ending, column, encoding)
    inside = min(max(column, 0), len(line))
    assert units == size(line[:inside], encoding)
    assert from_units(line + ending, units, encoding) == inside


@given(LINES, ENCODINGS, st.integers(-3, 90))
def test_units_inside_a_character_stand_in_front_of_it(line: str, encoding: Encoding, units: int) -> None:
    column = from_units(line + "\n", units, encoding)
    assert 0 <= column <= len(line)
    assert size(line[:column], encoding) <= max(units, 0)
    if column < len(line):
        assert size(line[: column + 1], encoding) > units


@pytest.mark.parametrize("encoding", get_args(Encoding))
def test_behind_the_end_is_at_the_end(encoding: Encoding) -> None:
    assert from_units("abc", 99, encoding) == 3
    assert from_units("abc\r\n", 4, encoding) == 3
    assert from_units("a\U0001f525\n", 99, encoding) == 2
