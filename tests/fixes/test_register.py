"""Plain containers of layers that become containers of torch's."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import Register
from tests.fixes.marks import place, results


def registered(source: str, code: str, container: str = "ModuleList") -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, Register(place(document, code), container)))


CASES = {
    "from torch import nn\n": "nn.ModuleList",
    "import torch\n": "torch.nn.ModuleList",
    "import torch.nn as tnn\n": "tnn.ModuleList",
    "from torch.nn import Module, ModuleList\n": "ModuleList",
}


@pytest.mark.parametrize("head", CASES)
def test_the_container_is_named_as_the_file_names_such_things(head: str) -> None:
    code = "m.layers = [a, b]"
    assert registered(f"{head}{code}  # two\n", code) == [f"{head}m.layers = {CASES[head]}([a, b])  # two\n"]


def test_an_empty_list_needs_no_argument() -> None:
    head = "from torch import nn\n"
    assert registered(f"{head}m.layers = []\n", "m.layers = []") == [f"{head}m.layers = nn.ModuleList()\n"]
    assert registered(f"{head}m.heads = {{}}\n", "m.heads = {}", "ModuleDict") == [f"{head}m.heads = nn.ModuleDict()\n"]


@pytest.mark.parametrize("code", ["layers = [a, b]", "m.layers = a, b", "m.layers: list = [a, b]", "m.a = m.b = [a]"])
def test_what_is_left_as_it_is(code: str) -> None:
    assert registered(f"from torch import nn\n{code}\n", code) == []


def test_a_file_without_torch() -> None:
    assert registered("m.layers = [a, b]\n", "m.layers = [a, b]") == []
