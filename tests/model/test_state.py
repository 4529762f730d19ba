"""States: forks that go their own way, and joins that keep what either side may have left."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from initls.facts.place import Place
from initls.model.state.cells import Cells
from initls.model.state.contents import Constant, Content, Loaded, Random, Unknown
from initls.model.state.state import MOST_ALTERNATIVES, Alternative, Attributes, Entries, Items, State, Write, join
from initls.model.state.values import ABSENT, Either, Known, known, options

K = TypeVar("K")
V = TypeVar("V")

ZERO, ONE, DRAWN = Constant(0.0), Constant(1.0), Random("normal")


def write(order: int, content: Content, region: str | None = None) -> Write:
    return Write(order, Place("Net.__init__", order), (), content, region)


def cells(held: dict[K, V]) -> Cells[K, V]:
    return Cells(own=held)


def holding(*writes: Write, likely: bool = True) -> State:
    state = State(likely=likely)
    for one in writes:
        state.write(7, one)
    return state


def ways(state: State | None) -> list[tuple[Content, bool]]:
    assert state is not None
    return [(way.content, way.likely) for way in state.writes[7]]


# --------------------------------------------------------------------------- writes


def test_a_write_to_the_whole_leaves_nothing_of_what_was_there() -> None:
    assert ways(holding(write(1, ZERO), write(2, DRAWN))) == [(DRAWN, True)]


def test_a_write_that_may_happen_is_one_more_way() -> None:
    state = holding(write(1, ZERO))
    state.write(7, write(2, DRAWN), must=False)
    assert ways(state) == [(ZERO, True), (DRAWN, True)]


def test_a_write_to_a_part_stacks_on_every_way() -> None:
    state = holding(write(1, ZERO))
    state.write(7, write(2, DRAWN), must=False)
    state.write(7, write(3, ONE, "row 0"))
    assert [len(way.writes) for way in state.writes[7]] == [2, 2]
    assert all(isinstance(content, Unknown) for content, _ in ways(state))


def test_a_part_that_gets_what_the_whole_has_changes_nothing() -> None:
    assert ways(holding(write(1, ZERO), write(2, ZERO, "row 0"))) == [(ZERO, True)]


def test_a_whole_write_covers_parts() -> None:
    assert ways(holding(write(1, ZERO), write(2, ONE, "row 0"), write(3, DRAWN))) == [(DRAWN, True)]


def test_too_many_ways_are_summed_up_with_the_reason() -> None:
    state = holding(write(0, ZERO))
    for number in range(1, MOST_ALTERNATIVES + 1):
        state.write(7, write(number, Constant(float(number))), must=False)
    assert ways(state) == [(Unknown("too many ways to get here"), True)]


def test_the_content_of_parts_says_why_it_is_unknown() -> None:
    alternative = Alternative((write(1, ZERO), write(2, DRAWN, "row 0")))
    assert alternative.content == Unknown("parts of it are written apart")


# --------------------------------------------------------------------------- forks and joins


def test_forks_go_their_own_way() -> None:
    state = holding(write(1, ZERO))
    state.frames[0] = cells({"x": known(1)})
    other = state.fork()
    other.write(7, write(2, DRAWN))
    other.frames[0]["x"] = known(2)
    assert ways(state) == [(ZERO, True)]
    assert state.frames[0]["x"] == known(1)


def test_a_join_keeps_what_either_side_left() -> None:
    start = holding(write(1, ZERO))
    left, right = start.fork(), start.fork()
    left.write(7, write(2, DRAWN))
    assert ways(join(left, right)) == [(DRAWN, True), (ZERO, True)]


def test_a_side_that_never_arrives_leaves_nothing() -> None:
    state = holding(write(1, ZERO))
    assert join(None, state) is state
    assert join(state, None) is state
    assert join(None, None) is None


def test_what_only_an_option_leads_to_is_not_likely() -> None:
    start = holding(write(1, DRAWN))
    usual, option = start.fork(), start.fork()
    option.likely = False
    option.write(7, write(2, ZERO))
    assert ways(join(option, usual)) == [(ZERO, False), (DRAWN, True)]


def test_what_is_written_where_only_an_option_leads_is_not_likely() -> None:
    start = holding(write(1, DRAWN), likely=False)
    one, other = start.fork(), start.fork()
    other.write(7, write(2, ZERO))
    joined = join(one, other)
    assert ways(joined) == [(DRAWN, False), (ZERO, False)]
    assert joined is not None
    assert not joined.likely


def test_a_name_that_one_side_binds_may_not_be_there() -> None:
    left, right = State(frames={0: cells({})}), State(frames={0: cells({"x": known(1)})})
    joined = join(left, right)
    assert joined is not None
    assert set(options(joined.frames[0]["x"])) == {ABSENT, known(1)}


def test_names_with_two_values_are_either() -> None:
    joined = join(State(frames={0: cells({"x": known(1)})}), State(frames={0: cells({"x": known(2)})}))
    assert joined is not None
    assert joined.frames[0]["x"] == Either((known(1), known(2)), 2)


def test_lists_of_different_lengths() -> None:
    joined = join(
        State(lists=cells({3: Items((known(1),))})), State(lists=cells({3: Items((known(1), known(2)), open=True)}))
    )
    assert joined is not None
    first, second = joined.lists[3].values
    assert first == known(1)
    assert set(options(second)) == {ABSENT, known(2)}
    assert joined.lists[3].open


def test_dicts_keep_the_keys_of_both() -> None:
    key = Known("a", "str")
    joined = join(State(dicts=cells({3: Entries(((key, known(1)),))})), State(dicts=cells({3: Entries()})))
    assert joined is not None
    assert set(options(dict(joined.dicts[3].values)[key])) == {ABSENT, known(1)}


def test_an_object_is_ready_when_both_sides_have_made_it_so() -> None:
    joined = join(State(objects=cells({3: Attributes(ready=True)})), State(objects=cells({3: Attributes(ready=False)})))
    assert joined is not None
    assert not joined.objects[3].ready


def test_frozen_is_what_both_sides_froze() -> None:
    writes = {number: (Alternative((write(1, ZERO),)),) for number in (1, 2, 3)}
    one = State(writes=cells(dict(writes)), frozen=frozenset({1, 2}))
    joined = join(one, State(writes=cells(dict(writes)), frozen=frozenset({2, 3})))
    assert joined is not None
    assert joined.frozen == {2}


def test_what_one_side_has_not_made_is_frozen_if_the_other_froze_it() -> None:
    joined = join(State(writes=cells({1: (Alternative((write(1, ZERO),)),)}), frozen=frozenset({1})), State())
    assert joined is not None
    assert joined.frozen == {1}


CONTENTS = st.sampled_from((ZERO, ONE, DRAWN, Loaded("a checkpoint"), Unknown("why")))
WRITES = st.lists(
    st.tuples(CONTENTS, st.sampled_from((None, "row 0")), st.booleans(), st.booleans()), min_size=0, max_size=6
)


@settings(deadline=None)
@given(WRITES, st.booleans(), st.booleans())
def test_a_join_is_the_same_from_either_side(
    writes: list[tuple[Content, str | None, bool, bool]], a: bool, b: bool
) -> None:
    """Both sides start from one write; each later one goes to the left or to the right."""
    left, right = holding(write(0, DRAWN)), holding(write(0, DRAWN))
    left.likely, right.likely = a, b
    for order, (content, region, to_left, must) in enumerate(writes, 1):
        (left if to_left else right).write(7, write(order, content, region), must=must)
    one, other = join(left, right), join(right, left)
    assert one is not None
    assert other is not None
    summed = Unknown("too many ways to get here")
    if summed in {content for content, _ in ways(one)} | {content for content, _ in ways(other)}:
        return
    assert {(way.writes, way.likely) for way in one.writes[7]} == {(way.writes, way.likely) for way in other.writes[7]}
    found = {way.writes for way in one.writes[7]}
    assert len(found) == len(one.writes[7])
    assert found == {way.writes for side in (left, right) for way in side.writes[7]}


@settings(deadline=None)
@given(WRITES)
def test_a_join_with_itself_changes_nothing(writes: list[tuple[Content, str | None, bool, bool]]) -> None:
    state = holding(write(0, DRAWN))
    for order, (content, region, _, must) in enumerate(writes, 1):
        state.write(7, write(order, content, region), must=must)
    joined = join(state, state.fork())
    assert joined is not None
    assert joined.writes == state.writes
