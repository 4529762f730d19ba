"""What einops does to a signal: the same elements elsewhere, fewer of them, products."""

from __future__ import annotations

import pytest

from initls.check import Checker
from initls.document import Document
from initls.settings import Settings

ATTENTION = """
import torch
from torch import nn
{imports}


class Attention(nn.Module):
    def __init__(self, dim=64, heads=4):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(dim, dim, bias=False)
        self.to_k = nn.Linear(dim, dim, bias=False)
        self.to_v = nn.Linear(dim, dim, bias=False)
        self.out = nn.Linear(dim, dim)
        self.split = {split}
        {init}

    def forward(self, x):
        q, k, v = map(lambda t: {turn}, (self.to_q(x), self.to_k(x), self.to_v(x)))
        shares = {product}.softmax(dim=-1)
        return self.out((shares @ v).sum(1))
"""
FUNCTION = {
    "imports": "from einops import rearrange",
    "split": "None",
    "turn": "rearrange(t, 'b n (h d) -> b h n d', h=self.heads)",
    "product": "torch.einsum('b h i d, b h j d -> b h i j', q, k)",
}
LAYER = {
    "imports": "from einops.layers.torch import Rearrange",
    "split": "Rearrange('b n (h d) -> b h n d', h=heads)",
    "turn": "self.split(t)",
    "product": "(q @ k.transpose(-1, -2))",
}
EINSUM = {
    **FUNCTION,
    "imports": "import einops\nfrom einops import rearrange",
    "product": "einops.einsum(q, k, 'b h i d, b h j d -> b h i j')",
}
FORMS = {"functions": FUNCTION, "a layer": LAYER, "a product": EINSUM}


def codes(form: dict[str, str], init: str) -> list[str]:
    text = ATTENTION.format(**form, init=init)
    settings = Settings(extend_select=("INI305",))
    return [finding.code for finding in Checker().check(Document.of("model.py", text), settings).findings]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_query_and_key_of_zero_never_learn(form: dict[str, str]) -> None:
    zero = "nn.init.zeros_(self.to_q.weight)\n        nn.init.zeros_(self.to_k.weight)"
    assert set(codes(form, zero)) == {"INI104"}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_query_of_zero_learns_by_its_key(form: dict[str, str]) -> None:
    assert "INI104" not in codes(form, "nn.init.zeros_(self.to_q.weight)")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_wide_value_is_told_of(form: dict[str, str]) -> None:
    assert codes(form, "nn.init.normal_(self.to_v.weight)") == ["INI305"]
