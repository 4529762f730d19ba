"""The names that layers have, against the torch that is installed."""

from __future__ import annotations

from typing import Any

import pytest

from initls.knowledge.attributes import ELSEWHERE, OF_LAYERS, OF_MODULES

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")

from tests.knowledge.test_layers import CASES, build, case_id  # noqa: E402


def _public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_every_module_has_no_other_names_than_the_table() -> None:
    assert _public(torch.nn.Module()) <= OF_MODULES


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_layers_with_parameters_have_no_other_names_than_the_table(case: Any) -> None:
    row, _, module = build(case)
    own = {name for name, _ in module.named_parameters(recurse=False)}
    if row.parameters or row.recurrence:
        assert _public(module) - own <= OF_LAYERS


def test_lazy_layers_have_no_other_names_than_the_table() -> None:
    lazy = (torch.nn.LazyLinear(3), torch.nn.LazyConv2d(3, 3), torch.nn.LazyBatchNorm1d())
    assert all(_public(module) <= OF_LAYERS for module in lazy)


def test_no_layer_has_the_names_of_other_frameworks() -> None:
    assert not ELSEWHERE.keys() & OF_LAYERS
    assert set(ELSEWHERE.values()) == {"weight", "bias"}
