"""What options with defaults lead to: their own side of a branch counts, through choices, assertions and raises."""

from __future__ import annotations

from textwrap import dedent

import pytest

from initls.check import Checker
from initls.document import Document
from initls.model.state.contents import Constant, Content, Default
from initls.settings import Settings
from tests.model.traces import of_class


def content(source: str, name: str) -> Content | None:
    """What a parameter of `Net` holds under default options, whichever of several objects has that name."""
    checker = Checker()
    checker.check(Document.of("model.py", "import torch\nfrom torch import nn\n" + dedent(source)), Settings())
    (trace,) = (trace for trace in checker.traces(Document.of("model.py", "")) if trace.root == "Net")
    (found,) = {trace.content(number) for number, held in trace.names.items() if held == name}
    return found


def modules(source: str) -> list[str]:
    """The classes of all modules that are made with a `Net`, itself among them, in order."""
    return [module.own_class for module in of_class("import torch\nfrom torch import nn\n" + dedent(source)).modules]


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


FACTORY = """
        import functools, types
        from collections.abc import Callable

        class Other(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(width, width))

        LAYERS = dict(linear=nn.Linear, conv=nn.Conv2d, other=Other)

        def layer_of(layer):
            if isinstance(layer, functools.partial):
                return functools.partial(layer_of(layer.func), *layer.args, **layer.keywords)
            if isinstance(layer, str):
                layer = LAYERS[layer.replace('_', '').lower()]
            elif isinstance(layer, (type, types.FunctionType)):
                layer = layer
            else:
                layer = LAYERS.get(layer.__name__, None)
            return layer
"""
"""What finds a layer by its name, its class or a partial of that, as libraries of models do."""


@pytest.mark.parametrize("layer", ["'Lin_ear'", "nn.Linear", "functools.partial(nn.Linear, bias=True)"])
def test_a_factory_makes_what_it_is_asked_for_by_default(layer: str) -> None:
    source = f"""{FACTORY}
        class Net(nn.Module):
            def __init__(self, layer={layer}):
                super().__init__()
                self.fc = layer_of(layer)(8, 8)
                nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)


def test_of_a_table_only_what_the_default_picks_is_made() -> None:
    source = f"""{FACTORY}
        class Net(nn.Module):
            def __init__(self, layer='linear'):
                super().__init__()
                self.fc = LAYERS[layer](8, 8)
    """
    assert modules(source) == ["Net", "torch.nn.Linear"]


def test_nothing_is_made_of_a_table_that_is_longer_than_what_is_tried() -> None:
    entries = ", ".join(f"l{number}=lambda: nn.Linear({number}, 8)" for number in range(1, 20))
    source = f"""
        LAYERS = dict({entries})

        class Net(nn.Module):
            def __init__(self, layer):
                super().__init__()
                self.norm = nn.LayerNorm(8)
                self.fc = LAYERS[layer]()
    """
    assert modules(source) == ["Net", "torch.nn.LayerNorm"]


def test_a_constructor_that_goes_down_as_far_as_nobody_knows_is_followed_once_more() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, levels, width):
                super().__init__()
                if levels == 1:
                    self.left, self.right = nn.Linear(width, width), nn.Linear(width, width)
                else:
                    self.left, self.right = Net(levels - 1, width), Net(levels - 1, width)
    """
    assert modules(source).count("torch.nn.Linear") == 2 * (1 + 2)


def test_a_constructor_that_counts_down_is_followed_to_its_end() -> None:
    source = """
        class Level(nn.Module):
            def __init__(self, levels):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                self.below = Level(levels - 1) if levels > 1 else None

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.top = Level(6)
    """
    assert modules(source).count("Level") == 6


@pytest.mark.parametrize(("mapping", "written"), [("dict(a=1)", True), ("{}", False), ("dict(**kwargs)", None)])
def test_a_dict_counts_as_true_where_anything_is_in_it(mapping: str, written: bool | None) -> None:
    source = f"""
        class Net(nn.Module):
            def __init__(self, **kwargs):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                if {mapping}:
                    nn.init.ones_(self.fc.weight)
    """
    found = content(source, "fc.weight")
    assert found == {True: Constant(1.0), False: Default("torch.nn.Linear", "weight"), None: None}[written]


def test_what_only_an_option_puts_into_a_dict_is_not_there_by_default() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, extra=None):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                given = {}
                if extra is not None:
                    given.update(extra)
                    given['more'] = 1
                if given:
                    nn.init.ones_(self.fc.weight)
                else:
                    nn.init.zeros_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(0.0)


def test_what_an_option_takes_out_of_a_list_is_there_by_default() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self, few=False):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                given = []
                if not few:
                    given.append(1)
                if given:
                    nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)


def test_a_default_that_is_set_in_a_dict_is_in_it() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(8, 8)
                given = {}
                given.setdefault('layer', self.fc)
                nn.init.ones_(given['layer'].weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)


@pytest.mark.parametrize("other", ["build(how)", "None", "self.none"])
def test_what_another_option_would_have_made_is_no_doubt_about_the_default(other: str) -> None:
    source = f"""
        from elsewhere import build

        class Net(nn.Module):
            def __init__(self, how='linear'):
                super().__init__()
                self.fc = nn.Linear(8, 8) if how == 'linear' else {other}
                nn.init.ones_(self.fc.weight)
    """
    assert content(source, "fc.weight") == Constant(1.0)
