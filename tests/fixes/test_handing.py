"""What `apply` is given, and names of attributes."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import CallInstead, PassFunction, Rename
from tests.fixes.marks import place, results

PASSED = [
    ("self.apply(self.init())", "self.apply(self.init)"),
    ("net[1].apply( init(net[1]) )", "net[1].apply( init )"),
    ("self.apply(init(a, b))", None),
    ("self.apply(init(*a))", None),
    ("self.apply(init)", None),
]


@pytest.mark.parametrize(("before", "after"), PASSED)
def test_the_function_is_handed_over(before: str, after: str | None) -> None:
    document = Document.of("a.py", f"x = {before}  # init\n")
    expected = [] if after is None else [f"x = {after}  # init\n"]
    assert results(document, PassFunction(place(document, before))) == expected


CALLED = [
    ("self.apply(self.init())", "self.init()"),
    ("self.apply(self.init)", "self.init()"),
    ("self.apply(init(a))", None),
    ("self.apply(lambda: 0)", None),
]


@pytest.mark.parametrize(("before", "after"), CALLED)
def test_the_function_is_called_by_itself(before: str, after: str | None) -> None:
    document = Document.of("a.py", f"{before}  # init\n")
    expected = [] if after is None else [f"{after}  # init\n"]
    assert results(document, CallInstead(place(document, before, 1))) == expected


def test_a_result_that_is_used_keeps_its_call() -> None:
    document = Document.of("a.py", "net = self.apply(self.init)\n")
    assert results(document, CallInstead(place(document, "self.apply(self.init)"))) == []


RENAMED = [
    ("init(m.weights)", "m", "weights", "weight", "init(m.weight)"),
    ("m.data.zero_()", "m", "data", "weight.data", "m.weight.data.zero_()"),
    ("self.fc.weights = self.fc.weights + a.weights", "self.fc", "weights", "weight",
     "self.fc.weight = self.fc.weight + a.weights"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "owner", "old", "new", "after"), RENAMED)
def test_the_attribute_is_renamed(before: str, owner: str, old: str, new: str, after: str) -> None:
    document = Document.of("a.py", f"a = 1\n{before}\n")
    assert results(document, Rename(place(document, before), owner, old, new)) == [f"a = 1\n{after}\n"]
