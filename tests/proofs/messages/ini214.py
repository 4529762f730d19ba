"""The norm of the weight that an evaluation uses is far from one where the vectors are random, and near it else."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import nn, quoted, run, torch
from tests.rules.cases import Case

FAR, NEAR = 2.5, 1.5


def _norms(found: dict[str, list[Any]]) -> list[float]:
    return [float(torch.linalg.matrix_norm(weight.flatten(1), 2)) for weights in found.values() for weight in weights]


def _used(case: Case, seed: int) -> dict[str, list[Any]]:
    """The first weight that each wrapped layer uses in evaluation, by the name of the layer."""
    used: dict[int, Any] = {}

    def keep(module: Any, inputs: Any, output: Any) -> None:
        if not module.training and hasattr(module, "weight_orig"):
            used.setdefault(id(module), module.weight.detach().clone())

    handle = nn.modules.module.register_module_forward_hook(keep)
    try:
        built = run(case, seed=seed).model
    finally:
        handle.remove()
    model = built[0] if isinstance(built, tuple) else built
    return {name: [used[id(module)]] for name, module in model.named_modules() if id(module) in used}


def is_random(case: Case, finding: Finding, match: re.Match[str]) -> None:
    names = quoted(match["names"]) or [""]
    for seed in range(3):
        used = _used(case, seed)
        assert set(names) <= used.keys()
        assert all(norm > FAR for norm in _norms({name: used[name] for name in names}))


def is_near(case: Case, finding: Finding, text: str) -> None:
    model = run(case, text).model
    wrapped = [module for module in model.modules() if nn.utils.parametrize.is_parametrized(module)]
    assert wrapped
    assert all(float(torch.linalg.matrix_norm(module.weight.detach(), 2)) < NEAR for module in wrapped)


CLAIMS = (
    (r"this is an evaluation before any forward pass in training: `spectral_norm` divides the weight of (?P<names>.+) "
     r"by what its random vectors make of it, not by its norm\.$", is_random),
)  # fmt: skip
CURE = is_near
BUILT = {"builds": "smoke_test()"}
