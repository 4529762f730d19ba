"""Statements put behind a test, and tests that ask another question."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import AskForNone, Guard
from tests.fixes.marks import place, results

GUARDS = [
    ("def f(p):\n    init(p)\n", "{}.dim() > 1", False, "def f(p):\n    if p.dim() > 1:\n        init(p)\n"),
    (
        "def f(m):\n\tfor p in m:\n\t\tinit(p.data, 0.1)  # all\n",
        "{}.dim() > 1",
        False,
        "def f(m):\n\tfor p in m:\n\t\tif p.dim() > 1:\n\t\t\tinit(p.data, 0.1)  # all\n",
    ),
    (
        "def f(m):\r\n  m.bias.data.zero_()\r\n  return m\r\n",
        "{} is not None",
        True,
        "def f(m):\r\n  if m.bias is not None:\r\n    m.bias.data.zero_()\r\n  return m\r\n",
    ),
    (
        "def f(m):\n    init(std=1, tensor=m.weight)\n",
        "{} is not None",
        False,
        "def f(m):\n    if m.weight is not None:\n        init(std=1, tensor=m.weight)\n",
    ),
    (
        "def f(m, i):\n    m.w[i] = 0\n",
        "i is not None",
        False,
        "def f(m, i):\n    if i is not None:\n        m.w[i] = 0\n",
    ),
]


@pytest.mark.parametrize(("before", "test", "method", "after"), GUARDS)
def test_a_statement_goes_behind_a_test(before: str, test: str, method: bool, after: str) -> None:
    document = Document.of("a.py", before)
    code = next(line.partition("#")[0].strip() for line in before.splitlines() if "init(" in line or "m." in line)
    assert results(document, Guard(place(document, code), test, method)) == [after]


@pytest.mark.parametrize(
    "text",
    [
        "def f(p):\n    x = init(p)\n",  # Its result is used.
        "def f(p):\n    init(*p)\n",  # What it initializes is not to be seen.
        "def f(p): init(p)\n",  # There is no room.
        "def f(p):\n    init(p); init(p)\n",
    ],
)
def test_there_is_no_test_where_it_would_be_wrong(text: str) -> None:
    document = Document.of("a.py", text)
    code = next(code for code in ("init(*p)", "init(p)") if code in text)
    assert results(document, Guard(place(document, code), "{}.dim() > 1")) == []


TESTS = [
    ("if m.bias:", ("m.bias", ""), "if m.bias is not None:"),
    ("if not m.bias:", ("m.bias", ""), "if m.bias is None:"),
    ("if a and m.b or not (b or m.b):", ("m.b", ""), "if a and m.b is not None or not (b or m.b is not None):"),
    ("while m.bias:", ("m.bias", ""), "while m.bias is not None:"),
    ("if hasattr(m, 'bias'):", ("m", "bias"), "if getattr(m, 'bias', None) is not None:"),
    ('if x and hasattr(m.a, "bias"):', ("m.a", "bias"), 'if x and getattr(m.a, "bias", None) is not None:'),
    ("if not hasattr(m, 'bias'):", ("m", "bias"), "if getattr(m, 'bias', None) is None:"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "asked", "after"), TESTS)
def test_a_test_asks_whether_something_is_there(before: str, asked: tuple[str, str], after: str) -> None:
    text = "def f(m, a, b, x):\n    {}\n        init(m)\n"
    document = Document.of("a.py", text.format(before))
    assert results(document, AskForNone(place(document, before), *asked)) == [text.format(after)]


def test_another_question_stays() -> None:
    document = Document.of("a.py", "def f(m):\n    if len(m.bias):\n        init(m)\n")
    assert results(document, AskForNone(place(document, "if len(m.bias):"), "m.bias")) == []
