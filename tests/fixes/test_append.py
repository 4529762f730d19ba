"""A statement at the end or at the beginning of a function."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import AppendToMethod, PrependToMethod
from tests.fixes.marks import place, results

CALL = "self.reset_parameters()"


def appended(source: str, code: str = "self.a = 1") -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, AppendToMethod(place(document, code), CALL, "Call it")))


HEAD = "class A(B):\n    def __init__(self, x):\n"


@pytest.mark.parametrize(
    "body",
    [
        "        self.a = 1\n",
        "        self.a = 1\n        if x:\n            self.b = 2\n        # the end\n",
        "        self.a = 1; self.b = 2\n",
        '        """Doc."""\n        for y in x:\n            self.a = 1\n',
    ],
)
def test_it_stands_behind_the_last_statement(body: str) -> None:
    lines = body.splitlines(keepends=True)
    code = [number for number, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")]
    lines.insert(code[-1] + 1, f"        {CALL}\n")
    foot = "\n    def forward(self, x):\n        return x\n"
    assert appended(HEAD + body + foot) == [HEAD + "".join(lines) + foot]


def test_the_last_line_of_a_text_keeps_its_form() -> None:
    assert appended(HEAD + "        self.a = 1") == [HEAD + f"        self.a = 1\n        {CALL}"]


@pytest.mark.parametrize(
    "body", ["        self.a = 1\n        return\n", "        if x:\n            return\n        self.a = 1\n"]
)
def test_nothing_is_put_where_it_may_not_be_reached(body: str) -> None:
    assert appended(HEAD + body) == []


def test_a_body_on_the_line_of_its_function_stays() -> None:
    assert appended("class A(B):\n    def __init__(self): self.a = 1\n") == []


CHAIN = "super()._init_weights(module)"


def prepended(source: str, code: str) -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, PrependToMethod(place(document, code), CHAIN, "Call the base")))


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("        self.a = 1\n", "        {}\n        self.a = 1\n"),
        ('        """Doc."""\n        self.a = 1\n', '        """Doc."""\n        {}\n        self.a = 1\n'),
        # A comment belongs to the statement below it.
        ("        # all\n        self.a = 1\n", "        {}\n        # all\n        self.a = 1\n"),
        ("\n        if x:\n            return\n", "\n        {}\n        if x:\n            return\n"),
    ],
)
def test_it_stands_in_front_of_the_first_statement(body: str, after: str) -> None:
    foot = "\n    def forward(self, x):\n        return x\n"
    assert prepended(HEAD + body + foot, "def __init__(self, x):") == [HEAD + after.format(CHAIN) + foot]


DOCUMENTED = 'class A(B):\n    def __init__(self, x):\n        """Doc."""\n'


@pytest.mark.parametrize("source", ["class A(B):\n    def __init__(self, x): self.a = 1\n", DOCUMENTED])
def test_nothing_is_put_in_front_of_nothing(source: str) -> None:
    assert prepended(source, source.splitlines()[1].strip()) == []
