"""One argument of a call that is set or taken out."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import SetArgument
from tests.fixes.marks import place, results

KAIMING = "kaiming_normal_"


def changed(call: str, keyword: str, value: str | float | None) -> list[str]:
    """What a call becomes, in every way that is offered."""
    document = Document.of("a.py", f"def f(w):\n    {call}  # kept\n")
    found = results(document, SetArgument(place(document, call), KAIMING, keyword, value, "Set it"))
    return [text.removeprefix("def f(w):\n    ").removesuffix("  # kept\n") for text in found]


@pytest.mark.parametrize(
    ("call", "keyword", "value", "after"),
    [
        ("init.kaiming_normal_(w)", "mode", "fan_out", 'init.kaiming_normal_(w, mode="fan_out")'),
        ("kaiming_normal_(w, mode='fan_in')", "mode", "fan_out", "kaiming_normal_(w, mode='fan_out')"),
        ("f(w.weight,  a=2,mode='fan_in')", "a", 0.2, "f(w.weight,  a=0.2,mode='fan_in')"),
        ("f(w, 0, 'fan_in', 'relu')", "mode", "fan_out", "f(w, 0, 'fan_out', 'relu')"),
        ("f(tensor=w, a=1)", "mode", "fan_out", 'f(tensor=w, a=1, mode="fan_out")'),
        ("f(w, a=5 ** 0.5)", "a", None, "f(w)"),
        ("f(w, a=2, mode='fan_in')", "a", None, "f(w, mode='fan_in')"),
        ("f(w, 2)", "a", None, "f(w)"),
        ("f(w, mode=(m))", "mode", "fan_out", 'f(w, mode="fan_out")'),
    ],
)
def test_the_argument_gets_its_value(call: str, keyword: str, value: str | float | None, after: str) -> None:
    assert changed(call, keyword, value) == [after]


@pytest.mark.parametrize(
    ("call", "keyword", "value"),
    [
        ("f(*w)", "mode", "fan_out"),
        ("f(w, **more)", "mode", "fan_out"),
        ("f(w, 2, 'fan_in')", "a", None),
        ("f(w)", "a", None),
        ("f()", "mode", "fan_out"),
    ],
)
def test_what_cannot_be_told_is_left_alone(call: str, keyword: str, value: str | float | None) -> None:
    assert changed(call, keyword, value) == []
