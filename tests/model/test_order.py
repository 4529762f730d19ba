"""The order of classes, held to Python's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from initls.model.machine.order import resolution


@st.composite
def hierarchies(draw: st.DrawFn) -> dict[str, list[str]]:
    """Classes, each of which derives from some that stand in front of it."""
    found: dict[str, list[str]] = {}
    for number in range(draw(st.integers(1, 9))):
        found[f"C{number}"] = draw(st.lists(st.sampled_from(sorted(found)), max_size=3, unique=True)) if found else []
    return found


def of_python(bases: dict[str, list[str]]) -> dict[str, tuple[str, ...] | None]:
    """What Python makes of each class; None where it refuses the class, or one that this derives from."""
    made: dict[str, type | None] = {}
    for name, above in bases.items():
        parents = [made[base] for base in above]
        try:
            made[name] = None if None in parents else type(name, tuple(one for one in parents if one), {})
        except TypeError:
            made[name] = None
    return {
        name: None if one is None else tuple(c.__name__ for c in one.__mro__ if c is not object)
        for name, one in made.items()
    }


@given(hierarchies())
def test_the_order_is_that_of_python(bases: dict[str, list[str]]) -> None:
    assert {name: resolution(name, bases) for name in bases} == of_python(bases)


def test_a_class_that_derives_from_itself_has_none() -> None:
    assert resolution("A", {"A": ["B"], "B": ["A"]}) is None


def test_a_class_that_is_twice_among_the_bases_has_none() -> None:
    assert resolution("A", {"A": ["B", "B"]}) is None
