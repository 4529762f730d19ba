"""What a file has, in the eyes of the model: its functions, its classes and their methods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.model.traces.source import FileSource
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


SPEAKING = [
    "import net\n",
    "from net import (\n    Gate,\n    Net,\n)\n",
    "__all__ = ['Gate']\n",
    "def init(m):\n    if isinstance(m, Gate):\n        m.scale.fill_(1)\n",
    "class Own(Gate):\n    def f(self):\n        return self.scale, getattr(self, 'scale')\n",
    "# Gate.scale is written elsewhere.\n\n",
    "Gate().apply(init)\n",
]


@given(
    st.lists(st.sampled_from(SPEAKING)), st.sampled_from(["Gate", "net", ".apply(", "scale", ".scale", "self.scale"])
)
def test_a_file_that_nobody_edits_speaks_as_one_that_is_cut(texts: list[str], word: str) -> None:
    text = "".join(texts)
    whole, cut = FileSource("a.py", text, lambda placed: None), source_of(text)
    assert (whole.spoken(word), whole.used(word)) == (cut.spoken(word), cut.used(word))
    assert whole.reads("scale") == cut.reads("scale")
    assert list(whole.outline.placed) == list(cut.outline.placed)
