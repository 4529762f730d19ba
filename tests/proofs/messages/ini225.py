"""What the form of tied weights does: seen where the stand-in for transformers ties, saves and loads."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case

TIED = "PretrainedConfig(tie_word_embeddings=True)"


def it_is_no_dict(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError):
        run(case).model.can_be_saved()
    with pytest.raises(AttributeError):
        run(_tied(case))


def _tied(case: Case) -> Case:
    """The example, with a configuration that ties."""
    told = tuple((name, value.replace("PretrainedConfig()", TIED)) for name, value in case.directives)
    return replace(case, directives=told)


def building_raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(TypeError, match="recompute_mapping"):
        run(case)


def loading_raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    with pytest.raises(TypeError, match="missing_keys"):
        model.load()


CLAIMS = (
    (r"`_tied_weights_keys` is not a dict: since transformers 5, saving this model raises AttributeError, and so does "
     r"building it with tied words\.$", it_is_no_dict),
    (r"this `tie_weights` does not take .+: since transformers 5, building the model raises TypeError\.$",
     building_raises),
    (r"this `tie_weights` does not take .+: since transformers 5, loading the model raises TypeError\.$",
     loading_raises),
)  # fmt: skip

BUILT = {"builds": "Model(__import__('transformers').PretrainedConfig())", "reads": "torch.randint(0, 16, (4, 3))"}


def it_is_tied(case: Case, finding: Finding, text: str) -> None:
    model = run(_tied(case), text).model
    assert model.head.weight is model.words.weight
    model.can_be_saved()
    model.load()


CURE = it_is_tied
