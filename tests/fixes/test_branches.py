"""Branches that ask for all that they mean, change places or go."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import AskForAll, DeleteBranch, SwapBranches
from tests.fixes.marks import place, results

ASKED = [
    ("isinstance(m, A or B)", "isinstance(m, (A, B))"),
    ("isinstance(m, A and B)", "isinstance(m, (A, B))"),
    ("isinstance(m, (A or nn.B))", "isinstance(m, (A, nn.B))"),
    ("isinstance(m, A or B or C)", "isinstance(m, (A, B, C))"),
    ("isinstance(m, (A, B or C))", "isinstance(m, (A, B, C))"),
    ("isinstance( m , A  or  B )", "isinstance( m , (A, B) )"),
]


@pytest.mark.parametrize(("before", "after"), ASKED)
def test_all_classes_are_asked_for(before: str, after: str) -> None:
    document = Document.of("a.py", f"if {before} and x:  # why\n    pass\n")
    assert results(document, AskForAll(place(document, before))) == [f"if {after} and x:  # why\n    pass\n"]


def test_nothing_is_made_of_a_test_that_asks_for_one() -> None:
    document = Document.of("a.py", "isinstance(m, A)\n")
    assert results(document, AskForAll(place(document, "isinstance(m, A)"))) == []


CHAIN = """def f(m):
    # first
    if a(m):  # one
        x()

        # of a
        y()
    elif b(m): z()
    # second
    elif c(m):
        w()  # last
    else:
        v()
"""


def test_a_branch_goes_in_front() -> None:
    document = Document.of("a.py", CHAIN)
    after = """def f(m):
    # first
    if c(m):
        w()  # last
    elif a(m):  # one
        x()

        # of a
        y()
    # second
    elif b(m): z()
    else:
        v()
"""
    first, later = place(document, "if a(m):  # one"), place(document, "elif c(m):")
    assert results(document, SwapBranches(later, first)) == [after]


def test_two_branches_change_places_whatever_ends_the_lines() -> None:
    document = Document.of("a.py", CHAIN.replace("\n", "\r\n"))
    first, later = place(document, "elif b(m): z()"), place(document, "elif c(m):")
    after = CHAIN.replace("b(m): z()\n", "c(m):\n        w()  # last\n", 1)
    after = after.replace("elif c(m):\n        w()  # last\n    else", "elif b(m): z()\n    else")
    assert results(document, SwapBranches(later, first)) == [after.replace("\n", "\r\n")]


def test_only_a_branch_of_the_same_chain_goes_in_front() -> None:
    document = Document.of("a.py", "if a:\n    x()\nif b:\n    y()\nelif c:\n    z()\n")
    first, later = place(document, "if a:"), place(document, "elif c:")
    assert results(document, SwapBranches(later, first)) == []


def test_a_branch_is_deleted() -> None:
    document = Document.of("a.py", CHAIN)
    after = CHAIN.replace("    elif b(m): z()\n", "")
    assert results(document, DeleteBranch(place(document, "elif b(m): z()"))) == [after]


def test_the_last_branch_is_deleted() -> None:
    document = Document.of("a.py", "if a:\n    x()\nelif b:\n    y()")
    assert results(document, DeleteBranch(place(document, "elif b:"))) == ["if a:\n    x()"]


def test_the_first_branch_stays() -> None:
    document = Document.of("a.py", CHAIN)
    assert results(document, DeleteBranch(place(document, "if a(m):  # one"))) == []
