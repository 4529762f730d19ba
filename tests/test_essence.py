"""What equals what, where a field takes no part in it."""

from __future__ import annotations

from operator import eq, ne

from initls.essence import Essential
from initls.model.state.contents import Constant


class _Named(Essential, frozen=True):
    value: object
    name: str = ""

    def _essence(self) -> object:
        return self.value


class _AlsoNamed(_Named, frozen=True):
    pass


def test_what_is_no_part_of_the_essence_makes_no_difference() -> None:
    one, same = Constant(0.0), Constant(0.0, "kaiming_normal_")
    assert (eq(one, same), ne(one, same)) == (True, False)
    assert hash(one) == hash(same)
    assert {one: "found"}[same] == "found"


def test_the_essence_and_the_kind_do() -> None:
    assert (eq(_Named(1), _Named(2)), ne(_Named(1), _Named(2))) == (False, True)
    assert _Named(1) != _AlsoNamed(1)
    assert _Named(1) != 1
