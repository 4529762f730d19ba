"""A base from another file that stands behind `nn.Module` does not hide that the base constructor has not run."""

from __future__ import annotations

import pytest

from tests.model.traces import PREAMBLE, of_class

BODY = """:
    def __init__(self):
        self.fc = nn.Linear(8, 8)
        super().__init__()
"""


@pytest.mark.parametrize(
    ("bases", "raises"),
    [
        ("nn.Module", True),
        ("nn.Module, Mixin", True),
        ("torch.nn.Module, Mixin, Other", True),
        ("Mixin, nn.Module", False),
        ("Mixin", False),
        ("Base, Mixin", False),
    ],
)
def test_what_runs_before_the_base_constructor(bases: str, raises: bool) -> None:
    imports = "from elsewhere import Mixin, Other\n\n\nclass Base(nn.Module):\n    pass\n\n\n"
    trace = of_class(f"{PREAMBLE}{imports}class Net({bases}){BODY}")
    assert bool(trace.early) is raises
