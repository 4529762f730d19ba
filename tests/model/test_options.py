"""What options with defaults lead to: their own side of a branch counts, through choices, assertions and raises."""

from __future__ import annotations

from textwrap import dedent

from initls.check import Checker
from initls.document import Document
from initls.model.state.contents import Constant, Content
from initls.settings import Settings


def content(source: str, name: str) -> Content | None:
    """What a parameter of `Net` holds under default options."""
    checker = Checker()
    checker.check(Document.of("model.py", "import torch\nfrom torch import nn\n" + dedent(source)), Settings())
    (trace,) = (trace for trace in checker.traces(Document.of("model.py", "")) if trace.root == "Net")
    numbers = {number for number, held in trace.names.items() if held == name}
    (number,) = numbers
    return trace.content(number)


def test_a_test_that_was_made_before_does_not_blur_the_next_one() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, how=''):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                self.mode = 'reset' if how == 'skip' else how
                if how != 'skip':
                    self.init()

            def init(self, mode=''):
                mode = mode or self.mode
                assert mode in ('jax', 'reset', '')
                nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)


def test_an_option_that_may_be_one_of_several_decides_nothing() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, width, how=None):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                self.init(width, how)

            def init(self, width, how):
                if how is None or width <= 0:
                    how = width
                if how == 3:
                    nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") is None


def test_a_side_that_raises_leaves_the_other_as_usual_as_it_was() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, width=None):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                if width is None:
                    raise ValueError("a width is needed")
                nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)
