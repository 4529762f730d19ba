"""Tables that are forked and joined do what copied dicts would do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from initls.model.state.cells import Cells, join

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 9), st.integers(0, 5)),
        st.tuples(st.just("drop"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("fork"), st.just(0), st.just(0)),
        st.tuples(st.just("join"), st.just(0), st.just(0)),
        st.tuples(st.just("swap"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


def merged(a: object, b: object) -> object:
    return a if a == b else ("either", *sorted(map(str, (a, b))))


def joined_dicts(a: dict[int, object], b: dict[int, object], absent: object) -> dict[int, object]:
    keys = dict.fromkeys((*a, *b))
    if absent is None:
        return {key: merged(a[key], b[key]) if key in a and key in b else a.get(key, b.get(key)) for key in keys}
    return {key: merged(a.get(key, absent), b.get(key, absent)) for key in keys}


@settings(max_examples=300, deadline=None)
@given(STEPS, st.sampled_from([None, "absent"]))
def test_a_table_does_what_a_dict_does(steps: list[tuple[str, int, int]], absent: object) -> None:
    """Forks are kept on a stack; a join takes the top two, whatever became of them in between."""
    tables: list[Cells[int, object]] = [Cells()]
    dicts: list[dict[int, object]] = [{}]
    for kind, key, value in steps:
        if kind == "set":
            tables[-1][key] = dicts[-1][key] = value
        elif kind == "drop":
            tables[-1].pop(key, None)
            dicts[-1].pop(key, None)
        elif kind == "fork":
            tables.append(tables[-1].fork())
            dicts.append(dict(dicts[-1]))
        elif kind == "swap" and len(tables) > 1:
            tables[-1], tables[-2] = tables[-2], tables[-1]
            dicts[-1], dicts[-2] = dicts[-2], dicts[-1]
        elif kind == "join" and len(tables) > 1:
            tables.append(join(tables.pop(), tables.pop(), merged, absent))
            dicts.append(joined_dicts(dicts.pop(), dicts.pop(), absent))
        for table, expected in zip(tables, dicts, strict=True):
            assert dict(table) == expected
            assert len(table) == len(expected)
            assert all((key in table) == (key in expected) for key in range(10))
            assert all(table.get(key, "none") == expected.get(key, "none") for key in range(10))


def test_many_forks_stay_shallow() -> None:
    table: Cells[int, int] = Cells()
    for number in range(100):
        table[number] = number
        table.fork()
    assert table._below is not None
    assert table._below.depth <= 13
    assert dict(table) == {number: number for number in range(100)}


def test_a_join_asks_only_about_what_was_written_since_the_fork() -> None:
    first: Cells[int, int] = Cells(own=dict.fromkeys(range(1000), 0))
    second = first.fork()
    first[3], second[4] = 1, 2
    asked: list[tuple[int, int]] = []
    joined = join(first, second, lambda a, b: asked.append((a, b)) or max(a, b))  # type: ignore[func-returns-value]
    assert sorted(asked) == [(0, 2), (1, 0)]
    assert (joined[3], joined[4], joined[5]) == (1, 2, 0)
