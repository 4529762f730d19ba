"""Writes of a constant that become calls of `torch.nn.init`."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.findings import Applicability
from initls.fixes.plans import ReplaceWrite, Scheme
from tests.fixes.marks import fixes, place, results

RELU = Scheme("kaiming_normal_", (("nonlinearity", "relu"),), "ReLU follows")
GLOROT = Scheme("xavier_uniform_", (), "no activation follows")

HEAD = "import torch\nimport torch.nn as nn\n\n\ndef f(self, m, w, g, i, x):\n"

REWRITES = [
    # Calls of init functions keep what leads to the function, and the tensor as it is written.
    ("nn.init.zeros_(self.fc.weight)", 'nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")'),
    ("torch.nn.init.constant_(w, 0.)", 'torch.nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("nn.init.constant_( m.weight , val = 0. )", 'nn.init.kaiming_normal_( m.weight , nonlinearity="relu" )'),
    ("nn.init.constant_(tensor=w, val=0)", 'nn.init.kaiming_normal_(tensor=w, nonlinearity="relu")'),
    ("nn.init.constant_(val=0, tensor=w)", 'nn.init.kaiming_normal_(tensor=w, nonlinearity="relu")'),
    ("nn.init.normal_(w, std=0)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("nn.init.uniform_(w, x, x)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("nn.init.uniform_(w, 1, 1, generator=g)", 'nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g)'),
    ("nn.init.xavier_uniform(w, gain=0)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("nn.init.zeros_(m.weight.data)", 'nn.init.kaiming_normal_(m.weight.data, nonlinearity="relu")'),
    ("nn.init.zeros_(w,)", 'nn.init.kaiming_normal_(w, nonlinearity="relu",)'),
    (
        "nn.init.constant_(\n        w,  # the weight\n        0.0,\n    )",
        'nn.init.kaiming_normal_(\n        w,  # the weight\n        nonlinearity="relu",\n    )',
    ),
    # Raw writes become calls on the parameter itself.
    ("self.fc.weight.data.fill_(0)", 'nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")'),
    ("w.zero_()", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.detach().zero_()", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.copy_(torch.zeros_like(w))", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.data.normal_(0, 0)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.data.normal_().mul_(0)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.data.mul_(0)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("(m.weight).data.fill_(0)", 'nn.init.kaiming_normal_((m.weight), nonlinearity="relu")'),
    ("x = w.data.add_(1)", 'x = nn.init.kaiming_normal_(w.data, nonlinearity="relu")'),
    ("torch.zero_(w)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("torch.zeros(3, 4, out=w.data)", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("m.weight.data = torch.zeros(3, 4)", 'nn.init.kaiming_normal_(m.weight, nonlinearity="relu")'),
    ("w[:] = 0", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w[...] = 0", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.data[:, :] = 0.1", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("w.data[:, :3] = 0.1", 'nn.init.kaiming_normal_(w.data[:, :3], nonlinearity="relu")'),
    ("w.data *= 0", 'nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("m.weight = nn.Parameter(torch.zeros(3, 4))", 'nn.init.kaiming_normal_(m.weight, nonlinearity="relu")'),
    ("self.fc.weight = nn.Parameter(x)", 'nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")'),
    ("m.weight: x = nn.Parameter(x)", 'nn.init.kaiming_normal_(m.weight, nonlinearity="relu")'),
]


def inner(code: str) -> str:
    """What the place is: the call, where the statement is one or assigns what it gives."""
    return code.removeprefix("x = ") if code.startswith("x = ") else code


@pytest.mark.parametrize(("before", "after"), REWRITES)
def test_a_write_becomes_an_init_call(before: str, after: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {before}  # why\n")
    plan = ReplaceWrite(place(document, inner(before)), (RELU,))
    assert results(document, plan) == [f"{HEAD}    {after}  # why\n"]


@pytest.mark.parametrize("around", ["{}", "if i: {}", "i = 1; {}; x = 2", "with torch.no_grad():\n        {}"])
@pytest.mark.parametrize(("before", "after"), REWRITES[13:26:6])
def test_a_write_may_share_its_line(before: str, after: str, around: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {around.format(before)}\n")
    plan = ReplaceWrite(place(document, inner(before)), (RELU,))
    assert results(document, plan) == [f"{HEAD}    {around.format(after)}\n"]


SILENT = [
    "w[i] = 0",  # writes through a mask or an index, not through a view
    "w[0] = 0",  # one axis less than the weight
    "w.masked_fill_(x, 0)",
    "w.requires_grad_(False)",
    "m.weight.data = w.data = torch.zeros(3)",
    "nn.init.zeros_(*x)",
    "m.apply(w)",
    "nn.init.zeros_()",
    "a, b = x",
    "w = x",
    "nn.init.calculate_gain(w)",
]


@pytest.mark.parametrize("code", SILENT)
def test_what_cannot_be_carried_out_gives_no_fix(code: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {code}\n")
    assert fixes(document, ReplaceWrite(place(document, code), (RELU, GLOROT))) == ()


def test_a_parameter_of_self_may_be_new_and_is_made_first() -> None:
    document = Document.of("a.py", f"{HEAD}    self.weight = nn.Parameter(torch.zeros(3, 4))\n")
    plan = ReplaceWrite(place(document, "self.weight = nn.Parameter(torch.zeros(3, 4))"), (GLOROT,))
    assert results(document, plan) == [
        f"{HEAD}    self.weight = nn.Parameter(torch.empty(3, 4))\n    nn.init.xavier_uniform_(self.weight)\n"
    ]


@pytest.mark.parametrize(
    ("before", "site", "after"),
    [
        (
            "m.weight = nn.Parameter(torch.ones(3, 4))",
            "nn.Parameter(torch.ones(3, 4))",
            "nn.init.xavier_uniform_(m.weight)",
        ),
        ("m.weight = nn.Parameter(torch.ones(3, 4))", "torch.ones(3, 4)", "nn.init.xavier_uniform_(m.weight)"),
        ("m.weight.data = torch.ones(3, 4)", "torch.ones(3, 4)", "nn.init.xavier_uniform_(m.weight)"),
        (
            "g.append(nn.Parameter(torch.ones(3, 4)))",
            "nn.Parameter(torch.ones(3, 4))",
            "g.append(nn.Parameter(nn.init.xavier_uniform_(torch.empty(3, 4))))",
        ),
    ],
)
def test_the_call_that_makes_the_constant_may_be_the_place(before: str, site: str, after: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {before}\n")
    assert results(document, ReplaceWrite(place(document, site), (GLOROT,))) == [f"{HEAD}    {after}\n"]


def test_each_scheme_is_a_fix_of_its_own_and_the_first_is_preferred() -> None:
    document = Document.of("a.py", f"{HEAD}    nn.init.zeros_(w)\n")
    found = fixes(document, ReplaceWrite(place(document, "nn.init.zeros_(w)"), (RELU, GLOROT, Scheme("orthogonal_"))))
    assert [(fix.title, fix.preferred, fix.applicability) for fix in found] == [
        ("Initialize with kaiming_normal_ (ReLU follows)", True, Applicability.UNSAFE),
        ("Initialize with xavier_uniform_ (no activation follows)", False, Applicability.UNSAFE),
        ("Initialize with orthogonal_", False, Applicability.UNSAFE),
    ]


def test_a_display_fix_is_never_preferred() -> None:
    document = Document.of("a.py", f"{HEAD}    nn.init.zeros_(w)\n")
    plan = ReplaceWrite(place(document, "nn.init.zeros_(w)"), (RELU,), Applicability.DISPLAY)
    assert [fix.preferred for fix in fixes(document, plan)] == [False]


def test_edits_are_minimal() -> None:
    document = Document.of("a.py", f"{HEAD}    nn.init.constant_(self.fc.weight, 0.5)\n")
    (fix,) = fixes(document, ReplaceWrite(place(document, "nn.init.constant_(self.fc.weight, 0.5)"), (RELU,)))
    assert [(document.text.slice(edit.span), edit.content) for edit in fix.edits] == [
        ("constant_", "kaiming_normal_"),
        (", 0.5", ', nonlinearity="relu"'),
    ]


@pytest.mark.parametrize(
    ("keywords", "written"),
    [
        ((("a", 5**0.5),), "a=2.2361"),
        ((("gain", 1.6667),), "gain=1.6667"),
        ((("std", 0.02),), "std=0.02"),
        ((("a", -0.5), ("mode", "fan_out")), 'a=-0.5, mode="fan_out"'),
        ((("a", 0),), "a=0"),
    ],
)
def test_values_are_written_short(keywords: tuple[tuple[str, str | float], ...], written: str) -> None:
    document = Document.of("a.py", f"{HEAD}    w.zero_()\n")
    plan = ReplaceWrite(place(document, "w.zero_()"), (Scheme("some_", keywords),))
    assert results(document, plan) == [f"{HEAD}    nn.init.some_(w, {written})\n"]


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("a = 'one' + 'two'  # \"\"\"", "'"),
        ('a = "one" + \'two\' + "three"', '"'),
        ("a = '''x''' # it's", '"'),
        ("a = 'it\\'s'", "'"),
    ],
)
def test_strings_are_quoted_as_the_file_does(line: str, mark: str) -> None:
    source = f"{HEAD}    {line}\n    w.zero_()\n"
    document = Document.of("a.py", source)
    (result,) = results(document, ReplaceWrite(place(document, "w.zero_()"), (RELU,)))
    assert f"nonlinearity={mark}relu{mark})" in result


@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        "lambda m: {}",
        "[{} for w in x]",
        "print(\n        {}  # first\n    )",
    ],
)
def test_calls_in_expressions(shape: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {shape.format('nn.init.zeros_(w)')}\n")
    (result,) = results(document, ReplaceWrite(place(document, "nn.init.zeros_(w)"), (GLOROT,)))
    assert result == f"{HEAD}    {shape.format('nn.init.xavier_uniform_(w)')}\n"


def test_applied_twice_changes_nothing() -> None:
    document = Document.of("a.py", f"{HEAD}    w.data.fill_(0)\n")
    (once,) = results(document, ReplaceWrite(place(document, "w.data.fill_(0)"), (RELU,)))
    again = Document.of("a.py", once)
    call = 'nn.init.kaiming_normal_(w, nonlinearity="relu")'
    assert fixes(again, ReplaceWrite(place(again, call), (RELU,))) == ()
