"""Statements without effect that are taken out."""

from __future__ import annotations

from textwrap import indent

import pytest

from initls.document import Document
from initls.fixes.plans import DeleteStatement
from tests.fixes.marks import fixes, place, results

CODE = "init(w)"


def function(body: str) -> str:
    return "def f(w, a):\n" + indent(body, "    ") + "\ndef g(): pass\n"


DELETIONS = [
    ("a = 1\ninit(w)\nb = 2\n", "a = 1\nb = 2\n"),
    ("a = 1\ninit(w)  # zero\nb = 2\n", "a = 1\nb = 2\n"),
    ("a = 1\n\n# zero\n# it\ninit(w)\n\nb = 2\n", "a = 1\n\nb = 2\n"),
    ("# zero\ninit(w)\n\nb = 2\n", "b = 2\n"),
    ("a = 1\n\n# zero\ninit(w)\n", "a = 1\n"),
    # The comment may speak of what follows as well, or of what stands in front.
    ("a = 1\n\n# zero\ninit(w)\nb = 2\n", "a = 1\n\n# zero\nb = 2\n"),
    ("a = 1\n# zero\ninit(w)\n\nb = 2\n", "a = 1\n# zero\n\nb = 2\n"),
    ("a = 1\n\ninit(w)\nb = 2\n", "a = 1\n\nb = 2\n"),
    ("a = 1\n\n\ninit(w)\n\nb = 2\n", "a = 1\n\n\nb = 2\n"),
    # Several statements on a line.
    ("a = 1; init(w); b = 2\n", "a = 1; b = 2\n"),
    ("init(w); b = 2  # c\n", "b = 2  # c\n"),
    ("a = 1; init(w)  # c\n", "a = 1  # c\n"),
    ("a = 1; init(w);\n", "a = 1;\n"),
    ("if a: b = 1; init(w)\n", "if a: b = 1\n"),
    # A body that would be empty.
    ("init(w)  # zero\n", "pass\n"),
    ("# why\ninit(w)\n", "# why\npass\n"),
    ("for x in a:\n    init(w)\n", "for x in a:\n    pass\n"),
    ("for x in a: init(w)\nb = 2\n", "for x in a: pass\nb = 2\n"),
    ("if a():\n    init(w)\nb = 2\n", "if a():\n    pass\nb = 2\n"),
    ("if a:\n    init(w)\nelse:\n    b = 2\n", "if a:\n    pass\nelse:\n    b = 2\n"),
    ("if a: b = 1\nelif w:\n    init(w)\n", "if a: b = 1\nelif w:\n    pass\n"),
    ("try:\n    init(w)\nfinally:\n    b = 2\n", "try:\n    pass\nfinally:\n    b = 2\n"),
    # A guard that would guard nothing.
    ("b = 1\nif w is not None:\n    init(w)\nb = 2\n", "b = 1\nb = 2\n"),
    ("b = 1\nif w.bias is not None: init(w)\nb = 2\n", "b = 1\nb = 2\n"),
    ("b = 1\n\n# guard\nif w is not None and isinstance(w, a.B):\n    init(w)\n\nb = 2\n", "b = 1\n\nb = 2\n"),
    ("b = 1\nwith torch.no_grad():\n    init(w)\nb = 2\n", "b = 1\nb = 2\n"),
    ("b = 1\nwith a.open():\n    init(w)\nb = 2\n", "b = 1\nwith a.open():\n    pass\nb = 2\n"),
    ("for x in a:\n    with torch.no_grad():\n        if w is not None: init(w)\n", "for x in a:\n    pass\n"),
    ("if w is not None:\n    init(w)\n", "pass\n"),
]


@pytest.mark.parametrize(("before", "after"), DELETIONS)
def test_the_statement_goes_and_the_rest_stays_a_program(before: str, after: str) -> None:
    document = Document.of("a.py", function(before))
    assert results(document, DeleteStatement(place(document, CODE), "Delete it")) == [function(after)]


@pytest.mark.parametrize("code", ["x = init(w)\n", "return init(w)\n", "print(init(w))\n", "x = lambda: init(w)\n"])
def test_a_call_whose_result_is_used_is_not_deleted(code: str) -> None:
    document = Document.of("a.py", function(code))
    assert fixes(document, DeleteStatement(place(document, CODE), "Delete it")) == ()


def test_an_assignment_may_be_deleted_as_a_whole() -> None:
    document = Document.of("a.py", function("a = 1\nw[:] = (\n    0\n)\nb = 2\n"))
    (result,) = results(document, DeleteStatement(place(document, "w[:] = (\n        0\n    )"), "Delete it"))
    assert result == function("a = 1\nb = 2\n")


def test_a_loop_may_be_deleted_as_a_whole() -> None:
    document = Document.of("a.py", function("a = 1\nfor x in w:\n    init(x)\nb = 2\n"))
    (result,) = results(document, DeleteStatement(place(document, "for x in w:"), "Delete it"))
    assert result == function("a = 1\nb = 2\n")


def test_statements_of_a_module_and_of_a_class() -> None:
    source = "# licence\ninit(w)\n\n\nclass A:\n    def f(self): pass\n    init(a)\n"
    document = Document.of("a.py", source)
    assert results(document, DeleteStatement(place(document, "init(w)"), "Delete it")) == [
        "# licence\n\n\nclass A:\n    def f(self): pass\n    init(a)\n"
    ]
    assert results(document, DeleteStatement(place(document, "init(a)"), "Delete it")) == [
        "# licence\ninit(w)\n\n\nclass A:\n    def f(self): pass\n"
    ]


def test_definitions_are_not_deleted() -> None:
    document = Document.of("a.py", "class A:\n    def f(self): pass\n")
    assert fixes(document, DeleteStatement(place(document, "def f(self): pass"), "Delete it")) == ()


def test_the_last_line_of_a_text() -> None:
    document = Document.of("a.py", "def f(w):\n    a = 1\n\n    init(w)")
    assert results(document, DeleteStatement(place(document, CODE), "Delete it")) == ["def f(w):\n    a = 1"]
