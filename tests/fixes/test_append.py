"""A statement at the end of a function."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import AppendToMethod
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
