"""Parameters made from a constant: the allocation stays, the values come from an init call."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import InitializeParameter, Scheme
from tests.fixes.marks import fixes, place, results

GLOROT = Scheme("xavier_uniform_", (), "unknown")
HEAD = "import torch\nimport torch.nn as nn\nfrom torch import zeros\n\n\ndef f(self, n, m, x, d):\n"


REWRITES = [
    ("nn.Parameter(torch.zeros(n, m))", "nn.Parameter(torch.empty(n, m))"),
    ("nn.Parameter(torch.ones((n, m)), requires_grad=True)", "nn.Parameter(torch.empty((n, m)), requires_grad=True)"),
    ("nn.Parameter(data=torch.zeros(n, m))", "nn.Parameter(data=torch.empty(n, m))"),
    ("nn.Parameter(torch.full((n, m), 0.1))", "nn.Parameter(torch.empty((n, m)))"),
    ("nn.Parameter(torch.full((n, m), 0.1, dtype=d))", "nn.Parameter(torch.empty((n, m), dtype=d))"),
    ("nn.Parameter(torch.full(size=(n, m), fill_value=0.))", "nn.Parameter(torch.empty(size=(n, m)))"),
    ("nn.Parameter(torch.full(fill_value=0., size=(n, m)))", "nn.Parameter(torch.empty(size=(n, m)))"),
    ("nn.Parameter(torch.zeros_like(x))", "nn.Parameter(torch.empty_like(x))"),
    ("nn.Parameter(torch.full_like(x, 1.))", "nn.Parameter(torch.empty_like(x))"),
    ("nn.Parameter(x.new_zeros(n, m))", "nn.Parameter(x.new_empty(n, m))"),
    ("nn.Parameter(x.weight.new_full((n, m), 2))", "nn.Parameter(x.weight.new_empty((n, m)))"),
    ("nn.Parameter(torch.zeros(n, m).to(d).float())", "nn.Parameter(torch.empty(n, m).to(d).float())"),
    ("nn.Parameter(torch.empty(n, m).fill_(0.5))", "nn.Parameter(torch.empty(n, m))"),
    ("nn.Parameter(torch.Tensor(n, m).zero_())", "nn.Parameter(torch.Tensor(n, m))"),
    ("nn.Parameter(torch.zeros(n, m).fill_(0.5))", "nn.Parameter(torch.empty(n, m))"),
    ("torch.zeros(n, m, requires_grad=True)", "torch.empty(n, m, requires_grad=True)"),
    ("torch.zeros(n, m).requires_grad_()", "torch.empty(n, m).requires_grad_()"),
    # What can't be taken out of the allocation is written over all the same.
    ("nn.Parameter(torch.ones(n, m) * 0.1)", "nn.Parameter(torch.ones(n, m) * 0.1)"),
    ("nn.Parameter(zeros(n, m))", "nn.Parameter(zeros(n, m))"),
    ("nn.Parameter(torch.Tensor(n, m))", "nn.Parameter(torch.Tensor(n, m))"),
    ("nn.Parameter(torch.tensor([[1., 1.]]))", "nn.Parameter(torch.tensor([[1., 1.]]))"),
    (
        "nn.Parameter(\n        torch.zeros(  # größe\n            n, m\n        )\n    )",
        "nn.Parameter(\n        torch.empty(  # größe\n            n, m\n        )\n    )",
    ),
]


@pytest.mark.parametrize(("before", "after"), REWRITES)
def test_the_allocation_stays_and_the_init_call_follows(before: str, after: str) -> None:
    document = Document.of("a.py", f"{HEAD}    self.w = {before}  # why\n    x = 1\n")
    plan = InitializeParameter(place(document, f"self.w = {before}"), (GLOROT,))
    assert results(document, plan) == [
        f"{HEAD}    self.w = {after}  # why\n    nn.init.xavier_uniform_(self.w)\n    x = 1\n"
    ]


@pytest.mark.parametrize("target", ["self.w", "w", 'self.all["w"]', "self.w: x"])
@pytest.mark.parametrize("ending", ["\n", "  # why\n\n    # x\n    x = 1\n", ""])
def test_targets_and_what_follows(target: str, ending: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {target} = nn.Parameter(torch.zeros(n, m)){ending}")
    plan = InitializeParameter(place(document, f"{target} = nn.Parameter(torch.zeros(n, m))"), (GLOROT,))
    comment, newline, rest = ending.partition("\n")
    call = f"    nn.init.xavier_uniform_({target.partition(':')[0]})"
    expected = f"{HEAD}    {target} = nn.Parameter(torch.empty(n, m)){comment}\n{call}{newline}{rest}"
    assert results(document, plan) == [expected]


@pytest.mark.parametrize("site", ["nn.Parameter(torch.zeros(n, m))", "torch.zeros(n, m)"])
def test_the_call_that_makes_it_may_be_the_place(site: str) -> None:
    document = Document.of("a.py", f"{HEAD}    self.w = nn.Parameter(torch.zeros(n, m))\n")
    plan = InitializeParameter(place(document, site), (GLOROT,))
    assert results(document, plan) == [
        f"{HEAD}    self.w = nn.Parameter(torch.empty(n, m))\n    nn.init.xavier_uniform_(self.w)\n"
    ]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("site", ["{0}", "nn.Parameter(torch.zeros(n, m))"])
def test_a_registered_parameter_is_initialized_by_its_name(quote: str, site: str) -> None:
    call = f"self.register_parameter({quote}w{quote}, nn.Parameter(torch.zeros(n, m)))"
    document = Document.of("a.py", f"{HEAD}    {call}\n")
    plan = InitializeParameter(place(document, site.format(call)), (GLOROT,))
    assert results(document, plan) == [
        f"{HEAD}    {call.replace('zeros', 'empty')}\n    nn.init.xavier_uniform_(self.w)\n"
    ]


@pytest.mark.parametrize(
    "around",
    [
        "self.ws = nn.ParameterList([{} for _ in x])",
        "self.ws.append({})",
        "return {}",
        "self.w = {} if x else None",
    ],
)
def test_a_parameter_without_a_name_is_initialized_where_it_is_made(around: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {around.format('nn.Parameter(torch.zeros(n, m))')}\n")
    plan = InitializeParameter(place(document, "nn.Parameter(torch.zeros(n, m))"), (GLOROT,))
    made = "nn.Parameter(nn.init.xavier_uniform_(torch.empty(n, m)))"
    assert results(document, plan) == [f"{HEAD}    {around.format(made)}\n"]


@pytest.mark.parametrize(
    "code",
    [
        "x = 1; self.w = nn.Parameter(torch.zeros(n, m))",
        "if x: self.w = nn.Parameter(torch.zeros(n, m))",
    ],
)
def test_no_line_is_added_behind_a_statement_that_has_none_of_its_own(code: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {code}\n")
    plan = InitializeParameter(place(document, "self.w = nn.Parameter(torch.zeros(n, m))"), (GLOROT,))
    assert fixes(document, plan) == ()


@pytest.mark.parametrize("code", ["self.w = x", "self.w = d(x)", "a, b = nn.Parameter(x), 1", "self.w = None"])
def test_what_is_no_parameter_gets_no_init_call(code: str) -> None:
    document = Document.of("a.py", f"{HEAD}    {code}\n")
    assert fixes(document, InitializeParameter(place(document, code), (GLOROT,))) == ()


def test_a_parameter_of_a_class_body_is_initialized_there() -> None:
    head = "from torch import nn, zeros\n\n\nclass A(nn.Module):\n"
    source = head + "\tw = nn.Parameter(zeros(2, 2))  # é\n\n\tdef f(self): pass\n"
    document = Document.of("a.py", source)
    plan = InitializeParameter(place(document, "w = nn.Parameter(zeros(2, 2))"), (GLOROT,))
    assert results(document, plan) == [source.replace("# é\n", "# é\n\tnn.init.xavier_uniform_(w)\n")]


def test_the_new_line_ends_as_its_neighbour_does() -> None:
    source = "from torch import nn, zeros\nclass A:\r\n  def f(self):\r\n    self.w = nn.Parameter(zeros(2, 2))\r\n"
    document = Document.of("a.py", source)
    plan = InitializeParameter(place(document, "self.w = nn.Parameter(zeros(2, 2))"), (GLOROT,))
    assert results(document, plan) == [source + "    nn.init.xavier_uniform_(self.w)\r\n"]


def test_applied_twice_changes_nothing() -> None:
    source = f"{HEAD}    self.w = nn.Parameter(torch.empty(n, m))\n    nn.init.xavier_uniform_(self.w)\n"
    document = Document.of("a.py", source)
    plan = InitializeParameter(place(document, "self.w = nn.Parameter(torch.empty(n, m))"), (GLOROT,))
    assert fixes(document, plan) == ()


@pytest.mark.parametrize(
    ("makes", "suits"),
    [
        ("torch.zeros(n)", False),
        ("torch.zeros((n,))", False),
        ("torch.zeros([n])", False),
        ("torch.zeros(size=(n,))", False),
        ("torch.zeros(4 * n)", False),
        ("torch.zeros(len(x))", False),
        ("torch.zeros(x.hidden_size)", False),
        ("torch.zeros(x.size(0), device=d)", False),
        ("torch.full((n,), 0.1)", False),
        ("x.new_zeros(n)", False),
        ("torch.zeros(n).to(d)", False),
        ("torch.empty(n).fill_(1)", False),
        ("torch.Tensor(n)", False),
        ("torch.zeros(n, m)", True),
        ("torch.zeros((n, m))", True),
        ("torch.zeros(x.shape)", True),
        ("torch.zeros(weight_shape)", True),
        ("torch.zeros(size)", True),
        ("torch.zeros(x.size())", True),
        ("torch.zeros(*x)", True),
        ("torch.zeros(tuple(x))", True),
        ("torch.zeros((n, *x))", True),
        ("torch.full(x, 0.1)", True),
        ("torch.zeros_like(x)", True),
        ("torch.ones(n, m) * 0.1", True),
    ],
)
def test_a_scheme_that_counts_fans_is_not_offered_for_a_vector(makes: str, suits: bool) -> None:
    code = f"nn.Parameter({makes})"
    document = Document.of("a.py", f"{HEAD}    self.w = {code}\n    x.append({code})\n")
    named = InitializeParameter(place(document, f"self.w = {code}"), (GLOROT, Scheme("normal_", (("std", 0.02),))))
    titles = [fix.title.split()[2] for fix in fixes(document, named)]
    assert titles == (["xavier_uniform_", "normal_"] if suits else ["normal_"])
    nameless = fixes(document, InitializeParameter(place(document, code, 1), (GLOROT,)))
    assert not nameless or suits
