"""What the construction trace says of a class is what PyTorch makes of it."""

from __future__ import annotations

import os

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from initls.model.state.contents import Constant, Content, Default, Garbage, Random  # noqa: E402
from tests.corpus import packages  # noqa: E402
from tests.corpus.reality import claim, compare_all, table, wrong  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.corpus, pytest.mark.timeout(600)]


@pytest.mark.skipif(
    not packages.unpacked() and not os.environ.get("CI"), reason="needs the releases that `make corpus-files` unpacks"
)
def test_traces_agree_with_real_classes() -> None:
    compared = compare_all()
    print(table(compared))
    said = [entry for entry in compared if entry.said is not None]
    lies = [entry for entry in said if entry.wrong is not None]
    assert len({entry.case for entry in compared}) >= 100
    assert len(compared) >= 2000
    assert len(said) >= 0.7 * len(compared), f"{len(said)} of {len(compared)}"
    assert len(lies) <= 0.005 * len(said), "\n".join(
        f"{entry.case.module}.{entry.case.name} {entry.name}: said {entry.said}, {entry.wrong}" for entry in lies
    )


torch.manual_seed(0)
LINEAR = nn.Linear(64, 96)
EMBEDDING = nn.Embedding(99, 64, padding_idx=1)


@pytest.mark.parametrize(
    ("content", "tensor", "right"),
    [
        (Constant(0.0), torch.zeros(4), True),
        (Constant(0.0), torch.tensor([0.0, 1e-9]), False),
        (Constant(None), torch.full((4,), 3.0), True),
        (Constant(None), torch.randn(4), False),
        (Default("torch.nn.Linear", "weight"), LINEAR.weight, True),
        (Default("torch.nn.Linear", "weight"), LINEAR.weight * 1.1, False),
        (Default("torch.nn.Linear", "weight"), LINEAR.weight * 0.9, False),
        (Default("torch.nn.Linear", "weight"), torch.randn(96, 64) * LINEAR.weight.std() / 2, False),
        (Random("normal", (("std", 0.02),)), torch.randn(400, 400) * 0.02, True),
        (Random("normal", (("std", 0.02),)), torch.randn(400, 400) * 0.022, False),
        (Random("normal", (("std", None),)), torch.rand(40, 40) - 0.5, False),
        (Random("uniform", (("a", -0.5), ("b", 0.5))), torch.rand(40, 40) - 0.5, True),
        (Random("uniform", (("a", -0.5), ("b", 0.5))), torch.rand(40, 40), False),
        (Random("uniform", (("from", -0.5), ("to", 0.5))), torch.rand(40, 40) - 0.5, True),
        (Random("normal", (("scaled", True),)), torch.randn(40, 40) * 0.02, True),
        (Random("normal", (("scaled", True),)), torch.rand(40, 40) * 0.02, False),
        (Random("xavier_uniform", (("gain", 1.0),)), nn.init.xavier_uniform_(torch.empty(40, 80)), True),
        (Random("xavier_uniform", (("gain", 1.0),)), nn.init.xavier_normal_(torch.empty(40, 80)), False),
        (Random("trunc_normal", (("std", 1.0),)), torch.full((3,), 0.5), False),
        (Garbage(), torch.full((3,), float("nan")), True),
        (Garbage(), torch.zeros(3), False),
        (Random("normal", ()), torch.full((3,), float("nan")), False),
    ],
)
def test_the_comparison_can_tell(content: Content, tensor: torch.Tensor, right: bool) -> None:
    said = claim(content, LINEAR, tensor)
    assert said is not None
    assert (wrong(said, tensor) is None) is right


def test_the_comparison_knows_the_padding_row() -> None:
    said = claim(Default("torch.nn.Embedding", "weight"), EMBEDDING, EMBEDDING.weight)
    assert said is not None
    assert wrong(said, EMBEDDING.weight) is None
    assert wrong(said, torch.randn(99, 64)) == "the padding row is not zero"
