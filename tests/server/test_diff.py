"""Edits in whole lines."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest

from initls.server.diff import line_edits
from initls.syntax.text import Text
from tests.growth import LINEAR, growth

LINES = ["a\n", "b\n", "c\r\n", "d\r", "\n", "é\U0001f40d\n"]


def applied(old: Text, new: Text) -> str:
    text = old
    for edit in reversed(line_edits(old, new)):
        text = text.replace(edit.span, edit.content)
    return text.source


@pytest.mark.parametrize("seed", range(60))
def test_the_edits_lead_to_the_new_text(seed: int) -> None:
    chance = random.Random(seed)
    before = chance.choices(LINES, k=chance.randint(0, 12))
    after = list(before)
    for _ in range(chance.randint(0, 4)):
        at = chance.randint(0, len(after))
        after[at : at + chance.randint(0, 2)] = chance.choices(LINES, k=chance.randint(0, 2))
    tail = chance.choice(["", "end"])
    old, new = Text.of("".join(before) + tail), Text.of("".join(after) + chance.choice(["", "end", tail]))
    assert applied(old, new) == new.source


def test_equal_texts_need_none() -> None:
    assert line_edits(Text.of("a\nb"), Text.of("a\nb")) == ()


def test_lines_that_stay_are_not_touched() -> None:
    block = "".join(f"{number}\n\n" for number in range(2000))
    old = Text.of(block + "x\n" + block + "y\n" + block)
    new = Text.of(block + "X\n" + block + "Y\nZ\n" + block)
    assert [(edit.span.start, edit.span.end, edit.content) for edit in line_edits(old, new)] == [
        ((4000, 0), (4001, 0), "X\n"),
        ((8001, 0), (8002, 0), "Y\nZ\n"),
    ]


def test_thousands_of_equal_lines_take_time_in_proportion() -> None:
    def edited(size: int) -> Callable[[], object]:
        old = Text.of("a\n" * size + "x\n" + "b\n" * 4 * size + "y\n" + "c\n" * size)
        new = Text.of("a\n" * size + "X\n" + "b\n" * 4 * size + "Y\nZ\n" + "c\n" * size)
        assert applied(old, new) == new.source
        return partial(line_edits, old, new)

    assert growth(edited, 5000) < LINEAR
