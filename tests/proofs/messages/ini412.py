"""A hook under another name is not run when the framework initializes, and leaves no trace; under its own it does."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.trainer import LightningModule, prepare
from tests.proofs.world import run
from tests.rules.cases import Case


def _start(model: Any) -> None:
    """Have mmengine's runner begin, or Lightning's trainer; Hugging Face's has begun when a model is built."""
    if isinstance(model, LightningModule):
        prepare(model)
    if hasattr(model, "init_weights"):
        model.init_weights()


def _halves(model: Any) -> bool:
    return any(bool((p == 0.5).all()) for name, p in model.named_parameters() if "bias" in name)


def is_not_called(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    _start(model)
    assert not _halves(model)


CLAIMS = (
    (r"`\w+` is never called: the hook of (?:transformers|mmengine|Lightning) is `\w+`\.$", is_not_called),
)  # fmt: skip

BUILT = {"builds": "Tagger(__import__('transformers').PretrainedConfig())"}


def is_called(case: Case, finding: Finding, text: str) -> None:
    model = run(case, text).model
    _start(model)
    assert _halves(model) or "zeros_" in text


CURE = is_called
