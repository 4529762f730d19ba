"""Arguments that are set, renamed or taken out, functions by another name, and layers made one by one."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import Argument, CallSuccessor, ChangeArguments, MakeEach
from tests.fixes.marks import place, results

HEAD = "from torch import nn\n\n\ndef f(w, n, make):\n    {}\n"

K = "nn.init.k(w, {})"

CALLS = [
    (K.format("a='ReLU'"), Argument("a", 3, value="relu"), K.format("a='relu'")),
    (K.format("0, 'fan_in', \"gelu\""), Argument("a", 3, value="relu"), K.format("0, 'fan_in', \"relu\"")),
    (K.format('b="x"'), Argument("b", value="y", more=(("a", 0.25),)), K.format('b="y", a=0.25')),
    (K.format("gain=2.0"), Argument("gain", removed=True), "nn.init.k(w)"),
    (K.format("gain=2.0, a=1"), Argument("gain", removed=True), K.format("a=1")),
    (K.format("a=n(1), gain=2"), Argument("gain", removed=True), K.format("a=n(1)")),
    (K.format("2"), Argument("a", 1, removed=True), "nn.init.k(w)"),
    (K.format("a=5 ** 0.5, mode='fan_in'"), Argument("a", 1, removed=True), K.format("mode='fan_in'")),
    (K.format("gain = 2.0"), Argument("gain", value=1.0), K.format("gain = 1.0")),
    (K.format("value = n + 1"), Argument("value", to="val"), K.format("val = n + 1")),
    (K.format("value=n + 1"), Argument("value", to="val"), K.format("val=n + 1")),
    (K.format("'fan_out'"), Argument("a", 1, to="mode"), K.format("mode='fan_out'")),
    (K.format("g='relu'"), Argument("g", value="relu", gain=True), K.format("g=nn.init.calculate_gain('relu')")),
    (K.format("1, -1"), Argument("a", 1, value=-1.0), K.format("-1.0, -1")),
]  # fmt: skip


@pytest.mark.parametrize(("before", "change", "after"), CALLS)
def test_an_argument_changes_and_the_rest_stays(before: str, change: Argument, after: str) -> None:
    document = Document.of("a.py", HEAD.format(before))
    assert results(document, ChangeArguments(place(document, before), (change,), "Change it")) == [HEAD.format(after)]


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("nn.init.k(w, nonlinearity=n)", Argument("nonlinearity", 3, value="relu")),  # No literal.
        ("nn.init.k(*w, gain=2)", Argument("gain", removed=True)),
        ("nn.init.k(w)", Argument("gain", removed=True)),
        ("nn.init.k(w, 2, 'fan_in')", Argument("a", 1, removed=True)),  # What follows would take its place.
        ("nn.init.k(w, 'relu', n)", Argument("a", 1, to="nonlinearity")),  # What follows would lose its place.
    ],
)
def test_what_is_not_to_be_seen_stays(before: str, change: Argument) -> None:
    document = Document.of("a.py", HEAD.format(before))
    assert results(document, ChangeArguments(place(document, before), (change,), "Change it")) == []


MODE, SLOPE = Argument("mode", 2, value="fan_out", anyhow=True), Argument("a", 1, value=0.2, anyhow=True)


@pytest.mark.parametrize(
    ("call", "change", "after"),
    [
        ("init.kaiming_normal_(w)", MODE, 'init.kaiming_normal_(w, mode="fan_out")'),
        ("kaiming_normal_(w, mode='fan_in')", MODE, "kaiming_normal_(w, mode='fan_out')"),
        ("f(w.weight,  a = 2,mode='fan_in')", SLOPE, "f(w.weight,  a = 0.2,mode='fan_in')"),
        ("f(w, 0, 'fan_in', 'relu')", MODE, "f(w, 0, 'fan_out', 'relu')"),
        ("f(tensor=w, a=1)", MODE, 'f(tensor=w, a=1, mode="fan_out")'),
        ("f(w, mode=(m))", MODE, 'f(w, mode="fan_out")'),
    ],
)
def test_an_argument_is_set_whether_or_not_it_is_given(call: str, change: Argument, after: str) -> None:
    document = Document.of("a.py", f"def f(w):\n    {call}  # kept\n")
    plan = ChangeArguments(place(document, call), (change,), "Set it")
    assert results(document, plan) == [f"def f(w):\n    {after}  # kept\n"]


@pytest.mark.parametrize("call", ["f(*w)", "f(w, **more)", "f()"])
def test_no_argument_is_set_where_the_call_does_not_show_them(call: str) -> None:
    document = Document.of("a.py", f"def f(w):\n    {call}\n")
    assert results(document, ChangeArguments(place(document, call), (MODE,), "Set it")) == []


def test_an_old_name_becomes_the_new_one() -> None:
    document = Document.of("a.py", HEAD.format("nn.init.xavier_normal(w, gain=2)"))
    plan = CallSuccessor(place(document, "nn.init.xavier_normal(w, gain=2)"), "xavier_normal_")
    assert results(document, plan) == [HEAD.format("nn.init.xavier_normal_(w, gain=2)")]


def test_an_old_name_that_is_imported_stays_for_others() -> None:
    text = "from torch.nn.init import {}\n\n\ndef f(w):\n    {}(w)\n"
    document = Document.of("a.py", text.format("normal", "normal"))
    plan = CallSuccessor(place(document, "normal(w)"), "normal_")
    assert results(document, plan) == [text.format("normal, normal_", "normal_")]


def test_a_name_of_somebody_else_stays() -> None:
    document = Document.of("a.py", HEAD.format("make.normal(w)"))
    assert results(document, CallSuccessor(place(document, "make.normal(w)"), "normal_")) == []


LISTS = [
    ("x = nn.ModuleList([make(8)] * n)", "[make(8)] * n", "x = nn.ModuleList([make(8) for _ in range(n)])"),
    ("x = nn.Sequential(*[make(8)] * 3)", "[make(8)] * 3", "x = nn.Sequential(*[make(8) for _ in range(3)])"),
    ("x = (n * [make(w, n)])", "n * [make(w, n)]", "x = ([make(w, n) for _ in range(n)])"),
]


@pytest.mark.parametrize(("before", "code", "after"), LISTS)
def test_each_place_gets_a_layer(before: str, code: str, after: str) -> None:
    document = Document.of("a.py", HEAD.format(before))
    site = next(p for p in (place(document, one) for one in (code, f"({code})") if _stands(document, one)))
    assert results(document, MakeEach(site)) == [HEAD.format(after)]


def _stands(document: Document, code: str) -> bool:
    try:
        place(document, code)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("code", ["[w] * n", "[make(8), make(9)] * n", "w * n"])
def test_what_is_made_elsewhere_stays(code: str) -> None:
    document = Document.of("a.py", HEAD.format(f"x = nn.ModuleList({code})"))
    assert results(document, MakeEach(place(document, code))) == []


def test_copies_are_made_where_the_file_knows_how() -> None:
    text = "from copy import deepcopy\n\n\ndef f(layer):\n    return [{} for _ in range(3)]\n"
    document = Document.of("a.py", text.format("layer"))
    plan = MakeEach(place(document, "[layer for _ in range(3)]"))
    assert results(document, plan) == [text.format("deepcopy(layer)")]
