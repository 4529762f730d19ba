"""What a file has, in the eyes of the model: its functions, its classes and their methods."""

from __future__ import annotations

import pytest

from tests.model.traces import source_of

TEXT = """\
class Net:
    def forward(self, x):
        return x

    {begun}


def build():
    return Net()


{begun}
"""


@pytest.mark.parametrize("begun", ["def", "def i", "async def init", "@torch.no_grad\n    def init"])
def test_a_definition_is_none_before_it_has_parameters(begun: str) -> None:
    source = source_of(TEXT.format(begun=begun))
    assert (list(source.members("Net")), list(source.functions())) == (["forward"], ["build"])


@pytest.mark.parametrize("whole", ["def init(", "def init(self):", "async def init(self): return self"])
def test_with_parameters_it_is_one_even_where_it_is_broken(whole: str) -> None:
    source = source_of(TEXT.format(begun=whole))
    assert "init" in source.members("Net")
