"""What a hook leaves alone, and its base's would write: seen by marking every parameter before either runs."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.stand_in import PreTrainedModel
from tests.proofs.world import quoted, run, torch
from tests.rules.cases import Case


def _after(model: Any, hook: Any) -> set[str]:
    """The parameters that keep their mark when a hook has seen all modules."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(7.0)
    for module in model.modules():
        hook(module)
    return {name for name, p in model.named_parameters() if bool((p == 7).all())}


def is_left(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    names = set(quoted(match["names"]))
    assert names <= _after(model, model._init_weights)
    assert names.isdisjoint(_after(model, lambda module: PreTrainedModel._init_weights(model, module)))


CLAIMS = (
    (r"`_init_weights` leaves (?P<names>.+) alone, and does not call that of its base, which initializes such "
     r"layers\.$", is_left),
)  # fmt: skip

BUILT = {"builds": "Tagger(__import__('transformers').PretrainedConfig())"}


def nothing_is_left(case: Case, finding: Finding, text: str) -> None:
    model = run(case, text).model
    assert not _after(model, model._init_weights)


CURE = nothing_is_left
