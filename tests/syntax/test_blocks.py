"""Sequences in blocks against tuples, which they stand for."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initls.syntax.blocks import BLOCK, LEAST, MOST, Blocks

LENGTHS = st.one_of(st.integers(0, 12), st.integers(0, 4 * BLOCK))
"""Of a few items and of several blocks."""


def sized(item: int) -> int:
    """Items of all sizes, and some that have none."""
    return item % 5


def holds(made: Blocks[int], items: tuple[int, ...]) -> None:
    """The sequence is that of `items`, and finds each of them by where it is."""
    assert tuple(made) == items
    assert len(made) == len(items)
    assert made == Blocks.of(items, sized)
    assert hash(made) == hash(Blocks.of(items, sized))
    positions = list(accumulate(map(sized, items), initial=0))
    for index in {0, 1, len(items) // 2, len(items) - 1, len(items)}:
        if 0 <= index <= len(items):
            assert made.position(index) == positions[index]
        if 0 <= index < len(items):
            assert made[index] == items[index]
            assert made[index - len(items)] == items[index]
            if sized(items[index]):
                assert made.at(positions[index]) == index
                assert made.at(positions[index + 1] - 1) == index
    assert made.at(positions[-1]) == len(items)


@settings(deadline=None)
@given(st.data(), LENGTHS)
def test_a_spliced_sequence_is_that_of_the_spliced_items(data: st.DataObject, length: int) -> None:
    items = tuple(range(length))
    made = Blocks.of(items, sized)
    holds(made, items)
    for turn in range(data.draw(st.integers(1, 6))):
        first, stop = sorted(data.draw(st.tuples(st.integers(0, len(items)), st.integers(0, len(items)))))
        new = tuple(range(turn, turn + data.draw(LENGTHS)))
        before, was = made, items
        made, items = made.spliced(first, stop, new), items[:first] + new + items[stop:]
        holds(made, items)
        assert tuple(before) == was, "what was there before has not changed"
        assert made[first : first + len(new)] == new
        assert made[:first] == items[:first]
        assert made[1:-1] == items[1:-1]
        assert made[::-2] == items[::-2]


@settings(deadline=None)
@given(st.data(), st.integers(1, 4 * BLOCK))
def test_two_versions_differ_from_the_first_to_the_last_other_item(data: st.DataObject, length: int) -> None:
    items = [object() for _ in range(length)]
    before = now = Blocks.of(items, lambda item: 1)
    before_items = list(items)
    for _ in range(data.draw(st.integers(0, 3))):
        first, stop = sorted(data.draw(st.tuples(st.integers(0, len(items)), st.integers(0, len(items)))))
        new = [object() for _ in range(data.draw(st.integers(0, 3)))]
        now, items = now.spliced(first, stop, new), [*items[:first], *new, *items[stop:]]
    # Versions that share no block are compared item by item.
    for one, other in ((now, before), (Blocks.of(items, lambda item: 1), before)):
        first, stop, old_stop = one.differing(other)
        assert 0 <= first <= min(stop, old_stop)
        assert items[:first] == before_items[:first]
        assert items[stop:] == before_items[old_stop:]
        if first < min(stop, old_stop):
            assert items[first] is not before_items[first]
            assert items[stop - 1] is not before_items[old_stop - 1]


def test_an_edit_leaves_the_other_blocks_alone() -> None:
    before = Blocks.of(range(40 * BLOCK), sized)
    now = before.spliced(5 * BLOCK, 5 * BLOCK + 1, [7])
    assert len({*before._blocks} - {*now._blocks}) == 1


def test_blocks_stay_neither_small_nor_large() -> None:
    made: Blocks[int] = Blocks.of((), sized)
    for number in range(6 * BLOCK):
        made = made.spliced(len(made) // 2, len(made) // 2, [number])
    assert max(len(block.items) for block in made._blocks) <= MOST
    while len(made) > 2 * MOST:
        made = made.spliced(MOST // 2, MOST // 2 + 3, [])
    assert min(len(block.items) for block in made._blocks[:-1]) >= LEAST


def test_there_is_nothing_outside() -> None:
    made = Blocks.of(range(3), sized)
    for index in (3, -4):
        with pytest.raises(IndexError):
            made[index]
